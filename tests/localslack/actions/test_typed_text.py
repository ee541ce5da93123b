"""What people type, and what Slack makes of it."""

from contextlib import nullcontext

import pytest
from slack_sdk.errors import SlackApiError

from localslack.actions.composer import composed
from localslack.elements.tokens import in_command
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
    "emoji as signs": (
        "hot🔥 👍🏽 ❤️",
        "hot:fire: :+1::skin-tone-4: :heart:",
        section(
            text("hot"),
            {"type": "emoji", "name": "fire"},
            text(" "),
            {"type": "emoji", "name": "+1::skin-tone-4"},
            text(" "),
            {"type": "emoji", "name": "heart"},
        ),
    ),
    "emoji that are joined, letters, and without a name here": (
        "🏳️‍🌈 👩‍💻 ✔ 1️ 🪿",
        "🏳️‍🌈 👩‍💻 ✔ 1️ 🪿",
        section(text("🏳️‍🌈 👩‍💻 ✔ 1️ 🪿")),
    ),
    "what is pasted": (
        "new\u00a0VPN\u3000is\tdown cafe\u0301",
        "new\u00a0VPN\u3000is\tdown cafe\u0301",
        section(text("new\u00a0VPN\u3000is\tdown cafe\u0301")),
    ),
    "a link": (
        "see https://example.com/?a=1&b=2.",
        "see <https://example.com/?a=1&amp;b=2>.",
        section(text("see "), {"type": "link", "url": "https://example.com/?a=1&b=2"}, text(".")),
    ),
    "an e-mail address": (
        "ask ann@example.com.",
        "ask <mailto:ann@example.com|ann@example.com>.",
        section(
            text("ask "),
            {"type": "link", "url": "mailto:ann@example.com", "text": "ann@example.com"},
            text("."),
        ),
    ),
    "a name of a host": (
        "intranet.example is down",
        "<http://intranet.example|intranet.example> is down",
        section(
            {"type": "link", "url": "http://intranet.example", "text": "intranet.example"},
            text(" is down"),
        ),
    ),
    "a telephone number": (
        "call +49 30 1234567",
        "call <tel:+49301234567|+49 30 1234567>",
        section(
            text("call "),
            {"type": "link", "url": "tel:+49301234567", "text": "+49 30 1234567"},
        ),
    ),
    "a group": (
        "@oncall please",
        "<!subteam^S0ONCALL|@oncall> please",
        section({"type": "usergroup", "usergroup_id": "S0ONCALL"}, text(" please")),
    ),
    "a private channel": (
        "in #private-ops",
        "in <#C0OPS|>",
        section(text("in "), {"type": "channel", "channel_id": "C0OPS"}),
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


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("assign 1 @olga", "assign 1 <@U0OLGA|olga>"),
        ("@here & <@U0ADA>", "<!here> &amp; &lt;@U0ADA&gt;"),
        (
            "@oncall #general #private-ops",
            "<!subteam^S0ONCALL|@oncall> <#C0GENERAL|general> <#C0OPS|>",
        ),
        ("ann@example.com", "<mailto:ann@example.com|ann@example.com>"),
        ("https://a.example/?b=1&c", "<https://a.example/?b=1&amp;c>"),
        ("T-1. v1.2 10.0.0.1 a.b *x*", "T-1. v1.2 10.0.0.1 a.b *x*"),
    ],
)
def test_what_is_typed_in_a_command(slack, typed, sent):
    assert in_command(typed, slack.workspace) == sent


@pytest.mark.parametrize(
    ("counted", "refused"), [("code points", False), ("utf-16", True), ("bytes", True)]
)
async def test_a_text_may_be_too_long_in_one_way_of_counting_only(slack, client, counted, refused):
    slack.count_in(counted)
    block = {"type": "header", "text": {"type": "plain_text", "text": "\U0001f525" * 150}}

    with pytest.raises(SlackApiError) if refused else nullcontext():
        await client.chat_postMessage(channel="#general", text="x", blocks=[block])

    assert bool(slack.problems) is refused
    slack.problems.clear()


def test_nothing_typed_is_nothing(slack):
    assert composed("", slack.workspace) == ("", [])
