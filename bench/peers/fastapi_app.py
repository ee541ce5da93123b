"""What a Python programmer would pick instead: FastAPI and Beanie, as their documentation shows."""

import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import jwt
from beanie import Document, PydanticObjectId, init_beanie
from fastapi import Depends, FastAPI, Header, HTTPException, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, IndexModel
from pymongo.errors import DuplicateKeyError

URI = os.environ["MONGO_URI"]
SECRET = os.environ["JWT_SECRET"]
SLA = {"high": 4, "medium": 24, "low": 48}


def now():
    return datetime.now(UTC)


class Comment(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    id: PydanticObjectId = Field(default_factory=PydanticObjectId, alias="_id")
    message: str
    author: PydanticObjectId | None = None
    createdAt: datetime = Field(default_factory=now)


class Ticket(Document):
    title: str
    description: str
    priority: Literal["low", "medium", "high"] = "low"
    status: Literal["open", "in_progress", "resolved", "closed"] = "open"
    assignee: PydanticObjectId | None = None
    createdBy: PydanticObjectId | None = None
    sla_due: datetime
    version: int = 1
    comments: list[Comment] = []
    createdAt: datetime = Field(default_factory=now)
    updatedAt: datetime = Field(default_factory=now)

    class Settings:
        name = "tickets"
        indexes = [
            IndexModel([("createdAt", DESCENDING)]),
            IndexModel([("sla_due", ASCENDING), ("status", ASCENDING)]),
        ]


class IdempotencyKey(Document):
    key: str
    createdAt: datetime = Field(default_factory=now)

    class Settings:
        name = "idempotencykeys"
        indexes = [IndexModel([("key", ASCENDING)], unique=True)]


class TicketIn(BaseModel):
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    priority: Literal["low", "medium", "high"] = "low"


class TicketBrief(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    id: PydanticObjectId = Field(alias="_id")
    title: str
    status: str
    priority: str
    sla_due: datetime


class TicketList(BaseModel):
    items: list[TicketBrief]
    next_offset: int | None


class PatchIn(BaseModel):
    status: Literal["open", "in_progress", "resolved", "closed"] | None = None
    priority: Literal["low", "medium", "high"] | None = None
    assignee: PydanticObjectId | None = None
    version: int | None = None


class CommentIn(BaseModel):
    message: str = Field(min_length=1)


@asynccontextmanager
async def lifespan(app):
    client = AsyncMongoClient(URI)
    await init_beanie(
        database=client.get_default_database(), document_models=[Ticket, IdempotencyKey]
    )
    yield
    await client.close()


app = FastAPI(lifespan=lifespan)


async def user(authorization: Annotated[str | None, Header()] = None):
    try:
        return jwt.decode((authorization or "")[7:], SECRET, algorithms=["HS256"])
    except jwt.PyJWTError as error:
        raise HTTPException(401, "UNAUTHORIZED") from error


User = Annotated[dict, Depends(user)]


@app.get("/bare")
async def bare():
    return {"ok": True, "n": 1}


@app.post("/api/tickets", status_code=201, response_model=TicketBrief)
async def create(body: TicketIn, u: User, idempotency_key: Annotated[str | None, Header()] = None):
    if idempotency_key:
        if await IdempotencyKey.find_one(IdempotencyKey.key == idempotency_key):
            return JSONResponse({"error": {"code": "DUPLICATE_REQUEST"}}, 409)
        try:
            await IdempotencyKey(key=idempotency_key).insert()
        except DuplicateKeyError:
            return JSONResponse({"error": {"code": "DUPLICATE_REQUEST"}}, 409)
    t = Ticket(
        **body.model_dump(), createdBy=u["id"], sla_due=now() + timedelta(hours=SLA[body.priority])
    )
    await t.insert()
    return TicketBrief(
        _id=t.id, title=t.title, status=t.status, priority=t.priority, sla_due=t.sla_due
    )


@app.get("/api/tickets", response_model=TicketList)
async def listing(
    u: User,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
    status: str | None = None,
):
    if status == "breached":
        q = Ticket.find(Ticket.sla_due < now()).sort("+sla_due")
    else:
        q = Ticket.find({"status": status} if status else {}).sort("-createdAt")
    items = await q.skip(offset).limit(limit).project(TicketBrief).to_list()
    return TicketList(items=items, next_offset=offset + limit if len(items) == limit else None)


@app.get("/api/tickets/{tid}", response_model=Ticket)
async def one(tid: PydanticObjectId, u: User):
    t = await Ticket.get(tid)
    if t is None:
        raise HTTPException(404, "NOT_FOUND")
    return t


@app.patch("/api/tickets/{tid}")
async def patch(tid: PydanticObjectId, body: PatchIn, u: User):
    t = await Ticket.get(tid)
    if t is None:
        raise HTTPException(404, "NOT_FOUND")
    if body.version is not None and body.version != t.version:
        return JSONResponse({"error": "Conflict - Ticket already updated (409)"}, 409)
    ch = body.model_dump(exclude_unset=True, exclude={"version"})
    r = await Ticket.get_pymongo_collection().update_one(
        {"_id": t.id, "version": t.version},
        {"$set": ch | {"updatedAt": now()}, "$inc": {"version": 1}},
    )
    if not r.matched_count:
        return JSONResponse({"error": "Conflict - Ticket already updated (409)"}, 409)
    return {
        "message": "Ticket updated successfully",
        "ticket": {
            "_id": str(t.id),
            "status": ch.get("status", t.status),
            "version": t.version + 1,
        },
    }


class CommentOut(BaseModel):
    id: PydanticObjectId = Field(alias="_id", validation_alias="id", serialization_alias="_id")
    comments: list[Comment]


@app.post("/api/tickets/{tid}/comments", status_code=201)
async def comment(tid: PydanticObjectId, body: CommentIn, u: User):
    t = await Ticket.get(tid)
    if t is None:
        raise HTTPException(404, "NOT_FOUND")
    t.comments.append(Comment(message=body.message, author=u["id"]))
    await t.set({Ticket.comments: t.comments})
    return {
        "message": "Comment added successfully",
        "ticket": {
            "_id": str(t.id),
            "comments": [c.model_dump(mode="json", by_alias=True) for c in t.comments],
        },
    }
