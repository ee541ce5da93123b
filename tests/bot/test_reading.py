"""What people type is understood in the many ways in which they type it."""

import re
from datetime import timedelta

import pytest

from bot.commands import read
from bot.invocation import NotUnderstood
from bot.reading import SYNONYMS, Words, bare, narrowings, reference
from bot.reports.report import NoPeriod, read_days
from bot.subcommands import SUBCOMMANDS
from bot.tickets.clock import read_targets
from bot.tickets.form import split_title
from bot.tickets.lists.list import NARROWINGS
from core.durations import duration
from core.sla import Policy


def understood(typed):
    found = read({"text": typed, "trigger_id": "1.2"}, by=None, desk=None, replies=None)
    return found.verb, list(found.named.tickets), found.text


@pytest.mark.parametrize(
    ("typed", "verb", "tickets", "text"),
    [
        ("", "help", [], ""),
        ("?", "help", [], ""),
        ("HELP", "help", [], ""),
        ("T-12", "status", ["T-12"], ""),
        ("12", "status", ["12"], ""),
        ("#12", "status", ["#12"], ""),
        ("status\n1", "status", ["1"], ""),
        ("status\t1", "status", ["1"], ""),
        ("status\u00a01", "status", ["1"], ""),
        ("status\u30001", "status", ["1"], ""),
        ("status 1\u200b", "status", ["1"], ""),
        ("status \u2060T-1", "status", ["T-1"], ""),
        ("status *T-1*", "status", ["T-1"], ""),
        ("status `T-1`.", "status", ["T-1"], ""),
        ("status T\u20111", "status", ["T-1"], ""),
        ("status T1", "status", ["T-1"], ""),
        ("status \uff34\uff0d\uff11", "status", ["T-1"], ""),
        ("status <tel:1|1>", "status", ["1"], ""),
        ("status ticket 12", "status", ["12"], ""),
        ("ticket 12", "status", ["12"], ""),
        ("show me T-12", "status", ["T-12"], ""),
        ("info 12", "status", ["12"], ""),
        ("open 12", "status", ["12"], ""),
        ("mine", "list", [], "mine"),
        ("late", "list", [], "late"),
        ("open", "list", [], "open"),
        ("tickets", "list", [], ""),
        ("take 12", "claim", ["12"], ""),
        ("done 12", "resolve", ["12"], ""),
        ("resolve 12 rebooted", "resolve", ["12"], "rebooted"),
        ("resolve 12 2 disks replaced", "resolve", ["12"], "2 disks replaced"),
        ("close 12, 13", "close", ["12", "13"], ""),
        ("close 12,13 both fixed", "close", ["12", "13"], "both fixed"),
        ("close 12 13", "close", ["12", "13"], ""),
        ("close T-12 and T-13", "close", ["T-12", "T-13"], ""),
        ("close T-12 T-12", "close", ["T-12"], ""),
        ("close 12 T-12 #12 t12 t-12 T-012 13", "close", ["12", "13"], ""),
        ("comment 12: still broken", "comment", ["12"], "still broken"),
        ("comment 12 3 printers", "comment", ["12"], "3 printers"),
        ("comment 12 42", "comment", ["12"], "42"),
        ("comment T-1 T-2 is the same", "comment", ["T-1"], "T-2 is the same"),
        ("comment 1, 2 the same", "comment", ["1", "2"], "the same"),
        ("reply 12 it  is  back", "comment", ["12"], "it  is  back"),
        ("acknowledge 12", "ack", ["12"], ""),
        ("mute 12 2h", "snooze", ["12"], "2h"),
        ("wait  12  Acme Networks", "wait", ["12"], "Acme Networks"),
        ("create VPN is down", "new", [], "VPN is down"),
        ("VPN is down", "new", [], "VPN is down"),
        ("new\nVPN is down", "new", [], "VPN is down"),
        ("priority 12 to high", "prio", ["12"], "to high"),
        ("set 12 to high", "prio", ["12"], "to high"),
        ("prio high 12", "prio", ["12"], "high"),
        ("assign to me 12", "assign", ["12"], "to me"),
        ("snooze for 2h T-12", "snooze", ["T-12"], "for 2h"),
        ("please close 12", "close", ["12"], ""),
        ("can you resolve T-12, it is back", "resolve", ["T-12"], "it is back"),
        ("please look at the printer", "new", [], "please look at the printer"),
        ("T-12 done", "resolve", ["T-12"], ""),
        ("12 resolve rebooted it", "resolve", ["12"], "rebooted it"),
        ("T-12 is waiting for Acme", "wait", ["T-12"], "for Acme"),
        ("T-12 comment hello", "comment", ["T-12"], "hello"),
        ("T-12 update please", "status", ["T-12"], "update please"),
        ("add comment 12 hi", "comment", ["12"], "hi"),
        ("take it 12", "claim", ["12"], ""),
        ("release 12", "unassign", ["12"], ""),
        ("what is late", "list", [], "what is late"),
        ("closed", "list", [], "closed"),
        ("open a ticket VPN", "new", [], "open a ticket VPN"),
        ("New ticket: VPN is down", "new", [], "VPN is down"),
        ("new ticket system needed", "new", [], "ticket system needed"),
    ],
)
def test_a_line_is_understood(typed, verb, tickets, text):
    assert understood(typed) == (verb, tickets, text)


@pytest.mark.parametrize("synonym", SYNONYMS)
def test_every_other_word_is_for_one_of_ours_and_hides_none(synonym):
    assert SYNONYMS[synonym] in SUBCOMMANDS
    assert synonym not in SUBCOMMANDS


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("asign 1 me", "Did you mean `/ticket assign 1 me`?"),
        ("reslove", "Did you mean `/ticket resolve`?"),
        ("delete 12", "Tickets are not deleted. `/ticket close 12`"),
        ("xyzzy", "There is no command xyzzy."),
        ("xyzzy 12", "There is no command xyzzy."),
    ],
)
def test_what_cannot_be_meant_is_said(typed, said):
    with pytest.raises(NotUnderstood, match=re.escape(said)):
        understood(typed)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("12", "12"),
        ("T-12,", "T-12"),
        ("(T-12)", "T-12"),
        ("t12", "T-12"),
        ("T\u221212", "T-12"),
        ("6b0a765088a3fecd6712d98c", "6b0a765088a3fecd6712d98c"),
        ("T-", None),
        ("12a", None),
        ("1.2", None),
        ("", None),
        ("9" * 16, None),
    ],
)
def test_a_ticket_is_named_in_many_ways(word, found):
    assert reference(word) == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("high priority", ["high"]),
        ("open tickets", ["open"]),
        ("late", ["breached"]),
        ("in progress", ["in_progress"]),
        ("my high tickets", ["mine", "high"]),
        ("everything", ["all"]),
    ],
)
def test_a_list_is_narrowed_in_peoples_words(said, meant):
    assert narrowings(said.split()) == meant
    assert set(meant) <= set(NARROWINGS)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("30m", 30),
        ("90 min", 90),
        ("2h", 120),
        ("2 h", 120),
        ("2 hours", 120),
        ("\uff12h", 120),
        ("1.5h", 90),
        ("1,5 h", 90),
        ("an hour", 60),
        ("half an hour", 30),
        ("1h30m", 90),
        ("1 hour and 30 minutes", 90),
        ("1h30", 90),
        ("an hour and a half", 90),
        ("1½h", 90),
        ("two hours", 120),
        ("2h.", 120),
        ("half a day", 720),
        ("1d", 1440),
        ("1w", 10080),
        ("2 Days", 2880),
        ("", None),
        ("5", None),
        ("h", None),
        ("2 parsecs", None),
        ("1h 5", None),
        ("a half", None),
        ("-2h", None),
        ("2h of it", None),
    ],
)
def test_there_is_one_grammar_of_durations(said, minutes):
    assert duration(said) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize("said", ["high=2h", "high 2h", "high: 2h", "high to 2 hours", "HIGH =2h"])
def test_a_target_is_said_in_many_ways(said):
    targets = read_targets(said.split(), Policy.of_hours())

    assert targets["high"].resolution == timedelta(hours=2)


@pytest.mark.parametrize(
    ("said", "days"),
    [("", 7), ("30d", 30), ("30 days", 30), ("30", 30), ("last 2 weeks", 14), ("the last 7d", 7)],
)
def test_a_period_is_said_in_many_ways(said, days):
    assert read_days(said.split()) == days


@pytest.mark.parametrize("said", ["2h", "0", "400d", "soon", "1.5d"])
def test_what_is_no_number_of_days_is_none(said):
    with pytest.raises(NoPeriod):
        read_days(said.split())


def test_a_title_is_the_first_line_and_nothing_of_a_long_one_is_lost():
    assert split_title("VPN  is down\nSince nine\nBoth floors") == (
        "VPN is down",
        "Since nine\nBoth floors",
    )
    long = "The printer on floor three " * 12
    title, description = split_title(long)
    assert len(title) <= 200
    assert title.endswith("…")
    assert description == long.strip()
    title, description = split_title("\U0001f525" * 150)
    assert len(title.encode("utf-16-le")) // 2 <= 200
    assert description == "\U0001f525" * 150


def test_words_are_cut_once_and_what_follows_is_as_slack_sent_it():
    words = Words.of("1  <https://x|a b>\u00a0&lt;3\nend ")

    assert words.typed == ["1", "a b", "<3", "end"]
    assert words.after(1) == "<https://x|a b>\u00a0&lt;3\nend"
    assert words.after(4) == ""
    assert bare("*`T-1`*,") == "T-1"
