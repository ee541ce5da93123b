"""Whoever works everybody's tickets has a longer password than others."""

from core.errors import WrongState
from core.people.accounts import Account, Role
from core.people.permissions import STAFF

# Characters.
SHORTEST = 12


def is_long(password: str) -> bool:
    return len(password) >= SHORTEST


def require_long(account: Account, role: Role) -> None:
    """Before an account gets this role, by whatever way. Raises WrongState.

    Of a password that is kept as a hash nobody knows how long it is: it was noted when it was set.
    """
    becomes_staff = role in STAFF and account.role not in STAFF
    if becomes_staff and account.password_hash is not None and not account.password_is_long:
        raise WrongState(
            f"Agents and admins need a password of at least {SHORTEST} characters, and that of "
            f"{account.name} is shorter, or was set before the desk noted how long it is. Let them "
            "change it first (POST /api/auth/password), or give them another: helpdesk user "
            "password."
        )
