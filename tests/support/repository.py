"""What lies in the repository: its pages, and the code of the desk."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# The code that runs, by its path.
CODE = {
    path.relative_to(ROOT): path.read_text()
    for package in ("api", "bot", "core")
    for path in sorted((ROOT / package).rglob("*.py"))
}
