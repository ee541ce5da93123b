"""Bearer tokens: made at sign-in, checked at every request, and never trusted for a role."""

import hashlib
import time
from typing import Any, NamedTuple

import jwt

from core.errors import InvalidToken
from core.people.accounts import Account

ISSUER = "helpdesk"
# Seconds: a working day, so that people sign in once a day.
LIFETIME = 12 * 3600
# Characters; ours have some 250.
_LONGEST = 4096
# Seconds by which the clock of another process may be ahead of this one's.
_LEEWAY = 5
_REMEMBERED = 10_000


class SignIn(NamedTuple):
    """Whose token it is, and how often their sign-ins had been ended when it was made."""

    account_id: str
    epoch: int


_NOBODY = SignIn("", 0)


class Tokens:
    def __init__(self, secret: str, *, before: str | None = None) -> None:
        """`before`: the secret before this one, whose tokens are good until they expire."""
        self._secret = secret
        self._before = before
        # A token once verified is known by its digest until it expires: checking the
        # signature again would cost a third of a read.
        self._verified: dict[bytes, tuple[SignIn, float]] = {}

    def issue(self, account: Account) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": account.id, "iat": now, "exp": now + LIFETIME}
        if account.sign_in_epoch:
            claims["epoch"] = account.sign_in_epoch
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def sign_in(self, token: str) -> SignIn:
        """Whose token this is. Raises InvalidToken for anything but one of ours, unexpired."""
        if len(token) > _LONGEST or not token.isascii():
            raise InvalidToken
        known_by = hashlib.sha256(token.encode()).digest()
        sign_in, expires = self._verified.get(known_by, (_NOBODY, 0.0))
        if expires > time.time():
            return sign_in
        sign_in, expires = self._verify(token)
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[known_by] = (sign_in, expires)
        return sign_in

    def _verify(self, token: str) -> tuple[SignIn, float]:
        try:
            whole = self._decoded(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise InvalidToken from error
        claims, kind = whole["payload"], whole["header"].get("typ", "JWT")
        expires = claims["exp"]
        # PyJWT takes an `exp` that is a string, one a hundred years from now, and, with leeway,
        # one that is just past.
        now = time.time()
        if not (
            isinstance(expires, int) and now < expires <= now + LIFETIME + 60 and kind == "JWT"
        ):
            raise InvalidToken
        epoch = claims.get("epoch", 0)
        if not isinstance(epoch, int):
            raise InvalidToken
        return SignIn(claims["sub"], epoch), expires

    def _decoded(self, token: str) -> dict[str, Any]:
        try:
            return _signed_with(self._secret, token)
        except jwt.InvalidSignatureError:
            if self._before is None:
                raise
            return _signed_with(self._before, token)


def _signed_with(secret: str, token: str) -> dict[str, Any]:
    return jwt.decode_complete(
        token,
        secret,
        algorithms=["HS256"],
        issuer=ISSUER,
        leeway=_LEEWAY,
        options={"require": ["iss", "sub", "iat", "exp"]},
    )
