"""Erasing a person: the key is destroyed, what is personal goes, the skeleton stays and the journal is not touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import context, vault
from app.core.uow import UnitOfWork
from app.core.wording import words
from app.errors import refused, say
from app.models import Erasure, Person
from app.rules import erasures as rules
from app.schemas.personal_data import ErasedPart, ErasureRead, ErasureRequest, KeptPart
from app.services import accounts
from app.vocabulary import Holding


@dataclass(frozen=True)
class Step:
    """One statement: $1 is the person's or the account's id, what follows are the facts it takes."""

    what: Holding
    text: str
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rest:
    """What is counted because it stays, and the sentence that says why; of the person, or of their account."""

    what: Holding
    text: str
    why: str
    is_of_account: bool = False


# What was answered to whom may hold the person's data for as long as a client may repeat its request. That there was
# an answer stays known: the request that made the person must not make them anew.
ANSWERS: Final = """
UPDATE idempotency_keys SET body = '', headers = '{}' WHERE position(convert_to($1::uuid::text, 'UTF8') IN body) > 0
"""
VALUES: Final = "DELETE FROM journal_personal WHERE subject = '{}' AND subject_id = $1"

# What is kept beside entries about rows that name the person, in records of others.
OF_PARTS: Final = """
DELETE FROM journal_personal WHERE journal_id IN (
  SELECT j.id FROM journal j JOIN {0} x ON x.id = j.row_id WHERE j.row_table = '{0}' AND x.{1} = $1)
"""

# Last come the values in the journal: the steps before have written the newest of them.
OF_THE_PERSON: Final = (
    Step(
        Holding.RECORD,
        """
UPDATE people SET family_name_uk = $2, given_name_uk = $3, patronymic_uk = NULL, family_name_latin = $4,
  given_name_latin = $5, languages = '[]', note = NULL, archived_at = coalesce(archived_at, $6), erased_at = $6
WHERE id = $1 AND erased_at IS NULL
""",
        ("family_uk", "given_uk", "family_latin", "given_latin", "at"),
    ),
    Step(Holding.CONTACTS, "DELETE FROM contact_points WHERE person_id = $1"),
    Step(Holding.LETTERS, "DELETE FROM invitations WHERE person_id = $1"),
    Step(Holding.AFFILIATIONS, "DELETE FROM affiliations WHERE person_id = $1 AND started_on >= $2", ("today",)),
    Step(
        Holding.AFFILIATIONS,
        """
UPDATE affiliations SET position_uk = NULL, position_en = NULL, ended_on = coalesce(ended_on, $2)
WHERE person_id = $1 AND (position_uk IS NOT NULL OR position_en IS NOT NULL OR ended_on IS NULL)
""",
        ("today",),
    ),
    Step(
        Holding.CONSENTS,
        "UPDATE consents SET given_by = NULL, note = NULL WHERE person_id = $1 AND num_nonnulls(given_by, note) > 0",
    ),
    Step(
        Holding.MEETINGS,
        "UPDATE activity_participants SET name = NULL, email = NULL"
        " WHERE person_id = $1 AND num_nonnulls(name, email) > 0",
    ),
    Step(Holding.JOURNAL_VALUES, OF_PARTS.format("activity_participants", "person_id")),
    Step(
        Holding.CORRESPONDENCE,
        "UPDATE letters SET addressee_name = NULL, addressee_position = NULL"
        " WHERE addressee_id = $1 AND num_nonnulls(addressee_name, addressee_position) > 0",
    ),
    Step(Holding.JOURNAL_VALUES, OF_PARTS.format("letters", "addressee_id")),
    Step(Holding.IDENTITY_DOCUMENTS, "DELETE FROM identity_documents WHERE person_id = $1"),
    Step(Holding.PARTICULARS, "DELETE FROM particulars WHERE person_id = $1"),
    Step(Holding.ANSWERS, ANSWERS),
    Step(Holding.JOURNAL_VALUES, VALUES.format("people")),
)
OF_THE_ACCOUNT: Final = (
    Step(
        Holding.LETTERS,
        "DELETE FROM messages WHERE user_id = $1 OR lower(to_address) = (SELECT lower(email) FROM users WHERE id = $1)",
    ),
    Step(
        Holding.LETTERS,
        """
DELETE FROM invitations
WHERE user_id = $1 OR email = (SELECT lower(email) FROM users WHERE id = $1 AND erased_at IS NULL)
""",
    ),
    Step(
        Holding.ACCOUNT,
        """
UPDATE calendar_feeds SET name = kind, revoked_at = coalesce(revoked_at, now())
WHERE user_id = $1 AND (revoked_at IS NULL OR name <> kind)
""",
    ),
    Step(Holding.LINKS, "DELETE FROM account_links WHERE user_id = $1"),
    Step(
        Holding.MEETINGS,
        "UPDATE activity_participants SET name = NULL, email = NULL"
        " WHERE user_id = $1 AND num_nonnulls(name, email) > 0",
    ),
    Step(Holding.JOURNAL_VALUES, OF_PARTS.format("activity_participants", "user_id")),
    Step(
        Holding.ACCOUNT,
        """
UPDATE users SET email = $1::text || '@erased.invalid', name = $2, password_hash = NULL, is_active = false,
  archived_at = coalesce(archived_at, $3), erased_at = $3
WHERE id = $1 AND erased_at IS NULL
""",
        ("name", "at"),
    ),
    Step(Holding.GRANTS, "DELETE FROM grants WHERE user_id = $1 AND valid_from >= $2", ("today",)),
    Step(
        Holding.GRANTS,
        "UPDATE grants SET valid_to = $2 WHERE user_id = $1 AND (valid_to IS NULL OR valid_to > $2)",
        ("today",),
    ),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM factor_challenges WHERE user_id = $1"),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM totp_factors WHERE user_id = $1"),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM recovery_codes WHERE user_id = $1"),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM passkeys WHERE user_id = $1"),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM identities WHERE user_id = $1"),
    Step(Holding.SIGN_IN_MEANS, "DELETE FROM openid_attempts WHERE user_id = $1"),
    Step(
        Holding.SESSIONS,
        "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)",
    ),
    Step(
        Holding.SESSIONS,
        """
UPDATE sessions SET ended_at = coalesce(ended_at, $2), ended_because = coalesce(ended_because, 'account erased'),
  user_agent = NULL, device = NULL, address = NULL, cookie_hash = NULL
WHERE user_id = $1 AND (ended_at IS NULL OR num_nonnulls(user_agent, device, address, cookie_hash) > 0)
""",
        ("at",),
    ),
    Step(
        Holding.REMINDERS,
        """
UPDATE planned_reminders SET state = 'stopped', state_because = 'account_off', lease_until = NULL
WHERE user_id = $1 AND state = 'planned'
""",
    ),
    Step(Holding.REMINDERS, "DELETE FROM notices WHERE user_id = $1"),
    Step(Holding.REMINDERS, "UPDATE personal_reminders SET text = '—', ended_at = now() WHERE user_id = $1"),
    Step(
        Holding.ANSWERS, "UPDATE idempotency_keys SET body = '', headers = '{}' WHERE principal_id = $1 AND body <> ''"
    ),
    Step(Holding.ANSWERS, ANSWERS),
    Step(Holding.JOURNAL_VALUES, VALUES.format("users")),
)

ENTRIES: Final = "SELECT count(*) FROM journal WHERE subject = '{}' AND subject_id = $1"
STAYS: Final = (
    Rest(Holding.AFFILIATIONS, "SELECT count(*) FROM affiliations WHERE person_id = $1", "kept_affiliations"),
    Rest(Holding.CONSENTS, "SELECT count(*) FROM consents WHERE person_id = $1", "kept_consents"),
    Rest(
        Holding.CORRESPONDENCE,
        "SELECT count(*) FROM letters WHERE addressee_id = $1 AND document_id IS NOT NULL",
        "kept_letters",
    ),
    Rest(
        Holding.SIGNATURES,
        """
SELECT count(*) FROM agreement_parties s JOIN people p ON p.id = $1
WHERE s.signatory_name_uk IN (p.given_name_uk || ' ' || p.family_name_uk, p.family_name_uk || ' ' || p.given_name_uk)
   OR upper(s.signatory_name_en) IN (p.given_name_latin || ' ' || p.family_name_latin,
                                     p.family_name_latin || ' ' || p.given_name_latin)
""",
        "kept_signatures",
    ),
    Rest(Holding.CHANGES, ENTRIES.format("people"), "kept_changes"),
    Rest(
        Holding.PARTNERSHIPS,
        "SELECT count(*) FROM partnerships WHERE coordinator_id = $1",
        "kept_partnerships",
        is_of_account=True,
    ),
    Rest(Holding.ACCOUNT_CHANGES, ENTRIES.format("users"), "kept_changes", is_of_account=True),
)
RUNNING: Final = """
SELECT count(*) FROM partnerships WHERE coordinator_id = $1 AND archived_at IS NULL AND status <> 'ended'
"""


async def erase(uow: UnitOfWork, id: UUID, body: ErasureRequest) -> ErasureRead:
    """The first erasure decides; whoever asks again gets the same answer."""
    person = await uow.get(Person, id, lock=True)
    known = (await uow.session.scalars(select(Erasure).where(col(Erasure.subject_id) == id))).one_or_none()
    if known is None and (found := await _objections(uow, person.user_id)):
        raise refused(*found)
    erasure = known or Erasure(
        subject="people", subject_id=id, at=uow.now, ground=body.ground, reason=body.reason, by_id=uow.actor.id
    )
    kept = await _kept(uow, person.id, person.user_id)
    went = await remove(uow, person.id, person.user_id, erasure.at)
    if known is None:
        uow.add(erasure)
        facts = {"ground": erasure.ground, "erased": {what.value: count for what, count in went.items()}}
        await uow.note("person_erased", "people", id, facts)
    language = context.language.get()
    return ErasureRead(
        person_id=id,
        ground=erasure.ground,
        erased_at=erasure.at,
        is_rehearsal=uow.is_rehearsal,
        erased=[ErasedPart(what=what, label=what.label(language), count=count) for what, count in went.items()],
        kept=kept,
    )


async def remove(uow: UnitOfWork, person_id: UUID, user_id: UUID | None, at: datetime) -> Mapping[Holding, int]:
    """What a decision to erase means in every table; nothing is left to do the second time."""
    await vault.destroy(uow, person_id)
    facts = _marks() | {"at": at, "today": uow.today}
    went: dict[Holding, int] = {}
    await _take(uow, OF_THE_PERSON, person_id, facts, went)
    if user_id is not None:
        await _take(uow, OF_THE_ACCOUNT, user_id, facts, went)
    return went


async def _take(
    uow: UnitOfWork, steps: Sequence[Step], id: UUID, facts: Mapping[str, Any], went: dict[Holding, int]
) -> None:
    for step in steps:
        done: str = await uow.transaction.raw.execute(step.text, id, *(facts[name] for name in step.takes))
        if count := int(done.rpartition(" ")[2]):
            went[step.what] = went.get(step.what, 0) + count


def _marks() -> dict[str, Any]:
    """What stands where a name was, in both languages at once: the record has no language of its own."""
    uk, en = (words(say("erased_person"), language) for language in ("uk", "en"))
    family_uk, given_uk = uk.split()
    family_latin, given_latin = en.upper().split()
    return {
        "family_uk": family_uk,
        "given_uk": given_uk,
        "family_latin": family_latin,
        "given_latin": given_latin,
        "name": f"{uk} / {en}",
    }


async def _objections(uow: UnitOfWork, user_id: UUID | None) -> list[Any]:
    if user_id is None:
        return []
    running = await uow.transaction.raw.fetchval(RUNNING, user_id)
    is_last = bool(await accounts.administrator_objections(uow, user_id))
    return rules.objections(rules.Facts(running, is_last))


async def _kept(uow: UnitOfWork, person_id: UUID, user_id: UUID | None) -> list[KeptPart]:
    """Counted before anything goes: afterwards nobody knows any more whose name stood where."""
    language = context.language.get()
    found = []
    for rest in STAYS:
        id = user_id if rest.is_of_account else person_id
        if id and (count := await uow.transaction.raw.fetchval(rest.text, id)):
            label, why = rest.what.label(language), words(say(rest.why), language)
            found.append(KeptPart(what=rest.what, label=label, count=count, why=why))
    return found
