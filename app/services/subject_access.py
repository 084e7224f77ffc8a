"""Everything that is held about a person in one document, and who read what of it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.history import HELD
from app.core.uow import UnitOfWork
from app.models import Person
from app.schemas.personal_data import MOST, ExportSection, InTwoLanguages, PersonalDataExport
from app.services import identity
from app.vocabulary import DocumentKind, Holding, ParticularKind
from app.vocabulary.personal_fields import FIELDS

ABOUT_READING: Final = InTwoLanguages(
    uk="Звичайні перегляди запису не записуються; записується кожне розкриття закритих даних, кожен їх пошук за"
    " номером і кожна така виписка.",
    en="Ordinary readings of the record are not written down; every reveal of closed data, every search for it by"
    " number and every export like this one is.",
)


@dataclass(frozen=True)
class Section:
    """The newest rows, as JSON; $1 is the person or, for what belongs to an account, the account."""

    what: Holding
    text: str
    is_of_account: bool = False


# Where the sealed sections stand: after the record and what belongs to it, before what happened to it.
FIRST: Final = 6

CHANGES: Final = f"""
SELECT j.at, coalesce(nullif(j.actor_name, ''), u.name, '') AS by, j.verb,
       journal_reason(j.reason, held.after) AS reason, j.row_table AS part,
       journal_opened(j.before, held.before) AS before, journal_opened(j.after, held.after) AS after
FROM journal j LEFT JOIN users u ON u.id = j.actor_id {HELD}
WHERE j.subject = '{{}}' AND j.subject_id = $1 AND (j.operation <> 'note' OR j.subject = 'users') ORDER BY j.id DESC
"""  # noqa: S608 - the only thing formatted in is a constant of ours

SECTIONS: Final = (
    Section(
        Holding.RECORD,
        """
SELECT id, family_name_uk, given_name_uk, patronymic_uk, family_name_latin, given_name_latin, languages, note,
       created_at, updated_at, archived_at FROM people WHERE id = $1
""",
    ),
    Section(
        Holding.CONTACTS, "SELECT kind, value, label, is_primary FROM contact_points WHERE person_id = $1 ORDER BY id"
    ),
    Section(
        Holding.AFFILIATIONS,
        """
SELECT coalesce(o.name_uk, o.name_en) AS organization, o.country, a.position_uk, a.position_en, a.is_coordinator,
       a.started_on AS from, a.ended_on AS to
FROM affiliations a JOIN organizations o ON o.id = a.organization_id WHERE a.person_id = $1 ORDER BY a.id DESC
""",
    ),
    Section(
        Holding.MEETINGS,
        """
SELECT a.title, a.starts_local AS from, p.name, p.email, p.answer, p.was_there
FROM activity_participants p JOIN activities a ON a.id = p.activity_id
WHERE p.person_id = $1 ORDER BY a.starts_at DESC, p.id
""",
    ),
    Section(
        Holding.CORRESPONDENCE,
        """
SELECT number, subject AS title, addressee_name AS name, addressee_position AS position, sent_on
FROM letters WHERE addressee_id = $1 ORDER BY id DESC
""",
    ),
    Section(
        Holding.CONSENTS,
        """
SELECT purpose, text_version, language, source, given_on, given_by, withdrawn_on, note
FROM consents WHERE person_id = $1 ORDER BY given_on DESC, id DESC
""",
    ),
    Section(
        Holding.SIGNATURES,
        """
SELECT a.number, a.title_uk AS title, coalesce(s.signatory_name_uk, s.signatory_name_en) AS name,
       coalesce(s.signatory_position_uk, s.signatory_position_en) AS position, a.signed_on
FROM agreement_parties s JOIN people p ON p.id = $1 JOIN agreements a ON a.id = s.agreement_id
WHERE s.signatory_name_uk IN (p.given_name_uk || ' ' || p.family_name_uk, p.family_name_uk || ' ' || p.given_name_uk)
   OR upper(s.signatory_name_en) IN (p.given_name_latin || ' ' || p.family_name_latin,
                                     p.family_name_latin || ' ' || p.given_name_latin)
ORDER BY a.signed_on DESC NULLS LAST
""",
    ),
    Section(Holding.CHANGES, CHANGES.format("people")),
    Section(
        Holding.READINGS,
        """
SELECT j.at, coalesce(nullif(j.actor_name, ''), u.name, '') AS by, j.verb, j.reason AS purpose, j.after AS facts
FROM journal j LEFT JOIN users u ON u.id = j.actor_id
WHERE j.subject IN ('people', 'identity') AND j.subject_id = $1 AND j.operation = 'note' ORDER BY j.id DESC
""",
    ),
    Section(
        Holding.ACCOUNT,
        "SELECT id, email, name, language, is_active, created_at, updated_at FROM users WHERE id = $1",
        is_of_account=True,
    ),
    Section(
        Holding.GRANTS,
        """
SELECT g.role, g.scope, coalesce(o.name_uk, o.name_en) AS organization, g.oblast_code, g.valid_from AS from,
       g.valid_to AS to
FROM grants g LEFT JOIN organizations o ON o.id = g.organization_id WHERE g.user_id = $1 ORDER BY g.id DESC
""",
        is_of_account=True,
    ),
    Section(
        Holding.SESSIONS,
        """
SELECT started_at, used_at, ended_at, method, device, user_agent, address
FROM sessions WHERE user_id = $1 ORDER BY started_at DESC
""",
        is_of_account=True,
    ),
    Section(
        Holding.SIGN_IN_MEANS,
        """
SELECT 'passkey' AS kind, name, created_at, last_used_at AS used_at FROM passkeys WHERE user_id = $1
UNION ALL SELECT 'openid', issuer, created_at, NULL FROM identities WHERE user_id = $1
UNION ALL SELECT 'authenticator', NULL, created_at, confirmed_at FROM totp_factors WHERE user_id = $1
UNION ALL SELECT 'recovery_code', NULL, created_at, used_at FROM recovery_codes WHERE user_id = $1
""",
        is_of_account=True,
    ),
    Section(
        Holding.LETTERS,
        'SELECT kind, to_address AS "to", facts, posted_at, sent_at FROM messages WHERE user_id = $1 ORDER BY id DESC',
        is_of_account=True,
    ),
    Section(
        Holding.REMINDERS,
        """
SELECT coalesce(r.code, 'own') AS rule, p.due_local AS due, p.state, p.facts
FROM planned_reminders p LEFT JOIN reminder_rules r ON r.id = p.rule_id WHERE p.user_id = $1 ORDER BY p.id DESC
""",
        is_of_account=True,
    ),
    Section(
        Holding.OWN_REMINDERS,
        """
SELECT text, starts_local AS from, zone, recurrence, ended_at
FROM personal_reminders WHERE user_id = $1 ORDER BY id DESC
""",
        is_of_account=True,
    ),
    Section(
        Holding.PARTNERSHIPS,
        """
SELECT number, title_uk AS title, status, started_on, ended_on
FROM partnerships WHERE coordinator_id = $1 ORDER BY started_on DESC
""",
        is_of_account=True,
    ),
    Section(Holding.ACCOUNT_CHANGES, CHANGES.format("users"), is_of_account=True),
    Section(
        Holding.ACTIONS,
        """
SELECT verb, count(*), min(at) AS first_at, max(at) AS last_at FROM journal
WHERE actor_id = $1 GROUP BY verb ORDER BY verb
""",
        is_of_account=True,
    ),
)


async def export(uow: UnitOfWork, id: UUID, purpose: str) -> PersonalDataExport:
    """The note of this export is written first, so that the document tells of itself, too."""
    person = await uow.get(Person, id)
    await uow.note("personal_data_exported", "people", id, reason=purpose)
    sections = [await _section(uow, each, id, person.user_id) for each in SECTIONS]
    # The key of an erased person is gone, and so are the rows that it opened.
    sealed = [] if person.erased_at else await identity.opened(uow, id)
    sections[FIRST:FIRST] = _opened(sealed)
    return PersonalDataExport(
        person_id=id,
        made_at=uow.now,
        made_by=uow.actor.name,
        purpose=purpose,
        about_reading=ABOUT_READING,
        sections=[each for each in sections if each.rows],
    )


def _opened(facts: Sequence[identity.Fact]) -> list[ExportSection]:
    documents = [fact for fact in facts if isinstance(fact.kind, DocumentKind)]
    others = [fact for fact in facts if isinstance(fact.kind, ParticularKind)]
    return [
        explained(Holding.IDENTITY_DOCUMENTS, [_document(fact) for fact in documents]),
        explained(Holding.PARTICULARS, [{"kind": fact.kind, "value": fact.values.get("value")} for fact in others]),
    ]


def _document(fact: identity.Fact) -> dict[str, Any]:
    plain = {"kind": fact.kind, "country": fact.country, "issued_on": fact.issued_on, "expires_on": fact.expires_on}
    return plain | {part: fact.values.get(part) for part in ("number", "issuer")}


async def _section(uow: UnitOfWork, section: Section, person_id: UUID, user_id: UUID | None) -> ExportSection:
    id = user_id if section.is_of_account else person_id
    text = f"SELECT row_to_json(x)::text FROM ({section.text}) x LIMIT {MOST + 1}"  # noqa: S608 - texts of ours
    found = [orjson.loads(row[0]) for row in await uow.rows(text, [id])] if id else []
    return explained(section.what, found)


def explained(what: Holding, rows: Sequence[Mapping[str, Any]]) -> ExportSection:
    """With what everything is called in both languages."""
    return ExportSection(
        code=what,
        label=InTwoLanguages(uk=what.uk, en=what.en),
        fields={name: InTwoLanguages(uk=uk, en=en) for name, (uk, en) in FIELDS[what].items()},
        rows=[dict(row) for row in rows[:MOST]],
        is_complete=len(rows) <= MOST,
    )
