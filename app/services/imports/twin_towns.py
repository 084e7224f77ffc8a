"""Twin towns from public lists: every resolved line becomes a formal partnership whose agreement nobody has checked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from app.adapters import register as shipping
from app.core.uow import UnitOfWork
from app.errors import say
from app.models import Organization, OrganizationExternalId, Partnership, PartnershipParty
from app.rules import aggressors
from app.rules.places import Gazetteer
from app.rules.twin_towns import Aggressors, Outcome, Resolved, Resolver, Row, partner_key
from app.services.imports import bulk, hromadas, partners, twinning
from app.services.imports.partners import Directory, Partner
from app.services.imports.report import Fate, Verdict, left_out

LONGEST_NAME: Final = 300

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Home:
    """The Ukrainian side, by the last five digits of its code: they stay when a hromada moves to another raion."""

    id: UUID
    name_uk: str
    name_en: str


def resolve(rows: Iterable[Row], today: date) -> list[Outcome]:
    """Before any transaction is open: it takes a second and needs only what we ship."""
    pack = aggressors.pack()
    blocked = {state.country for state in pack if aggressors.blocked(state.country, today, pack)}
    gazetteer = Gazetteer(shipping.shipped(), shipping.place_names())
    return Resolver(gazetteer, shipping.country_boxes(), Aggressors(blocked, today)).resolve(rows)


async def take(uow: UnitOfWork, outcomes: Sequence[Outcome], file: str) -> list[Verdict]:
    """One verdict for every line, in their order; what is here already stays as it is."""
    homes = await _homes(uow)
    known = await partners.directory(uow, {each.country for each in outcomes if isinstance(each, Resolved)})
    taken = _Taking(file, homes, known, await _pairs(uow))
    verdicts = [taken.verdict(each) if isinstance(each, Resolved) else left_out(each) for each in outcomes]
    await bulk.insert(uow, Organization, known.new)
    await bulk.insert(uow, OrganizationExternalId, known.markers)
    numbers = await twinning.write(uow, taken.wanted)
    if known.new or known.markers or numbers:
        await uow.note(uow.context.verb, "twin_town_lists", facts={"file": file, "partnerships": len(numbers)})
    return [_numbered(verdict, numbers) for verdict in verdicts]


class _Taking:
    """The lines of one file, decided in their order: each pair is made once."""

    def __init__(self, file: str, homes: Mapping[str, Home], directory: Directory, there: Mapping[Pair, str]) -> None:
        self.file, self.homes, self.directory, self.there = file, homes, directory, there
        self.wanted: list[twinning.Twinning] = []
        self._lines: dict[Pair, int] = {}

    def verdict(self, row: Resolved) -> Verdict:
        home = self.homes.get(row.hromada_code[-5:])
        if home is None:
            return Verdict(row.line, Fate.REFUSED, (say("hromada_not_in_register", code=row.hromada_code),))
        if not _is_usable(row.foreign_name):
            return Verdict(row.line, Fate.REFUSED, (say("partner_name_unusable"),))
        found = self.directory.find(row)
        if len(found) > 1:
            named = tuple(f"{each.id} {each.name}" for each in found)
            return Verdict(row.line, Fate.AMBIGUOUS, (say("several_partners", name=row.foreign_name),), named)
        source = f"{self.file}:{row.line}"
        partner = found[0] if found else None
        if partner is None or not partner.is_archived:
            partner = partner or self.directory.add(row, source)
            self.directory.remember(row, partner)
        return self._pair(row, home, partner, source)

    def _pair(self, row: Resolved, home: Home, partner: Partner, source: str) -> Verdict:
        pair = (home.id, partner.id)
        if pair in self.there:
            return Verdict(row.line, Fate.ALREADY_THERE, partnership=self.there[pair])
        if partner.is_archived:
            return Verdict(row.line, Fate.REFUSED, (say("partner_archived", name=partner.name),))
        if pair in self._lines:
            return Verdict(row.line, Fate.DUPLICATE, (say("line_repeated", line=self._lines[pair]),))
        self._lines[pair] = row.line
        self.wanted.append(
            twinning.Twinning(
                line=row.line,
                hromada_id=home.id,
                partner_id=partner.id,
                title_uk=f"{home.name_uk} — {partner.name}"[:LONGEST_NAME],
                title_en=f"{home.name_en} – {partner.name_en}"[:LONGEST_NAME],
                country=row.country,
                source=source,
            )
        )
        return Verdict(row.line, Fate.CREATED, row.notes)


def _is_usable(name: str) -> bool:
    return len(name) <= LONGEST_NAME and name.isprintable() and bool(partner_key(name))


def _numbered(verdict: Verdict, numbers: Mapping[int, str]) -> Verdict:
    if verdict.line not in numbers:
        return verdict
    return Verdict(verdict.line, verdict.fate, verdict.reasons, verdict.candidates, numbers[verdict.line])


async def _homes(uow: UnitOfWork) -> dict[str, Home]:
    rows = await hromadas.stored(uow)
    return {row.code[-5:]: Home(row.id, row.name_uk or row.name_en, row.name_en) for row in rows if not row.is_archived}


async def _pairs(uow: UnitOfWork) -> dict[Pair, str]:
    """Every two organizations that are or were in one partnership, archived ones too: nothing is made again."""
    query = (
        select(col(Partnership.id), col(Partnership.number), col(PartnershipParty.organization_id))
        .join(PartnershipParty, col(PartnershipParty.partnership_id) == col(Partnership.id))
        .order_by(col(Partnership.number).desc())
    )
    sides: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for id, number, organization in (await uow.session.execute(query)).all():
        sides[id, number].append(organization)
    return {(a, b): number for (_, number), ids in sides.items() for a in ids for b in ids if a != b}
