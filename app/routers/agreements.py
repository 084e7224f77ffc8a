import re
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response

from app.core.http import (
    KEPT_NOWHERE,
    IfMatch,
    Moment,
    ResourceRouter,
    StrictRoute,
    fresh,
    listed,
    may,
    problems,
    read_as_of,
    reading,
    runtime,
    several,
    told,
    written,
)
from app.core.listing import Page
from app.core.queries import asked
from app.core.uow import Reader, UnitOfWork
from app.errors import AppError
from app.rules.permissions import Permission
from app.schemas.agreement_reading import Chain, RegisterQuery, RegisterRow
from app.schemas.agreements import (
    AgreementCreate,
    AgreementPatch,
    AgreementQuery,
    AgreementRead,
    AgreementTransitions,
    CouncilAct,
    DecisionOfMinistry,
    DraftGiven,
    EntryIntoForce,
    Registration,
    Signature,
    Submission,
    Termination,
    VerificationGiven,
)
from app.schemas.base import Why
from app.schemas.batches import Batch, BatchGet
from app.schemas.history import HistoryEntry, HistoryQuery, UndoAsked
from app.services import agreement_reading, agreements, register, undo
from app.views.agreements import LISTING, VIEW

router = ResourceRouter(prefix="/v1/agreements", tags=["agreements"], route_class=StrictRoute)

AgreementReader = Annotated[Reader, reading(Permission.AGREEMENTS_READ)]
Looker = Annotated[UnitOfWork, may(Permission.AGREEMENTS_READ)]
Writer = Annotated[UnitOfWork, may(Permission.AGREEMENTS_WRITE)]
DryRun = Annotated[bool, Query(description="Checks and answers as the real thing would; nothing is kept.")]
VERB = problems(404, 409, 412, 413, 415, 428)
CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A page of the register."}
}
WEIGHT: Final = re.compile(r"[01](\.\d{0,3})?")


@router.get("", response_model=Page[AgreementRead], responses=problems())
async def list_agreements(
    request: Request, reader: AgreementReader, query: Annotated[AgreementQuery, asked(AgreementQuery)]
) -> Response:
    """Documents of every kind and status; `q` finds a part of a title or number."""
    return await listed(request, reader, LISTING, query)


@router.post("", status_code=201, response_model=AgreementRead, responses=problems(409, 413, 415))
async def create_agreement(uow: Writer, body: AgreementCreate) -> Response:
    """A draft of a document between parties of a partnership; its kind and parties decide what it needs."""
    agreement = await agreements.create(uow, body)
    return await written(uow, VIEW, agreement.id, at=router.prefix)


@router.get("/register", response_model=Page[RegisterRow], responses=problems(406) | CSV)
async def list_agreement_register(
    request: Request, reader: AgreementReader, query: Annotated[RegisterQuery, asked(RegisterQuery)]
) -> Response:
    """The twelve columns of the ministry's register, as JSON or, with `Accept: text/csv`, under their headings."""
    is_csv = _wants_csv(request.headers.get("accept", "*/*"))
    page = await register.page(reader, runtime(request).cursors, query)
    if not is_csv:
        return fresh(page.model_dump_json().encode(), Vary="Accept")
    headers = {"Vary": "Accept", "Content-Disposition": 'attachment; filename="register.csv"'}
    if page.next_cursor:
        following = request.url.include_query_params(cursor=page.next_cursor)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Response(register.as_csv(page.items), media_type="text/csv; charset=utf-8", headers=KEPT_NOWHERE | headers)


@router.post("/batch-get", response_model=Batch[AgreementRead], responses=problems(413, 415))
async def batch_get_agreements(reader: AgreementReader, body: BatchGet) -> Response:
    return await several(reader, VIEW, body.ids)


@router.get("/{id}", response_model=AgreementRead, responses=problems(404))
async def get_agreement(request: Request, reader: AgreementReader, id: UUID, as_of: Moment = None) -> Response:
    return await read_as_of(request, reader, VIEW, id, as_of)


@router.patch("/{id}", response_model=AgreementRead, responses=VERB)
async def edit_agreement(uow: Writer, id: UUID, version: IfMatch, body: AgreementPatch) -> Response:
    """Merge patch (RFC 7396), until the signature; a submitted or approved text is returned to draft first."""
    await agreements.edit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/council-act", response_model=AgreementRead, responses=VERB)
async def record_agreement_council_act(
    uow: Writer, id: UUID, version: IfMatch, body: CouncilAct, dry_run: DryRun = False
) -> Response:
    """The decision of the council, or the order of the military administration in its place."""
    if dry_run:
        uow.rehearse()
    await agreements.record_act(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/submission", response_model=AgreementRead, responses=VERB)
async def submit_agreement(
    uow: Writer, id: UUID, version: IfMatch, body: Submission, dry_run: DryRun = False
) -> Response:
    """The draft goes to the ministry; the answer names the last day of its review."""
    if dry_run:
        uow.rehearse()
    await agreements.submit(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/ministry-decision", response_model=AgreementRead, responses=VERB)
async def record_agreement_ministry_decision(
    uow: Writer, id: UUID, version: IfMatch, body: DecisionOfMinistry, dry_run: DryRun = False
) -> Response:
    """Approved, refused, or returned to draft with remarks."""
    if dry_run:
        uow.rehearse()
    await agreements.decide(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/signature", response_model=AgreementRead, responses=VERB)
async def sign_agreement(uow: Writer, id: UUID, version: IfMatch, body: Signature, dry_run: DryRun = False) -> Response:
    """Signs the document; the first signature makes its partnership formal."""
    if dry_run:
        uow.rehearse()
    await agreements.sign(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/registration", response_model=AgreementRead, responses=VERB)
async def register_agreement(
    uow: Writer, id: UUID, version: IfMatch, body: Registration, dry_run: DryRun = False
) -> Response:
    """The entry in the ministry's register."""
    if dry_run:
        uow.rehearse()
    await agreements.register(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/entry-into-force", response_model=AgreementRead, responses=VERB)
async def enter_agreement_into_force(
    uow: Writer, id: UUID, version: IfMatch, body: EntryIntoForce, dry_run: DryRun = False
) -> Response:
    if dry_run:
        uow.rehearse()
    await agreements.enter_into_force(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/termination", response_model=AgreementRead, responses=VERB)
async def terminate_agreement(
    uow: Writer, id: UUID, version: IfMatch, body: Termination, dry_run: DryRun = False
) -> Response:
    """Ends a signed document before its term."""
    if dry_run:
        uow.rehearse()
    await agreements.terminate(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/withdrawal", response_model=AgreementRead, responses=VERB)
async def withdraw_agreement(uow: Writer, id: UUID, version: IfMatch, body: Why, dry_run: DryRun = False) -> Response:
    """Gives up a document that was never signed."""
    if dry_run:
        uow.rehearse()
    await agreements.withdraw(uow, id, body.reason, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/revision", response_model=AgreementRead, responses=VERB)
async def revise_agreement(uow: Writer, id: UUID, version: IfMatch, body: Why, dry_run: DryRun = False) -> Response:
    """Back to draft: the approvals lapse, the history keeps them."""
    if dry_run:
        uow.rehearse()
    await agreements.revise(uow, id, body.reason, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/verification", response_model=AgreementRead, responses=VERB)
async def verify_agreement(
    uow: Writer, id: UUID, version: IfMatch, body: VerificationGiven, dry_run: DryRun = False
) -> Response:
    """Somebody has seen the original of a record that came from a list."""
    if dry_run:
        uow.rehearse()
    await agreements.verify(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/drafts", response_model=AgreementRead, responses=VERB)
async def add_agreement_draft(
    uow: Writer, id: UUID, version: IfMatch, body: DraftGiven, dry_run: DryRun = False
) -> Response:
    """A further version of the text."""
    if dry_run:
        uow.rehearse()
    await agreements.add_draft(uow, id, body, version)
    return await written(uow, VIEW, id)


@router.post("/{id}/archive", response_model=AgreementRead, responses=VERB)
async def archive_agreement(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await agreements.archive(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.post("/{id}/restore", response_model=AgreementRead, responses=VERB)
async def restore_agreement(uow: Writer, id: UUID, version: IfMatch, body: Why) -> Response:
    await agreements.restore(uow, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/transitions", response_model=AgreementTransitions, responses=problems(404))
async def list_agreement_transitions(uow: Looker, id: UUID) -> Response:
    """For every step: whether it can be made now and, if not, what is missing, who provides it and where."""
    return fresh((await agreement_reading.transitions(uow, id)).model_dump_json().encode())


@router.get("/{id}/chain", response_model=Chain, responses=problems(404))
async def get_agreement_chain(uow: Looker, id: UUID) -> Response:
    """The documents before this one and after it: amendments, renewals, replacements."""
    return fresh((await agreement_reading.chain(uow, id)).model_dump_json().encode())


@router.post("/{id}/undo", response_model=AgreementRead, responses=VERB)
async def undo_agreement(uow: Writer, id: UUID, version: IfMatch, body: UndoAsked) -> Response:
    """Takes back one's own last edit, while nothing else has been done to the record; a second time brings it back."""
    await undo.undo(uow, undo.AGREEMENT, id, version, body.reason)
    return await written(uow, VIEW, id)


@router.get("/{id}/history", response_model=Page[HistoryEntry], responses=problems(404))
async def list_agreement_history(
    request: Request, reader: AgreementReader, id: UUID, query: Annotated[HistoryQuery, asked(HistoryQuery)]
) -> Response:
    """Who changed what, when and why; newest first."""
    return await told(request, reader, VIEW, id, query.limit, query.cursor)


def _wants_csv(accept: str) -> bool:
    """The better liked of the two; JSON when both are liked the same. 406 when neither is."""
    liked = dict(_weighed(part) for part in accept.split(","))
    anything = liked.get("*/*", 0.0)
    as_csv = liked.get("text/csv", liked.get("text/*", anything))
    as_json = liked.get("application/json", liked.get("application/*", anything))
    if not (as_csv or as_json):
        raise AppError("not_acceptable")
    is_named = "text/csv" in liked and "application/json" not in liked
    return as_csv > as_json or (as_csv == as_json and is_named)


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    return name, float(weight) if WEIGHT.fullmatch(weight) else 0.0
