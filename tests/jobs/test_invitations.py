"""Invitations go out by a real mail server, and what calendars answer comes back through a real mailbox."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final

import pytest
from pydantic import SecretStr

from app.adapters.inbox import Mailbox
from app.jobs.calendars import read_inbox, tell_invitations
from app.models import Partnership
from app.settings import Inbox, Settings
from tests.support import factories, imap
from tests.support.client import Client
from tests.support.guests import Guest, returned
from tests.support.imap import ImapServer
from tests.support.mail import Postman, text
from tests.support.world import World

pytestmark = pytest.mark.anyio

MEETING: Final = {
    "kind": "online_meeting",
    "title": "Програма обміну",
    "summary": "Внутрішнє: не погоджуватися на травень",
    "starts_local": "2026-12-03T15:00:00",
    "ends_local": "2026-12-03T16:00:00",
    "zone": "Europe/Kyiv",
    "place": "Ратуша",
    "online_url": "https://meet.example/abc",
}
MAREK: Final = {"side": "theirs", "name": "Marek Nowicki", "email": "marek@zamosc.example"}
OLHA: Final = {"side": "ours", "name": "Ольга Бондар", "email": "olha@sumy.example", "role": "optional"}


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap.listening() as running:
        yield running


@pytest.fixture
async def settings(world: World, server: ImapServer) -> AsyncIterator[Settings]:
    """With an inbox, for the routes and for the jobs."""
    runtime = world.app.state.runtime
    before = runtime.settings
    inbox = Inbox(url=SecretStr(server.url), address="calendar@pobratym.example", max_bytes=60_000)
    runtime.settings = before.model_copy(update={"inbox": inbox})
    yield runtime.settings
    runtime.settings = before


@pytest.fixture
async def partnership(world: World) -> Partnership:
    return await factories.partnership(world)


async def planned(client: Client, partnership: Partnership, *guests: dict[str, Any], **given: Any) -> dict[str, Any]:
    body = MEETING | {"partnership_ids": [str(partnership.id)], "participants": list(guests)} | given
    return await client.made("/v1/activities", body)


async def invited(client: Client, meeting: dict[str, Any], **body: Any) -> list[str]:
    answer = await client.post(f"/v1/activities/{meeting['id']}/invitations", json=body)
    assert answer.status_code == 200, answer.text
    return [each["outcome"] for each in answer.json()["items"]]


async def seen(client: Client, meeting: dict[str, Any]) -> dict[str, Any]:
    return await client.seen(f"/v1/activities/{meeting['id']}")


async def changed(client: Client, meeting: dict[str, Any], **body: Any) -> dict[str, Any]:
    now = await seen(client, meeting)
    answer = await client.patch(f"/v1/activities/{meeting['id']}", json=body, version=now["version"])
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def answers(client: Client, meeting: dict[str, Any]) -> dict[str, str]:
    return {each["email"]: each["answer"] for each in (await seen(client, meeting))["participants"]}


class Reader:
    """The jobs, over the real mailbox."""

    def __init__(self, postman: Postman, server: ImapServer) -> None:
        self.postman, self.server = postman, server

    async def follow(self) -> dict[str, Guest]:
        """Tells of changes; who got a letter."""
        await tell_invitations(self.postman.ctx())
        return await self.delivered()

    async def delivered(self) -> dict[str, Guest]:
        return {guest.email: guest for guest in map(Guest, await self.postman())}

    async def reads(self, *mails: EmailMessage | bytes) -> list[str]:
        """What became of each mail."""
        self.server.put(*mails)
        before = {row[0] for row in await self.postman.world.rows("SELECT id FROM received_mails")}
        inbox = self.postman.settings.inbox
        assert inbox.url is not None
        box = Mailbox(inbox.url.get_secret_value(), inbox.max_bytes)
        await read_inbox(self.postman.ctx() | {"inbox": box})
        rows = await self.postman.world.rows("SELECT id, outcome FROM received_mails ORDER BY id")
        return [outcome for id, outcome in rows if id not in before]


@pytest.fixture
def reader(postman: Postman, server: ImapServer, settings: Settings) -> Reader:
    assert settings.inbox.url
    return Reader(postman, server)


async def test_each_guest_is_invited_in_their_language_and_sees_nobody_else(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, OLHA, {"side": "ours", "name": "Без адреси"})

    outcomes = await invited(as_administrator, meeting)
    letters = await reader.delivered()
    marek, olha = letters["marek@zamosc.example"], letters["olha@sumy.example"]

    assert outcomes == ["sent", "sent", "no_address"]
    assert (marek.letter["subject"], olha.letter["subject"]) == (
        "Invitation: Програма обміну",
        "Запрошення: Програма обміну",
    )
    assert "When: 3 December 2026 at 15:00–16:00 (Europe/Kyiv)." in text(marek.letter)
    assert "Коли: 3 грудня 2026 року о 15:00–16:00 (Europe/Kyiv)." in text(olha.letter)
    assert marek.part.get_param("method") == "REQUEST"
    assert str(marek.calendar["method"]) == "REQUEST"
    assert [each.get_content_type() for each in marek.letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    event = marek.event
    assert (str(event["uid"]), event["sequence"]) == (f"{meeting['id']}@pobratym", meeting["version"])
    assert event.start.astimezone(UTC) == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert (str(event["attendee"]), event["attendee"].params["PARTSTAT"]) == (
        "mailto:marek@zamosc.example",
        "NEEDS-ACTION",
    )
    assert olha.event["attendee"].params["ROLE"] == "OPT-PARTICIPANT"
    assert str(event["organizer"]).startswith("mailto:calendar+")
    assert str(event["organizer"]) != str(olha.event["organizer"])
    whole = marek.letter.as_string() + str(marek.part.get_content())
    assert ("Ольга" in whole, "olha@" in whole, "травень" in whole) == (False, False, False)


async def test_other_guests_are_shown_only_on_purpose(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, OLHA)

    await invited(as_administrator, meeting, shows_participants=True)

    marek = (await reader.delivered())["marek@zamosc.example"]
    assert sorted(map(str, marek.event["attendee"])) == ["mailto:marek@zamosc.example", "mailto:olha@sumy.example"]


async def test_nobody_is_told_twice_unless_they_are_named(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, OLHA)
    first = (await seen(as_administrator, meeting))["participants"][0]["id"]

    assert await invited(as_administrator, meeting) == ["sent", "sent"]
    assert await invited(as_administrator, meeting) == ["already_told", "already_told"]
    assert await invited(as_administrator, meeting, participant_ids=[first]) == ["sent"]
    assert await reader.follow() != {}
    assert await reader.follow() == {}
    listed = await as_administrator.seen(f"/v1/activities/{meeting['id']}/invitations")
    assert [(each["status"], each["sequence"]) for each in listed["items"]] == [("invited", meeting["version"])] * 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"status": "held", "starts_local": "2026-11-20T10:00:00", "ends_local": None}, "only_planned_is_invited_to"),
        ({"participants": [{"side": "ours", "name": "Без адреси"}]}, "nobody_to_invite"),
    ],
)
async def test_what_nobody_can_be_invited_to_is_refused(
    as_administrator: Client, partnership: Partnership, given: dict[str, Any], code: str
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, **given)

    answer = await as_administrator.post(f"/v1/activities/{meeting['id']}/invitations", json={})

    assert (answer.status_code, answer.json()["objections"]) == (409, [code])


async def test_a_meeting_of_thirty_that_is_moved_twice(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    guests = [{"side": "theirs", "name": f"Guest {n}", "email": f"guest{n}@zamosc.example"} for n in range(30)]
    meeting = await planned(as_administrator, partnership, *guests)
    assert await invited(as_administrator, meeting) == ["sent"] * 30
    first = await reader.delivered()
    one, two, three = (first[f"guest{n}@zamosc.example"] for n in (1, 2, 3))
    assert await reader.reads(one.answer("ACCEPTED"), two.answer("DECLINED")) == ["recorded", "recorded"]
    assert await reader.follow() == {}

    await changed(as_administrator, meeting, starts_local="2026-12-04T15:00:00", ends_local="2026-12-04T16:00:00")
    second = await reader.follow()
    await changed(as_administrator, meeting, starts_local="2026-12-05T15:00:00", ends_local="2026-12-05T16:00:00")
    third = await reader.follow()
    world.clock.advance(minutes=5)
    said = await reader.reads(
        three.answer("ACCEPTED"),
        third["guest1@zamosc.example"].answer("DECLINED", at=world.clock.now),
        third["guest4@zamosc.example"].answer("TENTATIVE", at=world.clock.now),
    )

    assert (len(first), len(second), len(third)) == (30, 30, 30)
    sequences = [letters["guest1@zamosc.example"].event["sequence"] for letters in (first, second, third)]
    assert sequences == sorted(set(sequences))
    assert {str(letters["guest5@zamosc.example"].event["uid"]) for letters in (first, second, third)} == {
        f"{meeting['id']}@pobratym"
    }
    assert said == ["older_sequence", "recorded", "recorded"]
    kept = await answers(as_administrator, meeting)
    assert {email: answer for email, answer in kept.items() if answer != "needs_action"} == {
        "guest1@zamosc.example": "declined",
        "guest4@zamosc.example": "tentative",
    }
    await changed(as_administrator, meeting, place="Інша зала")
    fourth = await reader.follow()
    assert ("guest1@zamosc.example" in fourth, len(fourth)) == (False, 29)


async def test_whoever_is_taken_off_the_list_is_told_and_so_is_everybody_when_it_is_cancelled(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, OLHA)
    await invited(as_administrator, meeting)
    await reader.delivered()

    await changed(as_administrator, meeting, participants=[OLHA])
    [marek] = (await reader.follow()).values()
    now = await seen(as_administrator, meeting)
    why = {"reason": "Хвороба"}
    await as_administrator.post(f"/v1/activities/{meeting['id']}/cancel", json=why, version=now["version"])
    [olha] = (await reader.follow()).values()

    assert (marek.email, marek.part.get_param("method"), str(marek.event["status"])) == (
        "marek@zamosc.example",
        "CANCEL",
        "CANCELLED",
    )
    assert (olha.email, olha.part.get_param("method")) == ("olha@sumy.example", "CANCEL")
    assert olha.letter["subject"] == "Скасовано: Програма обміну"
    assert await reader.follow() == {}


async def test_nothing_is_sent_about_what_is_past(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, starts_local="2026-11-23T12:05:00", ends_local=None)
    await invited(as_administrator, meeting)
    await reader.delivered()
    world.clock.advance(minutes=6)

    await changed(as_administrator, meeting, place="Деінде")
    again = await as_administrator.post(f"/v1/activities/{meeting['id']}/invitations", json={})

    assert await reader.follow() == {}
    assert again.json()["objections"] == ["meeting_has_begun"]


async def test_only_the_answer_of_who_was_invited_counts(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK, OLHA)
    await invited(as_administrator, meeting)
    letters = await reader.delivered()
    marek, olha = letters["marek@zamosc.example"], letters["olha@sumy.example"]
    absent = "019aabcd-0000-7000-8000-000000000000@pobratym"

    said = await reader.reads(
        marek.answer("ACCEPTED", email="stranger@zamosc.example"),
        marek.answer("ACCEPTED", email="olha@sumy.example"),
        marek.answer("ACCEPTED", organizer="mailto:calendar@pobratym.example"),
        marek.answer("ACCEPTED", organizer="mailto:calendar+aaaaaaaaaaaaaaaa@pobratym.example"),
        marek.answer("ACCEPTED", uid=absent),
        marek.answer("ACCEPTED", uid="elsewhere@example.org"),
        marek.answer("NEEDS-ACTION"),
        marek.answer("ACCEPTED", method="REQUEST"),
    )

    assert said == [
        "not_invited", "wrong_address", "wrong_address", "wrong_address",
        "unknown_event", "unknown_event", "no_answer", "no_answer",
    ]  # fmt: skip
    assert set((await answers(as_administrator, meeting)).values()) == {"needs_action"}
    assert await reader.reads(olha.answer("ACCEPTED", sender="phone@elsewhere.example")) == ["recorded"]
    assert await answers(as_administrator, meeting) == {MAREK["email"]: "needs_action", OLHA["email"]: "accepted"}


async def test_without_addresses_of_their_own_the_sender_must_be_the_guest(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    runtime = world.app.state.runtime
    plain = runtime.settings.inbox.model_copy(update={"is_tagged": False})
    runtime.settings = runtime.settings.model_copy(update={"inbox": plain})
    meeting = await planned(as_administrator, partnership, MAREK)
    await invited(as_administrator, meeting)
    [marek] = (await reader.delivered()).values()

    said = await reader.reads(marek.answer("DECLINED", sender="other@example.org"), marek.answer("ACCEPTED"))

    assert str(marek.event["organizer"]) == "mailto:calendar@pobratym.example"
    assert said == ["wrong_sender", "recorded"]


async def test_the_latest_answer_wins_whenever_it_arrives(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK)
    await invited(as_administrator, meeting)
    [marek] = (await reader.delivered()).values()
    world.clock.advance(hours=1)
    late = world.clock.now - timedelta(minutes=1)

    said = await reader.reads(
        marek.answer("DECLINED", at=late),
        marek.answer("ACCEPTED", at=late - timedelta(minutes=10)),
        marek.answer("TENTATIVE", at=datetime(2999, 1, 1, tzinfo=UTC)),
    )
    world.clock.advance(minutes=5)
    more = await reader.reads(marek.answer("ACCEPTED", at=world.clock.now))

    assert (said, more) == (["recorded", "older_answer", "recorded"], ["recorded"])


async def test_no_mail_is_dealt_with_twice_and_none_is_touched(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK)
    await invited(as_administrator, meeting)
    [marek] = (await reader.delivered()).values()
    mail = marek.answer("ACCEPTED", message_id="<one@guests.example>")

    assert await reader.reads(mail) == ["recorded"]
    assert await reader.reads() == []
    assert await reader.reads(mail) == ["seen_before"]
    assert await reader.reads() == []
    async with reader.postman.world.work() as uow:
        await uow.transaction.raw.execute("UPDATE received_mails SET uid_validity = 1")
    assert "recorded" not in await reader.reads()
    assert all(b"Seen" not in each and b"Deleted" not in each for each in reader.server.flags())


async def test_another_time_is_proposed_to_the_owner_and_nothing_moves(
    as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    meeting = await planned(as_administrator, partnership, MAREK)
    await invited(as_administrator, meeting)
    [marek] = (await reader.delivered()).values()

    starts = datetime(2026, 12, 7, 8, tzinfo=UTC)
    said = await reader.reads(marek.answer("TENTATIVE", method="COUNTER", starts=starts))
    [letter] = await reader.postman()

    assert said == ["told_the_owner"]
    assert "Marek Nowicki пропонує для зустрічі «Програма обміну» інший час: 7 грудня 2026 року, 10:00" in text(letter)
    assert (await seen(as_administrator, meeting))["starts_local"] == MEETING["starts_local"]


async def test_a_letter_that_came_back_shows_on_the_person(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    person = await factories.user(world, email="gone@sumy.example")
    meeting = await planned(as_administrator, partnership, {"side": "ours", "email": "gone@sumy.example"}, MAREK)
    await invited(as_administrator, meeting)
    letters = await reader.delivered()
    gone, marek = letters["gone@sumy.example"].letter, letters["marek@zamosc.example"].letter

    said = await reader.reads(
        returned(gone, "delayed", "4.4.1"),
        returned(gone, recipient="marek@zamosc.example"),
        returned(gone, original="<019aabcd-0000-7000-8000-000000000000@localhost>"),
        returned(gone, "delivered", "2.0.0"),
        returned(gone),
        returned(marek),
    )
    rows = await world.rows("SELECT user_id, bounced_because FROM notification_settings WHERE bounced_at IS NOT NULL")

    assert said == ["delayed", "unknown_letter", "unknown_letter", "no_failure", "bounced", "bounced"]
    assert [tuple(row) for row in rows] == [(person.id, "5.1.1 550 5.1.1 User unknown")]


def many_parts(count: int) -> bytes:
    head = b'Message-ID: <parts@h>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * count + b"--b--\r\n"


def nested(depth: int) -> bytes:
    content = b"Message-ID: <deep@h>\r\n"
    for level in range(depth):
        content += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
    return content + b"\r\nx\r\n"


def reply(*lines: bytes) -> bytes:
    head = (b"Content-Type: text/calendar", b"", b"BEGIN:VCALENDAR", b"METHOD:REPLY", b"BEGIN:VEVENT")
    event = (b"UID:019aabcd-0000-7000-8000-000000000000@pobratym", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b")
    return b"\r\n".join((*head, *event, *lines, b"END:VEVENT", b"END:VCALENDAR", b""))


HOSTILE: Final = {
    "too_large": b"Message-ID: <big@h>\r\n\r\n" + b"x" * 70_000,
    "too_many_parts": many_parts(300),
    "too_deep": nested(200),
    "a head without an end": b"X: y\r\n" * 6_000,
    "charset": b'Message-ID: <c@h>\r\nContent-Type: text/calendar; charset="no-such"; method=REPLY\r\n\r\n\xff\xfe\r\n',
    "transfer encoding": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n=?%%%\r\n",
    "no end": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" * 40,
    "odd times": reply(b"DTSTAMP:99999999T999999Z", b"SEQUENCE:zz"),
    "huge number": reply(b"SEQUENCE:" + b"9" * 5000),
    "zero bytes": b"Message-ID: <z@h>\r\nFrom: \x00\x00\r\nContent-Type: text/calendar\r\n\r\n\x00BEGIN\x00\r\n",
    "report without a report": b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nx\r\n",
    "address": b"From: " + b"<" * 4000 + b"\r\nTo: " + b"(" * 4000 + b"\r\n\r\nx\r\n",
    "empty": b"\r\n",
}


async def test_hostile_mails_stop_nobody(as_administrator: Client, partnership: Partnership, reader: Reader) -> None:
    meeting = await planned(as_administrator, partnership, MAREK)
    await invited(as_administrator, meeting)
    [marek] = (await reader.delivered()).values()

    said = await reader.reads(*HOSTILE.values(), marek.answer("ACCEPTED"))

    assert len(said) == len(HOSTILE) + 1
    assert said[:4] == ["too_large", "too_many_parts", "too_many_parts", "header_too_large"]
    assert set(said[4:-1]) <= {"unreadable", "no_answer", "unknown_event", "nothing_for_us"}
    assert said[-1] == "recorded"


async def test_an_erasure_reaches_invitations(
    world: World, as_administrator: Client, partnership: Partnership, reader: Reader
) -> None:
    contacts = [{"kind": "email", "value": "yaropolk@sumy.example"}]
    names = {"family_name_uk": "Канарейченко", "given_name_uk": "Ярополк", "contacts": contacts}
    homes = [{"organization_id": str((await factories.hromada(world)).id)}]
    person = await as_administrator.made("/v1/people", names | {"affiliations": homes})
    meeting = await planned(as_administrator, partnership, {"side": "ours", "person_id": person["id"]}, MAREK)
    assert await invited(as_administrator, meeting) == ["sent", "sent"]
    assert "yaropolk@sumy.example" in await reader.delivered()

    erased = await as_administrator.post(
        f"/v1/people/{person['id']}/erasure", json={"ground": "consent_withdrawn", "reason": "Заява"}
    )

    assert erased.status_code == 200, erased.text
    assert [row[0] for row in await world.rows("SELECT email FROM invitations")] == ["marek@zamosc.example"]


async def test_a_mailbox_that_does_not_answer_is_tried_again_later(postman: Postman) -> None:
    nobody = Mailbox("imap://a:b@127.0.0.1:9/INBOX", 1000)

    assert await read_inbox(postman.ctx() | {"inbox": nobody}) == 0
    assert await read_inbox(postman.ctx() | {"inbox": None}) == 0
