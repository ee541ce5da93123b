"""Accounts that many ask for at once."""

import asyncio


async def test_a_slack_user_of_whom_many_hear_at_once_has_one_account(store, database):
    asked = (store.accounts.of_slack_user("U0NEW", name="Nora") for _ in range(30))

    accounts = await asyncio.gather(*asked)

    assert len({account.id for account in accounts}) == 1
    assert await database["accounts"].count_documents({}) == 1
