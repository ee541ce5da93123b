"""Rich text, and the tables whose cells may hold it."""

from __future__ import annotations

from localslack.validation.elements import IDENTIFIER, URL
from localslack.validation.shape import (
    Checks,
    boolean,
    by_type,
    list_of,
    one_of,
    string,
    thing,
    whole,
)

STYLES = "bold italic strike code underline highlight client_highlight unlink"
STYLE = thing(None, dict.fromkeys(STYLES.split(), boolean))
STYLED: Checks = {"style": STYLE}
ANY_LENGTH = 40_000

PIECES: Checks = {
    "text": thing({"text": string(ANY_LENGTH)}, STYLED),
    "link": thing({"url": string(3000)}, {**STYLED, "text": string(ANY_LENGTH), "unsafe": boolean}),
    "user": thing({"user_id": IDENTIFIER}, STYLED),
    "usergroup": thing({"usergroup_id": IDENTIFIER}, STYLED),
    "channel": thing({"channel_id": IDENTIFIER}, STYLED),
    "team": thing({"team_id": IDENTIFIER}, STYLED),
    "emoji": thing(
        {"name": string(255)}, {**STYLED, "unicode": string(255), "skin_tone": whole(1, 6)}
    ),
    "date": thing(
        {"timestamp": whole(0, 10**11), "format": string(255)},
        {**STYLED, "url": URL, "fallback": string(255)},
    ),
    "color": thing({"value": string(255)}, STYLED),
    "broadcast": thing({"range": one_of("channel", "here", "everyone")}, STYLED),
}
PIECE = by_type(PIECES, "rich text element")
LINE: Checks = {"elements": list_of(PIECE, most=1000)}
SECTION = thing(LINE)
BORDER: Checks = {"border": whole(0, 1)}

RICH_TEXT = list_of(
    by_type(
        {
            "rich_text_section": SECTION,
            "rich_text_quote": thing(LINE, BORDER),
            "rich_text_preformatted": thing(LINE, {**BORDER, "language": string(255)}),
            "rich_text_list": thing(
                {
                    "style": one_of("bullet", "ordered"),
                    "elements": list_of(
                        by_type({"rich_text_section": SECTION}, "list item"), most=1000
                    ),
                },
                {**BORDER, "indent": whole(0, 8), "offset": whole(0, 10**6)},
            ),
        },
        "part of a rich text",
    ),
    most=1000,
)

CELL = by_type(
    {
        "raw_text": thing({"text": string(ANY_LENGTH)}),
        "rich_text": thing({"elements": RICH_TEXT}, {"block_id": IDENTIFIER}),
    },
    "table cell",
)
COLUMN = thing(None, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
TABLE = thing(
    {"rows": list_of(list_of(CELL, most=20), most=100)},
    {"block_id": IDENTIFIER, "column_settings": list_of(COLUMN, most=20)},
)
