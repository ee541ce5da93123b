"""A file is read in one sitting and a folder at one glance, of tests as of code."""

from collections import Counter

import pytest

from tests.support.repository import ROOT

FOLDERS = ("api", "bench", "bot", "core", "localslack", "tests")
KINDS = {".py", ".js", ".css", ".html"}
# Other people's, as they deliver it.
VENDORED = ROOT / "api" / "docs"
LINES, FILES = 300, 12
# What has more all the same, and why.
FULLER = {
    "core/store/tickets": "a module for each thing that is asked of tickets, beside each other",
    "tests/faults": "one program: what it strikes with, its processes, its books, and its cases",
}


@pytest.fixture(scope="module")
def files():
    return [
        path.relative_to(ROOT)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in KINDS and not path.is_relative_to(VENDORED)
    ]


def test_no_file_has_more_than_300_lines(files):
    lines = {file.as_posix(): len((ROOT / file).read_text().splitlines()) for file in files}

    longer = {file: count for file, count in lines.items() if count > LINES}
    assert longer == {}


def test_no_folder_has_more_than_a_dozen_files(files):
    """Beside the one that says that it is a package."""
    counts = Counter(file.parent.as_posix() for file in files if file.name != "__init__.py")

    fuller = {folder: count for folder, count in counts.items() if count > FILES}
    assert fuller.keys() == FULLER.keys(), fuller
