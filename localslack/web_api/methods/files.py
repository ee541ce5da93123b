"""files.*: uploads in three steps, of which the middle one is a POST to the address given."""

from __future__ import annotations

import re
from typing import Any

from localslack.api_error import Refused, refuse_all
from localslack.state.files import LARGEST, File
from localslack.state.messages import Channel
from localslack.state.people import BOT_USER
from localslack.validation import message_objections
from localslack.web_api.call import Call
from localslack.web_api.methods.chat import at_its_pace, thread_named
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.places import place_to_share

CHANNEL_ID = re.compile(r"[CGDZ][A-Z0-9]+")
MOST_ALT_TEXT = 1000


def upload_url(call: Call) -> dict[str, Any]:
    name, size = call.text("filename"), call.number("length", 0)
    if size < 1:
        raise Refused("missing_argument", "length is the number of bytes that will come")
    if size > LARGEST:
        raise Refused("file_upload_size_restricted", f"at most {LARGEST} bytes here")
    alt_text = call.maybe("alt_txt") or ""
    if len(alt_text) > MOST_ALT_TEXT:
        raise Refused("alt_txt_too_large", f"at most {MOST_ALT_TEXT} characters")
    now = call.workspace.now()
    file, secret = call.workspace.files.expect(name, size, BOT_USER, now, alt_text)
    return {"upload_url": f"{call.around.base_url()}upload/{secret}", "file_id": file.id}


def complete(call: Call) -> dict[str, Any]:
    """Shares them in one message in each channel; without a channel they stay the app's own."""
    uploaded = [(come(call, each), each.get("title")) for each in listed(call)]
    channels = [shared_in(call, name) for name in channel_ids(call)]
    if call.maybe("thread_ts") and len(channels) != 1:
        raise Refused("invalid_arguments", "thread_ts goes with exactly one channel")
    comment = call.maybe("initial_comment") or ""
    refuse_all(message_objections({"text": comment}) if comment else [])
    threads = [thread_named(call, channel) for channel in channels]
    for channel in channels:
        at_its_pace(call, channel)
    for file, title in uploaded:
        file.title = str(title or file.name)
        call.workspace.files.finish(file)
    shown = [file.as_slack(call.around.base_url()) for file, _ in uploaded]
    for channel, thread in zip(channels, threads, strict=True):
        call.workspace.post(channel, BOT_USER, comment, thread_ts=thread, files=shown)
    return {"files": shown}


def listed(call: Call) -> list[dict[str, Any]]:
    files = call.structure("files", "invalid_arguments")
    if not isinstance(files, list) or not files:
        raise Refused("invalid_arguments", "files is a list of ids [json-pointer:/files]")
    for each in files:
        known = isinstance(each, dict) and each.keys() <= {"id", "title", "highlight_type"}
        if not known or not isinstance(each.get("id"), str):
            said = f"a file has id, title and highlight_type, not {each!r}"
            raise Refused("invalid_arguments", said)
    return files


def come(call: Call, given: dict[str, Any]) -> File:
    file = call.workspace.files.find(given["id"])
    if file is None or file.user != BOT_USER:
        raise Refused("file_not_found", f"no file {given['id']} was begun")
    if file.content is None:
        raise Refused("file_not_found", f"nothing was uploaded for {file.name} yet")
    if file.complete:
        raise Refused("file_not_found", f"{file.name} is complete already")
    return file


def channel_ids(call: Call) -> list[str]:
    one, several = call.maybe("channel_id"), call.maybe("channels")
    if one and several:
        raise Refused("invalid_arguments", "give channel_id or channels, not both")
    return several.split(",") if several else [one] if one else []


def shared_in(call: Call, name: str) -> Channel:
    """By id alone: neither #name nor a person will do."""
    if not CHANNEL_ID.fullmatch(name):
        said = f"must match ^[CGDZ][A-Z0-9]+$, is {name!r} [json-pointer:/channel_id]"
        raise Refused("invalid_arguments", said)
    return place_to_share(call, name)


def meant(call: Call) -> File:
    file = call.workspace.files.find(call.text("file"))
    if file is None or not file.complete or not reaches(call, file):
        raise Refused("file_not_found", problem=False)
    return file


def reaches(call: Call, file: File) -> bool:
    """Its own, and what people handed in with a form or shared where the bot is."""
    return file.user == BOT_USER or all(
        BOT_USER in message.channel.members
        for message in call.workspace.messages
        if any(each["id"] == file.id for each in message.files)
    )


def info(call: Call) -> dict[str, Any]:
    return {"file": meant(call).as_slack(call.around.base_url()), "comments": []}


def delete(call: Call) -> dict[str, Any]:
    file = meant(call)
    if file.user != BOT_USER:
        raise Refused("cant_delete_file", f"{file.name} is not the bot's own")
    call.workspace.delete_file(file.id)
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(
        upload_url, "filename length alt_txt snippet_type", "files:write"
    ),
    "files.completeUploadExternal": Method(
        complete, "files channel_id channels thread_ts initial_comment", "files:write"
    ),
    "files.info": Method(info, "file cursor limit count page", "files:read"),
    "files.delete": Method(delete, "file", "files:write"),
}
