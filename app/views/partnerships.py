from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import col, select

from app.core.actors import Reach
from app.core.listing import Listing, Sort, at_least, at_most, contains, equals, has_any, one_of, related
from app.core.reading import Children, View
from app.core.visibility import shown_on, visible
from app.models import Organization, Partnership, PartnershipParty, User
from app.schemas.partnerships import PartnershipCard, PartnershipQuery, PartnershipRead, PartyRead
from app.vocabulary import FieldClass

CANDIDATES: Final = 1000

PARTIES = Children(
    model=PartnershipParty,
    read=PartyRead,
    parent=col(PartnershipParty.partnership_id),
    order=[col(PartnershipParty.position)],
    joins=[(Organization, col(Organization.id) == col(PartnershipParty.organization_id))],
    fields={
        "name_uk": col(Organization.name_uk),
        "name_en": col(Organization.name_en),
        "kind": col(Organization.kind),
        "country": col(Organization.country),
    },
)


def _view(read: type[Any]) -> View:
    return View(
        model=Partnership,
        read=read,
        joins=lambda page: [(User, col(User.id) == page.coordinator_id)],
        fields=lambda _: {"coordinator_name": col(User.name)},
        children={"parties": PARTIES},
    )


VIEW = _view(PartnershipRead)
CARD = _view(PartnershipCard)

_of_party = (col(Partnership.id), col(PartnershipParty.partnership_id))


def _party_organization(condition: Any) -> Any:
    """Partnerships with a party whose organization meets the condition."""
    return lambda name: col(Partnership.id).in_(
        select(col(PartnershipParty.partnership_id))
        .join(Organization, col(Organization.id) == col(PartnershipParty.organization_id))
        .where(condition(name))
    )


LISTING = Listing(
    view=CARD,
    query=PartnershipQuery,
    filters={
        "title": contains(col(Partnership.title_fold)),
        "stage": one_of(col(Partnership.stage)),
        "track": equals(col(Partnership.track)),
        "status": one_of(col(Partnership.status)),
        "country": equals(col(Partnership.country)),
        "party_country": _party_organization(equals(col(Organization.country))),
        "organization_id": related(*_of_party, equals(col(PartnershipParty.organization_id))),
        "oblast_code": _party_organization(equals(col(Organization.oblast_code))),
        "coordinator_id": equals(col(Partnership.coordinator_id)),
        "pathway": one_of(col(Partnership.pathway)),
        "purpose": has_any(col(Partnership.purposes)),
        "direction": has_any(col(Partnership.directions)),
        "verification": equals(col(Partnership.verification)),
        "next_step_before": at_most(col(Partnership.next_step_on)),
        "updated_since": at_least(col(Partnership.updated_at)),
    },
    sorts={
        "updated_at": Sort(col(Partnership.updated_at), datetime),
        "started_on": Sort(col(Partnership.started_on), date),
        "number": Sort(col(Partnership.number), str),
    },
    default_sort="-updated_at",
    classes={
        "pathway": FieldClass.INTERNAL,
        "verification": FieldClass.INTERNAL,
        "next_step_before": FieldClass.INTERNAL,
    },
)


def _searched(reach: Reach) -> Any:
    """What the words are looked for in: descriptions and next steps (weight B) only where the next step is shown.

    Whatever is not shown must not take part at all: `-word` would tell it by its absence.
    """
    text = sa.type_coerce(col(Partnership.words), pg.TSVECTOR)
    shown = shown_on(Partnership, reach, FieldClass.INTERNAL, col(Partnership.id))
    titles = sa.type_coerce(sa.func.ts_filter(text, sa.literal_column("'{a}'::\"char\"[]")), pg.TSVECTOR)
    return text if shown is sa.true() else sa.case((shown, text), else_=titles)


def search_statement(reach: Reach) -> Any:
    """The best matches of the words. At most a thousand candidates are ranked, so common words stay cheap."""
    words = sa.func.websearch_to_tsquery(
        sa.literal_column("'simple'::regconfig"), sa.func.search_fold(sa.bindparam("q", type_=sa.Text()))
    )
    # Read once: inlined, a generic plan would parse the words again for every candidate.
    asked = sa.select(words.label("words")).cte("asked").prefix_with("MATERIALIZED")
    text = _searched(reach)
    candidates = (
        sa.select(col(Partnership.id), col(Partnership.updated_at), sa.func.ts_rank(text, asked.c.words).label("rank"))
        .where(
            text.op("@@")(asked.c.words),
            col(Partnership.archived_at).is_(None),
            visible(Partnership, reach),
        )
        .limit(sa.literal_column(str(CANDIDATES)))
        .cte("candidates")
    )
    best = (
        sa.select(candidates)
        .order_by(candidates.c.rank.desc(), candidates.c.updated_at.desc())
        .limit(sa.bindparam("page_size", type_=sa.BigInteger()))
        .cte("best")
        .prefix_with("MATERIALIZED")
    )
    page = (
        sa.select(Partnership, best.c.rank.label("rank"))
        .join(best, best.c.id == col(Partnership.id))
        .cte("page")
        .prefix_with("MATERIALIZED")
    )
    return CARD.statement(page, reach).order_by(page.c.rank.desc(), page.c.updated_at.desc())
