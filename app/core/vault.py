"""The vault: each person's identity and health data is sealed with a key of their own.

The keys of people lie in the database, each sealed with a key of the settings. Destroying a person's key erases what
it sealed, in every copy of the database that holds that key no more, and at once: a key is read anew with every use
and never remembered.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core import sealing
from app.core.sealing import Key, Place, Ring, Unreadable
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.settings import MASTER
from app.trouble import Trouble


@dataclass(frozen=True)
class Sealed:
    """The columns of a table that are sealed with the key of the person in `subject`."""

    table: str
    columns: tuple[str, ...]
    subject: str = "person_id"
    index: str | None = None


SEALED: Final = (
    Sealed("identity_documents", ("number_sealed", "issuer_sealed"), index="number_index"),
    Sealed("particulars", ("value_sealed",)),
)

# Whoever uses a key holds it until the end of the transaction, so that no rotation comes between key and data.
FIND: Final = "SELECT id, kid, kek_id, wrapped FROM subject_keys WHERE subject_id = $1 FOR SHARE"
ADD: Final = """
INSERT INTO subject_keys (id, subject_id, kid, kek_id, made_under, wrapped, created_at)
VALUES ($1, $2, $3, $4, $4, $5, clock_timestamp()) ON CONFLICT (subject_id) DO NOTHING
"""
DESTROY: Final = """
INSERT INTO subject_keys (id, subject_id, kid, kek_id, made_under, created_at, destroyed_at)
VALUES ($1, $2, '', '', '', clock_timestamp(), $3)
ON CONFLICT (subject_id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at
WHERE subject_keys.destroyed_at IS NULL
"""
USED: Final = """
SELECT kek_id FROM subject_keys WHERE destroyed_at IS NULL UNION SELECT kek_id FROM webhook_secrets ORDER BY 1
"""
SHARES: Final = "SELECT id, kek_id, wrapped FROM vault_keys ORDER BY kek_id"
SHARE: Final = "SELECT id, kek_id, wrapped FROM vault_keys WHERE kek_id = $1"
ADD_SHARE: Final = (
    "INSERT INTO vault_keys (id, kek_id, wrapped, created_at) VALUES ($1, $2, $3, clock_timestamp()) "
    "ON CONFLICT (kek_id) DO NOTHING"
)
# Two first starts must not make two index keys.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('vault', 0))"


async def prepare(uow: UnitOfWork) -> None:
    """Trouble when a key that is needed is missing or is not the right one; the newest key is then ready for use."""
    raw, keys = uow.transaction.raw, uow.keys
    await raw.execute(ONE_AT_A_TIME)
    for name in [row["kek_id"] for row in await raw.fetch(USED)]:
        if name not in keys:
            raise _missing(name)
    opened = {row["kek_id"]: _opened_share(keys, row) for row in await raw.fetch(SHARES) if row["kek_id"] in keys}
    if keys.newest.id not in opened:
        index_key = next(iter(opened.values()), None) or sealing.new_key().secret
        await _add_share(uow, index_key)


async def _add_share(uow: UnitOfWork, index_key: bytes) -> None:
    id, newest = uuid7(), uow.keys.newest
    wrapped = sealing.seal(newest, _share_place(id), index_key)
    await uow.transaction.raw.execute(ADD_SHARE, id, newest.id, wrapped)


def _opened_share(keys: Ring, row: Any) -> bytes:
    try:
        return sealing.unseal(keys[row["kek_id"]], _share_place(row["id"]), row["wrapped"])
    except Unreadable:
        raise _wrong(row["kek_id"]) from None


def _share_place(id: UUID) -> Place:
    return Place("vault_keys", "wrapped", id)


def key_place(id: UUID) -> Place:
    return Place("subject_keys", "wrapped", id)


def setting(name: str) -> str:
    return "POBRATYM_SECRET" if name == MASTER else "POBRATYM_VAULT__KEYS"


def _missing(name: str) -> Trouble:
    return Trouble(
        uk=f"Немає ключа «{name}», яким запечатано особисті дані: додайте його до {setting(name)}.",
        en=f"The key “{name}” that personal data is sealed with is missing: add it to {setting(name)}.",
    )


def _wrong(name: str) -> Trouble:
    return Trouble(
        uk=f"Ключ «{name}» не той, яким запечатано особисті дані: поверніть попереднє значення {setting(name)}.",
        en=f"The key “{name}” is not the one that personal data is sealed with: "
        f"give {setting(name)} its former value back.",
    )


async def find_key(uow: UnitOfWork, subject_id: UUID) -> Key | None:
    """The person's key, or None while nothing has been sealed for them; 410 when it is destroyed."""
    row = await uow.transaction.raw.fetchrow(FIND, subject_id)
    return _opened_key(uow.keys, row) if row else None


async def ensure_key(uow: UnitOfWork, subject_id: UUID) -> Key:
    """The person's key, made when it is not there yet."""
    if found := await find_key(uow, subject_id):
        return found
    id, key, newest = uuid7(), sealing.new_key(), uow.keys.newest
    wrapped = sealing.seal(newest, key_place(id), key.secret)
    await uow.transaction.raw.execute(ADD, id, subject_id, key.id, newest.id, wrapped)
    made = await find_key(uow, subject_id)
    assert made is not None  # noqa: S101 - it has just been made, here or by a quicker one
    return made


def _opened_key(keys: Ring, row: Any) -> Key:
    if row["wrapped"] is None:
        raise AppError("erased", say("identity_erased"))
    if row["kek_id"] not in keys:
        raise AppError("not_ready", say("sealed_with_another_key"), headers={"Retry-After": "30"})
    return Key(row["kid"], sealing.unseal(keys[row["kek_id"]], key_place(row["id"]), row["wrapped"]))


async def blind(uow: UnitOfWork, text: str) -> bytes:
    """What a text is found by where it must not be read."""
    raw, newest = uow.transaction.raw, uow.keys.newest
    row = await raw.fetchrow(SHARE, newest.id)
    if row is None:
        await prepare(uow)
        row = await raw.fetchrow(SHARE, newest.id)
    return sealing.blind(_opened_share(uow.keys, row), text)


async def destroy(uow: UnitOfWork, subject_id: UUID) -> None:
    """What was sealed for this person opens never again, for nobody; no number of theirs is found, none is added."""
    await uow.flush()
    await uow.transaction.raw.execute(DESTROY, uuid7(), subject_id, uow.now)
    for sealed in SEALED:
        if sealed.index:
            forget = f"UPDATE {sealed.table} SET {sealed.index} = NULL WHERE {sealed.subject} = $1"  # noqa: S608 - names of ours
            await uow.transaction.raw.execute(forget, subject_id)
    await uow.note("destroy_key", "identity", subject_id)
