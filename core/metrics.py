"""What is counted and measured while the desk runs, and how Prometheus reads it.

https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4). A label has few
values, and none that people choose: each is a series of its own for as long as the program runs.
"""

from bisect import bisect_left
from collections.abc import Iterator

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# What of a label's value is none of those that we know.
OTHER = "other"
# Seconds: from what an index answers at once to what somebody gives up on.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS = (*map(str, SECONDS), "+Inf")

_all: list["_Metric"] = []


def exposition() -> str:
    return "".join(f"{line}\n" for metric in _all for line in metric.lines())


class _Metric:
    kind: str

    def __init__(self, name: str, help: str, *labels: str) -> None:
        self.name = name
        self._help = help
        self._labels = labels
        self._values: dict[tuple[str, ...], float] = {}
        _all.append(self)

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self._help}"
        yield f"# TYPE {self.name} {self.kind}"
        yield from self._samples()

    def _samples(self) -> Iterator[str]:
        for values, value in self._values.items():
            yield self._sample("", values, value)

    def _sample(self, part: str, values: tuple[str, ...], value: float, **more: str) -> str:
        named = dict(zip(self._labels, values, strict=True)) | more
        within = ",".join(f'{name}="{_escaped(said)}"' for name, said in named.items())
        return f"{self.name}{part}{f'{{{within}}}' if within else ''} {value!r}"


class Counter(_Metric):
    """Its name ends in _total."""

    kind = "counter"

    def begin(self, *values: str) -> None:
        """Told from now on: Prometheus sees no growth from nothing to one."""
        self._values.setdefault(values, 0)

    def count(self, *values: str) -> None:
        self._values[values] = self._values.get(values, 0) + 1


class Gauge(_Metric):
    kind = "gauge"

    def set(self, value: float, *values: str) -> None:
        self._values[values] = value

    def clear(self) -> None:
        """What is not known is not told."""
        self._values.clear()


class Histogram(_Metric):
    """How many took how many seconds."""

    kind = "histogram"

    def __init__(self, name: str, help: str, *labels: str) -> None:
        super().__init__(name, help, *labels)
        self._counts: dict[tuple[str, ...], list[int]] = {}

    def observe(self, seconds: float, *values: str) -> None:
        counts = self._counts.setdefault(values, [0] * len(_BOUNDS))
        counts[bisect_left(SECONDS, seconds)] += 1
        self._values[values] = self._values.get(values, 0.0) + seconds

    def _samples(self) -> Iterator[str]:
        for values, counts in self._counts.items():
            so_far = 0
            for bound, count in zip(_BOUNDS, counts, strict=True):
                so_far += count
                yield self._sample("_bucket", values, so_far, le=bound)
            yield self._sample("_sum", values, self._values[values])
            yield self._sample("_count", values, so_far)


LIMITS_HIT = Counter(
    "helpdesk_limits_hit_total",
    "Requests and sign-ins that were refused, and connections that were closed, by the limit.",
    "limit",
)
for _limit in ("account", "address", "sign-in", "connections"):
    LIMITS_HIT.begin(_limit)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
