"""Prometheus's text format 0.0.4, read strictly:
https://prometheus.io/docs/instrumenting/exposition_formats/"""

import re

from core import metrics

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
HIT = "helpdesk_limits_hit_total"
ESCAPED = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}


def series(name, **labels):
    return name, frozenset(labels.items())


def read(text):
    """The value of each series; each metric has to be introduced, once, before its samples."""
    assert text == "" or text.endswith("\n")
    found, kinds, current = {}, {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            continue
        if introduced := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            current, kind = introduced.groups()
            assert current not in kinds, line
            kinds[current] = kind
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        name = sample[1]
        parts = ("_bucket", "_sum", "_count") if kinds[current] == "histogram" else ("",)
        assert name in {f"{current}{part}" for part in parts}, line
        labels = {
            label: re.sub(r'\\["\\n]', lambda sign: ESCAPED[sign[0]], value)
            for label, value in re.findall(LABEL, sample[2] or "")
        }
        key = series(name, **labels)
        assert key not in found, line
        found[key] = float(sample[sample.re.groups])
    return found


def grown(before, after, name):
    """By how much each series of this name did, by its labels."""
    return {
        tuple(sorted(labels)): value - before.get((this, labels), 0)
        for (this, labels), value in after.items()
        if this == name and value != before.get((this, labels), 0)
    }


def labels(**given):
    return tuple(sorted(given.items()))


def hit():
    """How often each limit was, in this process."""
    told = read(metrics.exposition())
    found = {labels: value for (name, labels), value in told.items() if name == HIT}
    return {dict(labels)["limit"]: count for labels, count in found.items()}


def names(text):
    """Of all series that there can be."""
    told = re.findall(rf"^# TYPE ({NAME}) (\w+)$", text, re.MULTILINE)
    parts = {"histogram": ("_bucket", "_sum", "_count")}
    return {f"{name}{part}" for name, kind in told for part in parts.get(kind, ("",))}
