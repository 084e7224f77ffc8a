"""New keys for the vault, a few people at a time, while everybody goes on working. Stopped half-way, it goes on."""

from dataclasses import dataclass
from typing import Any, Final

from app.core import sealing
from app.core.sealing import Key, Place
from app.core.uow import UnitOfWork
from app.core.vault import SEALED, Sealed, key_place

# Its touch of a row is no change to whoever reads: the triggers know the verb.
VERB: Final = "rotate_vault"

OLD: Final = """
SELECT id, subject_id, kid, kek_id, wrapped FROM subject_keys WHERE destroyed_at IS NULL AND {which} <> $1
ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
LEFT: Final = "SELECT count(*) FROM subject_keys WHERE destroyed_at IS NULL AND {which} <> $1"
REWRAP: Final = "UPDATE subject_keys SET kek_id = $2, wrapped = $3 WHERE id = $1"
REPLACE: Final = "UPDATE subject_keys SET kid = $2, kek_id = $3, made_under = $3, wrapped = $4 WHERE id = $1"
COUNTS: Final = "SELECT kek_id, count(*) FROM subject_keys WHERE destroyed_at IS NULL GROUP BY kek_id ORDER BY kek_id"
ERASED: Final = "SELECT count(*) FROM subject_keys WHERE destroyed_at IS NOT NULL"
# What is not of people, and sealed with a key of the settings itself; there are few, and nobody waits for them.
SECRETS: Final = "SELECT id, kek_id, wrapped FROM webhook_secrets WHERE kek_id <> $1 FOR UPDATE"
SEAL_ANEW: Final = "UPDATE webhook_secrets SET kek_id = $2, wrapped = $3 WHERE id = $1"
# A key that seals nothing any more need not open the index either.
RETIRE: Final = """
DELETE FROM vault_keys v WHERE kek_id <> $1
AND NOT EXISTS (SELECT FROM subject_keys s WHERE s.kek_id = v.kek_id AND s.destroyed_at IS NULL)
"""


@dataclass(frozen=True)
class Census:
    """How many people's keys each key of the settings holds, and how many people are erased."""

    by_key: dict[str, int]
    erased: int


async def census(uow: UnitOfWork) -> Census:
    raw = uow.transaction.raw
    return Census({row[0]: row[1] for row in await raw.fetch(COUNTS)}, await raw.fetchval(ERASED))


async def left(uow: UnitOfWork, *, data: bool) -> int:
    """How many people are still to come."""
    count: int = await uow.transaction.raw.fetchval(LEFT.format(which=_which(data=data)), uow.keys.newest.id)
    return count


async def rotate(uow: UnitOfWork, limit: int, *, data: bool) -> int:
    """Seals the keys of the next people with the newest key, or with `data` gives the people keys of their own anew.

    Whoever is being worked with at this moment comes later: 0 does not mean that nobody is left.
    """
    found = await uow.transaction.raw.fetch(OLD.format(which=_which(data=data)), uow.keys.newest.id, limit)
    for row in found:
        await (_replace(uow, row) if data else _rewrap(uow, row))
    return len(found)


async def rewrap_secrets(uow: UnitOfWork) -> None:
    """Seals what webhooks are signed with anew; to whoever reads, nothing changes."""
    raw, newest = uow.transaction.raw, uow.keys.newest
    for row in await raw.fetch(SECRETS, newest.id):
        place = Place("webhook_secrets", "wrapped", row["id"])
        secret = sealing.unseal(uow.keys[row["kek_id"]], place, row["wrapped"])
        await raw.execute(SEAL_ANEW, row["id"], newest.id, sealing.seal(newest, place, secret))


def _which(*, data: bool) -> str:
    return "made_under" if data else "kek_id"


async def _rewrap(uow: UnitOfWork, row: Any) -> None:
    newest, place = uow.keys.newest, key_place(row["id"])
    secret = sealing.unseal(uow.keys[row["kek_id"]], place, row["wrapped"])
    await uow.transaction.raw.execute(REWRAP, row["id"], newest.id, sealing.seal(newest, place, secret))


async def _replace(uow: UnitOfWork, row: Any) -> None:
    newest, place = uow.keys.newest, key_place(row["id"])
    old = Key(row["kid"], sealing.unseal(uow.keys[row["kek_id"]], place, row["wrapped"]))
    new = sealing.new_key()
    for sealed in SEALED:
        await _reseal(uow, sealed, row["subject_id"], old, new)
    wrapped = sealing.seal(newest, place, new.secret)
    await uow.transaction.raw.execute(REPLACE, row["id"], new.id, newest.id, wrapped)


async def _reseal(uow: UnitOfWork, sealed: Sealed, subject: Any, old: Key, new: Key) -> None:
    names = ", ".join(sealed.columns)
    marks = ", ".join(f"{name} = ${place}" for place, name in enumerate(sealed.columns, 2))
    find = f"SELECT id, {names} FROM {sealed.table} WHERE {sealed.subject} = $1 FOR UPDATE"  # noqa: S608 - names of ours
    write = f"UPDATE {sealed.table} SET {marks} WHERE id = $1"  # noqa: S608 - names of ours
    for row in await uow.transaction.raw.fetch(find, subject):
        texts = [_resealed(Place(sealed.table, name, row["id"]), row[name], old, new) for name in sealed.columns]
        await uow.transaction.raw.execute(write, row["id"], *texts)


def _resealed(place: Place, text: str | None, old: Key, new: Key) -> str | None:
    return None if text is None else sealing.seal(new, place, sealing.unseal(old, place, text))


async def retire(uow: UnitOfWork) -> None:
    """Takes the index away from keys that seal nobody's data any more."""
    await uow.transaction.raw.execute(RETIRE, uow.keys.newest.id)
