"""What people type cannot ring, link or impersonate anywhere in Slack, and comes back unharmed."""

import pytest

from bot.markup.mrkdwn import as_typed, escaped, inert, mentioned, quoted
from localslack.validation import message_objections
from tests.bot.conftest import card_of, live, rich_words, without_texts, words

EVIL = '<!channel> <http://evil|click> <@U0BEN> *x* & "quotes"'
NAUGHTY = [
    EVIL,
    "<!here>",
    "<!everyone>",
    "<!subteam^S0|ops>",
    "<!date^0^{date}|now>",
    "&lt;!channel&gt;",
    "`code` _x_ ~y~ *z*",
    "زئبق Ω≈ç√ 田中さん",
    "🏳️‍🌈👩‍👩‍👧‍👦",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\u202eright to left\u202c",
    "zero\u200bwidth",
    "' OR 1=1 --",
    '{"$where": "1"}',
    "${jndi:ldap://evil}",
    "@channel @here #general",
    "x" * 200,
    "&" * 200,
]


@pytest.mark.parametrize("text", NAUGHTY)
async def test_words_come_back_as_they_were_typed_and_harm_nobody(slack, program, text, clock):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)
    await slack.submit(form, title=text, description=text * 5, priority="high")
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await program.post("/api/tickets/1/comments", {"message": text})
    await slack.until(lambda: "1 comment" in words(card))
    await slack.command("status 1", by=slack.olga)
    await slack.command("list", by=slack.olga)
    clock.forward(hours=5)
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 2)

    ticket = (await program.get("/api/tickets/1")).body
    assert ticket["title"] == text
    assert ticket["description"] == text * 5
    assert ticket["comments"][0]["message"] == text
    for message in [*slack.messages("#helpdesk"), *slack.direct_messages(slack.ada)]:
        assert message_objections({"text": message.text, "blocks": message.blocks}) == []
        assert "<http" not in live(message)
        assert "<@U0BEN>" not in live(message)
        assert "<!date^0" not in live(message)


SIGNS = "*bold* _it_ `code` ~no~ :smile: <@U0BEN> &amp;"


async def test_signs_stay_signs_wherever_a_ticket_is_shown(slack, program):
    await slack.command("new", by=slack.ada)
    await slack.submit(await slack.modal(by=slack.ada), title=SIGNS, description=f"1 {SIGNS}")
    card = await slack.until(lambda: card_of(slack, "T-1"))
    [receipt] = await slack.until(lambda: slack.direct_messages(slack.ada))
    await program.post("/api/tickets/1/comments", {"message": f"2 {SIGNS}"})
    await slack.until(lambda: "1 comment" in words(card))

    status = await slack.command("status 1", by=slack.olga)
    listed = await slack.command("list", by=slack.olga)
    why = await slack.command("why 1", by=slack.olga)

    for message, said in [
        (card, [SIGNS, f"1 {SIGNS}", f"2 {SIGNS}"]),
        (status, [SIGNS, f"1 {SIGNS}", f"2 {SIGNS}"]),
        *((message, [SIGNS]) for message in (receipt, listed, why)),
    ]:
        rich = "\n".join(map(rich_words, message.blocks))
        assert all(words in rich for words in said)
        assert "*bold*" not in str(without_texts(message.blocks))


def test_where_only_mrkdwn_goes_a_sign_stands_inside_a_word():
    assert inert("*a* & `b`") == ("\u2060*\u2060a\u2060*\u2060 &amp; \u2060`\u2060b\u2060`\u2060")


async def test_words_after_a_command_arrive_as_they_were_typed(slack, program):
    await slack.command(f"new high {EVIL}", by=slack.ada)

    assert (await program.get("/api/tickets/1")).body["title"] == EVIL


async def test_an_evil_title_in_the_form_is_only_text(slack, desk_url):
    await slack.command("new look at @ben", by=slack.ada)

    form = await slack.modal(by=slack.ada)

    assert "<@" not in str(form.blocks)


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U012AB3CD|ben> in <#C012AB3CD|general>", "ask @ben in #general"),
        ("see <https://example.com/a?b=1|example.com>", "see example.com"),
        ("plain words", "plain words"),
    ],
)
def test_a_commands_text_is_read_as_it_was_typed(sent, typed):
    assert as_typed(sent) == typed


def test_escaping_is_done_in_the_order_that_slack_reads_it():
    assert escaped("<&>") == "&lt;&amp;&gt;"


def test_no_entity_is_cut_in_two():
    assert quoted("&&&&", 3) == "&amp;&amp;…"


@pytest.mark.parametrize("word", ["@ben", "<@>", "<!channel>", "<@B012>", "x<@U012>", "<@U012|"])
def test_only_a_mention_of_a_person_is_one(word):
    assert mentioned(word) is None
