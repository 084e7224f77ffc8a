"""One proposal to many: the letters are written at once, sent by the worker, and each is followed to its answer."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import col, select

from app.adapters.storage import storage
from app.core import crud
from app.core.actors import Reach
from app.core.http import require_version
from app.core.reading import STATEMENTS, constant
from app.core.uow import Reader, UnitOfWork
from app.core.visibility import visible
from app.errors import FieldError, invalid, refused, say
from app.models import Campaign, Letter, LetterTemplate, Organization
from app.schemas.base import Shape
from app.schemas.campaigns import (
    CampaignCreate,
    CampaignFields,
    CampaignFigures,
    CampaignSend,
    PathwayYield,
    PathwayYields,
    Recipient,
    YieldQuery,
)
from app.schemas.letters import LetterSend
from app.services import homes, letter_templates, letter_ties, letters, numbers, operations, sight
from app.services.operations import Held, Stepped
from app.settings import Settings
from app.vocabulary import (
    CampaignStatus,
    Language,
    LetterDirection,
    LetterOutcome,
    LetterStatus,
    OperationKind,
    Pathway,
)

# Each has a PDF to be made, and a step lasts a second at most.
AT_ONCE: Final = 4
C: Final = CampaignStatus
FIGURES: Final = """
SELECT status, outcome, count(*) FROM letters WHERE campaign_id = $1 AND archived_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


async def create(uow: UnitOfWork, body: CampaignCreate) -> Campaign:
    organization = await homes.home(uow, body.organization_id, has_tie=False)
    if organization is None:
        raise invalid(FieldError("/organization_id", say("organization_needed")))
    await _require_templates(uow, body)
    number = await numbers.following(uow, "CAM")
    values = body.model_dump(exclude={"id", "organization_id"})
    campaign = Campaign(number=number, status=C.DRAFT, organization_id=organization, **values)
    if body.id is not None:
        campaign.id = body.id
    if uow.actor.kind == "user" and "owner_id" not in body.model_fields_set:
        campaign.owner_id = uow.actor.id
    uow.add(campaign)
    await uow.flush()
    await sight.require_owner(uow, campaign, campaign.owner_id)
    return campaign


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Campaign:
    campaign = await _locked(uow, id, version)
    _require_open(campaign)
    known = {name: getattr(campaign, name) for name in CampaignFields.model_fields}
    whole = crud.merged(CampaignFields, known, body)
    await _require_templates(uow, whole)
    home = await homes.home(uow, whole.organization_id, has_tie=False)
    organization = home or campaign.organization_id
    if organization != campaign.organization_id and await _written(uow, campaign):
        raise refused(say("campaign_has_letters"))
    crud.apply(campaign, whole.model_dump() | {"organization_id": organization})
    await uow.flush()
    await sight.require_owner(uow, campaign, campaign.owner_id)
    return campaign


async def add_letters(uow: UnitOfWork, id: UUID, recipients: list[Recipient], version: int) -> Campaign:
    """A draft for each, in their language; nobody is written to twice."""
    campaign = await _locked(uow, id, version)
    _require_open(campaign)
    await _require_new(uow, campaign, recipients)
    await letter_ties.require(uow, *recipients, at="/recipients/{}")
    texts = await _texts(uow, campaign)
    abroad = await _abroad(uow, recipients)
    rows = [_letter(campaign, each, place, texts, abroad) for place, each in enumerate(recipients)]
    uow.add(*rows)
    await uow.flush()
    return campaign


async def _abroad(uow: UnitOfWork, recipients: list[Recipient]) -> set[UUID]:
    ids = [each.correspondent_id for each in recipients]
    query = select(col(Organization.id)).where(col(Organization.id).in_(ids), col(Organization.country) != "UA")
    return set((await uow.session.scalars(query)).all())


def _letter(
    campaign: Campaign, to: Recipient, place: int, texts: dict[Language, LetterTemplate], abroad: set[UUID]
) -> Letter:
    language = to.language or (Language.EN if to.correspondent_id in abroad else Language.UK)
    template = texts.get(language)
    if template is None:
        pointer = f"/recipients/{place}/language"
        raise invalid(FieldError(pointer, say("template_missing_for", language=language)))
    return Letter(
        organization_id=campaign.organization_id,
        direction=LetterDirection.OUTGOING,
        status=LetterStatus.DRAFT,
        subject=template.subject,
        body=template.body,
        template_id=template.id,
        signatory_name=template.signatory_name,
        signatory_position=template.signatory_position,
        campaign_id=campaign.id,
        pathway=campaign.pathway,
        owner_id=campaign.owner_id,
        **to.model_dump() | {"language": language},
    )


async def send(uow: UnitOfWork, id: UUID, body: CampaignSend) -> UUID:
    """The worker registers and sends them, a few at a time: the id of the operation by which that can be watched."""
    campaign = await uow.get(Campaign, id, lock=True)
    _require_open(campaign)
    if (under_way := await operations.under_way(uow, OperationKind.CAMPAIGN_SENDING, id)) is not None:
        return under_way
    drafts = select(func.count()).where(col(Letter.campaign_id) == id, col(Letter.status) == LetterStatus.DRAFT)
    if not await uow.session.scalar(drafts.where(col(Letter.archived_at).is_(None))):
        raise refused(say("campaign_nothing_to_send"))
    crud.apply(campaign, {"status": C.RUNNING})
    begun = await operations.begin(
        uow, OperationKind.CAMPAIGN_SENDING, "campaigns", id, {"sent_via": body.sent_via.value}
    )
    return begun.id


def step_of(settings: Settings) -> Any:
    """One step of the sending, as the worker takes it."""
    store = storage(settings)

    async def step(uow: UnitOfWork, held: Held) -> Stepped:
        done, failed = int(held.state.get("done", 0)), list(held.state.get("failed", []))
        campaign = await uow.session.get(Campaign, held.subject_id)
        drafts = await _drafts(uow, held.subject_id, [UUID(each) for each in failed])
        if campaign is None or campaign.status is C.CLOSED or not drafts:
            return Stepped({}, done, done, {"sent": done - len(failed), "incomplete": failed})
        sending = LetterSend(sent_on=uow.today, sent_via=held.params["sent_via"])
        for letter in drafts:
            known_gaps = await letters.gaps(uow, letter)
            if known_gaps:
                failed.append(str(letter.id))
            else:
                await letters.enter(uow, store, letter)
                await letters.dispatch(uow, letter, sending, campaign.answer_days)
            done += 1
        return Stepped({"done": done, "failed": failed}, done)

    return step


async def _drafts(uow: UnitOfWork, id: UUID, without: list[UUID]) -> list[Letter]:
    query = select(Letter).where(
        col(Letter.campaign_id) == id,
        col(Letter.status) == LetterStatus.DRAFT,
        col(Letter.archived_at).is_(None),
        col(Letter.id).not_in(without),
    )
    return list((await uow.session.scalars(query.order_by(col(Letter.id)).limit(AT_ONCE).with_for_update())).all())


async def close(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Campaign:
    """Letters that nobody answered are unanswered from then on; drafts have to be sent or cancelled first."""
    campaign = await _locked(uow, id, version)
    _require_open(campaign)
    drafts = await _drafts(uow, id, [])
    if drafts:
        raise refused(say("campaign_has_drafts", count=len(drafts)))
    await uow.because(reason)
    waiting = select(Letter).where(col(Letter.campaign_id) == id, col(Letter.status) == LetterStatus.SENT)
    for letter in (await uow.session.scalars(waiting.with_for_update())).all():
        crud.apply(letter, {"status": LetterStatus.UNANSWERED})
    crud.apply(campaign, {"status": C.CLOSED, "closed_at": uow.now})
    await uow.flush()
    uow.ring(letters.PLAN)
    return campaign


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Campaign:
    campaign = await _locked(uow, id, version)
    await crud.archive(uow, campaign, reason)
    return campaign


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Campaign:
    campaign = await _locked(uow, id, version)
    await crud.restore(uow, campaign, reason)
    return campaign


async def figures(reader: Reader, id: UUID) -> CampaignFigures:
    counted: dict[str, int] = {}
    outcomes: dict[LetterOutcome, int] = {}
    for status, outcome, count in await reader.rows(FIGURES, [id]):
        counted[status] = counted.get(status, 0) + count
        if outcome:
            outcomes[LetterOutcome(outcome)] = outcomes.get(LetterOutcome(outcome), 0) + count
    answered, unanswered, waiting = (counted.get(each, 0) for each in ("answered", "unanswered", "sent"))
    return CampaignFigures(
        draft_count=counted.get("draft", 0) + counted.get("registered", 0),
        sent_count=answered + unanswered + waiting + counted.get("closed", 0),
        waiting_count=waiting,
        answered_count=answered,
        unanswered_count=unanswered,
        cancelled_count=counted.get("cancelled", 0),
        outcomes=outcomes,
    )


YIELD: Final = """
SELECT x.pathway, count(DISTINCT x.id), count(DISTINCT x.id) FILTER (WHERE x.answered_on IS NOT NULL),
       count(DISTINCT x.id) FILTER (WHERE x.outcome = 'interested'),
       count(DISTINCT p.id)
FROM letters x LEFT JOIN partnership_parties ours ON ours.organization_id = x.organization_id
  LEFT JOIN partnership_parties theirs
    ON theirs.partnership_id = ours.partnership_id AND theirs.organization_id = x.correspondent_id
  LEFT JOIN partnerships p ON p.id = theirs.partnership_id AND p.archived_at IS NULL AND p.started_on >= x.sent_on
WHERE x.id = ANY ($1::uuid[])
GROUP BY x.pathway ORDER BY x.pathway
"""


async def yields(reader: Reader, query: YieldQuery) -> PathwayYields:
    """Of the letters that exist for the reader: what was sent by each pathway, and what came of it."""
    reach = reader.reach(Letter)
    shape = ("yields", reach.shape, query.organization_id is None, query.campaign_id is None)
    prepared = STATEMENTS.get(shape, lambda: _sent(reach, query))
    found = await reader.rows(prepared.text, prepared.arguments(reach.parameters() | query.model_dump()))
    rows = await reader.rows(YIELD, [[row[0] for row in found]])
    return PathwayYields(items=[_yield(row) for row in rows])


def _sent(reach: Reach, query: YieldQuery) -> Any:
    wanted = select(col(Letter.id)).where(
        visible(Letter, reach),
        col(Letter.direction) == constant(LetterDirection.OUTGOING),
        col(Letter.sent_on).is_not(None),
        col(Letter.pathway).is_not(None),
        col(Letter.archived_at).is_(None),
    )
    for name in ("organization_id", "campaign_id"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(Letter, name) == sa.bindparam(name, type_=sa.Uuid()))
    return wanted


def _yield(row: Any) -> PathwayYield:
    pathway, sent, answered, interested, partnerships = row
    return PathwayYield(
        pathway=Pathway(pathway),
        sent_count=sent,
        answered_count=answered,
        interested_count=interested,
        partnership_count=partnerships,
    )


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Campaign:
    campaign = await uow.get(Campaign, id, lock=True)
    require_version(campaign, version)
    return campaign


def _require_open(campaign: Campaign) -> None:
    crud.require_live(campaign)
    if campaign.status is C.CLOSED:
        raise refused(say("campaign_is", status=campaign.status))


async def _require_templates(uow: UnitOfWork, body: CampaignFields) -> None:
    for field, language in (("template_uk_id", Language.UK), ("template_en_id", Language.EN)):
        id = getattr(body, field)
        if id is None:
            continue
        await letter_templates.usable(uow, id, language, f"/{field}")


async def _texts(uow: UnitOfWork, campaign: Campaign) -> dict[Language, LetterTemplate]:
    ids = [id for id in (campaign.template_uk_id, campaign.template_en_id) if id]
    found = (await uow.session.scalars(select(LetterTemplate).where(col(LetterTemplate.id).in_(ids)))).all()
    return {Language(each.language): each for each in found}


async def _require_new(uow: UnitOfWork, campaign: Campaign, recipients: list[Recipient]) -> None:
    """Each once, and none that has a letter of this campaign already."""
    taken, errors = set(await _written(uow, campaign)), []
    for place, each in enumerate(recipients):
        if each.correspondent_id in taken:
            errors.append(FieldError(f"/recipients/{place}/correspondent_id", say("already_in_campaign")))
        taken.add(each.correspondent_id)
    if errors:
        raise invalid(*errors)


async def _written(uow: UnitOfWork, campaign: Campaign) -> list[UUID | None]:
    query = select(col(Letter.correspondent_id)).where(col(Letter.campaign_id) == campaign.id)
    return list((await uow.session.scalars(query)).all())
