"""views.*: opening, stacking and changing modals, publishing Home tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localslack.api_error import Refused, refuse_all
from localslack.dispatch.view_payload import as_slack
from localslack.state.open_views import StackIsFull, View
from localslack.state.triggers import Trigger, TriggerRefused
from localslack.validation import Objection, home_objections, view_objections
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method

Judge = Callable[[Any], list[Objection]]


def given_view(call: Call, objections: Judge = view_objections) -> dict[str, Any]:
    """The view, after it was found to be right, its blocks named."""
    view = call.structure("view", "invalid_arguments")
    if view is None:
        raise Refused("invalid_arguments", "missing required field: view [json-pointer:/view]")
    refuse_all(objections(view))
    fields = (block.get("element", {}).get("type") for block in view["blocks"])
    if "file_input" in fields:
        call.needs("files:read")
    return {**view, "blocks": call.workspace.with_ids(view["blocks"])}


def trigger(call: Call) -> Trigger:
    """Used up by a call that is otherwise right."""
    try:
        return call.around.triggers.use(call.text("trigger_id"))
    except TriggerRefused as refusal:
        said = "a trigger_id is good for one view, within 3 seconds"
        raise Refused(str(refusal), said) from refusal


def named_once(call: Call, view: dict[str, Any], but: View | None = None) -> None:
    external_id = view.get("external_id")
    there = call.workspace.views.with_external_id(external_id) if external_id else None
    if there is not None and there is not but:
        raise Refused("duplicate_external_id", f"{external_id} is open already", problem=False)


def opened(call: Call) -> dict[str, Any]:
    view = given_view(call)
    named_once(call, view)
    by = trigger(call)
    return {"view": as_slack(call.workspace.views.open(by.person, by.id, view))}


def pushed(call: Call) -> dict[str, Any]:
    view = given_view(call)
    named_once(call, view)
    by = trigger(call)
    if by.stack is None or not by.stack.views:
        raise Refused("not_found", "views.push needs a trigger_id from inside an open modal")
    try:
        return {"view": as_slack(call.workspace.views.push(by.stack, view, by.id))}
    except StackIsFull:
        raise Refused("push_limit_reached", "three views is as deep as they stack") from None


def updated(call: Call) -> dict[str, Any]:
    view = meant(call)
    given = given_view(call, home_objections if view.is_home else view_objections)
    named_once(call, given, but=view)
    expected = call.maybe("hash")
    if expected is not None and expected != view.hash:
        raise Refused("hash_conflict", problem=False)
    call.workspace.views.show(view, given)
    return {"view": as_slack(view)}


def meant(call: Call) -> View:
    """By its id or the app's own name. A person may have closed it: that is nobody's fault."""
    view_id, external_id = call.maybe("view_id"), call.maybe("external_id")
    views = call.workspace.views
    if view_id is None and external_id is None:
        raise Refused("invalid_arguments", "views.update needs view_id or external_id")
    view = views.find(view_id) if view_id else views.with_external_id(external_id or "")
    if view is None or not view.is_open:
        raise Refused("not_found", problem=False)
    return view


def published(call: Call) -> dict[str, Any]:
    given = given_view(call, home_objections)
    person = call.workspace.people.get(call.text("user_id"))
    if person is None or person.is_bot:
        raise Refused("invalid_arguments", "invalid `user_id`")
    if not call.around.manifest.home_tab:
        raise Refused("not_enabled", "the manifest does not say home_tab_enabled: true")
    there = call.workspace.views.homes.get(person.id)
    named_once(call, given, but=there)
    expected = call.maybe("hash")
    if expected is not None and (there is None or expected != there.hash):
        raise Refused("hash_conflict", problem=False)
    return {"view": as_slack(call.workspace.views.publish(person, given))}


METHODS = {
    "views.publish": Method(published, "user_id view hash"),
    "views.open": Method(opened, "trigger_id view"),
    "views.push": Method(pushed, "trigger_id view"),
    "views.update": Method(updated, "view_id external_id view hash"),
}
