"""The gate: who asks, what for, and only then a way to the database. Answers leave from here too."""

import hashlib
import hmac
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from app.core import as_of, context, history, journal, strict_json, traffic
from app.core.actors import EVERYTHING, Actor, ActorKind, Reach
from app.core.authentication import authenticate, require_proof
from app.core.idempotency import Idempotency, Replay
from app.core.listing import AsOf, Cursors, Listing, PageQuery, page_body, page_values
from app.core.problems import Problem
from app.core.reading import STATEMENTS, View
from app.core.runtime import Runtime
from app.core.uow import Reader, UnitOfWork, legal_day, one_statement, records, unit_of_work
from app.errors import AppError, FieldError, not_found, say
from app.rules import deprecations, limits
from app.rules.permissions import Permission

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
KEPT_NOWHERE: Final = {"Cache-Control": "no-store"}


class StrictRequest(Request):
    """Reads a body as JSON with one meaning, or refuses it by name."""

    async def json(self) -> Any:
        try:
            return strict_json.loads(await self.body())
        except strict_json.BadJson as error:
            raise AppError("malformed_body", errors=[FieldError(error.pointer, say(error.code))]) from error


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class CountedRoute(APIRoute):
    """Whoever may come is held to the quota of their address before anything else; at the end it is settled."""

    def get_route_handler(self) -> Handler:
        answer = self.answering()
        open_lane = None if _asks_who(self.dependant) else limits.lane(self.name, min(self.methods or ()), is_open=True)

        async def counted(request: Request) -> Response:
            running, now, status = runtime(request), clock(request), 500
            if retiring := deprecations.RETIRING.get(self.name):
                traffic.say_with_answer(request, deprecations.headers(retiring))
            try:
                if open_lane is not None:
                    await traffic.admit_stranger(request, running, now, open_lane)
                response = await answer(request)
                status = response.status_code
            finally:
                traffic.settle(request, running, status, now)
            return response

        return counted

    def answering(self) -> Handler:
        return super().get_route_handler()


class StrictRoute(CountedRoute):
    def answering(self) -> Handler:
        handle = super().answering()
        expected = MERGE_PATCH if "PATCH" in (self.methods or ()) else JSON
        has_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            if has_body:
                _check_media_type(request, expected)
            try:
                return await handle(StrictRequest(request.scope, request.receive))
            except Replay as replay:
                return replay.response

        return strict


def _asks_who(dependant: Dependant) -> bool:
    """Whether a gate that authenticates stands before the operation."""
    asking = {gate.__name__ for gate in (reading, may, known, signed_in, myself)}
    calls = [each.call for each in dependant.dependencies if each.call is not None]
    return any(call.__module__ == __name__ and call.__qualname__.partition(".")[0] in asking for call in calls)


class ResourceRouter(APIRouter):
    """Looks at its routes only for paths below its prefix: forty resources cost a request what one costs."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches(scope) if scope["path"].startswith(self.prefix) else (Match.NONE, {})


def _check_media_type(request: Request, expected: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        headers = {"Accept-Patch": MERGE_PATCH} if expected == MERGE_PATCH else {"Accept-Post": JSON}
        raise AppError("unsupported_media_type", say("media_type_expected", expected=expected), headers=headers)


def runtime(request: Request) -> Runtime:
    found: Runtime = request.app.state.runtime
    return found


def clock(request: Request) -> datetime:
    """The one clock; tests set it on the application."""
    now: datetime = request.app.state.clock()
    return now


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _known(request: Request) -> Actor:
    """Who asks, within what they may ask in a minute; who only tries is counted by address."""
    running, now = runtime(request), clock(request)
    try:
        actor = await authenticate(request, running, now)
    except AppError:
        await traffic.admit_stranger(request, running, now)
        raise
    await traffic.admit(request, running, actor, now)
    return actor


async def _asker(request: Request, *, proof: bool) -> Actor:
    running, now = runtime(request), clock(request)
    actor = await _known(request)
    if proof:
        require_proof(actor, timedelta(minutes=running.settings.sign_in.proof_minutes), now)
    return actor


def reading(permission: Permission, *, proof: bool = False) -> Any:
    """For routes that only read: no transaction is opened. With `proof`, only for who has just proved themselves."""

    async def gate(request: Request) -> Reader:
        actor = await _asker(request, proof=proof)
        reader = Reader(actor=actor, permission=permission, now=clock(request), db=runtime(request).db)
        require_permission(actor, permission, reader.today)
        return reader

    return Depends(gate)


def signed_in(kind: ActorKind = "user") -> Any:
    """For what everybody may read about themselves: people, or integrations."""

    async def gate(request: Request) -> Reader:
        actor = await _known(request)
        if actor.kind != kind:
            raise AppError("forbidden", say("people_only" if kind == "user" else "integrations_only"))
        return Reader(actor=actor, permission=None, now=clock(request), db=runtime(request).db)

    return Depends(gate)


def known() -> Any:
    """For what people and integrations may both ask, and where each sees only what their own permissions show."""

    async def gate(request: Request) -> Reader:
        actor = await _known(request)
        if actor.must_enrol:
            raise AppError("factor_needed", say("role_needs_factor"))
        return Reader(actor=actor, permission=None, now=clock(request), db=runtime(request).db)

    return Depends(gate)


async def renewed(request: Request) -> Reader:
    """Who asks, looked up once more: for an answer that takes so long that their session may have ended meanwhile."""
    running, now = runtime(request), clock(request)
    actor = await authenticate(request, running, now)
    if actor.must_enrol:
        raise AppError("factor_needed", say("role_needs_factor"))
    return Reader(actor=actor, permission=None, now=now, db=running.db)


def require_permission(actor: Actor, permission: Permission, on: date) -> None:
    """403 without it anywhere; 403 also for whose role needs a second factor that they do not have yet."""
    if actor.must_enrol:
        raise AppError("factor_needed", say("role_needs_factor"))
    if not actor.reach(permission, on):
        raise AppError("forbidden", say("permission_missing", permission=permission.value))


def may(permission: Permission, *, proof: bool = False) -> Any:
    """For routes that write: permission first, then the transaction, which ends before the answer leaves."""

    async def gate(request: Request) -> AsyncIterator[UnitOfWork]:
        actor = await _asker(request, proof=proof)
        require_permission(actor, permission, legal_day(clock(request)))
        async with opened(request, actor, permission) as uow:
            yield uow

    return Depends(gate, scope="function")


def myself(*, proof: bool = False) -> Any:
    """For what every person may do to their own account."""

    async def gate(request: Request) -> AsyncIterator[UnitOfWork]:
        actor = await _asker(request, proof=proof)
        if actor.kind != "user":
            raise AppError("forbidden", say("people_only"))
        async with opened(request, actor, None) as uow:
            yield uow

    return Depends(gate, scope="function")


def anyone() -> Any:
    """For the door itself: signing in and refreshing, before there is an actor."""

    async def gate(request: Request) -> AsyncIterator[UnitOfWork]:
        async with opened(request, Actor(kind="system", name="sign-in"), None) as uow:
            yield uow

    return Depends(gate, scope="function")


@asynccontextmanager
async def opened(request: Request, actor: Actor, permission: Permission | None) -> AsyncIterator[UnitOfWork]:
    running = runtime(request)
    operation = request.scope["route"].name
    about = journal.Context(actor=actor, verb=operation, request_id=context.request_id.get())
    async with unit_of_work(running.db, about, permission, clock(request)) as uow:
        if (key := request.headers.get("idempotency-key")) is not None:
            uow.idempotency = await _claim(request, uow, operation, key)
        yield uow
    for job in uow.bells:
        await running.bell.ring(job)


async def _claim(request: Request, uow: UnitOfWork, operation: str, key: str) -> Idempotency:
    secret = runtime(request).settings.secret
    # Under a key: a bare digest of a body with a document's number would let the number be guessed.
    label = b"idempotency:" + (secret.get_secret_value() if secret else "").encode()
    print_ = hmac.new(label, digestmod=hashlib.sha256)
    # Whoever holds other grants by now asks another question: an old answer may show what is hidden from them today.
    grants = ",".join(sorted(f"{each.id}{each.valid_to}" for each in uow.actor.grants))
    print_.update(b"\0".join([request.url.path.encode(), request.url.query.encode(), grants.encode()]))
    # A file has passed by on its way to the storage; its checksum stands for it.
    print_.update(getattr(request.state, "digest", None) or await request.body())
    return await Idempotency.claim(uow, operation, key, print_.digest())


async def _expected_version(
    value: Annotated[str | None, Header(alias="If-Match", max_length=40, description="The ETag you have seen.")] = None,
) -> int:
    """The version a client has seen. Proxies that compress make tags weak, so W/ is accepted on purpose."""
    if value is None:
        raise AppError("precondition_required", say("if_match_missing"))
    tag = value.strip().removeprefix("W/").strip('"').partition("-")[0]
    if not (tag.isascii() and tag.isdigit() and len(tag) <= 9):
        raise AppError("invalid_precondition", say("if_match_missing"))
    return int(tag)


IfMatch = Annotated[int, Depends(_expected_version)]
Moment = Annotated[AsOf | None, Query()]


def require_version(row: Any, expected: int) -> None:
    """The row is locked, so what is compared here cannot change before the write."""
    if row.version != expected:
        raise AppError(
            "version_mismatch",
            say("version_is_now", version=row.version),
            headers={"ETag": f'"{row.version}"'},
            version=row.version,
        )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The statuses an operation may answer besides success; every operation may answer those of the gate."""
    always = {400, 401, 403, 422, 429, 503, *statuses}
    return {status: {"model": Problem} for status in sorted(always)}


def fresh(body: bytes, status: int = 200, **headers: str) -> Response:
    """Names stand in nearly every record, so no browser keeps one; a client that does asks again with its ETag."""
    return Response(body, status_code=status, media_type=JSON, headers=KEPT_NOWHERE | headers)


async def listed(request: Request, reader: Reader, listing: Listing, query: PageQuery) -> Response:
    """A page of what exists for the reader."""
    cursors = runtime(request).cursors
    if (moment := getattr(query, "as_of", None)) is not None:
        rows = await _past_rows(reader, listing, query, cursors, moment)
        body = page_body(rows, listing, query, reader.reach(listing.view.model), cursors)
        return fresh(body, 200, **_dated(moment))
    reach = reader.reach(listing.view.model)
    prepared = STATEMENTS.get(listing.shape(query, reach), lambda: listing.statement(query, reach))
    values = page_values(listing, query, reach, cursors) | reader.standing
    rows = await reader.rows(prepared.text, prepared.arguments(values))
    return fresh(page_body(rows, listing, query, reach, cursors))


async def _past_rows(
    reader: Reader, listing: Listing, query: PageQuery, cursors: Cursors, moment: datetime
) -> list[Any]:
    """The page as it was: its places looked up over the whole past, its records filled from their own."""
    values = page_values(listing, query, reader.reach(listing.view.model), cursors) | {"today": reader.today}
    past = await as_of.past(reader, listing.view.model, moment)
    prepared = STATEMENTS.get(
        ("places", *listing.shape(query, past.within)), lambda: listing.places(query, past.within)
    )
    places = await past.rows(prepared.text, prepared.arguments(values | past.within.parameters()))
    ids = [UUID(str(id)) for _, id in places]
    found = await records(await as_of.narrowed(past, reader, ids), listing.view, ids)
    return [(found[id], after, id) for (after, _), id in zip(places, ids, strict=True)]


def _dated(moment: datetime) -> dict[str, str]:
    """Which moment an answer is about. It carries no ETag: nothing can be changed there any more."""
    return {"As-Of": moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")}


async def several(reader: Reader, view: View, ids: list[UUID]) -> Response:
    """Whole records by their ids, in the order asked; what does not exist for the reader is named as missing."""
    found = await records(reader, view, ids)
    items = ",".join(found[id] for id in ids if id in found).encode()
    missing = orjson.dumps([id for id in ids if id not in found])
    return fresh(b'{"items":[' + items + b'],"missing":' + missing + b"}")


async def read(request: Request, reader: Reader, view: View, id: UUID, within: Reach | None = None) -> Response:
    """One record with its ETag; 304 when the client has it already. `within` is for parts with a right of their own."""
    text, version = await _record(reader, view, id, reader.reach(view.model) if within is None else within)
    tag = etag(version, text)
    seen = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in seen:
        return Response(status_code=304, headers=KEPT_NOWHERE | {"ETag": tag})
    return fresh(text.encode(), ETag=tag)


def etag(version: int, text: str) -> str:
    """The version, which If-Match compares, and a digest: names of other records change without a new version."""
    return f'"{version}-{zlib.crc32(text.encode()):08x}"'


async def _record(asker: Reader | UnitOfWork, view: View, id: UUID, reach: Reach) -> tuple[str, int]:
    prepared = STATEMENTS.get(("one", view.read, reach.shape), lambda: one_statement(view, reach))
    rows = await asker.rows(prepared.text, prepared.arguments({"id": id} | asker.standing | reach.parameters()))
    if not rows:
        raise not_found()
    return rows[0][0], rows[0][1]


async def read_as_of(request: Request, reader: Reader, view: View, id: UUID, moment: datetime | None) -> Response:
    """One record as it is, or as it was at a moment; 404 also when it was not there yet."""
    if moment is None:
        return await read(request, reader, view, id)
    past = await as_of.past(reader, view.model, moment, [id])
    text, _ = await _record(past, view, id, past.within)
    return fresh(text.encode(), 200, **_dated(moment))


async def written(uow: UnitOfWork, view: View, id: UUID, *, at: str | None = None) -> Response:
    """The record as it now is, whoever may see it from now on; 201 when `at` says where new ones live."""
    return await answered(uow, await written_unkept(uow, view, id, at=at))


async def written_unkept(uow: UnitOfWork, view: View, id: UUID, *, at: str | None = None) -> Response:
    """The same, not remembered for a repeated request: something is added to it that must not be kept."""
    text, version = uow.inserted.get(id) or await _record(uow, view, id, EVERYTHING)
    headers = {} if uow.is_rehearsal else {"ETag": etag(version, text)}
    headers |= {"Location": f"{at}/{id}"} if at else {}
    return fresh(text.encode(), 201 if at else 200, **headers)


async def answered(uow: UnitOfWork, response: Response) -> Response:
    """Remembers the answer with the effect, when the client gave a key to repeat the request by."""
    if uow.idempotency is not None and not uow.is_rehearsal:
        await uow.idempotency.store(uow, response)
    return response


async def told(request: Request, reader: Reader, view: View, id: UUID, limit: int, cursor: str | None) -> Response:
    """A page of the record's history."""
    return fresh(await history.page(reader, runtime(request).cursors, view, id, limit, cursor))
