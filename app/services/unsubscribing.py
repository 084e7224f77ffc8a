"""The link by which letters of the day are stopped without signing in (RFC 8058). It proves itself, and never ends."""

import hmac
from typing import Final
from uuid import UUID

from app.core.sealing import derived, master
from app.core.uow import UnitOfWork
from app.errors import AppError, say
from app.models import User
from app.rules.opaque import bytes64, text64
from app.services import notification_settings
from app.settings import Settings

LABEL: Final = b"pobratym unsubscribe"
PATH: Final = "/notifications/unsubscribe"


def address(settings: Settings, user_id: UUID) -> str:
    return f"{settings.http.address}{PATH}?token={token(settings, user_id)}"


def token(settings: Settings, user_id: UUID) -> str:
    return f"{text64(user_id.bytes)}.{text64(_proof(settings, user_id))}"


def opened(settings: Settings, given: str) -> UUID:
    """Whose letters the link stops."""
    name, _, proof = given.partition(".")
    try:
        user_id, shown = UUID(bytes=bytes64(name)), bytes64(proof)
    except ValueError:
        raise _unknown() from None
    if not hmac.compare_digest(shown, _proof(settings, user_id)):
        raise _unknown()
    return user_id


async def stop(uow: UnitOfWork, user_id: UUID) -> int:
    """Of how many topics no letter comes any more; a second time changes nothing."""
    user = await uow.session.get(User, user_id)
    if user is None or user.archived_at is not None:
        raise _unknown()
    return len(await notification_settings.stop_digest(uow, user_id))


def _proof(settings: Settings, user_id: UUID) -> bytes:
    return hmac.digest(derived(master(settings), LABEL), user_id.bytes, "sha256")


def _unknown() -> AppError:
    return AppError("not_found", say("unsubscribe_unknown"))
