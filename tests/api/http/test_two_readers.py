"""A body that two programs could read as two things is refused."""

import pytest

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"title": "VPN", "title": "Printer"}', "title"),
        (b'{"title": "VPN", "priority": "low", "priority": "high"}', "priority"),
        (b'{"title": "VPN", "\\u0074itle": "Printer"}', "title"),
    ],
)
async def test_a_field_that_is_given_twice_is_named(ada, body, field):
    answer = await ada.send("POST", "/api/tickets", data=body, headers=JSON)

    error = answer.body["error"]
    assert (answer.status, error["code"], error["field"]) == (400, "VALIDATION_ERROR", field)
    assert "only once" in error["message"]


async def test_a_byte_order_mark_is_no_part_of_the_body(ada):
    body = b'\xef\xbb\xbf{"title": "VPN"}'

    answer = await ada.send("POST", "/api/tickets", data=body, headers=JSON)

    assert (answer.status, answer.body["title"]) == (201, "VPN")


async def test_null_is_no_version(ada):
    ticket = await ada.file()

    answer = await ada.patch(f"/api/tickets/{ticket['_id']}", {"title": "VPN", "version": None})

    assert answer.status == 400
    assert answer.body["error"]["field"] == "version"


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"title": NaN}', b'{"title": "VPN"', b""])
async def test_what_is_no_json_is_told_as_ever(ada, body):
    answer = await ada.send("POST", "/api/tickets", data=body, headers=JSON)

    assert answer.status == 400
