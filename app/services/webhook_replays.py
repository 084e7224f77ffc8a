"""What happened in a stretch of time, sent to a webhook once more: a long operation, batch by batch.

First what has been sent before is sent again under its own ids; then the journal is read for what was never queued.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.changes import NOBODY, Place
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Integration, Operation, Webhook
from app.rules import webhooks as rules
from app.schemas.webhooks import ReplayAsked
from app.services import dispatch, operations, webhooks
from app.services.dispatch import BATCH, Stretch
from app.services.operations import Held, Stepped
from app.vocabulary import OperationKind

KIND: Final = OperationKind.WEBHOOK_REPLAY

# The same events, as they were: who has had one knows it by its id.
AGAIN: Final = """
WITH batch AS (
  SELECT id FROM webhook_deliveries
  WHERE webhook_id = $1 AND id > $2 AND at >= $3 AND at < $4 AND status <> 'due'
    AND type NOT IN ('webhook.challenge', 'webhook.ping') AND (cardinality($5::text[]) = 0 OR type = ANY ($5))
  ORDER BY id LIMIT $6
)
UPDATE webhook_deliveries d
SET status = 'due', due_at = $7, attempts = 0, lease_until = NULL, delivered_at = NULL, last_failure = NULL
FROM batch WHERE d.id = batch.id RETURNING d.id
"""


@dataclass(frozen=True)
class State:
    """How far it has come: among the known deliveries by `known`, then in the journal by `place` up to `last`."""

    queued: int = 0
    known: UUID | None = NOBODY
    place: Place | None = None
    last: Place | None = None
    first_entry: int = 0
    last_entry: int = 0

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "State":
        if not kept:
            return cls()
        places = {name: _place(kept[name]) for name in ("place", "last")}
        return cls(**{**kept, **places, "known": UUID(kept["known"]) if kept["known"] else None})

    def kept(self) -> dict[str, Any]:
        places = {name: [*place[:3], str(place[3])] if place else None for name, place in self._places().items()}
        return {**vars(self), **places, "known": str(self.known) if self.known else None}

    def _places(self) -> dict[str, Place | None]:
        return {"place": self.place, "last": self.last}


def _place(kept: list[Any] | None) -> Place | None:
    if kept is None:
        return None
    epoch, xid, subject, subject_id = kept
    return Place(epoch, xid, subject, UUID(subject_id))


async def begin(uow: UnitOfWork, id: UUID, asked: ReplayAsked) -> Operation:
    """One at a time for each webhook."""
    webhook = await webhooks.given_live(uow, id)
    if objections := rules.sending_objections(webhook.status):
        raise refused(*objections)
    until = min(asked.until or uow.now, uow.now)
    if until <= asked.since:
        raise invalid(FieldError("/until", say("replay_range")))
    if under_way := await operations.under_way(uow, KIND, id):
        raise refused(say("replay_under_way", operation=str(under_way)))
    given = {"since": asked.since, "until": until, "event_types": [event.value for event in asked.event_types]}
    params = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
    operation = await operations.begin(uow, KIND, "webhooks", id, params)
    await uow.note("replay_deliveries", "webhooks", id, given | {"operation_id": str(operation.id)})
    return operation


async def step(uow: UnitOfWork, held: Held) -> Stepped:
    """A batch. Refused when the webhook has been switched off meanwhile."""
    state, within = State.read(held.state), _stretch(held.params)
    await _require_active(uow, held.subject_id)
    found = await (_known if state.known else _missed)(uow, held.subject_id, within, state)
    if found.queued > state.queued:
        await webhooks.unpause(uow, held.subject_id)
    total = max(found.last_entry - found.first_entry, 0) if found.last else None
    return Stepped(found.kept(), await _done(uow, found), total, _result(found, within))


async def _known(uow: UnitOfWork, id: UUID, within: Stretch, state: State) -> State:
    size = min(BATCH, rules.MOST_REPLAYED - state.queued)
    arguments = [id, state.known, within.since, within.until, within.only, size, uow.now]
    sent = [row[0] for row in await uow.rows(AGAIN, arguments)]
    queued = state.queued + len(sent)
    if len(sent) == size:
        return State(queued, max(sent))
    ends = await dispatch.bounds(uow, within.since, within.until)
    if ends is None:
        return State(queued, None)
    first, last = ends
    return State(queued, None, first.place, last.place, first.entry, last.entry)


async def _missed(uow: UnitOfWork, id: UUID, within: Stretch, state: State) -> State:
    if state.place is None:
        return state
    made = await dispatch.regenerate(uow, id, within, state.place, rules.MOST_REPLAYED - state.queued)
    is_over = made.place is None or state.last is None or made.place[:2] > state.last[:2]
    place = None if is_over else made.place
    return State(state.queued + made.queued, None, place, state.last, state.first_entry, state.last_entry)


async def _done(uow: UnitOfWork, state: State) -> int:
    """In entries of the journal, which the known deliveries are no part of."""
    total = max(state.last_entry - state.first_entry, 0)
    if state.known or state.last is None:
        return 0
    if state.place is None:
        return total
    return min(max(await dispatch.entry_at(uow, state.place) - state.first_entry, 0), total)


def _result(state: State, within: Stretch) -> dict[str, Any] | None:
    is_full = state.queued >= rules.MOST_REPLAYED
    if not is_full and (state.known or state.place):
        return None
    return {"queued_count": state.queued, "is_more": is_full, "until": within.until.isoformat()}


def _stretch(params: Mapping[str, Any]) -> Stretch:
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    return Stretch(since, until, params["event_types"])


async def _require_active(uow: UnitOfWork, id: UUID) -> None:
    webhook = await uow.session.get_one(Webhook, id)
    integration = await uow.session.get_one(Integration, webhook.integration_id)
    is_on = integration.is_active and integration.archived_at is None and webhook.archived_at is None
    if not is_on or rules.sending_objections(webhook.status):
        raise refused(say("replay_stopped"))
