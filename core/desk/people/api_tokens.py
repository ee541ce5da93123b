"""The desk's use cases about programs' tokens."""

import structlog

from core.clock import Clock, utcnow
from core.desk.people.remembered import Remembered
from core.errors import InvalidToken, TokenNotFound, WrongState
from core.people.api_tokens import QUOTES, ApiToken, NewApiToken, Secret, is_alike
from core.store import AccountStore
from core.store.people.api_tokens import MOST, USED_WITHIN

log = structlog.get_logger("desk")


class ApiTokens:
    def __init__(
        self, accounts: AccountStore, remembered: Remembered, clock: Clock = utcnow
    ) -> None:
        self._accounts = accounts
        self._tokens = accounts.tokens
        self._remembered = remembered
        self._clock = clock

    async def make(self, account_id: str, new: NewApiToken) -> tuple[ApiToken, Secret]:
        """Raises WrongState if the account has too many, or one of that name."""
        if len(await self._tokens.of(account_id)) >= MOST:
            raise WrongState(f"An account can have {MOST} tokens. Revoke one that nobody uses.")
        made = await self._tokens.add(account_id, new, self._clock())
        if made is None:
            raise WrongState(
                f"There is a token named “{new.name}” already. Revoke it, or use another name."
            )
        token, secret = made
        log.info("token made", account=account_id, token=token.id, scope=token.scope.value)
        return token, secret

    async def of(self, account_id: str) -> list[ApiToken]:
        return await self._tokens.of(account_id)

    async def revoke(self, account_id: str, token_id: str) -> None:
        """It counts in every process within five seconds. Raises TokenNotFound."""
        # Before it is gone: whatever fails then, each process looks at the account's tokens again,
        # and goes on doing so for a minute.
        await self._accounts.touch(account_id)
        try:
            if not await self._tokens.remove(account_id, token_id):
                raise TokenNotFound
            log.info("token revoked", account=account_id, token=token_id)
        finally:
            self._remembered.forget(account_id)

    async def revoke_named(self, account_id: str, typed: str) -> str:
        """Likewise, by its name, which may be typed in quotes; returns the name. All of them go,
        where there are two of it since before that was refused. Raises WrongState where quotes
        alone say which of several is meant, and these are not theirs."""
        said = typed.strip(QUOTES) or typed
        tokens = await self._tokens.of(account_id)
        alike = {token.name for token in tokens if is_alike(token.name, typed)}
        names = [name for name in (typed, said) if name in alike] or sorted(alike)
        if not names:
            raise TokenNotFound(f"There is no token named “{said}”.")
        if len(names) > 1 and names[0] != typed:
            raise WrongState(
                f"There are {len(names)} tokens whose names differ from “{said}” by quotes alone. "
                "Revoke them over REST, by their ids."
            )
        for token in tokens:
            if token.name == names[0]:
                await self.revoke(account_id, token.id)
        return names[0]

    async def admitted(self, secret: Secret) -> ApiToken:
        """Raises InvalidToken for any but one that was made here, unexpired and not revoked."""
        token, now = await self._token(secret.id), self._clock()
        if token is None or not secret.opens(token):
            raise InvalidToken
        if token.expires_at is not None and token.expires_at <= now:
            raise InvalidToken
        used = self._remembered.used.get(token.id, token.last_used_at)
        if used is None or used + USED_WITHIN <= now:
            self._remembered.used[token.id] = now
            await self._tokens.used(token.id, now)
        return token

    def is_remembered(self, secret: Secret) -> bool:
        """Whether MongoDB need not be asked about it."""
        return self._remembered.recall(secret.id, ApiToken) is not None

    async def _token(self, id: str) -> ApiToken | None:
        if (token := self._remembered.recall(id, ApiToken)) is not None:
            return token
        asked = self._remembered.now()
        read = await self._tokens.get(id)
        return None if read is None else self._remembered.keep(id, read, read=asked)
