"""A leaving colleague's work goes to a successor in one step: everything that is open, and nothing that was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from app.core.uow import Reader, UnitOfWork
from app.errors import AppError, FieldError, invalid, not_found, refused, say
from app.models import Activity, Agreement, Campaign, Handover, Letter, Partnership, PersonalReminder, Task, User
from app.rules import agreements
from app.rules import handovers as rules
from app.rules.permissions import Permission
from app.schemas.handovers import HandedItem, HandoverGiven, HandoverRead
from app.services import messages, sight
from app.vocabulary import (
    ActivityStatus,
    CampaignStatus,
    LetterStatus,
    MessageKind,
    PartnershipStatus,
    TaskKind,
    TaskStatus,
)


@dataclass(frozen=True)
class Move:
    """A kind of record with its owner, as long as it is open."""

    model: type[SQLModel]
    owner: Any
    title: Any
    is_open: Any

    @property
    def kind(self) -> str:
        return str(self.model.__tablename__)


MOVES: Final = (
    Move(
        Partnership,
        col(Partnership.coordinator_id),
        col(Partnership.title_uk),
        col(Partnership.status) != PartnershipStatus.ENDED,
    ),
    Move(Task, col(Task.owner_id), col(Task.title), col(Task.status) == TaskStatus.OPEN),
    Move(Activity, col(Activity.owner_id), col(Activity.title), col(Activity.status) == ActivityStatus.PLANNED),
    Move(
        Letter,
        col(Letter.owner_id),
        col(Letter.subject),
        col(Letter.status).in_((LetterStatus.DRAFT, LetterStatus.REGISTERED, LetterStatus.SENT)),
    ),
    Move(Campaign, col(Campaign.owner_id), col(Campaign.title), col(Campaign.status) != CampaignStatus.CLOSED),
)
NEXT: Final = "SELECT id, title, due_on FROM tasks WHERE id = ANY ($1::uuid[]) ORDER BY due_at NULLS LAST, id LIMIT 10"
PLAN: Final = "plan_reminders"
ONE: Final = """
SELECT h.id, h.from_id, f.name AS from_name, h.to_id, t.name AS to_name, h.reason, h.handed_over_at,
       h.summary::text AS summary
FROM handovers h JOIN users f ON f.id = h.from_id JOIN users t ON t.id = h.to_id
WHERE h.id = $1 AND ($3 OR h.from_id = $2 OR h.to_id = $2)
"""


async def hand_over(uow: UnitOfWork, id: UUID, body: HandoverGiven) -> HandoverRead:
    """All or nothing, unless what the successor does not see is left on purpose."""
    leaving, successor = await _two(uow, id, body.to_id)
    found = {move.kind: await _open(uow, move, leaving.id) for move in MOVES}
    left = [item for move in MOVES for item in await _unseen(uow, move, successor.id, found[move.kind])]
    if left and not body.skip_unseen:
        named = ", ".join(each.title for each in left[: rules.NAMED])
        raise refused(say("handover_unseen", records=named + ("…" if len(left) > rules.NAMED else "")))
    hidden = {each.id for each in left}
    moved = {kind: [row[0] for row in rows if row[0] not in hidden] for kind, rows in found.items()}
    if not any(moved.values()):
        raise refused(say("handover_nothing"))
    await uow.because(body.reason)
    await _pass_on(uow, moved, leaving.id, successor.id)
    handover = await _written(uow, body, leaving, moved, left)
    await _tell(uow, leaving, successor, handover)
    uow.ring(PLAN)
    return await one(uow, handover.id)


async def _two(uow: UnitOfWork, id: UUID, to_id: UUID) -> tuple[User, User]:
    leaving = await uow.get(User, id)
    if id == to_id:
        raise invalid(FieldError("/to_id", say("handover_to_oneself")))
    known = await uow.all(uow.select(User).where(col(User.id) == to_id, col(User.is_active)))
    if not known or known[0].archived_at is not None:
        raise invalid(FieldError("/to_id", say("unknown_reference")))
    return leaving, known[0]


async def _open(uow: UnitOfWork, move: Move, user_id: UUID) -> list[tuple[UUID, str]]:
    """What is open and within what the actor may hand over, locked."""
    query = uow.select(move.model).where(move.owner == user_id, move.is_open, _is_live(move))
    ids = query.with_only_columns(_id(move), move.title).order_by(_id(move)).with_for_update()
    return [(row[0], row[1]) for row in (await uow.session.execute(ids)).all()]


def _id(move: Move) -> Any:
    return col(move.model.id)  # type: ignore[attr-defined]  # every table has one


def _is_live(move: Move) -> Any:
    return col(move.model.archived_at).is_(None)  # type: ignore[attr-defined]  # and this one, too


async def _unseen(uow: UnitOfWork, move: Move, user_id: UUID, rows: Sequence[tuple[UUID, str]]) -> list[HandedItem]:
    person = await sight.actor(uow, user_id)
    seen = await sight.seen(uow, person, move.model, [row[0] for row in rows]) if person else set()
    return [HandedItem(kind=move.kind, id=id, title=title, on=None) for id, title in rows if id not in seen]


async def _pass_on(uow: UnitOfWork, moved: Mapping[str, Sequence[UUID]], from_id: UUID, to_id: UUID) -> None:
    """One statement for each kind; the journal says of every record who has it now."""
    for move in MOVES:
        change = sa.update(move.model).where(_id(move).in_(moved[move.kind])).values({move.owner.key: to_id})
        await uow.session.execute(change.execution_options(synchronize_session=False))
    about_records = sa.update(PersonalReminder).where(
        col(PersonalReminder.user_id) == from_id,
        col(PersonalReminder.subject_id).is_not(None),
        col(PersonalReminder.ended_at).is_(None),
    )
    await uow.session.execute(about_records.values(user_id=to_id).execution_options(synchronize_session=False))
    await uow.transaction.raw.execute(
        "UPDATE notification_preferences SET redirect_to_id = $2 WHERE redirect_to_id = $1 AND user_id <> $2",
        from_id,
        to_id,
    )


async def _written(
    uow: UnitOfWork, body: HandoverGiven, leaving: User, moved: Mapping[str, Sequence[UUID]], left: list[HandedItem]
) -> Handover:
    summary = {
        "moved": {kind: len(ids) for kind, ids in moved.items() if ids},
        "left": [each.model_dump(mode="json") for each in left[:500]],
        "next": await _next(uow, moved["tasks"]),
        "promises": await _promises(uow, moved["tasks"]),
        "ending": await _ending(uow, moved["partnerships"]),
    }
    handover = Handover(
        from_id=leaving.id, to_id=body.to_id, reason=body.reason, handed_over_at=uow.now, summary=summary
    )
    uow.add(handover)
    await uow.flush()
    return handover


async def _next(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Any]:
    return [_item("tasks", *row) for row in await uow.rows(NEXT, [list(ids)])]


async def _promises(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Any]:
    query = select(col(Task.id), col(Task.title), col(Task.due_on)).where(
        col(Task.id).in_(ids), col(Task.kind) == TaskKind.PROMISE
    )
    rows = (await uow.session.execute(query.order_by(col(Task.due_at)).limit(50))).all()
    return [_item("tasks", *row) for row in rows]


async def _ending(uow: UnitOfWork, partnership_ids: Sequence[UUID]) -> list[Any]:
    until = uow.today + timedelta(days=rules.SOON_DAYS)
    query = select(col(Agreement.id), col(Agreement.title_uk), col(Agreement.expires_on)).where(
        col(Agreement.partnership_id).in_(partnership_ids),
        col(Agreement.status).in_(agreements.LIVE),
        col(Agreement.expires_on) <= until,
    )
    rows = (await uow.session.execute(query.order_by(col(Agreement.expires_on)).limit(50))).all()
    return [_item("agreements", *row) for row in rows]


def _item(kind: str, id: UUID, title: str, on: date | None) -> Any:
    return HandedItem(kind=kind, id=id, title=title, on=on).model_dump(mode="json")


async def _tell(uow: UnitOfWork, leaving: User, successor: User, handover: Handover) -> None:
    counts = handover.summary["moved"]
    items = [f"• {each['title']}{' — ' + each['on'] if each['on'] else ''}" for each in handover.summary["next"]]
    facts = {"from": leaving.name, "count": str(sum(counts.values())), "items": items or ["—"]}
    await messages.post(
        uow,
        MessageKind.HANDOVER,
        to=successor.email,
        language=successor.language,
        user_id=successor.id,
        facts=facts,
    )


async def one(asker: Reader | UnitOfWork, id: UUID) -> HandoverRead:
    """For both of them, and for whoever hands over in the whole Association."""
    if asker.actor.id is None:
        raise AppError("forbidden", say("people_only"))
    reach = asker.actor.reach(Permission.HANDOVERS_WRITE, asker.today)
    rows = await asker.rows(ONE, [id, asker.actor.id, bool(reach)])
    if not rows:
        raise not_found()
    return _shown(rows[0])


def _shown(row: Any) -> HandoverRead:
    values = dict(row)
    return HandoverRead.model_validate(values | orjson.loads(values.pop("summary")))
