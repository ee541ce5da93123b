"""What a unique index of accounts' tokens by name has replaced."""

from core.store.mongo.indexes import Database

_OLD = "account_id"


async def drop_old_index(database: Database) -> None:
    """Each write of a token kept it for nobody."""
    tokens = database["api_tokens"]
    if _OLD in await tokens.index_information():
        await tokens.drop_index(_OLD)
