"""What Slack takes, and what it refuses with which words."""

from tests.localslack.elements import (
    actions,
    button,
    confirm,
    feedback,
    field,
    icon,
    image,
    menu,
    modal,
    mrkdwn,
    opinions,
    option,
    options,
    plain,
    rich,
    section,
    table,
)

BAD_BLOCKS = {
    "unknown block": {"type": "sction", "text": mrkdwn()},
    "block without type": {"text": mrkdwn()},
    "block that is no object": "section",
    "unknown key": section(txt="oops"),
    "section without text or fields": {"type": "section"},
    "section with empty text": section(""),
    "section text 3001": section("x" * 3001),
    "section text as string": {"type": "section", "text": "Hello"},
    "section text of unknown type": {"type": "section", "text": {"type": "markdown", "text": "x"}},
    "section with emoji on mrkdwn": section() | {"text": {**mrkdwn(), "emoji": True}},
    "section with 11 fields": {"type": "section", "fields": [plain()] * 11},
    "section field 2001": {"type": "section", "fields": [plain("x" * 2001)]},
    "section with an input for accessory": section(accessory={"type": "plain_text_input"}),
    "header in mrkdwn": {"type": "header", "text": mrkdwn()},
    "header 151": {"type": "header", "text": plain("x" * 151)},
    "header without text": {"type": "header"},
    "divider with text": {"type": "divider", "text": plain()},
    "context of 11": {"type": "context", "elements": [mrkdwn()] * 11},
    "context of none": {"type": "context", "elements": []},
    "context with a button": {"type": "context", "elements": [button()]},
    "actions of 26": actions(*[button(action_id=f"b{n}") for n in range(26)]),
    "actions of none": actions(),
    "actions with a text input": actions({"type": "plain_text_input", "action_id": "x"}),
    "button text 76": actions(button("x" * 76)),
    "button text in mrkdwn": actions({**button(), "text": mrkdwn()}),
    "button value 2001": actions(button(value="x" * 2001)),
    "button value that is a number": actions(button(value=7)),
    "button url 3001": actions(button(url="https://example.com/" + "x" * 3000)),
    "button url that is none": actions(button(url="javascript:alert(1)")),
    "button style": actions(button(style="warning")),
    "button accessibility label 76": actions(button(accessibility_label="x" * 76)),
    "button without text": actions({"type": "button", "action_id": "claim"}),
    "action_id 256": actions(button(action_id="x" * 256)),
    "block_id 256": section(block_id="x" * 256),
    "action_id twice in a block": actions(button(), button()),
    "101 options": actions(menu(number=101)),
    "no options": actions(menu(number=0)),
    "options and option_groups": actions(
        menu(option_groups=[{"label": plain(), "options": options(1)}])
    ),
    "101 option groups": actions(
        {
            "type": "static_select",
            "option_groups": [{"label": plain(), "options": options(1)}] * 101,
        }
    ),
    "option text 76": actions(menu() | {"options": [option("x" * 76)]}),
    "option value 76": actions(menu() | {"options": [option(value="x" * 76)]}),
    "option without value": actions(menu() | {"options": [{"text": plain()}]}),
    "option in mrkdwn in a select": actions(menu() | {"options": [option() | {"text": mrkdwn()}]}),
    "option description 76": actions(menu() | {"options": [option(description=plain("x" * 76))]}),
    "initial option that is not offered": actions(menu(initial_option=option("Other", "other"))),
    "initial options that are not offered": actions(
        menu("checkboxes", initial_options=[option("Other", "other")])
    ),
    "overflow of 6": actions(menu("overflow", 6)),
    "overflow of none": actions(menu("overflow", 0)),
    "overflow with placeholder": actions(menu("overflow", placeholder=plain())),
    "11 checkboxes": actions(menu("checkboxes", 11)),
    "11 radio buttons": actions(menu("radio_buttons", 11)),
    "placeholder 151": actions(menu(placeholder=plain("x" * 151))),
    "placeholder in mrkdwn": actions(menu(placeholder=mrkdwn())),
    "at most 0 of several": actions(menu("multi_static_select", max_selected_items=0)),
    "confirm title 101": actions(button(confirm=confirm(title=plain("x" * 101)))),
    "confirm text 301": actions(button(confirm=confirm(text=mrkdwn("x" * 301)))),
    "confirm button 31": actions(button(confirm=confirm(confirm=plain("x" * 31)))),
    "deny button 31": actions(button(confirm=confirm(deny=plain("x" * 31)))),
    "confirm without deny": actions(button(confirm={"title": plain(), "text": plain()})),
    "context_actions of 6": opinions(*[icon(action_id=f"i{n}") for n in range(6)]),
    "context_actions with a button": opinions(button()),
    "icon that Slack does not have": opinions(icon(icon="star")),
    "feedback without a way to say no": opinions(
        {"type": "feedback_buttons", "positive_button": {"text": plain(), "value": "y"}}
    ),
    "feedback in an actions block": actions(feedback()),
    "image without alt_text": {"type": "image", "image_url": "https://example.com/a.png"},
    "image without a source": {"type": "image", "alt_text": "a"},
    "image alt_text 2001": image(alt_text="x" * 2001),
    "image title 2001": image(title=plain("x" * 2001)),
    "date that is none": actions({"type": "datepicker", "initial_date": "22.11.2026"}),
    "time that is none": actions({"type": "timepicker", "initial_time": "9:00"}),
    "moment in milliseconds": actions(
        {"type": "datetimepicker", "initial_date_time": 1_700_000_000_000}
    ),
    "table of 101 rows": table(rows=101),
    "table of 21 columns": table(columns=21),
    "table with 21 column settings": table(settings=21),
    "table with a bare string": {"type": "table", "rows": [["x"]]},
    "markdown 12001": {"type": "markdown", "text": "x" * 12_001},
    "rich text of unknown pieces": rich({"type": "txt", "text": "x"}),
    "rich text with empty text": rich({"type": "text", "text": ""}),
    "rich text with unknown style": rich({"type": "text", "text": "x", "style": {"blink": True}}),
    "broadcast to the channel": section("Hi <!channel>"),
    "broadcast to those here": section("Hi <!here>"),
    "broadcast to everyone, labelled": section("Hi <!everyone|all of you>"),
    "broadcast in a button's value": actions(button(value="<!channel>")),
    "broadcast in rich text": rich({"type": "broadcast", "range": "here"}),
    "input label 2001": field(label=plain("x" * 2001)),
    "input hint 2001": field(hint=plain("x" * 2001)),
    "input label in mrkdwn": field(label=mrkdwn()),
    "input without label": {"type": "input", "element": {"type": "plain_text_input"}},
    "input without element": {"type": "input", "label": plain()},
    "input holding a button": field(button()),
    "input with unknown element": field({"type": "plain_txt_input"}),
    "input with max_length 3001": field({"type": "plain_text_input", "max_length": 3001}),
    "input that starts longer than allowed": field(
        {"type": "plain_text_input", "max_length": 3, "initial_value": "four"}
    ),
    "input with min over max": field(
        {"type": "plain_text_input", "min_length": 9, "max_length": 3}
    ),
    "number input that does not say whether decimals": field({"type": "number_input"}),
    "optional that is a word": field(optional="true"),
    "header with two texts": {"type": "header", "text": plain(), "texts": [plain()]},
    "section with two accessories": section(accessory=[button(), button()]),
    "rich text that is no list": {"type": "rich_text", "elements": "x"},
    "select without options": actions({"type": "static_select", "action_id": "menu"}),
    "initial user that is a list": actions({"type": "users_select", "initial_user": ["U0ADA"]}),
    "least query that is a word": actions(
        {"type": "external_select", "action_id": "x", "min_query_length": "3"}
    ),
    "image at a data address": image(image_url="data:image/png;base64,AAAA"),
    "file input for 11": field({"type": "file_input", "action_id": "x", "max_files": 11}),
    "video without a thumbnail": {
        "type": "video",
        "alt_text": "a",
        "title": plain(),
        "video_url": "https://example.com/v",
    },
}

# A modal takes them, a message does not.
ONLY_IN_A_VIEW = {
    "a file input": field({"type": "file_input", "action_id": "x"}),
}
# A message takes them, a modal does not.
ONLY_IN_A_MESSAGE = {
    "a table": table(),
    "markdown": {"type": "markdown", "text": "# Hello"},
    "a file": {"type": "file", "external_id": "x", "source": "remote"},
    "feedback": opinions(feedback()),
    "an icon to press": opinions(icon()),
}

BAD_VIEWS = {
    "not a modal": modal(type="dialog"),
    "without title": {key: value for key, value in modal().items() if key != "title"},
    "title 25": modal(title=plain("x" * 25)),
    "title in mrkdwn": modal(title=mrkdwn()),
    "submit 25": modal(submit=plain("x" * 25)),
    "close 25": modal(close=plain("x" * 25)),
    "input without submit": {key: value for key, value in modal().items() if key != "submit"},
    "101 blocks": modal(*[{"type": "divider"}] * 101),
    "no blocks": modal(blocks=[]),
    "callback_id 256": modal(callback_id="x" * 256),
    "private_metadata 3001": modal(private_metadata="x" * 3001),
    "private_metadata that is no string": modal(private_metadata={"number": 7}),
    "unknown key": modal(tittle=plain()),
    "block_id twice": modal(field(), field()),
    "markdown block": modal({"type": "markdown", "text": "x"}),
    "table block": modal(table()),
    "two focused fields": modal(
        field({"type": "plain_text_input", "action_id": "a", "focus_on_load": True}),
        field({"type": "plain_text_input", "action_id": "b", "focus_on_load": True}, "more"),
    ),
    "broadcast in the title": modal(title=plain("<!channel>")),
    "broadcast in private_metadata": modal(private_metadata="<!here>"),
    "no object": "modal",
}

BAD_MESSAGES = {
    "no text": ("no_text", {"blocks": [section()]}),
    "empty text": ("no_text", {"text": ""}),
    "blank text": ("no_text", {"text": " \n"}),
    "text that is a number": ("invalid_arguments", {"text": 7}),
    "text 40001": ("msg_too_long", {"text": "x" * 40_001}),
    "broadcast in the text": ("invalid_arguments", {"text": "Printer <!channel> on fire"}),
    "51 blocks": ("invalid_blocks", {"text": "x", "blocks": [{"type": "divider"}] * 51}),
    "blocks that are no list": ("invalid_blocks", {"text": "x", "blocks": section()}),
    "block_id twice": (
        "invalid_blocks",
        {"text": "x", "blocks": [section(block_id="a"), section(block_id="a")]},
    ),
    "all block text together": (
        "msg_blocks_too_long",
        {"text": "x", "blocks": [section("x" * 2700)] * 5},
    ),
    "all markdown together": (
        "msg_blocks_too_long",
        {"text": "x", "blocks": [{"type": "markdown", "text": "x" * 7000}] * 2},
    ),
    "broadcast in the third block": (
        "invalid_arguments",
        {"text": "x", "blocks": [section(), section(), section("<!everyone>")]},
    ),
    "two tables": ("invalid_blocks", {"text": "x", "blocks": [table(), table()]}),
    "metadata without type": ("invalid_metadata_format", {"metadata": {"event_payload": {}}}),
    "metadata without payload": ("invalid_metadata_format", {"metadata": {"event_type": "a"}}),
    "metadata with a list": (
        "invalid_metadata_format",
        {"metadata": {"event_type": "a", "event_payload": []}},
    ),
    "metadata with more": (
        "invalid_metadata_format",
        {"metadata": {"event_type": "a", "event_payload": {}, "entity": 1}},
    ),
    "broadcast in metadata": (
        "invalid_arguments",
        {"metadata": {"event_type": "a", "event_payload": {"title": "<!channel>"}}},
    ),
}

GOOD_MESSAGES = {
    "text": {"text": "Hello"},
    "escaped broadcast": {"text": "&lt;!channel&gt;"},
    "everything at its limit": {
        "text": "x" * 40_000,
        "blocks": [
            {"type": "header", "text": plain("x" * 150)},
            section("x" * 3000, accessory=menu("overflow", 5)),
            {"type": "section", "fields": [plain("x" * 200)] * 10},
            {"type": "context", "elements": [mrkdwn(), image(), *[plain()] * 8]},
            actions(*[button(action_id=f"b{n}") for n in range(25)]),
        ],
    },
    "50 blocks": {"text": "x", "blocks": [{"type": "divider"}] * 50},
    "the rarer ones": {
        "text": "x",
        "blocks": [
            table(rows=100, columns=20, settings=20),
            {"type": "markdown", "text": "# Hello"},
            rich(
                {"type": "text", "text": "x", "style": {"bold": True}},
                {"type": "user", "user_id": "U0ADA"},
                {"type": "date", "timestamp": 1_700_000_000, "format": "{ago}"},
            ),
            image(title=plain()),
            actions(
                {"type": "users_select", "action_id": "who"},
                menu("checkboxes", 10, initial_options=options(1), action_id="c"),
                {"type": "datepicker", "initial_date": "2026-11-22"},
            ),
        ],
    },
    "the same action_id in two blocks": {"text": "x", "blocks": [actions(button())] * 2},
    "metadata": {
        "text": "x",
        "metadata": {"event_type": "ticket", "event_payload": {"number": 7}},
    },
    "metadata taken away": {"text": "x", "metadata": {}},
}

GOOD_VIEWS = {
    "form": modal(),
    "full form": modal(
        field({"type": "plain_text_input", "action_id": "v", "initial_value": "<!channel>"}),
        field(menu(initial_option=options(1)[0]), "priority", optional=True),
        field({"type": "number_input", "is_decimal_allowed": False}, "count", hint=plain()),
        close=plain("x" * 24),
        private_metadata="x" * 3000,
        callback_id="x" * 255,
        notify_on_close=True,
    ),
    "100 blocks and nothing to submit": {
        "type": "modal",
        "title": plain("x" * 24),
        "blocks": [{"type": "divider"}] * 100,
    },
}
