"""What the database refuses, as a problem document: one table from constraint names to fields and sentences."""

from collections.abc import Mapping
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError

from app.errors import AppError, FieldError, say

UNIQUE: Final[Mapping[str, tuple[str, str]]] = {
    "uq_organizations_katottg": ("/katottg", "code_taken"),
    "uq_organizations_edrpou": ("/edrpou", "code_taken"),
    "uq_organizations_lau": ("/lau_code", "code_taken"),
    "uq_organization_external_ids_system_value": ("/external_ids", "code_taken"),
    "uq_passkeys_credential_id": ("/credential", "passkey_known"),
    "uq_users_email": ("/email", "email_taken"),
    "uq_contact_points_person_kind_value": ("/contacts", "repeated"),
    "uq_people_user_id": ("/user_id", "value_taken"),
    "uq_identity_documents_number": ("/number", "value_taken"),
    "uq_particulars_person_kind": ("/value", "value_taken"),
    "uq_agreements_registration_number": ("/number", "value_taken"),
    "uq_agreement_parties_organization": ("/parties", "repeated"),
    "uq_partnership_parties_current": ("/parties", "repeated"),
    "uq_project_parties": ("/parties", "repeated"),
    "uq_project_partnerships": ("/partnership_ids", "repeated"),
    "uq_delegation_parties": ("/parties", "repeated"),
    "uq_delegation_partnerships": ("/partnership_ids", "repeated"),
    "ex_auc_memberships_overlap": ("/auc_memberships", "repeated"),
    "ex_affiliations_overlap": ("/affiliations", "affiliations_overlap"),
}

BUSY: Final = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
)


def _cause(error: BaseException | None) -> BaseException | None:
    """The driver's own exception, below the two wrappers of SQLAlchemy."""
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "__cause__", None) or error.orig
    return error


def refusal_of(error: BaseException) -> AppError | None:
    """The problem that this database error stands for, or None when it is a defect of ours."""
    cause = _cause(error)
    if isinstance(cause, asyncpg.UniqueViolationError | asyncpg.ExclusionViolationError):
        return _taken(cause.constraint_name or "")
    if isinstance(cause, asyncpg.ForeignKeyViolationError):
        return AppError("invalid", errors=[FieldError(_column(cause.constraint_name or ""), say("unknown_reference"))])
    if isinstance(cause, asyncpg.CheckViolationError):
        return AppError("invalid", errors=[FieldError("", say("not_usable"))])
    if isinstance(cause, BUSY):
        return AppError("overloaded", headers={"Retry-After": "1"})
    return None


def _taken(name: str) -> AppError:
    if name.startswith("pk_"):
        return AppError("already_exists", errors=[FieldError("/id", say("id_taken"))])
    pointer, sentence = UNIQUE.get(name, ("", "value_taken"))
    return AppError("already_exists", errors=[FieldError(pointer, say(sentence))])


def _column(name: str) -> str:
    """`fk_agreements_predecessor_id` is about /predecessor_id: constraints are named by one convention."""
    known = ("_organization_id", "_partnership_id", "_person_id", "_user_id", "_agreement_id", "_coordinator_id",
             "_predecessor_id", "_replaced_by_id", "_owner_id", "_counterpart_id")  # fmt: skip
    return next(("/" + suffix[1:] for suffix in known if name.endswith(suffix)), "")
