"""What each kind of letter tells, how long is waited before it is tried again, and whose link it carries."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from app.vocabulary import LinkPurpose, MessageKind

# Letters with a part for calendar programs, and what those are asked to do with it (RFC 5546).
METHODS: Final[Mapping[MessageKind, str]] = {
    MessageKind.MEETING_INVITATION: "REQUEST",
    MessageKind.MEETING_UPDATE: "REQUEST",
    MessageKind.MEETING_CANCELLATION: "CANCEL",
}

# What a letter needs to be told besides the person's name and the moment.
FACTS: Final[Mapping[MessageKind, frozenset[str]]] = {
    MessageKind.EMAIL_CHANGED: frozenset({"new_address"}),
    MessageKind.NEW_SIGN_IN: frozenset({"device", "address"}),
    MessageKind.FACTOR_ADDED: frozenset({"factor"}),
    MessageKind.FACTOR_REMOVED: frozenset({"factor"}),
    MessageKind.PASSKEY_SUSPECTED: frozenset({"passkey"}),
    MessageKind.RECOVERY_CODE_USED: frozenset({"left"}),
    MessageKind.IDENTITY_LINKED: frozenset({"provider"}),
    MessageKind.API_KEY_REVOKED: frozenset({"integration", "key"}),
    MessageKind.JOURNAL_CHECKPOINT: frozenset({"origin", "size", "root", "time", "signature"}),
    MessageKind.FILE_INFECTED: frozenset({"file"}),
    MessageKind.WEBHOOK_DISABLED: frozenset({"integration", "webhook", "why"}),
    MessageKind.REMINDER: frozenset({"about", "on", "text", "link"}),
    MessageKind.MEETING_INVITATION: frozenset({"guest", "title", "when", "place", "link", "host"}),
    MessageKind.MEETING_UPDATE: frozenset({"guest", "title", "when", "place", "link"}),
    MessageKind.MEETING_CANCELLATION: frozenset({"guest", "title", "when"}),
    MessageKind.MEETING_COUNTER: frozenset({"title", "who", "when"}),
    MessageKind.HANDOVER: frozenset({"from", "count", "items"}),
    MessageKind.DIGEST: frozenset({"count", "items", "more"}),
}

LINKS: Final[Mapping[MessageKind, LinkPurpose]] = {
    MessageKind.INVITATION: LinkPurpose.INVITATION,
    MessageKind.PASSWORD_RESET: LinkPurpose.PASSWORD_RESET,
    MessageKind.EMAIL_CHANGE: LinkPurpose.EMAIL_CHANGE,
}

PAUSES: Final = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)


def needed(kind: MessageKind) -> frozenset[str]:
    """Its facts, and `calendar` where programs read it, too."""
    return FACTS.get(kind, frozenset()) | ({"calendar"} if kind in METHODS else set())


def pause(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts in vain; None when it is time to give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
