"""Accounts, and what callers may still ask for, are found by indexes."""

from core.people.accounts import Hears, Role
from tests.store.queries.conftest import ADA, AT_ONCE, MINUTE, NOW, PEOPLE, wasteful

STAFF = {"U3": Role.AGENT, "U4": Role.ADMIN}


async def test_accounts_are_found_by_indexes(store, plans):
    asked = [
        store.accounts.get(ADA.id),
        store.accounts.with_email("3@example.com"),
        store.accounts.of_slack_user("U3", name="Person 3"),
        store.accounts.of_slack_user("U99", name="Somebody new"),
        store.accounts.rename(ADA.id, "Ada"),
        store.accounts.hears("U3"),
        store.accounts.hear(ADA.id, Hears.NEEDED),
        store.accounts.homes.chosen(ADA.id),
        store.accounts.homes.choose(ADA.id, "queue"),
        store.accounts.link(
            "U4", name="Eve", email="eve@example.com", password_hash="x", role=Role.USER
        ),
        store.accounts.names.ask_about(["U99"]),
        store.accounts.names.claim(at=NOW, lease=MINUTE),
        store.accounts.names.learned("U99", "Nora", handle="nora"),
        store.accounts.names.unknown("U99"),
        store.accounts.names.refresh(),
        store.accounts.last_change(),
        store.accounts.changed_since(NOW),
        store.accounts.touch(ADA.id),
        store.accounts.end_sign_ins(ADA.id),
        store.accounts.change(ADA.id, {"role": "agent"}),
        store.accounts.has_admin(),
        store.accounts.page(after=None, most=5, words=None, role=None, staff={}),
        store.accounts.page(after=ADA.id, most=5, words="3", role=Role.USER, staff=STAFF),
        store.accounts.page(after=ADA.id, most=5, words=None, role=Role.ADMIN, staff=STAFF),
        store.accounts.tokens.of(ADA.id),
        store.accounts.tokens.get(ADA.id),
        store.accounts.tokens.used(ADA.id, NOW),
        store.accounts.tokens.remove(ADA.id, ADA.id),
    ]

    for asking in asked:
        _, found = await plans(asking)
        assert wasteful(found) == []


async def test_whoever_may_have_tickets_is_found_by_an_index(store, plans):
    staff, found = await plans(store.accounts.with_roles([Role.AGENT, Role.ADMIN]))

    assert {account.id for account in staff} == {person.id for person in PEOPLE}
    assert wasteful(found) == []


async def test_the_desks_own_people_are_found_by_an_index(store, plans):
    seen, found = await plans(store.accounts.of_slack_users(["U3", "U4", "U0NOBODY"]))

    assert {account.slack_id for account in seen} == {"U3", "U4"}
    assert wasteful(found) == []


async def test_what_callers_may_still_ask_for_is_counted_by_its_key(store, plans):
    lot, first = await plans(store.lots.draw("account x 1", of=600, lasts=MINUTE))
    _, again = await plans(store.lots.draw("account x 1", of=600, lasts=MINUTE))

    assert wasteful(first + again) == []
    assert lot.size == 30


async def test_wrong_passwords_are_counted_by_their_key(store, plans):
    wrong, found = store.wrong_passwords, []
    for asking in (
        wrong.add("192.0.2.1", NOW, most=10, within=MINUTE),
        wrong.since(NOW - MINUTE, ["192.0.2.1", "192.0.2.1 x"]),
    ):
        _, more = await plans(asking)
        found += more

    assert wasteful(found) == []


async def test_links_are_found_by_indexes(store, plans, database):
    gone = await store.accounts.of_slack_user("U0ADA", name="Ada")
    kept = await store.accounts.add(name="A", email="a@a", password_hash="x", role=Role.USER)
    links = store.accounts.links

    found = (await plans(links.give(gone.id, "digest", at=NOW)))[1]
    whose, more = await plans(links.whose("digest", at=NOW))
    joined, most = await plans(links.join(kept, gone, patience=AT_ONCE, code=("digest", NOW)))
    _, rest = await plans(links.go_on())

    assert (whose, joined.slack_id) == (gone.id, "U0ADA")
    assert len(rest) > 5
    assert wasteful(found + more + most + rest) == []
