"""Invitations by mail: sent on request, and again by themselves when what was told is no longer so.

The rows say what each guest was told last; whatever differs from the meeting is still to be said.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from app.core import crud
from app.core.sealing import derived, master
from app.core.uow import UnitOfWork
from app.core.wording import day
from app.errors import FieldError, invalid, refused, say
from app.models import Activity, ActivityParticipant, Invitation, Organization, User
from app.rules import invitations as rules
from app.rules.calendars import Span
from app.rules.invitations import Guest, Letter, Meeting, Organizer
from app.rules.messages import needed
from app.services import messages
from app.settings import Settings
from app.vocabulary import (
    ActivityStatus,
    InvitationStatus,
    Language,
    MessageKind,
    ParticipantAnswer,
    Side,
)

JOB: Final = "tell_invitations"
LABEL: Final = b"pobratym: answers to invitations"
# Meetings that have changed since somebody was told about them.
CHANGED: Final = """
SELECT DISTINCT i.activity_id FROM invitations i JOIN activities a ON a.id = i.activity_id
WHERE i.status = 'invited' AND i.seen_version <> a.version LIMIT 200
"""


@dataclass(frozen=True)
class Asked:
    """What became of each participant: `sent`, or why nothing was."""

    participant_id: UUID
    outcome: str


@dataclass(frozen=True)
class Host:
    """What every letter about one meeting has in common."""

    activity: Activity
    meeting: Meeting
    rows: Mapping[UUID, ActivityParticipant]
    languages: Mapping[UUID, Language]
    names: Mapping[Language, str]
    settings: Settings


async def invite(
    uow: UnitOfWork, settings: Settings, id: UUID, chosen: Collection[UUID] | None, *, shows_others: bool
) -> list[Asked]:
    """Everybody who has an address and does not know yet; whoever is named gets it again."""
    activity = await uow.get(Activity, id, lock=True)
    crud.require_live(activity)
    if found := rules.objections(activity.status, activity.starts_at, uow.now):
        raise refused(*found)
    host = await _host(uow, activity, settings)
    if chosen is not None and set(chosen) - host.rows.keys():
        raise invalid(FieldError("/participant_ids", say("unknown_guest")))
    if not any(row.email for row in host.rows.values()):
        raise refused(say("nobody_to_invite"))
    known = {each.participant_id: each for each in await _of(uow, id)}
    asked = [
        Asked(row.id, await _ask(uow, host, row, known.get(row.id), again=chosen is not None, shows=shows_others))
        for row in host.rows.values()
        if chosen is None or row.id in chosen
    ]
    count = sum(each.outcome == "sent" for each in asked)
    await uow.note("send_invitations", "activities", id, facts={"count": count})
    return asked


async def _ask(
    uow: UnitOfWork, host: Host, row: ActivityParticipant, known: Invitation | None, *, again: bool, shows: bool
) -> str:
    if not row.email:
        return "no_address"
    if row.answer is ParticipantAnswer.DECLINED:
        return "declined"
    is_invited = known is not None and known.status is InvitationStatus.INVITED
    if is_invited and known is not None and known.told == host.meeting.told and not again:
        return "already_told"
    kind = MessageKind.MEETING_UPDATE if is_invited else MessageKind.MEETING_INVITATION
    made = known or _new(uow, host, row)
    made.shows_others = shows
    await _tell(uow, host, made, kind)
    return "sent"


def _new(uow: UnitOfWork, host: Host, row: ActivityParticipant) -> Invitation:
    made = Invitation(
        activity_id=row.activity_id,
        participant_id=row.id,
        user_id=row.user_id,
        person_id=row.person_id,
        email=(row.email or "").lower(),
        language=host.languages[row.id],
        shows_others=False,
        status=InvitationStatus.INVITED,
        sequence=0,
        since_sequence=0,
        told="",
        told_time="",
        seen_version=0,
        sent_at=uow.now,
    )
    uow.add(made)
    return made


async def changed(uow: UnitOfWork) -> list[UUID]:
    return [row[0] for row in await uow.rows(CHANGED, [])]


async def follow(uow: UnitOfWork, settings: Settings, id: UUID) -> int:
    """Tells the guests of one meeting what has changed for them; nothing about what is past. How many were told."""
    activity = await uow.get(Activity, id, lock=True)
    host = await _host(uow, activity, settings)
    count = 0
    for invitation in await _of(uow, id):
        if invitation.status is InvitationStatus.INVITED and invitation.seen_version != activity.version:
            kind = _news(uow, host, invitation)
            if kind is not None:
                await _tell(uow, host, invitation, kind)
                count += 1
            invitation.seen_version = activity.version
    await uow.flush()
    if count:
        await uow.note(JOB, "activities", id, facts={"count": count})
    return count


def _news(uow: UnitOfWork, host: Host, invitation: Invitation) -> MessageKind | None:
    activity, row = host.activity, host.rows.get(invitation.participant_id)
    if activity.starts_at <= uow.now or activity.status is ActivityStatus.HELD:
        return None
    if activity.status is ActivityStatus.CANCELLED or activity.archived_at is not None or row is None:
        return MessageKind.MEETING_CANCELLATION
    if invitation.told == host.meeting.told or row.answer is ParticipantAnswer.DECLINED:
        return None
    return MessageKind.MEETING_UPDATE


async def _tell(uow: UnitOfWork, host: Host, invitation: Invitation, kind: MessageKind) -> None:
    meeting, is_over = host.meeting, kind is MessageKind.MEETING_CANCELLATION
    row = host.rows.get(invitation.participant_id)
    await messages.post(
        uow,
        kind,
        to=invitation.email,
        language=invitation.language,
        user_id=invitation.user_id,
        facts=_facts(uow, host, invitation, row, kind),
    )
    if invitation.told_time != meeting.told_time:
        invitation.since_sequence = meeting.sequence
    invitation.status = InvitationStatus.CANCELLED if is_over else InvitationStatus.INVITED
    invitation.told, invitation.told_time, invitation.sequence = meeting.told, meeting.told_time, meeting.sequence
    invitation.seen_version, invitation.sent_at = host.activity.version, uow.now
    await uow.flush()


def _facts(
    uow: UnitOfWork, host: Host, invitation: Invitation, row: ActivityParticipant | None, kind: MessageKind
) -> dict[str, Any]:
    guest = _guest(row) if row is not None else Guest(invitation.email)
    others = [_guest(each) for each in host.rows.values() if each.email and each.id != invitation.participant_id]
    letter = Letter(
        meeting=host.meeting,
        guest=guest,
        organizer=organizer(host.settings, invitation),
        at=uow.now,
        others=tuple(others) if invitation.shows_others else (),
    )
    is_over = kind is MessageKind.MEETING_CANCELLATION
    told = {
        "guest": guest.name or "",
        "title": host.meeting.title,
        "when": when(host.activity, invitation.language),
        "place": host.meeting.place or "",
        "link": host.meeting.link or "",
        "host": host.names.get(invitation.language, ""),
        "calendar": rules.cancellation(letter) if is_over else rules.request(letter),
    }
    return {name: told[name] for name in needed(kind)}


def _guest(row: ActivityParticipant) -> Guest:
    return Guest((row.email or "").lower(), row.name, row.role, row.answer)


def organizer(settings: Settings, invitation: Invitation) -> Organizer:
    """Where the guest's calendar answers to: the inbox if there is one, otherwise whoever reads the sender's mail."""
    name, sender = parseaddr(settings.mail.sender)
    if settings.inbox.url is None:
        return Organizer(sender, name)
    address = settings.inbox.address or sender
    if settings.inbox.is_tagged:
        address = rules.tagged(address, tag(settings, invitation))
    return Organizer(address.lower(), name)


def tag(settings: Settings, invitation: Invitation) -> str:
    """Known to the addressee alone, and to whoever was shown the invitation."""
    about = invitation.id.bytes + invitation.email.encode()
    return rules.tag(hmac.digest(derived(master(settings), LABEL), about, "sha256"))


def when(activity: Activity, language: Language) -> str:
    """As the clock shows it where the meeting takes place, with the zone named."""
    starts, ends = activity.starts_local, activity.ends_local
    at = "о" if language is Language.UK else "at"
    said = f"{day(starts.date(), language)} {at} {starts:%H:%M}"
    if ends is not None and ends.date() == starts.date():
        said += f"–{ends:%H:%M}"
    elif ends is not None:
        said += f" – {day(ends.date(), language)} {at} {ends:%H:%M}"
    return f"{said} ({activity.zone})"


async def _host(uow: UnitOfWork, activity: Activity, settings: Settings) -> Host:
    rows = await uow.children(
        ActivityParticipant, col(ActivityParticipant.activity_id), activity.id, col(ActivityParticipant.position)
    )
    span = Span(activity.starts_local, activity.ends_local, activity.zone, activity.starts_fold, activity.ends_fold)
    meeting = Meeting(activity.id, activity.title, span, activity.version, activity.place, activity.online_url)
    names = await _names(uow, activity.organization_id)
    return Host(activity, meeting, {row.id: row for row in rows}, await _languages(uow, rows), names, settings)


async def _of(uow: UnitOfWork, id: UUID) -> list[Invitation]:
    return await uow.children(Invitation, col(Invitation.activity_id), id, col(Invitation.id))


async def _names(uow: UnitOfWork, id: UUID | None) -> dict[Language, str]:
    organization = await uow.session.get(Organization, id) if id else None
    if organization is None:
        return {}
    uk, en = organization.name_uk, organization.name_en
    return {Language.UK: uk or en or "", Language.EN: en or uk or ""}


async def _languages(uow: UnitOfWork, rows: Sequence[ActivityParticipant]) -> dict[UUID, Language]:
    """Their own where there is an account; otherwise that of the country, or of the side."""
    users = {row.user_id for row in rows} - {None}
    homes = {row.organization_id for row in rows} - {None}
    spoken = await _pairs(uow, select(col(User.id), col(User.language)).where(col(User.id).in_(users)))
    countries = select(col(Organization.id), col(Organization.country)).where(col(Organization.id).in_(homes))
    of_homes = await _pairs(uow, countries)
    found = {}
    for row in rows:
        country = of_homes.get(row.organization_id, "UA" if row.side is Side.OURS else "")
        found[row.id] = spoken.get(row.user_id, Language.UK if country == "UA" else Language.EN)
    return found


async def _pairs(uow: UnitOfWork, query: Any) -> dict[Any, Any]:
    return {row[0]: row[1] for row in (await uow.session.execute(query)).all()}
