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
from app.core.uow import Reader, UnitOfWork, require_visible
from app.models import Campaign
from app.rules.permissions import Permission
from app.schemas.base import Why
from app.schemas.campaigns import (
    CampaignCreate,
    CampaignFigures,
    CampaignPatch,
    CampaignQuery,
    CampaignRead,
    CampaignSend,
    PathwayYields,
    RecipientsGiven,
    YieldQuery,
)
from app.schemas.history import HistoryEntry, HistoryQuery
from app.schemas.operations import OperationRead
from app.services import campaigns, operations
from app.views.letters import CAMPAIGN_VIEW, CAMPAIGNS

router = ResourceRouter(prefix="/v1/campaigns", tags=["letters"], route_class=StrictRoute)

LetterReader = Annotated[Reader, reading(Permission.LETTERS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.LETTERS_WRITE)]
VERB = problems(404, 409, 412, 413, 415, 428)


@router.get("/yield", response_model=PathwayYields, responses=problems())
async def get_pathway_yield(reader: LetterReader, query: Annotated[YieldQuery, asked(YieldQuery)]) -> Response:
    """What letters of each pathway brought: sent, answered, interested, and partnerships begun."""
    return fresh((await campaigns.yields(reader, query)).model_dump_json().encode())


@router.get("", response_model=Page[CampaignRead], responses=problems())
async def list_campaigns(
    request: Request, reader: LetterReader, query: Annotated[CampaignQuery, asked(CampaignQuery)]
) -> Response:
    """One proposal to many: each letter of it is in the register, with `campaign_id`."""
    return await listed(request, reader, CAMPAIGNS, query)


@router.post("", status_code=201, response_model=CampaignRead, responses=problems(404, 409, 413, 415))
async def create_campaign(uow: Writer, body: CampaignCreate) -> Response:
    """Who writes, by which pathway, with which texts; whom to, comes after."""
    made = await campaigns.create(uow, body)
    return await written(uow, CAMPAIGN_VIEW, made.id, at=router.prefix)


@router.get("/{id}", response_model=CampaignRead, responses=problems(404))
async def get_campaign(request: Request, reader: LetterReader, id: UUID) -> Response:
    return await read(request, reader, CAMPAIGN_VIEW, id)


@router.patch("/{id}", response_model=CampaignRead, responses=VERB)
async def edit_campaign(uow: Writer, id: UUID, version: IfMatch, body: CampaignPatch) -> Response:
    """Merge patch (RFC 7396): absent fields stay, null clears."""
    await campaigns.edit(uow, id, body, version)
    return await written(uow, CAMPAIGN_VIEW, id)


@router.post("/{id}/archive", response_model=CampaignRead, responses=VERB)
async def archive_campaign(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await campaigns.archive(uow, id, version, body.reason)
    return await written(uow, CAMPAIGN_VIEW, id)


@router.post("/{id}/restore", response_model=CampaignRead, responses=VERB)
async def restore_campaign(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await campaigns.restore(uow, id, version, body.reason)
    return await written(uow, CAMPAIGN_VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_campaign_history(
    request: Request, reader: LetterReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, CAMPAIGN_VIEW, id, query.limit, query.cursor)


@router.get("/{id}/figures", response_model=CampaignFigures, responses=problems(404))
async def get_campaign_figures(reader: LetterReader, id: UUID) -> Response:
    """How many were sent, answered and left without an answer."""
    await require_visible(reader, Campaign, id)
    return fresh((await campaigns.figures(reader, id)).model_dump_json().encode())


@router.post("/{id}/letters", response_model=CampaignRead, responses=VERB)
async def add_campaign_letters(uow: Writer, id: UUID, version: IfMatch, body: RecipientsGiven) -> Response:
    """A draft for each of them; nobody is written to twice."""
    await campaigns.add_letters(uow, id, body.recipients, version)
    return await written(uow, CAMPAIGN_VIEW, id)


@router.post("/{id}/send", status_code=202, response_model=OperationRead, responses=problems(404, 409, 413, 415))
async def send_campaign(uow: Writer, id: UUID, body: CampaignSend) -> Response:
    """Numbers, typesets and sends all drafts, a few at a time: an operation that can be watched and cancelled."""
    begun = await operations.one(uow, await campaigns.send(uow, id, body))
    place = f"{operations.PLACE}/{begun.id}"
    return await answered(uow, fresh(begun.model_dump_json().encode(), 202, Location=place))


@router.post("/{id}/close", response_model=CampaignRead, responses=VERB)
async def close_campaign(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    """What was not answered by then counts as unanswered."""
    await campaigns.close(uow, id, version, body.reason)
    return await written(uow, CAMPAIGN_VIEW, id)
