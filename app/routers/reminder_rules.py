from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.core.http import (
    IfMatch,
    ResourceRouter,
    StrictRoute,
    answered,
    fresh,
    listed,
    may,
    problems,
    read,
    reading,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.reminder_rules import (
    DryRun,
    ReminderRuleCreate,
    ReminderRuleFields,
    ReminderRulePatch,
    ReminderRuleQuery,
    ReminderRuleRead,
)
from app.services import reminder_rules
from app.views.reminder_rules import LISTING, VIEW

router = ResourceRouter(prefix="/v1/reminder-rules", tags=["reminders"], route_class=StrictRoute)

RuleReader = Annotated[Reader, reading(Permission.REMINDERS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.REMINDER_RULES_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("", response_model=Page[ReminderRuleRead], responses=problems())
async def list_reminder_rules(
    request: Request, reader: RuleReader, query: Annotated[ReminderRuleQuery, asked(ReminderRuleQuery)]
) -> Response:
    """Why people are reminded: all rules, those that came with the program and those made here."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=ReminderRuleRead, responses=problems(409, 413, 415))
async def create_reminder_rule(uow: Writer, body: ReminderRuleCreate) -> Response:
    """Holds from today unless it says otherwise: a rule never tells of what was due before."""
    rule = await reminder_rules.create(uow, body)
    return await written(uow, VIEW, rule.id, at=router.prefix)


@router.post("/dry-run", response_model=DryRun, responses=problems(413, 415))
async def try_out_reminder_rule(uow: Writer, body: ReminderRuleFields) -> Response:
    """Who would be told what, and why, if the rule were so; nothing is kept."""
    uow.rehearse()
    found = await reminder_rules.try_out_unsaved(uow, body)
    return await answered(uow, fresh(found.model_dump_json().encode()))


@router.get("/{id}", response_model=ReminderRuleRead, responses=problems(404))
async def get_reminder_rule(request: Request, reader: RuleReader, id: UUID) -> Response:
    return await read(request, reader, VIEW, id)


@router.patch("/{id}", response_model=ReminderRuleRead, responses=VERB)
async def edit_reminder_rule(uow: Writer, id: UUID, version: IfMatch, body: ReminderRulePatch) -> Response:
    """What is planned already follows within a minute."""
    await reminder_rules.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/dry-run", response_model=DryRun, responses=problems(404))
async def try_out_saved_reminder_rule(uow: Writer, id: UUID) -> Response:
    """Who will be told what by the rule as it stands, and why."""
    uow.rehearse()
    found = await reminder_rules.try_out_saved(uow, id)
    return await answered(uow, fresh(found.model_dump_json().encode()))


@router.post("/{id}/archive", response_model=ReminderRuleRead, responses=VERB)
async def archive_reminder_rule(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await reminder_rules.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=ReminderRuleRead, responses=VERB)
async def restore_reminder_rule(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await reminder_rules.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_reminder_rule_history(
    request: Request, reader: RuleReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)
