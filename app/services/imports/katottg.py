"""The hromadas, kept in step with the ministry's codifier."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, select

from app.adapters import register as shipping
from app.core import crud
from app.core.uow import UnitOfWork
from app.errors import refused, say
from app.models import JournalEntry, Organization
from app.rules import codifier, names
from app.rules.codifier import Hromada, Plan, Register, Retirement
from app.services import organizations
from app.services.imports import bulk, hromadas, territories
from app.services.imports.hromadas import Stored
from app.vocabulary import JournalOperation

SUBJECT: Final = "reference_data"
SHIPPED_SOURCE: Final = "КАТОТТГ, наказ від 26.11.2020 № 290 у редакції від 19.01.2024 № 48"
GONE: Final = "Громади немає в новій редакції кодифікатора (КАТОТТГ)."
# A file that would retire more than every fourth hromada is a part of the codifier, not a newer one.
MOST_RETIRED: Final = 4

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "codifier_is_partial": (
        "У файлі бракує {missing} із {known} громад, що вже є: це не весь кодифікатор, тож нічого не змінено.",
        "The file lacks {missing} of the {known} hromadas we have: it is not the whole codifier; nothing was changed.",
    ),
}


@dataclass(frozen=True)
class Tally:
    """How many hromadas were read, and what became of them."""

    read: int
    added: int = 0
    changed: int = 0
    retired: int = 0
    restored: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.retired or self.restored)


@dataclass(frozen=True)
class Standing:
    """What the database has of the register: live hromadas by code, and archived ones by code."""

    live: Mapping[str, Stored]
    archived: Mapping[str, Stored]
    recoded: Mapping[str, str]


async def load_shipped(uow: UnitOfWork) -> Tally | None:
    """The register that comes with the program; none when it is here already or somebody imported a file since."""
    digest = _fingerprint()
    known = await _last_brought(uow)
    if known is not None and (known["is_file"] or known["fingerprint"] == digest):
        return None
    return await _bring(uow, shipping.shipped(), SHIPPED_SOURCE, {"is_file": False, "fingerprint": digest})


async def bring(uow: UnitOfWork, register: Register, file: str) -> Tally:
    """From a file of the ministry: from now on the register that comes with the program keeps out of the way."""
    return await _bring(uow, register, f"КАТОТТГ, {file}, {uow.today.isoformat()}", {"is_file": True, "file": file})


async def _bring(uow: UnitOfWork, register: Register, source: str, note: dict[str, Any]) -> Tally:
    await territories.bring(uow, register.territories)
    standing = _standing(await hromadas.stored(uow), register)
    known = {each.code: each for each in shipping.shipped().hromadas}
    plan = await _plan(uow, standing, register, known)
    _require_whole(plan, standing)
    back = await _restorable(uow, plan, standing)
    fresh = [each for each in plan.added if each.code not in standing.archived]
    await bulk.insert(uow, Organization, [hromadas.new_row(each, known.get(each.code), source) for each in fresh])
    changed = await _change(uow, plan, standing, register, source)
    await _restore(uow, back, source)
    await _retire(uow, plan.retired, standing)
    tally = Tally(len(register.hromadas), len(fresh), changed, len(plan.retired), len(back))
    if not (tally.is_empty and note["is_file"]):
        await uow.note(uow.context.verb, SUBJECT, facts=note | vars(tally))
    return tally


def _standing(rows: Sequence[Stored], register: Register) -> Standing:
    """A hromada that moved to another raion has a new code, but the last five digits stay its own."""
    wanted = {each.code: each for each in register.hromadas}
    live = {row.code: row for row in rows if not row.is_archived}
    tails = {code[-5:]: code for code in wanted.keys() - live.keys()}
    recoded = {code: tails[code[-5:]] for code in live.keys() - wanted.keys() if code[-5:] in tails}
    renewed = {recoded.get(code, code): row._replace(code=recoded.get(code, code)) for code, row in live.items()}
    archived = {row.code: row for row in rows if row.is_archived and row.code not in renewed}
    return Standing(renewed, archived, {new: old for old, new in recoded.items()})


async def _plan(uow: UnitOfWork, standing: Standing, register: Register, known: Mapping[str, Hromada]) -> Plan:
    """The centre is not stored: that of the file when the hromada is in it, else the one we ship."""
    centres = dict(known) | {each.code: each for each in register.hromadas}
    titles = await hromadas.territory_names(uow)
    current = [hromadas.as_in_register(row, titles, centres.get(row.code)) for row in standing.live.values()]
    return codifier.diff(current, register.hromadas, register.localities)


def _require_whole(plan: Plan, standing: Standing) -> None:
    if len(plan.retired) * MOST_RETIRED > len(standing.live):
        raise refused(say("codifier_is_partial", missing=len(plan.retired), known=len(standing.live)))


async def _change(uow: UnitOfWork, plan: Plan, standing: Standing, register: Register, source: str) -> int:
    """An English name that nobody has edited follows the Ukrainian one."""
    before = {change.after.code: change.before for change in plan.changed}
    after = {each.code: each for each in register.hromadas if each.code in before or each.code in standing.recoded}
    ids = {standing.live[code].id: code for code in after}
    query = select(Organization).where(col(Organization.id).in_(ids)).with_for_update()
    for row in (await uow.session.scalars(query)).all():
        wanted = after[ids[row.id]]
        values = hromadas.columns(wanted) | {"source": source}
        was = before.get(wanted.code)
        if was is not None and row.name_en == _proposed_name_en(was):
            values["name_en"] = wanted.name_en
        crud.apply(row, values)
    await uow.flush()
    return len(after)


def _proposed_name_en(hromada: Hromada) -> str:
    if hromada.type is None:
        return names.romanise(hromada.name_uk)
    return names.hromada_name_en(hromada.name_uk, hromada.type.value)


async def _restorable(uow: UnitOfWork, plan: Plan, standing: Standing) -> list[Hromada]:
    """Those that an import archived come back with their code; what a person archived stays archived."""
    ids = {standing.archived[each.code].id: each for each in plan.added if each.code in standing.archived}
    if not ids:
        return []
    query = (
        select(col(JournalEntry.subject_id), col(JournalEntry.reason))
        .where(
            col(JournalEntry.subject) == "organizations",
            col(JournalEntry.row_table) == "organizations",
            col(JournalEntry.subject_id).in_(ids),
            col(JournalEntry.after).has_key("archived_at"),  # type: ignore[attr-defined]  # a jsonb column
        )
        .order_by(col(JournalEntry.id))
    )
    last = {id: reason for id, reason in (await uow.session.execute(query)).all() if id is not None}
    return [ids[id] for id, reason in last.items() if reason == GONE]


async def _restore(uow: UnitOfWork, back: Sequence[Hromada], source: str) -> None:
    query = select(Organization).where(
        col(Organization.katottg).in_([each.code for each in back]), col(Organization.archived_at).is_not(None)
    )
    wanted = {each.code: each for each in back}
    for row in (await uow.session.scalars(query)).all() if back else ():
        await organizations.restore(uow, row.id, row.version, source)
        crud.apply(row, hromadas.columns(wanted[row.katottg or ""]) | {"replaced_by_id": None, "source": source})
    await uow.flush()


async def _retire(uow: UnitOfWork, retired: Sequence[Retirement], standing: Standing) -> None:
    """Archived, never deleted: its partnerships keep showing it, and it names its heir."""
    heirs = {row.code: row.id for row in await hromadas.stored(uow) if not row.is_archived} if retired else {}
    for each in retired:
        row = standing.live[each.hromada.code]
        archived = await organizations.archive(uow, row.id, row.version, GONE)
        archived.replaced_by_id = heirs.get(each.replaced_by or "")
    await uow.flush()


async def _last_brought(uow: UnitOfWork) -> Mapping[str, Any] | None:
    query = (
        select(col(JournalEntry.after))
        .where(col(JournalEntry.subject) == SUBJECT, col(JournalEntry.operation) == JournalOperation.NOTE)
        .order_by(col(JournalEntry.id).desc())
        .limit(1)
    )
    found: Mapping[str, Any] | None = (await uow.session.scalars(query)).one_or_none()
    return found


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("territories.csv.gz", "hromadas.csv.gz"):
        digest.update(shipping.DATA.joinpath(name).read_bytes())
    return digest.hexdigest()
