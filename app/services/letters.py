"""The registers of letters: written, numbered, sent and followed until they are answered; and what came."""

from typing import Any, Final
from uuid import UUID

from uuid_utils.compat import uuid7

from app.adapters import typesetting
from app.adapters.storage import Storage
from app.core import crud
from app.core.http import require_version
from app.core.uow import UnitOfWork
from app.errors import FieldError, invalid, refused, say
from app.models import Letter, LetterTemplate
from app.rules import letters as rules
from app.schemas.activities import ActivityCreate
from app.schemas.base import Shape
from app.schemas.letters import LetterCreate, LetterFields, LetterOutcomeGiven, LetterPreview, LetterSend
from app.services import activities, documents, homes, letter_facts, letter_templates, letter_ties, numbers, sight
from app.vocabulary import (
    ActivityKind,
    ActivitySource,
    FieldClass,
    FileKind,
    LetterChannel,
    LetterDirection,
    LetterStatus,
)

PLAN: Final = "plan_reminders"
PREFIX: Final = {LetterDirection.OUTGOING: "OUT", LetterDirection.INCOMING: "IN"}
KINDS: Final = {LetterChannel.EMAIL: ActivityKind.EMAIL}
IN, OUT = LetterDirection.INCOMING, LetterDirection.OUTGOING
SIGNATURE: Final = ("signatory_name", "signatory_position")
TEXTS: Final = frozenset({"subject", "body", *SIGNATURE})


async def create(uow: UnitOfWork, body: LetterCreate) -> Letter:
    """An incoming letter has its number at once, and what it answers is answered."""
    template = await _template(uow, body)
    _require_known(body)
    letter = Letter(status=LetterStatus.DRAFT, **_values(body, template))
    if body.id is not None:
        letter.id = body.id
    organization = await homes.home(uow, body.organization_id, has_tie=False)
    if organization is None:
        raise invalid(FieldError("/organization_id", say("organization_needed")))
    letter.organization_id = organization
    await letter_ties.require(uow, body)
    asked = await letter_ties.answered(uow, body, organization)
    if uow.actor.kind == "user" and "owner_id" not in body.model_fields_set:
        letter.owner_id = uow.actor.id
    uow.add(letter)
    await uow.flush()
    await sight.require_owner(uow, letter, letter.owner_id)
    if letter.direction is IN:
        await _arrive(uow, letter, asked)
    return letter


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Letter:
    letter = await locked(uow, id, version)
    if letter.status not in rules.CHANGEABLE and body.model_fields_set - rules.FOLLOWED:
        raise refused(say("letter_is_fixed"))
    known = {name: getattr(letter, name) for name in LetterFields.model_fields}
    whole = crud.merged(LetterFields, known, body)
    if whole.direction is not letter.direction:
        raise refused(say("letter_is_fixed"))
    if letter.status in rules.CHANGEABLE:
        await _write_anew(uow, letter, whole, body.model_fields_set)
    else:
        crud.apply(letter, whole.model_dump(include=set(body.model_fields_set)))
    await uow.flush()
    await sight.require_owner(uow, letter, letter.owner_id)
    uow.ring(PLAN)
    return letter


async def _write_anew(uow: UnitOfWork, letter: Letter, whole: LetterFields, given: set[str]) -> None:
    """A draft. Another template brings its own text, unless one was given with it."""
    is_other = whole.template_id is not None and whole.template_id != letter.template_id
    if is_other:
        whole = whole.model_copy(update=dict.fromkeys(TEXTS - given))
    is_short = whole.subject is None or whole.body is None
    template = await _template(uow, whole) if is_other or is_short else None
    _require_known(whole)
    home = await homes.home(uow, whole.organization_id or letter.organization_id, has_tie=False)
    organization = home or letter.organization_id
    await letter_ties.require(uow, whole)
    await letter_ties.answered(uow, whole, organization)
    crud.apply(letter, _values(whole, template) | {"organization_id": organization})


async def preview(uow: UnitOfWork, id: UUID) -> LetterPreview:
    letter = await uow.get(Letter, id)
    known = await letter_facts.facts(uow, letter, letter.number or "—", uow.today)
    subject, body = (rules.filled(text, known) for text in (letter.subject, letter.body or ""))
    return LetterPreview(subject=subject.text, body=body.text, missing=letter_facts.gaps(letter, known))


async def gaps(uow: UnitOfWork, letter: Letter) -> list[str]:
    return letter_facts.gaps(letter, await letter_facts.facts(uow, letter, "—", uow.today))


async def register(uow: UnitOfWork, store: Storage, id: UUID, version: int) -> Letter:
    letter = await locked(uow, id, version)
    return await enter(uow, store, letter)


async def enter(uow: UnitOfWork, store: Storage, letter: Letter) -> Letter:
    """Every gap is filled or named; then it has a number, is fixed for good, and there is a PDF of it."""
    _require(letter, "register")
    known = await letter_facts.facts(uow, letter, "—", uow.today)
    if missing := letter_facts.gaps(letter, known):
        raise invalid(*(FieldError("/body", sentence) for sentence in rules.gap_sentences(missing, known)))
    letter.number, letter.registered_on = await _number(uow, letter), uow.today
    known = dict(known) | {"number": letter.number}
    letter.subject = rules.filled(letter.subject, known).text
    letter.body = rules.filled(letter.body or "", known).text
    letter.status = LetterStatus.REGISTERED
    await uow.flush()
    content = await typesetting.pdf(await letter_facts.sheet(uow, letter, known))
    letter.document_id = (await documents.keep(uow, store, _document(letter, content))).id
    await uow.flush()
    return letter


def _document(letter: Letter, content: bytes) -> documents.DocumentToKeep:
    return documents.DocumentToKeep(
        subject="letters",
        subject_id=letter.id,
        title=f"{letter.number} {letter.subject}"[:300],
        kind=FileKind.LETTER,
        language=letter.language,
        sensitivity=FieldClass.INTERNAL,
        organization_id=letter.organization_id,
        file_name=f"{letter.number}.pdf",
        content=content,
    )


async def send(uow: UnitOfWork, id: UUID, body: LetterSend, version: int) -> Letter:
    letter = await locked(uow, id, version)
    return await dispatch(uow, letter, body)


async def dispatch(uow: UnitOfWork, letter: Letter, body: LetterSend, answer_days: int | None = None) -> Letter:
    """On its way: from here on an answer is waited for, and the partnership has a contact more."""
    _require(letter, "send")
    if body.sent_on > uow.today:
        raise invalid(FieldError("/sent_on", say("letter_in_the_future")))
    if letter.registered_on and body.sent_on < letter.registered_on:
        raise invalid(FieldError("/sent_on", say("letter_before", on=letter.registered_on)))
    if body.answer_due_on and body.answer_due_on < body.sent_on:
        raise invalid(FieldError("/answer_due_on", say("letter_before", on=body.sent_on)))
    due = body.answer_due_on or rules.answer_due(body.sent_on, answer_days) if body.expects_answer else None
    crud.apply(
        letter,
        {
            "status": LetterStatus.SENT,
            "sent_on": body.sent_on,
            "sent_via": body.sent_via,
            "answer_due_on": due,
        },
    )
    await _tell(uow, letter)
    return letter


async def record_outcome(uow: UnitOfWork, id: UUID, body: LetterOutcomeGiven, version: int) -> Letter:
    letter = await locked(uow, id, version)
    _require(letter, "outcome")
    if body.answered_on and letter.sent_on and body.answered_on < letter.sent_on:
        raise invalid(FieldError("/answered_on", say("letter_before", on=letter.sent_on)))
    if body.answered_on and body.answered_on > uow.today:
        raise invalid(FieldError("/answered_on", say("letter_in_the_future")))
    status = LetterStatus.ANSWERED if body.answered_on else LetterStatus.UNANSWERED
    crud.apply(letter, {"status": status, "outcome": body.outcome, "answered_on": body.answered_on})
    await uow.flush()
    uow.ring(PLAN)
    return letter


async def close(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Letter:
    """Dealt with: nothing more is expected of it."""
    return await _leave(uow, id, version, "close", LetterStatus.CLOSED, reason)


async def cancel(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Letter:
    """Not sent after all. Its number is not given to another one."""
    return await _leave(uow, id, version, "cancel", LetterStatus.CANCELLED, reason)


async def _leave(uow: UnitOfWork, id: UUID, version: int, step: str, to: LetterStatus, reason: str) -> Letter:
    letter = await locked(uow, id, version)
    _require(letter, step)
    await uow.because(reason)
    letter.status = to
    await uow.flush()
    uow.ring(PLAN)
    return letter


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Letter:
    letter = await _found(uow, id, version)
    await crud.archive(uow, letter, reason)
    uow.ring(PLAN)
    return letter


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Letter:
    letter = await _found(uow, id, version)
    await crud.restore(uow, letter, reason)
    uow.ring(PLAN)
    return letter


async def _arrive(uow: UnitOfWork, letter: Letter, asked: Letter | None) -> None:
    if letter.received_on and letter.received_on > uow.today:
        raise invalid(FieldError("/received_on", say("letter_in_the_future")))
    letter.number, letter.registered_on = await _number(uow, letter), uow.today
    letter.status = LetterStatus.REGISTERED
    if asked is not None:
        asked = await uow.get(Letter, asked.id, lock=True)
        await uow.session.refresh(asked)
        letter_ties.require_waiting(asked, letter)
        crud.apply(asked, {"status": LetterStatus.ANSWERED, "answered_on": letter.received_on})
    await _tell(uow, letter)


async def _tell(uow: UnitOfWork, letter: Letter) -> None:
    """Of a letter between partners there is an activity, and so the last contact is known."""
    await uow.flush()
    uow.ring(PLAN)
    on = letter.sent_on if letter.direction is OUT else letter.received_on
    if letter.partnership_id is None or on is None:
        return
    body = ActivityCreate(
        kind=KINDS.get(letter.sent_via or LetterChannel.POST, ActivityKind.LETTER),
        title=f"{letter.number}: {letter.subject}"[:300],
        starts_local=f"{on.isoformat()}T00:00",
        organization_id=letter.organization_id,
        owner_id=letter.owner_id,
        partnership_ids=[letter.partnership_id],
        status="held",
    )
    letter.activity_id = (await activities.enter(uow, body, source=ActivitySource.LETTER)).id
    await uow.flush()


async def _number(uow: UnitOfWork, letter: Letter) -> str:
    """One row of numbers for each register and year, given in the transaction that uses it."""
    prefix = PREFIX[letter.direction]
    series, year = f"{prefix}:{letter.organization_id}", uow.today.year
    last = await uow.transaction.raw.fetchval(numbers.TAKE, uuid7(), series, year, 1)
    return f"{prefix}-{year}-{last:04}"


async def locked(uow: UnitOfWork, id: UUID, version: int) -> Letter:
    letter = await _found(uow, id, version)
    crud.require_live(letter)
    return letter


async def _found(uow: UnitOfWork, id: UUID, version: int) -> Letter:
    letter = await uow.get(Letter, id, lock=True)
    require_version(letter, version)
    return letter


def _require(letter: Letter, step: str) -> None:
    if found := rules.objections(step, letter.direction, letter.status):
        raise refused(*found)


def _require_known(body: LetterFields) -> None:
    for field in ("subject", "body"):
        if found := rules.unknown(getattr(body, field)):
            raise invalid(FieldError(f"/{field}", rules.placeholder_sentence(found)))


async def _template(uow: UnitOfWork, body: LetterFields) -> LetterTemplate | None:
    if body.template_id is None:
        return None
    return await letter_templates.usable(uow, body.template_id, body.language, "/template_id")


def _values(body: LetterFields, template: LetterTemplate | None) -> dict[str, Any]:
    values = body.model_dump(exclude={"id"})
    if template is not None:
        values["subject"] = values["subject"] or template.subject
        values["body"] = values["body"] or template.body
        if not any(values[name] for name in SIGNATURE):
            values |= {name: getattr(template, name) for name in SIGNATURE}
    return values
