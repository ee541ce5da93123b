"""Whatever is signed and is no request of Slack's gets 400 and one line, and nothing else."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.subcommands import SUBCOMMANDS
from tests.support.slack_requests import COMMAND, FORM, JSON, command, form, pressed, send, sent


@pytest.fixture
def complaints(caplog):
    """What was logged as an error, by us or by a library."""
    with capture_logs() as logged:
        yield lambda: [
            # Whether the database answers on a busy machine is no matter of what was sent.
            *[
                entry
                for entry in logged
                if entry["log_level"] in ("error", "critical") and entry["event"] != "a problem"
            ],
            *[record.getMessage() for record in caplog.records if record.levelname == "ERROR"],
        ]


def without(payload, name):
    return {key: value for key, value in payload.items() if key != name}


def view(**changed):
    return sent(view=changed)


def said(text):
    return urlencode({"payload": text}).encode()


DEEP = "[" * 60_000 + "]" * 60_000
PRESS = pressed("start", "T-1")
NONSENSE = {
    "no actions": form(without(PRESS, "actions")),
    "actions empty": form(PRESS | {"actions": []}),
    "actions null": form(PRESS | {"actions": None}),
    "actions an object": form(PRESS | {"actions": {"0": PRESS["actions"][0]}}),
    "an action that is a word": form(PRESS | {"actions": ["start"]}),
    "an action without a name": form(PRESS | {"actions": [{"action_ts": "1.1", "value": "T-1"}]}),
    "a name that is a number": form(PRESS | {"actions": [{"action_id": 1, "action_ts": "1"}]}),
    "a name that is a list": form(
        PRESS | {"actions": [{"action_id": ["start"], "action_ts": "1"}]}
    ),
    "no time of the press": form(PRESS | {"actions": [{"action_id": "start", "value": "T-1"}]}),
    "an empty time": form(PRESS | {"actions": [{"action_id": "start", "action_ts": ""}]}),
    "a value that is an object": form(pressed("start", {"$ne": 1})),
    "a value that is a number": form(pressed("start", 1)),
    "an option that is a word": form(
        PRESS | {"actions": [{"action_id": "snooze", "action_ts": "1", "selected_option": "2h"}]}
    ),
    "no user": form(without(PRESS, "user")),
    "a user that is a word": form(PRESS | {"user": "U0OLGA"}),
    "a user without id": form(PRESS | {"user": {"name": "olga"}}),
    "a user that is nobody": form(PRESS | {"user": {"id": ""}}),
    "a user that is an operator": form(PRESS | {"user": {"id": {"$ne": None}}}),
    "a user that is a number": form(PRESS | {"user": {"id": 12}}),
    "a user whose name is an object": form(PRESS | {"user": {"id": "U0OLGA", "name": {}}}),
    "a user whose name is endless": form(PRESS | {"user": {"id": "U0OLGA", "name": "x" * 10_000}}),
    "a container that is a list": form(PRESS | {"container": []}),
    "a team that is a word": form(PRESS | {"team": "T0LOCAL"}),
    "no type": form(without(PRESS, "type")),
    "a type that is null": form(PRESS | {"type": None}),
    "a type that is a list": form(PRESS | {"type": ["block_actions"]}),
    "an empty type": form(PRESS | {"type": ""}),
    "no view": form(without(sent(), "view")),
    "a view that is null": form(sent() | {"view": None}),
    "a view that is a list": form(sent() | {"view": [1]}),
    "a view without type": form(sent() | {"view": without(sent()["view"], "type")}),
    "a view without id": form(sent() | {"view": without(sent()["view"], "id")}),
    "a view with an empty id": form(view(id="")),
    "a view of workflows": form(view(type="workflow_step")),
    "a state that is a word": form(view(state="x")),
    "values that are a list": form(view(state={"values": []})),
    "values of words": form(view(state={"values": {"title": "VPN is down"}})),
    "a value of a word": form(view(state={"values": {"title": {"title": "VPN is down"}}})),
    "a value within of an object": form(
        view(state={"values": {"title": {"title": {"value": {"$gt": ""}}}}})
    ),
    "blocks that are words": form(view(blocks=["title"])),
    "a block without type": form(view(blocks=[{"block_id": "title"}])),
    "a callback that is a number": form(view(callback_id=7)),
    "addresses that are words": form(sent(response_urls=["https://hooks.slack.com/1"])),
    "addresses that are null": form(sent(response_urls=None)),
    "a payload that is a list": said("[]"),
    "a payload that is null": said("null"),
    "a payload that is a word": said('"block_actions"'),
    "a payload that is a number": said("1e999"),
    "an empty payload": said(""),
    "a payload cut off": said(json.dumps(PRESS)[:-5]),
    "a payload and more": said(json.dumps(PRESS) + "{}"),
    "a trailing comma": said(json.dumps(PRESS)[:-1] + ",}"),
    "single quotes": said(json.dumps(PRESS).replace('"', "'")),
    "no number": said(json.dumps(PRESS)[:-1] + ', "x": NaN}'),
    "an infinite number": said(json.dumps(PRESS)[:-1] + ', "x": -Infinity}'),
    "a number of 5,000 digits": said(json.dumps(PRESS)[:-1] + f', "x": {"9" * 5000}}}'),
    "half of a sign": said(json.dumps(pressed("start", "T-1"))[:-1] + r', "x": "\ud800"}'),
    "half of a sign as a name": said(json.dumps(PRESS)[:-1] + r', "\udfff": 1}'),
    "deep": said(DEEP),
    "deep within": said(json.dumps(PRESS)[:-1] + f', "x": {DEEP}}}'),
    "a key twice": said(json.dumps(PRESS)[:-1] + ', "type": "view_submission"}'),
    "a key twice, deep within": said(
        json.dumps(PRESS | {"user": None}).replace("null", '{"id": "U0ADA", "id": "U0OLGA"}', 1)
    ),
    "a byte order mark": said("\ufeff" + json.dumps(PRESS)),
    "bytes that are no UTF-8": b"payload=%ff%fe",
    "a payload twice": form(PRESS) + b"&" + form(PRESS),
    "something beside the payload": form(PRESS) + b"&a=b",
    "nothing": b"",
    "no equals sign": b"command",
    "a command of nobody": command(user_id=""),
    "a command of no id": command(user_id="ada"),
    "a command of a path": command(user_id="../U0ADA"),
    "a command without its user": urlencode(without(COMMAND, "user_id")).encode(),
    "a command without its trigger": urlencode(without(COMMAND, "trigger_id")).encode(),
    "a command with an empty trigger": command(trigger_id=""),
    "a command of no name": urlencode(without(COMMAND, "command")).encode(),
    "a command twice": command() + b"&command=%2Fticket",
    "a name of 10,000 signs": command(user_name="x" * 10_000),
    "more fields than there are": b"&".join(b"a%d=1" % number for number in range(500)),
}


async def test_nonsense_is_refused_in_one_line(slack, program, complaints):
    for kind, body in NONSENSE.items():
        reply = await send(slack, body)

        assert reply.status == 400, kind
        assert len(reply.body.decode().splitlines()) == 1, kind
        assert complaints() == [], kind
        assert (await program.get("/api/tickets")).body["items"] == [], kind


NO_EVENTS = [
    b"",
    b"null",
    b"[]",
    b"{}",
    DEEP.encode(),
    b'{"type": 1}',
    b'{"type": "event_callback", "event": []}',
    b'{"type": "event_callback", "event": {}}',
    b'{"type": "event_callback", "event": {"type": {}}}',
    b'{"type": "event_callback", "type": "url_verification"}',
    b'{"type": "url_verification", "challenge": {}}',
    json.dumps(PRESS | {"actions": []}).encode()[:-1],
]


async def test_no_event_is_refused_in_one_line(slack, desk_url):
    for body in NO_EVENTS:
        reply = await send(slack, body, JSON)

        assert reply.status == 400, body[:100]
        assert len(reply.body.decode().splitlines()) == 1, body[:100]


async def test_slacks_look_at_the_address_is_answered(slack, desk_url):
    asked = {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}

    reply = await send(slack, json.dumps(asked).encode(), JSON)

    assert (reply.status, reply.json) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize(
    "event",
    [
        {"type": "event_callback", "event": {"type": "message", "authorizations": [1]}},
        {"type": "event_callback", "event": {"type": "app_mention", "user": ["U1"]}},
        {"type": "event_callback", "authorizations": 7, "event": {"type": "x"}},
        {"type": "app_rate_limited", "minute_rate_limited": 1},
    ],
)
async def test_an_event_that_nobody_waits_for_is_taken(slack, desk_url, event):
    assert (await send(slack, json.dumps(event).encode(), JSON)).status == 200


NAMES_OF_PARTS = """type user actions view id action_id action_ts value state values blocks
block_id response_url response_urls team enterprise event container selected_option
authorizations channel message $ne title"""
KEYS = st.sampled_from([*NAMES_OF_PARTS.split(), "", "\x00"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["block_actions", "view_submission", "event_callback", "U0ADA", "snooze"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def bent(draw):
    """A good request of which some part is anything at all."""
    payload = draw(st.sampled_from([pressed("start", "T-1"), sent(), pressed("older", "{}")]))
    payload = json.loads(json.dumps(payload))
    part = payload
    while True:
        name = draw(st.sampled_from(sorted(part)) | KEYS)
        inner = part.get(name)
        if isinstance(inner, dict) and inner and draw(st.booleans()):
            part = inner
            continue
        part[name] = draw(ANYTHING)
        return payload


# A form cannot be opened with a trigger that Slack never gave.
VERBS_SAID = st.sampled_from(sorted(SUBCOMMANDS.keys() - {"new", "edit", "link", "help"}))
LINES = st.tuples(VERBS_SAID, st.sampled_from(["1", "T-1", "<", "9" * 40, ""]), st.text()).map(
    " ".join
)
JSON_TYPE = st.sampled_from([FORM, JSON])
BODIES = st.one_of(
    st.tuples(bent().map(form), st.just(FORM)),
    st.tuples(ANYTHING.map(lambda value: form(value)), st.just(FORM)),
    st.tuples(ANYTHING.map(lambda value: json.dumps(value).encode()), st.just(JSON)),
    st.tuples(
        st.dictionaries(st.sampled_from(sorted(COMMAND)), st.text(max_size=30)).map(
            lambda changed: urlencode(COMMAND | changed, errors="replace").encode()
        ),
        st.just(FORM),
    ),
    st.tuples(LINES.map(lambda line: command(text=line)), st.just(FORM)),
    st.tuples(st.binary(max_size=200), JSON_TYPE),
)


async def test_no_signed_bytes_at_all_make_an_error_of_ours(slack, program, complaints):
    found = []
    options = {"max_examples": 300, "deadline": None, "database": None, "derandomize": True}
    settings(**options, suppress_health_check=list(HealthCheck))(
        given(BODIES)(lambda tried: found.append(tried))
    )()

    for body, headers in found:
        reply = await send(slack, body, headers)
        assert reply.status in {200, 400, 401}, (reply.status, body)
        assert complaints() == [], body
