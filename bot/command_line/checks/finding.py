"""What a look found: one thing, and what to do about it."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    OK = "ok"
    # Something that there is not, which the desk can do without, or makes by itself.
    NOTE = "note"
    PROBLEM = "problem"
    UNCHECKED = "not checked"


class Finding(NamedTuple):
    """`check` is what was looked at, by the name that it has in /readyz where it is there, too; the
    message goes on from "not checked" where that is the verdict."""

    check: str
    verdict: Verdict
    message: str


def ok(check: str, message: str) -> Finding:
    return Finding(check, Verdict.OK, message)


def note(check: str, message: str) -> Finding:
    return Finding(check, Verdict.NOTE, message)


def problem(check: str, message: str) -> Finding:
    return Finding(check, Verdict.PROBLEM, message)


def unchecked(check: str, because: str) -> Finding:
    return Finding(check, Verdict.UNCHECKED, f"because {because}.")
