"""What is asked about documents beyond the record itself: the next steps, the chain, the covered days."""

from datetime import date
from uuid import UUID

from sqlmodel import col

from app.core import context
from app.core.uow import UnitOfWork
from app.core.wording import words
from app.models import Agreement, Partnership
from app.rules import agreements as rules
from app.rules import coverage
from app.rules.agreements import Facts
from app.rules.coverage import Period
from app.schemas.agreement_reading import Chain, ChainLink, ChainPlace, CoverageRead, OverlapRead, PeriodRead, SpanRead
from app.schemas.agreements import AgreementTransitions, ObjectionRead, VerbRead
from app.services.agreements import facts_of
from app.services.partnership_reading import missing_read
from app.vocabulary import AgreementRelation, AgreementStatus


async def transitions(uow: UnitOfWork, id: UUID) -> AgreementTransitions:
    facts = await facts_of(uow, await uow.get(Agreement, id))
    language = context.language.get()
    found = [_verb(facts, verb, uow.today, language) for verb in rules.VERBS]
    return AgreementTransitions(status=facts.status, transitions=found)


def _verb(facts: Facts, verb: str, today: date, language: str) -> VerbRead:
    path, uk, en = rules.VERBS[verb]
    found = rules.objections(facts, verb, today)
    missing = rules.missing_for(facts, verb)
    lacking = {lack.code for lack in missing}
    return VerbRead(
        verb=verb,
        label=uk if language == "uk" else en,
        where=f"/v1/agreements/{facts.id}/{path}",
        allowed=not found,
        missing=[missing_read(lack, language) for lack in missing],
        objections=[
            ObjectionRead(code=sentence.code, detail=words(sentence, language))
            for sentence in found
            if sentence.code not in lacking
        ],
    )


async def chain(uow: UnitOfWork, id: UUID) -> Chain:
    agreement = await uow.get(Agreement, id)
    query = uow.select(Agreement).where(col(Agreement.partnership_id) == agreement.partnership_id)
    rows = sorted(await uow.all(query), key=lambda row: (row.signed_on or date.max, row.number))
    known = {row.id: row for row in rows}
    links = {row.id: row.predecessor_id for row in rows}
    before = [_link(known[one], "before") for one in reversed(coverage.ancestors(id, links))]
    after = [_link(known[one], "after") for one in coverage.descendants(id, links)]
    return Chain(items=[*before, _link(agreement, "this"), *after])


def _link(row: Agreement, place: ChainPlace) -> ChainLink:
    return ChainLink(
        id=row.id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        is_live=row.status in rules.LIVE,
        title_uk=row.title_uk,
        title_en=row.title_en,
        relation=row.relation,
        predecessor_id=row.predecessor_id,
        signed_on=row.signed_on,
        effective_on=row.effective_on,
        expires_on=row.expires_on,
        is_archived=row.archived_at is not None,
        place=place,
    )


async def covered(uow: UnitOfWork, partnership_id: UUID) -> CoverageRead:
    """The days on which the partnership's signed documents hold or held."""
    await uow.get(Partnership, partnership_id)
    query = uow.select(Agreement).where(
        col(Agreement.partnership_id) == partnership_id,
        col(Agreement.archived_at).is_(None),
        col(Agreement.status).in_(rules.SIGNED),
    )
    rows = {row.id: row for row in await uow.all(query.order_by(col(Agreement.number)))}
    periods = {row.id: period for row in rows.values() if (period := _period(row))}
    found = coverage.coverage(list(periods.values()), uow.today)
    return CoverageRead(
        partnership_id=partnership_id,
        is_covered_today=found.is_covered_today,
        periods=[_period_read(rows[id], period) for id, period in periods.items()],
        covered=[SpanRead(starts_on=span.start, ends_on=span.end) for span in found.covered],
        gaps=[SpanRead(starts_on=span.start, ends_on=span.end) for span in found.gaps],
        overlaps=[
            OverlapRead(
                agreement_ids=[one.first, one.second],
                starts_on=one.start,
                ends_on=one.end,
                is_same_kind=one.is_same_kind,
            )
            for one in found.overlaps
        ],
        undated=[id for id in rows if id not in periods],
    )


def _period(row: Agreement) -> Period | None:
    """None for a record without its days, and for a document that ended before it began."""
    start = row.effective_on or row.signed_on
    ended = row.terminated_on if row.status is AgreementStatus.TERMINATED else None
    end = ended or row.expires_on
    if start is None or (end is not None and end < start):
        return None
    amends = row.predecessor_id if row.relation is AgreementRelation.AMENDS else None
    return Period(row.id, row.kind, start, end, amends)


def _period_read(row: Agreement, period: Period) -> PeriodRead:
    return PeriodRead(
        agreement_id=row.id,
        number=row.number,
        kind=row.kind,
        status=row.status,
        starts_on=period.start,
        ends_on=period.end,
    )
