"""Long operations: asked for, looked at and cancelled by people; claimed and carried out step by step by the worker.

A step and the place where the next one begins are one transaction: a worker that dies is followed by one that goes on
from there, and nothing is done twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlmodel import col, select

from app.core import context
from app.core.uow import Asker, Reader, UnitOfWork
from app.core.wording import words
from app.errors import AppError, not_found, refused, say
from app.models import Operation
from app.rules import operations as rules
from app.schemas.operations import OperationPage, OperationProgress, OperationQuery, OperationRead
from app.vocabulary import OperationKind, OperationStatus, Role

JOB: Final = "run_operations"
PLACE: Final = "/v1/operations"
# A step takes a second at most; whoever is silent for so long is dead.
LEASE: Final = timedelta(seconds=30)

COLUMNS: Final = """
id, kind, status, subject, subject_id, asked_by, asked_at, params::text AS params, done, total, result::text AS result,
failure, started_at, finished_at
"""
PAGE: Final = f"""
SELECT {COLUMNS} FROM operations
WHERE (asked_by = $1 OR $2) AND ($3::uuid IS NULL OR id < $3) AND ($4::text IS NULL OR kind = $4)
  AND ($5::text IS NULL OR status = $5) AND ($6::uuid IS NULL OR subject_id = $6)
ORDER BY id DESC LIMIT $7
"""  # noqa: S608 - columns of ours
ONE: Final = f"SELECT {COLUMNS} FROM operations WHERE id = $3 AND (asked_by = $1 OR $2)"  # noqa: S608 - columns of ours
UNDER_WAY: Final = "SELECT id FROM operations WHERE kind = $1 AND subject_id = $2 AND finished_at IS NULL LIMIT 1"

GIVE_UP: Final = """
UPDATE operations SET status = 'failed', failure = $3, finished_at = $2, lease_until = NULL
WHERE finished_at IS NULL AND attempts >= $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
"""
# Whoever had a turn goes to the end of the queue.
CLAIM: Final = """
UPDATE operations SET status = 'running', started_at = coalesce(started_at, $1), fence = fence + 1,
  attempts = attempts + 1, lease_until = clock_timestamp() + $2
WHERE id = (
  SELECT id FROM operations
  WHERE finished_at IS NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, fence, attempts
"""
HOLD: Final = """
SELECT subject_id, params::text, state::text FROM operations
WHERE id = $1 AND fence = $2 AND status = 'running' FOR UPDATE
"""
SAVE: Final = """
UPDATE operations SET state = $2, done = $3, total = $4, attempts = 0, lease_until = clock_timestamp() + $5
WHERE id = $1
"""
FINISH: Final = """
UPDATE operations SET status = $3, state = '{}', done = coalesce($4, done), total = coalesce($4, total), result = $5,
  failure = $6, finished_at = $7, lease_until = NULL
WHERE id = $1 AND fence = $2 AND status = 'running'
"""
PUT_OFF: Final = """
UPDATE operations SET due_at = $3, lease_until = NULL WHERE id = $1 AND fence = $2 AND status = 'running'
"""


@dataclass(frozen=True)
class Claim:
    id: UUID
    kind: OperationKind
    fence: int
    attempts: int


@dataclass(frozen=True)
class Held:
    """What a step needs to know; `state` is what the step before has left, empty for the first one."""

    subject_id: UUID
    params: Mapping[str, Any]
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Stepped:
    """How far it has come. With a result, that was the last step."""

    state: Mapping[str, Any]
    done: int
    total: int | None = None
    result: Mapping[str, Any] | None = None


Step = Callable[[UnitOfWork, Held], Awaitable[Stepped]]


async def begin(
    uow: UnitOfWork, kind: OperationKind, subject: str, subject_id: UUID, params: Mapping[str, Any]
) -> Operation:
    """In the queue, and the worker is woken after the commit."""
    assert uow.actor.id is not None  # noqa: S101 - the gate lets nobody in without one
    operation = Operation(
        kind=kind,
        subject=subject,
        subject_id=subject_id,
        params=dict(params),
        asked_by=uow.actor.id,
        asked_at=uow.now,
        due_at=uow.now,
    )
    uow.add(operation)
    await uow.flush()
    uow.ring(JOB)
    return operation


async def under_way(uow: UnitOfWork, kind: OperationKind, subject_id: UUID) -> UUID | None:
    rows = await uow.rows(UNDER_WAY, [kind, subject_id])
    return rows[0][0] if rows else None


async def page(reader: Reader, query: OperationQuery) -> OperationPage:
    asked = [*_whose(reader), query.cursor, query.kind, query.status, query.subject_id, query.limit + 1]
    rows = await reader.rows(PAGE, asked)
    items = [_shown(row) for row in rows[: query.limit]]
    return OperationPage(items=items, next_cursor=str(items[-1].id) if len(rows) > query.limit else None)


async def one(asker: Reader | UnitOfWork, id: UUID) -> OperationRead:
    """404 for those of others; administrators see to all of them."""
    rows = await asker.rows(ONE, [*_whose(asker), id])
    if not rows:
        raise not_found()
    return _shown(rows[0])


async def cancel(uow: UnitOfWork, id: UUID) -> OperationRead:
    """The step under way ends first; what was done until then stays done."""
    await one(uow, id)
    query = select(Operation).where(col(Operation.id) == id).with_for_update()
    operation = (await uow.session.scalars(query)).one()
    if objections := rules.cancelling_objections(operation.status):
        raise refused(*objections)
    operation.status, operation.finished_at = OperationStatus.CANCELLED, uow.now
    operation.state, operation.lease_until = {}, None
    await uow.note("cancel_operation", "operations", id, {"kind": operation.kind.value, "done": operation.done})
    return await one(uow, id)


def _whose(asker: Asker) -> list[Any]:
    roles = {grant.role for grant in asker.actor.grants if grant.is_valid(asker.today)}
    return [asker.actor.id, Role.ADMINISTRATOR in roles]


def _shown(row: Any) -> OperationRead:
    values = {**row}
    done, total, result = values.pop("done"), values.pop("total"), values.pop("result")
    return OperationRead.model_validate(
        values
        | {
            "params": orjson.loads(row["params"]),
            "progress": OperationProgress(done=done, total=total),
            "result": orjson.loads(result) if result else None,
            "explanation": words(say(row["failure"]), context.language.get()) if row["failure"] else None,
        }
    )


async def claim(uow: UnitOfWork) -> Claim | None:
    """The one that has waited longest. What never gets on is not tried for ever."""
    await uow.transaction.raw.execute(GIVE_UP, rules.MOST_TRIES, uow.now, rules.GAVE_UP)
    rows = await uow.rows(CLAIM, [uow.now, LEASE])
    return Claim(rows[0]["id"], OperationKind(rows[0]["kind"]), rows[0]["fence"], rows[0]["attempts"]) if rows else None


async def step(uow: UnitOfWork, claim: Claim, work: Step) -> bool:
    """Whether there is more to do. Whoever lost it, to a cancellation or to another worker, does nothing."""
    rows = await uow.rows(HOLD, [claim.id, claim.fence])
    if not rows:
        return False
    subject_id, params, state = rows[0]
    made = await work(uow, Held(subject_id, orjson.loads(params), orjson.loads(state)))
    if made.result is not None:
        await _finish(uow, claim, OperationStatus.DONE, made)
        return False
    await uow.rows(SAVE, [claim.id, _json(made.state), made.done, made.total, LEASE])
    return True


async def fail(uow: UnitOfWork, claim: Claim, refusal: AppError) -> None:
    """For a reason that will not go away by itself."""
    await _finish(uow, claim, OperationStatus.FAILED, failure=reason(refusal))


def reason(refusal: AppError) -> str:
    """The code of its first sentence, if that is a whole one without facts: only the code is kept."""
    whole = [sentence.code for sentence in refusal.sentences if not sentence.facts]
    return whole[0] if whole else rules.GAVE_UP


async def put_off(uow: UnitOfWork, claim: Claim, *, is_broken: bool) -> None:
    """Others have their turn; after an attempt in vain it waits a little longer each time."""
    due_at = uow.now + rules.pause(claim.attempts) if is_broken else uow.now
    await uow.rows(PUT_OFF, [claim.id, claim.fence, due_at])


async def _finish(
    uow: UnitOfWork, claim: Claim, status: OperationStatus, made: Stepped | None = None, failure: str | None = None
) -> None:
    done, result = (made.done, _json(made.result)) if made else (None, None)
    await uow.rows(FINISH, [claim.id, claim.fence, status, done, result, failure, uow.now])


def _json(value: Mapping[str, Any] | None) -> str | None:
    return orjson.dumps(value).decode() if value is not None else None
