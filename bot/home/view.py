"""The Home tab as blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.home.place import WORDS, Place
from bot.markup.blocks import Block, context, plain, section
from bot.tickets.card import buttons, may_press, menu, show_all
from bot.tickets.form import within
from bot.tickets.line import line
from core.desk.home import lists_for
from core.people.accounts import Actor, Hears
from core.people.permissions import STAFF
from core.tickets import TicketSummary
from core.tickets.finding.home import HomeList

# In front of what is pressed there.
PREFIX = "home_"
NEW, LIST, SEARCH, HEARS = "home_new", "home_list", "home_search", "home_hears"
EARLIER, LATER, BACK = TURNS = ("home_earlier", "home_later", "home_back")

CALLED = {
    HomeList.REQUESTS: "My requests",
    HomeList.QUEUE: "My queue",
    HomeList.UNASSIGNED: "Unassigned",
    HomeList.LATE: "Late and soon late",
    HomeList.WAITING: "Waiting",
}
NONE = {
    HomeList.REQUESTS: "You have filed no tickets. *New ticket* files one.",
    HomeList.QUEUE: "You have no open tickets. *Unassigned* are those that nobody has.",
    HomeList.UNASSIGNED: "Every open ticket is taken.",
    HomeList.LATE: "Nothing is late, or will be soon.",
    HomeList.WAITING: "No ticket waits for anybody.",
}
_HEARD = {
    Hears.ALL: "All",
    Hears.NEEDED: "Only what I have to do",
    Hears.NOTHING: "Nothing",
}


@dataclass(frozen=True)
class Shown:
    """A page of tickets, in words and blocks of its own."""

    place: Place
    title: str
    # Each with whether it is late.
    tickets: Sequence[tuple[TicketSummary, bool]] = ()
    # Where other pages begin.
    earlier: int | None = None
    later: int | None = None
    more: Sequence[str] = ()


def home_view(shown: Shown, *, by: Actor, hears: Hears, notice: str) -> Block:
    place = shown.place
    blocks = [_top(place, by), _search(place)]
    if notice:
        blocks.append(section(f":information_source: {notice}"))
    blocks.append(section(shown.title))
    blocks += map(context, shown.more)
    for ticket, late in shown.tickets:
        blocks += [line(ticket, late=late), _row(ticket, by)]
    if turns := _turns(shown):
        blocks.append({"type": "actions", "block_id": "turns", "elements": turns})
    return _view([*blocks, {"type": "divider"}, _settings(hears)], place)


def told(text: str, place: Place) -> Block:
    """One sentence in place of everything."""
    return _view([section(text)], place)


def _view(blocks: Sequence[Block], place: Place) -> Block:
    return {"type": "home", "callback_id": within(str(place), 255), "blocks": list(blocks)}


def _top(place: Place, by: Actor) -> Block:
    """A menu keeps what was chosen in it as long as its block is called the same."""
    new = {"type": "button", "action_id": NEW, "text": plain("New ticket"), "style": "primary"}
    if len(lists := lists_for(by)) == 1:
        return {"type": "actions", "block_id": "top", "elements": [new]}
    options = {which: {"text": plain(CALLED[which]), "value": which.value} for which in lists}
    chosen = {} if place.words else {"initial_option": options[place.which or lists[0]]}
    menu = {
        "type": "static_select",
        "action_id": LIST,
        "placeholder": plain("Show a list"),
        "options": list(options.values()),
        **chosen,
    }
    name = f"top {'search' if place.words else place.which}"
    return {"type": "actions", "block_id": name, "elements": [menu, new]}


def _search(place: Place) -> Block:
    typed = {"initial_value": place.words} if place.words else {}
    return {
        "type": "input",
        "block_id": "found" if place.words else "search",
        "dispatch_action": True,
        "label": plain("Search"),
        "element": {
            "type": "plain_text_input",
            "action_id": SEARCH,
            "placeholder": plain("Words that a ticket has, and Enter"),
            "max_length": WORDS,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            **typed,
        },
    }


def _row(ticket: TicketSummary, by: Actor) -> Block:
    """What can be pressed: what they may do that its state allows."""
    works = by.role in STAFF
    names = dict.fromkeys([*ticket.next_actions, *(() if works else ("close",))])
    row = buttons(ticket, [name for name in names if may_press(by, name, ticket)])
    for element in row["elements"]:
        element["action_id"] = f"{PREFIX}{element['action_id']}"
    row["elements"].append(show_all(ticket))
    if works:
        row["elements"].append(menu(ticket))
    return row | {"block_id": f"ticket {ticket.id}"}


def _turns(shown: Shown) -> list[Block]:
    place, found = shown.place, []
    if shown.earlier is not None:
        found.append(_turn(EARLIER, "Earlier", Place(place.which, shown.earlier, place.words)))
    if shown.later is not None:
        found.append(_turn(LATER, "Later", Place(place.which, shown.later, place.words)))
    if place.words:
        back = CALLED[place.which or HomeList.REQUESTS]
        found.append(_turn(BACK, f"Back to {back}", Place(place.which)))
    return found


def _turn(name: str, text: str, place: Place) -> Block:
    return {"type": "button", "action_id": name, "text": plain(text), "value": str(place)}


def _settings(hears: Hears) -> Block:
    options = {one: {"text": plain(_HEARD[one]), "value": one.value} for one in Hears}
    chosen = {
        "type": "static_select",
        "action_id": HEARS,
        "options": list(options.values()),
        "initial_option": options[hears],
    }
    text = "What the desk tells me about my tickets"
    return section(text) | {"block_id": f"hears {hears}", "accessory": chosen}
