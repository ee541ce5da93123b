"""What Linux says of a process: its processor time and its memory."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    folder: Path

    @classmethod
    def listening_on(cls, port: int) -> "Process":
        sockets = Path("/proc/net/tcp").read_text().split("\n")[1:-1]
        listens = {row.split()[9] for row in sockets if _listens(row, port)}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                held = {file.readlink().name for file in (folder / "fd").iterdir()}
            except OSError:
                continue
            if held & {f"socket:[{each}]" for each in listens}:
                return cls(folder)
        raise SystemExit("The program is gone.")

    @property
    def seconds(self) -> float:
        """Of a processor, in it and in the kernel, since it started."""
        after_name = (self.folder / "stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / _TICKS

    @property
    def memory(self) -> tuple[int, int]:
        """Resident now, and at most so far, in MB."""
        rows = (line.split(":\t", 1) for line in (self.folder / "status").read_text().splitlines())
        said = {row[0]: row[1] for row in rows}
        return int(said["VmRSS"].split()[0]) // 1024, int(said["VmHWM"].split()[0]) // 1024


def _listens(row: str, port: int) -> bool:
    fields = row.split()
    return fields[1].endswith(f":{port:04X}") and fields[3] == "0A"
