"""What Slack tells people whose accounts became one, while tickets do not say so themselves yet,
and from then on."""

from datetime import timedelta

import pytest

from core.desk.people import linking
from core.people.accounts import Role
from tests.bot.conftest import words
from tests.support.deliveries import nothing_is_owed


@pytest.fixture(autouse=True)
def not_yet_rewritten(monkeypatch):
    """But by `rewritten`."""
    monkeypatch.setattr(linking, "PATIENCE", timedelta(hours=1))


@pytest.fixture
async def olga(account):
    return await account("Olga Ladyzhenskaya", role=Role.AGENT)


async def test_a_message_about_what_they_have_stays_true_and_the_only_one(
    slack, olga, link, file, rewritten, database
):
    """It was sent to the account that is the other's now."""
    await file(by=slack.ada)
    await slack.command("claim 1", by=slack.olga)
    await slack.command("comment 1 marzipan", by=slack.ada)
    await nothing_is_owed(database)

    await link(olga, by=slack.olga)
    for then in ("nougat", "praline", "caramel"):
        await slack.command(f"comment 1 {then}", by=slack.ada)
        await nothing_is_owed(database)
        [told] = slack.direct_messages(slack.olga)
        assert "It is not yours any more" not in words(told)
        assert "<@U0ADA> waits for an answer" in words(told)
        assert then in words(told)
        if then != "praline":
            continue
        await rewritten()


async def test_what_goes_on_after_all_is_no_reason_for_another(
    slack, olga, link, file, rewritten, database
):
    await file(by=slack.ada)
    await slack.command("claim 1", by=slack.olga)
    await slack.command("comment 1 marzipan", by=slack.ada)
    await nothing_is_owed(database)
    await slack.command("resolve 1", by=slack.olga)
    await nothing_is_owed(database)
    await link(olga, by=slack.olga)

    await slack.command("reopen 1", by=slack.ada)
    await nothing_is_owed(database)
    await slack.command("comment 1 nougat", by=slack.ada)
    await nothing_is_owed(database)

    told, again, *more = slack.direct_messages(slack.olga)
    assert "It was reopened, and is yours still." in words(again)
    await rewritten()
    await slack.command("comment 1 praline", by=slack.ada)
    await nothing_is_owed(database)
    assert slack.direct_messages(slack.olga) == [told, again, *more]
    assert "praline" in words(told)
    assert "It is yours" not in "".join(map(words, [again, *more]))


async def test_they_are_asked_about_what_they_were_given_over_rest(
    slack, olga, link, file, rewritten, database
):
    await file(by=slack.ada)
    assert (await olga.patch("/api/tickets/1", {"assignee": olga.id})).status == 200
    await link(olga, by=slack.olga)

    for then in ("marzipan", "nougat"):
        await slack.command(f"comment 1 {then}", by=slack.ada)
        await nothing_is_owed(database)
        [told] = slack.direct_messages(slack.olga)
        assert then in words(told)
        await rewritten()


@pytest.mark.parametrize("filed", ["Slack", "REST"])
async def test_what_they_ask_about_a_ticket_that_they_have_is_no_news_to_them(
    slack, olga, link, file, database, filed
):
    """Filed at one door, and taken at the other."""
    if filed == "REST":
        await olga.file("VPN is down")
        await slack.command("claim 1", by=slack.olga)
    else:
        await file(by=slack.olga)
        assert (await olga.patch("/api/tickets/1", {"assignee": olga.id})).status == 200
    await nothing_is_owed(database)
    before = slack.direct_messages(slack.olga)
    await link(olga, by=slack.olga)

    await slack.command("comment 1 marzipan", by=slack.olga)
    assert (await olga.post("/api/tickets/1/comments", {"message": "nougat"})).status == 201
    await nothing_is_owed(database)

    assert slack.direct_messages(slack.olga) == before


async def test_they_hear_of_what_is_said_about_what_they_filed_over_rest(
    slack, olga, link, database
):
    await olga.file("VPN is down")
    await link(olga, by=slack.olga)

    await slack.command("comment 1 marzipan", by=slack.amir)
    await nothing_is_owed(database)

    [told] = slack.direct_messages(slack.olga)
    assert "marzipan" in words(told)
