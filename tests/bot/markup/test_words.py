"""What somebody types is read in time that grows with its length, not with its square."""

import time
from contextlib import suppress

import pytest

from bot.markup.mrkdwn import as_typed, escaped, inert, mentioned, one_line, quoted
from bot.slack.error_answers import NotUnderstood
from bot.slack.receiver.payloads import BadPayload, read_form, read_json
from bot.subcommands import known
from bot.tickets.clock import NoTarget, read_targets
from core.sla import Policy

LONG = 100_000
WORST = [
    "<",
    "&",
    "`",
    " ",
    "<@",
    "<#C|",
    "<!|",
    "<https:",
    "<mailto:a|",
    "&lt;",
    "|",
    "<@U|<",
    "*_~`",
]


@pytest.fixture
def grows():
    """By how much longer it takes for twice the text, at the best of several tries."""

    def factor(read, worst, length):
        def best(size):
            text, times = (worst * size)[:size], []
            for _ in range(5):
                began = time.process_time()
                read(text)
                times.append(time.process_time() - began)
            return min(times)

        # What takes no time at all cannot be compared.
        return best(2 * length) / max(best(length), 0.0005)

    return factor


def unknown(text):
    with pytest.raises(NotUnderstood):
        known(text)


def no_target(text):
    with pytest.raises(NoTarget):
        read_targets([text], Policy.of_hours())


def bad(read):
    def reading(text):
        with suppress(BadPayload):
            read(text)

    return reading


READERS = {
    "as_typed": as_typed,
    "mentioned": mentioned,
    "mentioned at its end": lambda text: mentioned(f"<@U1|{text}"),
    "escaped": escaped,
    "inert": inert,
    "one_line": lambda text: one_line(text, 100),
    "quoted": lambda text: quoted(text, 100),
    "a verb": unknown,
    "a target": no_target,
    "a target's time": lambda text: no_target(f"high={text}"),
    "a form": bad(read_form),
    "a form's field": bad(lambda text: read_form(f"a={text}")),
    "a payload": bad(read_json),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("worst", WORST, ids=repr)
def test_twice_the_text_takes_about_twice_as_long(grows, name, worst):
    # A busy machine may disturb one comparison, but not all of several.
    assert any(grows(READERS[name], worst, LONG) < 2.5 for _ in range(5))


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<@U1|ada> and <#C1|general>", "@ada and #general"),
        ("<!here|@here>", "@here"),
        ("<https://example.com|example.com>", "example.com"),
        ("<https://example.com/a?b=1>", "https://example.com/a?b=1"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com>", "a@example.com"),
        ("<tel:+491234|+49 1234>", "+49 1234"),
        ("<ftp://files.example/x|files> and <slack://open|Slack>", "files and Slack"),
        ("<#C0PRIV|>", "#C0PRIV"),
        ("<!here> <!channel|channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S0ON|@oncall> <!subteam^S0ON>", "@oncall @S0ON"),
        ("<!date^1^{date}|2026-03-02>", "2026-03-02"),
        ("\u2060*\u2060", "*"),
        ("<@U1>", "@U1"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<< <@U1|ada> <", "<< @ada <"),
        ("<@U1|ada <@U2|ben>", "<@U1|ada @ben"),
        ("1 < 2 | 3 > 2", "1 < 2 | 3 > 2"),
    ],
)
def test_what_slack_marks_is_read_as_it_was_typed(sent, typed):
    assert as_typed(sent) == typed


@pytest.mark.parametrize(
    "verb", ["comment 1 ", "new high ", "assign 1 ", "snooze 1 ", "prio 1 ", ""]
)
async def test_a_command_as_long_as_slack_takes_is_answered(slack, desk_url, file, verb):
    await file()
    for worst in ("<", "&amp;", "`", "x ", "<@U|"):
        answer = await slack.command(verb + (worst * LONG)[:LONG], by=slack.olga)
        assert answer.status == 200
        # What is no command at all is in a form.
        assert len(answer.text) < 40_000
        assert answer.text or await slack.modal(by=slack.olga, after=answer)
