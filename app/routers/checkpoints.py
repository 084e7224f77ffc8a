from typing import Annotated, Final

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from app.core.actors import Actor
from app.core.http import ResourceRouter, StrictRoute, clock, fresh, problems, reading, runtime
from app.core.queries import asked
from app.core.seal_keys import SealKeys
from app.core.uow import Reader
from app.errors import not_found
from app.rules.permissions import Permission
from app.schemas.checkpoints import (
    CheckpointPage,
    CheckpointQuery,
    ConsistencyQuery,
    ConsistencyRead,
    InclusionQuery,
    InclusionRead,
    JournalKeys,
)
from app.services import seal_proofs, seals

router = ResourceRouter(prefix="/v1/journal", tags=["journal"], route_class=StrictRoute)

Auditor = Annotated[Reader, reading(Permission.JOURNAL_READ)]

# Checkpoints and keys say nothing about anybody, and the more often they are copied the better.
CACHED: Final = {"Cache-Control": "public, max-age=30"}


def _everybody(request: Request) -> Reader:
    actor = Actor(kind="system", name="journal")
    return Reader(actor=actor, permission=None, now=clock(request), db=runtime(request).db)


@router.get("/checkpoints/latest", response_class=PlainTextResponse, responses=problems(404))
async def get_latest_checkpoint(request: Request) -> Response:
    """The newest checkpoint as a signed note. Keep a copy: it tells what the journal must lead to for ever after."""
    found = await seals.newest_checkpoint(_everybody(request))
    if found is None:
        raise not_found()
    return PlainTextResponse(found.note, headers=CACHED)


@router.get("/checkpoints", response_model=CheckpointPage, responses=problems())
async def list_checkpoints(
    request: Request, reader: Auditor, query: Annotated[CheckpointQuery, asked(CheckpointQuery)]
) -> Response:
    """Every checkpoint that was ever signed, newest first."""
    page = await seal_proofs.checkpoints(reader, runtime(request).cursors, query)
    return fresh(page.model_dump_json().encode())


@router.get("/key", response_model=JournalKeys, responses=problems())
async def get_journal_key(request: Request) -> Response:
    """The public halves of the keys that sign the checkpoints and the exported files of the journal."""
    found = seal_proofs.public_keys(SealKeys.of(runtime(request).settings))
    return fresh(found.model_dump_json().encode(), 200, **CACHED)


@router.get("/proofs/inclusion", response_model=InclusionRead, responses=problems(404))
async def get_inclusion_proof(reader: Auditor, query: Annotated[InclusionQuery, asked(InclusionQuery)]) -> Response:
    """That an entry of the journal is in the tree of a checkpoint."""
    found = await seal_proofs.inclusion(reader, query)
    return fresh(found.model_dump_json().encode())


@router.get("/proofs/consistency", response_model=ConsistencyRead, responses=problems(404))
async def get_consistency_proof(
    reader: Auditor, query: Annotated[ConsistencyQuery, asked(ConsistencyQuery)]
) -> Response:
    """That between two checkpoints nothing was changed or taken away, only added."""
    found = await seal_proofs.consistency(reader, query)
    return fresh(found.model_dump_json(by_alias=True).encode())
