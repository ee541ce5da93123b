"""What is counted, in the words that Prometheus reads."""

import pytest

from core import metrics
from core.metrics import Counter, Gauge, Histogram
from tests.support.exposition import read, series


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Nothing that a test makes up is told by a desk."""
    monkeypatch.setattr(metrics, "_all", [])


def test_a_counter_is_counted_by_its_labels():
    calls = Counter("calls_total", "Calls.", "method", "outcome")
    for outcome in ("ok", "ok", "refused"):
        calls.count("chat.update", outcome)

    assert metrics.exposition() == (
        "# HELP calls_total Calls.\n"
        "# TYPE calls_total counter\n"
        'calls_total{method="chat.update",outcome="ok"} 2\n'
        'calls_total{method="chat.update",outcome="refused"} 1\n'
    )


def test_what_may_be_counted_is_told_as_none_before():
    hit = Counter("hit_total", "Hit.", "limit")
    hit.count("account")

    for limit in ("account", "address"):
        hit.begin(limit)

    assert read(metrics.exposition()) == {
        series("hit_total", limit="account"): 1,
        series("hit_total", limit="address"): 0,
    }


def test_a_gauge_is_what_it_was_set_to_last_and_nothing_when_cleared():
    lag = Gauge("lag_seconds", "Lag.")
    lag.set(2.5)
    lag.set(1.5)
    assert read(metrics.exposition()) == {series("lag_seconds"): 1.5}

    lag.clear()

    assert read(metrics.exposition()) == {}


def test_a_histogram_counts_what_took_no_longer_than_each_bound():
    took = Histogram("took_seconds", "Took.", "route")
    for seconds in (0.001, 0.005, 0.3, 99.0):
        took.observe(seconds, "/x")

    told = read(metrics.exposition())

    def below(bound):
        return told[series("took_seconds_bucket", route="/x", le=bound)]

    assert [below(bound) for bound in ("0.005", "0.25", "0.5", "10.0", "+Inf")] == [2, 2, 3, 3, 4]
    assert told[series("took_seconds_count", route="/x")] == 4
    assert told[series("took_seconds_sum", route="/x")] == pytest.approx(99.306)


def test_signs_that_would_end_a_label_are_escaped():
    Counter("odd_total", "Odd.", "what").count('a"b\\c\nd')

    [(found, _)] = read(metrics.exposition()).items()

    assert found == series("odd_total", what='a"b\\c\nd')
