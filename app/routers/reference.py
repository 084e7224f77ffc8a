from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from app.core.http import StrictRoute, fresh
from app.core.problems import Problem
from app.schemas.reference import ProblemKind, Taxonomy, TaxonomyList
from app.services import reference

router = APIRouter(tags=["reference"], route_class=StrictRoute)

# Words of ours: a browser may keep them, and asks whether they are still good.
PUBLIC: Final = {"Cache-Control": "no-cache"}
ABSENT: dict[int | str, dict[str, Any]] = {404: {"model": Problem}, 422: {"model": Problem}, 429: {"model": Problem}}


@router.get("/v1/reference", response_model=TaxonomyList, responses={429: {"model": Problem}})
async def list_taxonomies() -> Response:
    """The names of all taxonomies."""
    return fresh(reference.names().model_dump_json().encode(), 200, **PUBLIC)


@router.get("/v1/reference/{taxonomy}", response_model=Taxonomy, responses=ABSENT)
async def get_taxonomy(taxonomy: Annotated[str, Path(max_length=60)]) -> Response:
    """A complete taxonomy with its labels in both languages, in the order for a form."""
    return fresh(reference.read(taxonomy).model_dump_json().encode(), 200, **PUBLIC)


@router.get("/problems/{code}", response_model=ProblemKind, responses=ABSENT)
async def get_problem_kind(code: Annotated[str, Path(max_length=60)]) -> Response:
    """What a problem code means; the `type` of every problem document leads here."""
    return fresh(reference.problem(code).model_dump_json().encode(), 200, **PUBLIC)
