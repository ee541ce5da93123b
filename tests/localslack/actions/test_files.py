"""Files: the app's three steps, what people hand in, and how they are had again."""

from dataclasses import replace

import aiohttp
import pytest

from localslack import NotPossible
from localslack.state.files import LARGEST
from tests.localslack.elements import field, modal
from tests.localslack.web_api.test_web_api import refused

PAGE = b"<script>alert(1)</script>"


@pytest.fixture
def manifest(manifest):
    return replace(
        manifest,
        scopes=manifest.scopes | {"files:write", "files:read"},
        events=manifest.events | {"message.channels", "file_shared"},
    )


@pytest.fixture
async def http(slack):
    """As an app asks for files."""
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


async def begun(client, http, content=b"hello", name="hello.txt"):
    """The first two steps; gives the file's id."""
    begin = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with http.post(begin["upload_url"], data=content) as response:
        assert response.status == 200, await response.text()
    return begin["file_id"]


async def test_the_sdk_uploads_a_file_and_shares_it(slack, client):
    parent = slack.say("Logs?", by=slack.ada)

    answer = await client.files_upload_v2(
        content="hello",
        filename="log.txt",
        title="The log",
        channel="C0GENERAL",
        initial_comment="Here",
        thread_ts=parent.ts,
    )

    [message] = slack.thread(parent)
    [file] = message.as_slack()["files"]
    assert message.text == "Here"
    assert (file["id"], file["title"], file["size"]) == (answer["file"]["id"], "The log", 5)
    assert (file["name"], file["mimetype"], file["filetype"]) == ("log.txt", "text/plain", "txt")
    assert slack.problems == []


async def test_a_file_comes_back_as_it_was_and_runs_nothing(slack, client, http):
    file = (await client.files_upload_v2(content=PAGE.decode(), filename="ü page.html"))["file"]

    async with http.get(file["url_private"]) as response:
        assert await response.read() == PAGE
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer xoxb-other"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["no token", "another token", "another page"],
)
async def test_who_is_not_signed_in_gets_a_page_instead_of_the_file(slack, headers):
    file = slack.upload("cat.png", b"\x89PNG", by=slack.ada)

    async with aiohttp.request("GET", slack.base_url + file.path, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert b"Sign in" in await response.read()
    assert "without the bot's token" in slack.problems[0]


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_people_see_files_in_their_browser(slack, site):
    file = slack.upload("cat.png", b"\x89PNG", by=slack.ada)

    headers = {"Sec-Fetch-Site": site}
    async with aiohttp.request("GET", slack.base_url + file.path, headers=headers) as response:
        assert await response.read() == b"\x89PNG"
    assert slack.problems == []


async def test_an_image_is_shown(slack, http):
    file = slack.upload("cat.png", b"\x89PNG", by=slack.ada, alt_text="A cat")

    async with http.get(slack.base_url + file.path) as response:
        assert response.content_type == "image/png"
        assert response.headers["Content-Disposition"].startswith("inline;")
    assert file.as_slack("")["alt_txt"] == "A cat"


async def test_a_drawing_that_could_run_something_is_not_shown(slack, http):
    file = slack.upload("cat.svg", b"<svg/>", by=slack.ada)
    async with http.get(slack.base_url + file.path) as response:
        assert response.headers["Content-Disposition"].startswith("attachment;")


async def test_an_upload_may_come_as_a_form(slack, client, http):
    begin = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    form = aiohttp.FormData()
    form.add_field("filename", b"hello", filename="a.txt")
    async with http.post(begin["upload_url"], data=form) as response:
        assert response.status == 200
    await client.files_completeUploadExternal(files=[{"id": begin["file_id"]}])
    assert slack.workspace.files.find(begin["file_id"]).content == b"hello"


async def test_a_file_is_nobodys_before_it_is_complete(slack, client, http):
    file_id = await begun(client, http)
    await refused(client.files_info(file=file_id), "file_not_found")
    file = slack.workspace.files.find(file_id)
    async with http.get(slack.base_url + file.path) as response:
        assert response.status == 404


async def test_other_bytes_than_announced_are_a_problem(slack, client, http):
    begin = await client.files_getUploadURLExternal(filename="a.txt", length=4)
    async with http.post(begin["upload_url"], data=b"hello") as response:
        assert response.status == 400
    await refused(
        client.files_completeUploadExternal(files=[{"id": begin["file_id"]}]), "file_not_found"
    )
    assert "4 bytes were announced" in slack.problems[0]


async def test_what_never_came_is_not_expected_for_ever(slack, client, http, clock):
    begin = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    clock.time += 60 * 60 + 1
    await client.files_getUploadURLExternal(filename="b.txt", length=1)

    async with http.post(begin["upload_url"], data=b"x") as response:
        assert response.status == 404
    assert slack.workspace.files.find(begin["file_id"]) is None


async def test_an_address_is_for_one_upload(slack, client, http):
    begin = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    await http.post(begin["upload_url"], data=b"x")
    await client.files_completeUploadExternal(files=[{"id": begin["file_id"]}])
    async with http.post(begin["upload_url"], data=b"y") as again:
        assert again.status == 404
    again = client.files_completeUploadExternal(files=[{"id": begin["file_id"]}])
    await refused(again, "file_not_found")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"channel_id": "U0ADA"}, "invalid_arguments"),
        ({"channel_id": "#general"}, "invalid_arguments"),
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"channel_id": "C0RANDOM"}, "not_in_channel"),
        ({"channel_id": "C0GENERAL", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channels": ["C0GENERAL", "C0HELPDESK"], "thread_ts": "1.000001"}, "invalid_arguments"),
        ({"channel_id": "C0GENERAL", "initial_comment": "<!here>"}, "invalid_arguments"),
    ],
    ids=["person", "name", "nowhere", "no member", "no thread", "two channels", "broadcast"],
)
async def test_where_a_file_cannot_be_shared(slack, client, http, given, code):
    file_id = await begun(client, http)
    await refused(client.files_completeUploadExternal(files=[{"id": file_id}], **given), code)
    assert not any(message.files for message in slack.workspace.messages)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"filename": "a", "length": 0}, "missing_argument"),
        ({"filename": "a", "length": LARGEST + 1}, "file_upload_size_restricted"),
        ({"filename": "a", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a", "length": "one"}, "invalid_arguments"),
        ({"length": 1}, "invalid_arguments"),
    ],
    ids=["empty", "too large", "alt text 1001", "no number", "no name"],
)
async def test_uploads_that_are_refused_at_once(slack, client, given, code):
    await refused(client.api_call("files.getUploadURLExternal", params=given), code)
    assert slack.problems


async def test_a_deleted_file_leaves_a_tombstone(slack, client, http):
    file = (await client.files_upload_v2(content="x", filename="a.txt", channel="C0GENERAL"))[
        "file"
    ]
    changed = []
    slack.workspace.watchers.append(changed.append)

    await client.files_delete(file=file["id"])

    [message] = slack.messages("#general")
    assert message.files == [{"id": file["id"], "mode": "tombstone"}]
    assert message in changed
    async with http.get(file["url_private"]) as response:
        assert response.status == 404


async def test_the_app_deletes_only_its_own(slack, client):
    file = slack.upload("a.txt", b"x", by=slack.ada)
    await slack.post("", by=slack.ada, files=[file])
    assert (await client.files_info(file=file.id))["file"]["user"] == "U0ADA"
    await refused(client.files_delete(file=file.id), "cant_delete_file")


async def test_the_app_does_not_see_what_is_shared_without_it(slack, client):
    file = slack.upload("a.txt", b"x", by=slack.ada)
    await slack.post("", by=slack.ada, files=[file], channel="#random")
    await refused(client.files_info(file=file.id), "file_not_found")


async def test_the_app_hears_of_a_persons_file(slack, ear):
    file = slack.upload("a.txt", b"x", by=slack.ada)

    await slack.post("Look", by=slack.ada, files=[file])

    told = {event["type"]: event for event in (request.json()["event"] for request in ear.heard)}
    assert told["message"]["subtype"] == "file_share"
    assert told["message"]["files"][0]["url_private"].startswith(slack.base_url)
    assert told["file_shared"]["file_id"] == file.id


async def test_files_need_their_scopes(manifest, client):
    object.__setattr__(manifest, "scopes", frozenset({"chat:write", "files:read"}))
    call = client.files_getUploadURLExternal(filename="a", length=1)
    await refused(call, "missing_scope")
    await refused(client.files_delete(file="F1"), "missing_scope")


FORM = modal(
    field({"type": "file_input", "action_id": "v", "filetypes": ["txt"], "max_files": 2}, "logs"),
    field({"type": "rich_text_input", "action_id": "v"}, "story", optional=True),
)


@pytest.fixture
async def form(slack, client, ear):
    answer = await slack.command("new", by=slack.ada)
    await client.views_open(trigger_id=answer.trigger_id, view=FORM)
    return await slack.modal(by=slack.ada, after=answer)


async def test_files_and_rich_text_are_handed_in_with_a_form(slack, ear, form):
    file = slack.upload("a.txt", b"x", by=slack.ada)
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Long"}]}
    story = {"type": "rich_text", "elements": [line]}

    await slack.submit(form, logs=[file.id], story=story)

    values = ear.payload["view"]["state"]["values"]
    assert [each["id"] for each in values["logs"]["v"]["files"]] == [file.id]
    assert values["story"]["v"] == {"type": "rich_text_input", "rich_text_value": story}
    assert slack.problems == []


@pytest.mark.parametrize(
    ("logs", "sentence"),
    [
        (lambda s: ["F0NONE"], "no file"),
        (lambda s: [s.upload("a.txt", b"x", by=s.ben)], "no file"),
        (lambda s: [s.upload("a.exe", b"x", by=s.ada)], "takes txt"),
        (lambda s: [s.upload("a.txt", b"x", by=s.ada) for _ in range(3)], "at most 2"),
        (lambda s: [], "must be filled in"),
    ],
    ids=["unknown", "another's", "another kind", "three", "none"],
)
async def test_files_that_a_form_does_not_take(slack, form, logs, sentence):
    with pytest.raises(NotPossible, match=sentence):
        await slack.submit(form, logs=logs(slack))


@pytest.mark.parametrize("story", [{"type": "rich_text"}, {"elements": []}, 7], ids=str)
async def test_rich_text_that_is_none_cannot_be_typed(slack, form, story):
    file = slack.upload("a.txt", b"x", by=slack.ada)
    with pytest.raises(NotPossible, match="rich text"):
        await slack.submit(form, logs=[file.id], story=story)


async def test_a_file_input_needs_files_read(manifest, slack, client, ear):
    object.__setattr__(manifest, "scopes", frozenset({"chat:write"}))
    answer = await slack.command("new", by=slack.ada)
    await refused(client.views_open(trigger_id=answer.trigger_id, view=FORM), "missing_scope")


async def test_an_empty_or_huge_file_cannot_be_uploaded(slack):
    for content in (b"", b"x" * (LARGEST + 1)):
        with pytest.raises(NotPossible):
            slack.upload("a.txt", content, by=slack.ada)
