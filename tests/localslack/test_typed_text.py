"""What people type, and what Slack makes of it."""

import pytest

from localslack.actions.composer import composed
from localslack.validation import message_objections


def text(words, **style):
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*pieces):
    return [{"type": "rich_text_section", "elements": list(pieces)}]


CASES = {
    "words": ("Hello", "Hello", section(text("Hello"))),
    "markup is not alive": (
        "<!channel> & <@U0ADA>",
        "&lt;!channel&gt; &amp; &lt;@U0ADA&gt;",
        section(text("<!channel> & <@U0ADA>")),
    ),
    "a person": (
        "ask @olga.",
        "ask <@U0OLGA>.",
        section(text("ask "), {"type": "user", "user_id": "U0OLGA"}, text(".")),
    ),
    "nobody": ("@nobody a@ben", "@nobody a@ben", section(text("@nobody a@ben"))),
    "a channel": (
        "in #general",
        "in <#C0GENERAL|general>",
        section(text("in "), {"type": "channel", "channel_id": "C0GENERAL"}),
    ),
    "a broadcast": ("@here", "<!here>", section({"type": "broadcast", "range": "here"})),
    "styles": (
        "*b* _i_ ~s~ `@ada <`",
        "*b* _i_ ~s~ `@ada &lt;`",
        section(
            text("b", bold=True),
            text(" "),
            text("i", italic=True),
            text(" "),
            text("s", strike=True),
            text(" "),
            text("@ada <", code=True),
        ),
    ),
    "one style in another": (
        "*b _both_*",
        "*b _both_*",
        section(text("b ", bold=True), text("both", bold=True, italic=True)),
    ),
    "no styles": ("2 * 3 * 4, snake_case_name", *["2 * 3 * 4, snake_case_name"], None),
    "an emoji": (
        "yes :tada: 10:30:00",
        "yes :tada: 10:30:00",
        section(text("yes "), {"type": "emoji", "name": "tada"}, text(" 10:30:00")),
    ),
    "a link": (
        "see https://example.com/?a=1&b=2.",
        "see <https://example.com/?a=1&amp;b=2>.",
        section(text("see "), {"type": "link", "url": "https://example.com/?a=1&b=2"}, text(".")),
    ),
    "two lines": ("one\ntwo", "one\ntwo", section(text("one\ntwo"))),
    "a quote": (
        "> said\nmine",
        "&gt; said\nmine",
        [
            {"type": "rich_text_quote", "elements": [text("said")]},
            *section(text("mine")),
        ],
    ),
    "code of many lines": (
        "so:\n```\na < b\n*c*\n```\nend",
        "so:\n```a &lt; b\n*c*```\nend",
        [
            *section(text("so:")),
            {"type": "rich_text_preformatted", "elements": [text("a < b\n*c*")]},
            *section(text("end")),
        ],
    ),
}


@pytest.mark.parametrize(
    ("typed", "said", "parts"), [pytest.param(*case, id=name) for name, case in CASES.items()]
)
def test_what_is_typed(slack, typed, said, parts):
    kept, blocks = composed(typed, slack.workspace)

    assert kept == said
    assert blocks == [{"type": "rich_text", "elements": parts or section(text(typed))}]


@pytest.mark.parametrize(
    "typed", [typed for name, (typed, *_) in CASES.items() if name != "a broadcast"]
)
def test_what_is_typed_is_well_formed(slack, typed):
    said, blocks = composed(typed, slack.workspace)

    objections = message_objections({"text": said, "blocks": blocks})
    assert [each for each in objections if "broadcast" not in each.sentence] == []


def test_nothing_typed_is_nothing(slack):
    assert composed("", slack.workspace) == ("", [])
