"""Blocks and what is in them, as short as they can be written."""


def plain(text="Hello"):
    return {"type": "plain_text", "text": text}


def mrkdwn(text="Hello"):
    return {"type": "mrkdwn", "text": text}


def section(text="Hello", **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text="Claim", action_id="claim", **more):
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def option(text="High", value="high", **more):
    return {"text": plain(text), "value": value, **more}


def options(number):
    return [option(f"Option {n}", f"o{n}") for n in range(number)]


def menu(kind="static_select", number=2, **more):
    return {"type": kind, "action_id": "menu", "options": options(number), **more}


def field(element=None, block_id="title", **more):
    element = element or {"type": "plain_text_input", "action_id": "value"}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Title"),
        "element": element,
        **more,
    }


def confirm(**more):
    return {
        "title": plain(),
        "text": mrkdwn(),
        "confirm": plain(),
        "deny": plain(),
        **more,
    }


def image(**more):
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", **more}


def modal(*blocks, **more):
    return {
        "type": "modal",
        "title": plain("New ticket"),
        "submit": plain("Open"),
        "blocks": list(blocks or [field()]),
        **more,
    }


def table(rows=1, columns=1, settings=1):
    cell = {"type": "raw_text", "text": "x"}
    return {
        "type": "table",
        "rows": [[cell] * columns for _ in range(rows)],
        "column_settings": [{"align": "left"}] * settings,
    }


def opinions(*elements):
    return {"type": "context_actions", "elements": list(elements)}


def icon(**more):
    return {"type": "icon_button", "icon": "trash", "text": plain("Delete"), **more}


def feedback():
    yes, no = ({"text": plain(text), "value": text} for text in ("Good", "Bad"))
    return {"type": "feedback_buttons", "positive_button": yes, "negative_button": no}


def rich(*pieces):
    line = {"type": "rich_text_section", "elements": list(pieces)}
    return {"type": "rich_text", "elements": [line]}
