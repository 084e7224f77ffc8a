"""The vocabulary, served: taxonomies with their labels, and the catalogue of problems."""

from app.errors import CATALOGUE, not_found
from app.schemas.reference import ProblemKind, Taxonomy, TaxonomyList, TermRead
from app.vocabulary import TAXONOMIES, Term

LABELS = {"uk", "en", "is_seed", "parent"}


def names() -> TaxonomyList:
    return TaxonomyList(taxonomies=list(TAXONOMIES))


def read(taxonomy: str) -> Taxonomy:
    if taxonomy not in TAXONOMIES:
        raise not_found()
    terms = [_term(member, place) for place, member in enumerate(TAXONOMIES[taxonomy], start=1)]
    return Taxonomy(taxonomy=taxonomy, terms=terms)


def _term(member: Term, place: int) -> TermRead:
    return TermRead(
        code=member.value,
        label_uk=member.uk,
        label_en=member.en,
        sort_order=place,
        is_seed=getattr(member, "is_seed", False),
        parent=getattr(member, "parent", None),
        facts={name: _listed(value) for name, value in _facts(member).items()},
    )


def _facts(member: Term) -> dict[str, object]:
    return {name: value for name, value in vars(member).items() if not name.startswith("_") and name not in LABELS}


def _listed(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return [] if value is None else [str(value).lower() if isinstance(value, bool) else str(value)]


def problem(code: str) -> ProblemKind:
    if code not in CATALOGUE:
        raise not_found()
    kind = CATALOGUE[code]
    return ProblemKind(code=code, status=kind.status, title_uk=kind.uk, title_en=kind.en, retryable=kind.retryable)
