"""Who may do what to a ticket, cell by cell."""

import pytest

from core.errors import NotAllowed, TicketNotFound
from core.people import permissions
from core.people.accounts import Actor, Person, Role, Via
from core.people.permissions import Action

ID, ANOTHER_ID = "a" * 24, "b" * 24

# Columns: a user with their own ticket, a user with another's, an agent, an admin.
TABLE = """
    SEE         yes  no  yes  yes
    COMMENT     yes  no  yes  yes
    NOTE        no   no  yes  yes
    EDIT        yes  no  yes  yes
    START       yes  no  yes  yes
    WAIT        no   no  yes  yes
    RESOLVE     no   no  yes  yes
    CLOSE       yes  no  yes  yes
    REOPEN      yes  no  yes  yes
    CLAIM       no   no  yes  yes
    ASSIGN      no   no  yes  yes
    PRIORITISE  no   no  yes  yes
    ACKNOWLEDGE no   no  yes  yes
    SNOOZE      no   no  yes  yes
    TRY         no   no  yes  yes
    REPORT      no   no  yes  yes
"""
COLUMNS = [
    (Role.USER, "own"),
    (Role.USER, "another's"),
    (Role.AGENT, "another's"),
    (Role.ADMIN, "another's"),
]
CELLS = [
    pytest.param(role, whose, Action[row[0]], cell == "yes", id=f"{row[0]} {role} {whose}")
    for row in map(str.split, TABLE.strip().splitlines())
    for (role, whose), cell in zip(COLUMNS, row[1:], strict=True)
]


def actor(role):
    return Actor(ID, "Ada", role, Via.REST)


def requester(whose):
    return Person(ID if whose == "own" else ANOTHER_ID, "Somebody")


def test_the_table_has_a_row_for_every_action():
    rows = [line.split()[0] for line in TABLE.strip().splitlines()]

    assert rows == [action.name for action in Action]


@pytest.mark.parametrize(("role", "whose", "action", "allowed"), CELLS)
def test_who_may_do_what(role, whose, action, allowed):
    assert permissions.can(actor(role), action, requester=requester(whose)) is allowed


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN])
def test_staff_may_do_everything_to_their_own_tickets_too(role, action):
    assert permissions.can(actor(role), action, requester=requester("own"))


@pytest.mark.parametrize(("role", "whose", "action", "allowed"), CELLS)
def test_what_one_may_not_do_is_refused_and_hidden_where_one_may_not_even_look(
    role, whose, action, allowed
):
    refusal = TicketNotFound if whose == "another's" else NotAllowed

    try:
        permissions.require(actor(role), action, requester=requester(whose))
    except (TicketNotFound, NotAllowed) as error:
        answer = type(error)
    else:
        answer = None

    assert answer is (None if allowed else refusal)


@pytest.mark.parametrize(
    "action", [action for action in Action if action not in permissions.REQUESTER_MAY]
)
def test_a_refusal_names_what_was_refused_and_who_can(action):
    said = f"^Only agents can {action.value}: those on call[.]"

    with pytest.raises(NotAllowed, match=said):
        permissions.require(actor(Role.USER), action, requester=requester("own"))
    with pytest.raises(NotAllowed, match=said):
        permissions.require_staff(actor(Role.USER), action)


@pytest.mark.parametrize(("role", "whose", "action", "allowed"), CELLS)
def test_what_is_allowed_for_some_ticket_is_known_beforehand(role, whose, action, allowed):
    assert permissions.ever(actor(role), action) or not allowed
    assert permissions.ever(actor(role), action) is permissions.can(
        actor(role), action, requester=requester("own")
    )


@pytest.mark.parametrize(("role", "whose", "action", "allowed"), CELLS)
def test_the_reach_of_a_right_agrees_with_the_right(role, whose, action, allowed):
    try:
        reach = permissions.only_of(actor(role), action)
    except NotAllowed:
        reach = "nobody's"

    assert (reach is None or reach == requester(whose).id) is allowed
