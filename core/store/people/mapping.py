"""How accounts lie in MongoDB; the only place where a document becomes one of ours."""

from core.people.accounts import Account, Role
from core.store import linked
from core.store.mapping import Document


def account(document: Document) -> Account:
    linked.know(document)
    return Account(
        id=str(document["_id"]),
        name=document["name"],
        role=Role(document["role"]),
        email=document.get("email"),
        slack_id=document.get("slack_id"),
        password_hash=document.get("password_hash"),
        password_is_long=document.get("password_is_long", False),
        bot=document.get("bot", False),
        handle=document.get("handle"),
        is_named="named_at" in document,
        disabled=document.get("disabled", False),
        sign_in_epoch=document.get("sign_in_epoch", 0),
    )
