"""What is asked about partnerships beyond the record itself: search, transitions, the stage log."""

from typing import Final
from uuid import UUID

import orjson

from app.core import context
from app.core.reading import MOMENT, STATEMENTS, classified, redacted
from app.core.uow import Reader, UnitOfWork, require_visible
from app.core.wording import words
from app.models import Partnership
from app.rules import stages
from app.rules.missing import Missing
from app.schemas.partnerships import MissingRead, StageEntryRead, TransitionRead, Transitions
from app.services import standing
from app.views.partnerships import search_statement
from app.vocabulary import PartnershipStatus, Stage

# Seconds are cut from whole stays, so that they add up to the age to the second.
STAGES: Final = f"""
SELECT row_to_json(x)::text,
       (floor(extract(epoch FROM $2::timestamptz)) - floor(extract(epoch FROM s.entered_at)))::bigint AS age
FROM partnership_stages s LEFT JOIN agreements a ON a.id = s.agreement_id LEFT JOIN users u ON u.id = s.actor_id
CROSS JOIN LATERAL (
  SELECT s.id, s.from_stage, s.stage, s.track, s.status, s.actor_id,
         coalesce(nullif(s.actor_name, ''), u.name, '') AS actor_name, s.reason, s.agreement_id,
         a.number AS agreement_number, to_char(s.entered_at AT TIME ZONE 'UTC', '{MOMENT}') AS entered_at,
         to_char(s.left_at AT TIME ZONE 'UTC', '{MOMENT}') AS left_at,
         (floor(extract(epoch FROM coalesce(s.left_at, $2::timestamptz)))
          - floor(extract(epoch FROM s.entered_at)))::bigint AS seconds
) x
WHERE s.partnership_id = $1 ORDER BY s.entered_at, s.id
"""  # noqa: S608 - the only thing formatted in is a constant of ours


async def search(reader: Reader, q: str, limit: int) -> bytes:
    reach = reader.reach(Partnership)
    prepared = STATEMENTS.get(("search", Partnership, reach.shape), lambda: search_statement(reach))
    rows = await reader.rows(prepared.text, prepared.arguments({"q": q, "page_size": limit} | reach.parameters()))
    return b'{"items":[' + ",".join([row[0] for row in rows]).encode() + b"]}"


async def transitions(uow: UnitOfWork, id: UUID) -> Transitions:
    partnership = await uow.get(Partnership, id)
    facts = await standing.of(uow, partnership)
    language = context.language.get()
    return Transitions(
        track=facts.track,
        stage=facts.stage,
        status=facts.status,
        transitions=[_transition(facts, stage, language) for stage in Stage],
    )


def _transition(facts: stages.Facts, stage: Stage, language: str) -> TransitionRead:
    is_current = stage is facts.stage
    is_there = is_current and facts.status is PartnershipStatus.ACTIVE
    missing = [] if is_there else stages.missing(facts, stage)
    return TransitionRead(
        stage=stage,
        label=stage.label(language),
        is_current=is_current,
        allowed=not stages.objections(facts, stage, "given"),
        needs_reason=stages.needs_reason(facts, stage),
        is_step_back=stages.is_step_back(facts, stage),
        missing=[missing_read(lack, language) for lack in missing],
    )


def missing_read(lack: Missing, language: str) -> MissingRead:
    return MissingRead(
        code=lack.code,
        detail=words(lack.sentence, language),
        provider=lack.provider,
        provider_label=lack.provider.label(language),
        where=lack.where,
    )


async def stage_log(reader: Reader, id: UUID) -> bytes:
    is_shown = await require_visible(reader, Partnership, id)
    rows = await reader.rows(STAGES, [id, reader.now])
    hidden = frozenset() if is_shown else classified(StageEntryRead)
    entries = [redacted(orjson.loads(row[0]), hidden) for row in rows]
    age = rows[0][1] if rows else 0
    return orjson.dumps({"age_seconds": age, "entries": entries})
