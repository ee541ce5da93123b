"""What people type comes back byte for byte, or is refused; it never breaks anything."""

import json
from urllib.parse import quote

import pytest
from yarl import URL

NAUGHTY = [
    "undefined",
    "null",
    "NaN",
    "true",
    "0",
    "-1",
    "1e1000",
    "0x7fffffffffffffff",
    "$where",
    "$ne",
    '{"$gt": ""}',
    "a.b.c",
    "__proto__",
    "constructor",
    "'; DROP TABLE tickets; --",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "&lt;&amp;&quot;",
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1/a}",
    "%s%n%x%d",
    "%00%0a",
    "\\u0000 \\x00 \\0",
    "\\",
    '"',
    "'",
    "`",
    "../../etc/passwd",
    "$(touch /tmp/x)",
    "| cat",
    "=1+1",
    "<!channel> <@U123> <http://evil|click> *x* _y_ ~z~",
    "#42 T-42 /ticket close T-1",
    " leading and trailing ",
    "non\u00a0breaking\u2003wide",
    "zero\u200bwidth\u200djoiner\ufeff",
    "\u202ereversed\u202c",
    "\u2066isolated\u2069",
    "e\u0301 is not \u00e9",
    "\u1e9b\u0323",
    "ﬁ ligature ½ ²",
    "İstanbul ıI ß ẞ",
    "Ω≈ç√∫˜µ≤≥÷",
    "田中さんにあげて下さい",
    "הטקסט בעברית",
    "كيف حالك",
    "नमस्ते",
    "ไทยที่ก้ำกึ่ง",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\U0001f525",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3ff",
    "\U0001f1fa\U0001f1f8\U0001f1e9\U0001f1ea",
    "\U0010ffff",
    "\ufffe\uffff",
    "\ufffd",
    "\ue000 private",
    "𝕬𝖉𝖆 ａｄａ",
    "١٢٣",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "a\0b",
    "a\x1b[31mred\x07",
    "a\x7fb",
    "a\x85b",
    "a\u2028b\u2029c",
    "a\x0bb\x0cc",
]


async def test_a_hard_text_comes_back_as_it_was_sent_or_is_refused(ada):
    # Case 25.
    changed = []

    for text in NAUGHTY:
        filed = await ada.post("/api/tickets", {"title": text, "description": text})
        ticket = filed.body if filed.status == 201 else await ada.file(description="before")
        address = f"/api/tickets/{ticket['_id']}"
        described = await ada.patch(address, {"description": text})
        said = await ada.post(f"{address}/comments", {"message": text})
        assert {filed.status, described.status, said.status} <= {200, 201, 400}, ascii(text)

        shown = (await ada.get(address)).body
        comments = [comment["message"] for comment in shown["comments"]]
        if (
            (filed.status == 201 and shown["title"] != text)
            or shown["description"] != (text if described.status == 200 else "before")
            or comments != [text] * (said.status == 201)
        ):
            changed.append(text)

    assert changed == []


async def test_a_hard_text_breaks_nothing_as_a_name_or_an_address(stranger):
    # Case 25.
    changed = []

    for number, text in enumerate(NAUGHTY):
        named = {"name": text, "email": f"user-{number}@example.com", "password": "123456"}
        addressed = {"name": "Ada", "email": f"{text}@example.com", "password": "123456"}
        for new in (named, addressed):
            answer = await stranger.post("/api/auth/register", new)
            assert answer.status in (201, 400), ascii(text)
            if (
                answer.status == 201
                and not answer.body["user"].items()
                >= {
                    "name": new["name"],
                    "email": new["email"],
                }.items()
            ):
                changed.append(text)

    assert changed == []


async def test_a_hard_text_is_a_password_like_any_other(stranger):
    # Case 25.
    refused = []

    for number, text in enumerate(NAUGHTY):
        login = {"email": f"user-{number}@example.com", "password": f"{text} 123456"}
        await stranger.post("/api/auth/register", login | {"name": "Ada"})
        answer = await stranger.post("/api/auth/login", login)
        if answer.status != 200:
            refused.append((answer.status, text))

    assert refused == [(400, "a\0b")]


async def test_a_hard_text_breaks_nothing_in_a_query_or_a_path(ada, session):
    # Case 25.
    url = f"{ada.url}/api/tickets"
    wrong = []

    for text in NAUGHTY:
        for name in ("assignee", "status", "limit", "cursor", text):
            async with session.get(url, params={name: text}, headers=ada.headers) as response:
                if response.status != 400:
                    wrong.append((name, text))
        one = URL(f"{url}/{quote(text, safe='')}", encoded=True)
        async with session.get(one, headers=ada.headers) as response:
            if response.status != 404:
                wrong.append(text)

    assert wrong == []


@pytest.mark.parametrize(
    "title",
    ["a\nb", "a\r\nb", "a\0b", "a\x1b[31m", "a\x7fb", "a\x85b", "a\x9bb", "a\u2028b"],
    ids=ascii,
)
async def test_a_title_is_one_line_without_control_characters(ada, title):
    answer = await ada.post("/api/tickets", {"title": title})

    assert (answer.status, answer.body["error"]["field"]) == (400, "title")


async def test_the_longest_texts_fit_in_whatever_they_are_written(ada):
    title, description, message = "\U0001f525" * 200, "\U0001f525" * 10_000, "\U0001f525" * 4_000
    body = {"title": title, "description": description}

    filed = await ada.send(
        "POST",
        "/api/tickets",
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
    )
    said = await ada.post(f"/api/tickets/{filed.body['_id']}/comments", {"message": message})

    assert filed.body["title"] == title
    assert filed.body["description"] == description
    assert said.body["ticket"]["comments"][0]["message"] == message
