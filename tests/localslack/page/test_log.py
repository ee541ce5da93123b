"""The log beside the page: what was asked, by whom, and what was wrong with it."""

import json

import aiohttp

from localslack import Fault
from tests.localslack.samples import says


async def test_a_request_to_the_app_is_in_the_log_when_it_begins_and_when_it_ended(slack, ear, ada):
    ear.answers.append(says({"text": "Here you are"}))
    assert await ada.post("command", channel="C0GENERAL", command="/ticket", text="list") == {}

    begun, ended = await ada.hear("log"), await ada.hear("log")
    assert (begun["kind"], begun["what"], begun["seconds"]) == ("request", "/ticket list", None)
    assert (ended["id"], ended["status"], ended["failure"]) == (begun["id"], 200, "")
    assert ended["seconds"] > 0
    assert (ended["given"]["user_id"], ended["answer"]) == ("U0ADA", {"text": "Here you are"})


async def test_what_was_wrong_with_an_answer_is_beside_its_request(slack, ear, ada):
    ear.answers.append(says({"text": "Here", "nonsense": 1}))
    answer = await ada.post("command", channel="C0GENERAL", command="/ticket", text="")

    assert answer["ok"] is False
    assert "refused" in answer["error"]
    await slack.until(lambda: slack.requests[-1].problems)
    assert slack.requests[-1].problems == slack.problems
    while not (entry := await ada.hear("log"))["problems"]:
        pass
    assert "nonsense" in entry["problems"][0]


async def test_a_call_of_the_web_api_is_in_the_log_with_what_was_wrong(slack, client, ada):
    async with aiohttp.ClientSession() as session:
        given = {"channel": "#general", "token": "xoxb-local"}
        await session.post(f"{slack.api_url}chat.postMessage", data=given)

    while (ended := await ada.hear("log"))["seconds"] is None:
        pass
    assert (ended["kind"], ended["what"], ended["status"]) == ("call", "chat.postMessage", 200)
    assert (ended["answer"]["ok"], ended["failure"]) == (False, "no_text")
    assert "needs a top-level text" in ended["problems"][0]


async def test_no_token_is_ever_in_the_log(slack, ear, client, browser):
    await slack.command("", by=slack.ada)
    slack.fail("chat.postMessage", Fault.error("fatal_error"))
    async with aiohttp.ClientSession() as session:
        for token in ("xoxb-local", "xoxb-wrong"):
            for _ in range(2):
                given = {"channel": "#general", "text": "hi", "token": token}
                await session.post(f"{slack.api_url}chat.postMessage", data=given)

    log = json.dumps((await browser(slack.ada)).state["log"])
    assert "chat.postMessage" in log
    assert "xoxb" not in log
    assert "local-verification" not in log


async def test_the_log_begins_with_the_latest_two_hundred(slack, client, browser):
    for _ in range(3):
        slack.records.call("auth.test")
    for _ in range(200):
        slack.records.request("/ticket", {})

    log = (await browser(slack.ada)).state["log"]
    assert (len(log), log[0]["id"], log[-1]["id"]) == (200, 4, 203)
