"""Letters leave once, survive a server that is away, and say nothing where they should not."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr
from sqlmodel import SQLModel

from app.adapters.mail import Envelope, Folder, Server, UndeliverableError, letter, post_office
from app.jobs.messages import send_messages
from app.jobs.retention import purge
from app.rules import messages as rules
from app.services import mail_texts, messages
from app.settings import Frontend, Mail, Settings
from app.vocabulary import Language, LinkPurpose, MessageKind
from app.worker import FUNCTIONS, TIMETABLE
from tests.support import factories
from tests.support.client import Client
from tests.support.mail import Mailbox, Postman, text
from tests.support.world import START, World

pytestmark = pytest.mark.anyio

STATE: Final = "SELECT status, attempts, last_error, facts::text FROM messages ORDER BY id"
KINDS: Final = [(kind, language) for kind in MessageKind for language in Language]
CYRILLIC: Final = set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")
ADDRESS: Final = "olena@example.org"


async def posted(world: World, **given: Any) -> None:
    user = await factories.user(world, email=ADDRESS, **given)
    async with world.work() as uow:
        await messages.warn(uow, user, MessageKind.PASSWORD_CHANGED)


async def changed(world: World, text: str) -> None:
    async with world.work() as uow:
        await uow.transaction.raw.execute(text)


async def states(world: World) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await world.rows(STATE)]


def envelope(**given: Any) -> Envelope:
    values: dict[str, Any] = {
        "id": "01a1f0a0-0000-7000-8000-000000000001",
        "at": START,
        "to": ADDRESS,
        "name": "Олена Коваль",
        "language": "uk",
        "subject": "Ваш пароль змінено",
        "text": "Вітаємо!\n",
        "html": "<p>Вітаємо!</p>",
    }
    return Envelope(**values | given)


def told(kind: MessageKind) -> dict[str, str]:
    facts = {name: f"<{name}>" for name in rules.FACTS.get(kind, ())} | {"name": "Ні <b>", "at": "нині", "to": "a@b.ua"}
    return facts | {"link": "https://a.example/?token=1&x=2", "until": "завтра"} if kind in rules.LINKS else facts


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_every_letter_can_be_read_in_both_languages(kind: MessageKind, language: Language) -> None:
    made = mail_texts.compose(kind, language, told(kind))

    said = made.subject + made.text.replace("Ні <b>", "").replace("нині", "").replace("завтра", "")
    assert (bool(CYRILLIC & set(said.lower())), "<html lang=" in made.html) == (language is Language.UK, True)
    assert (made.html.count("Ні &lt;b&gt;"), "<b>" in made.html) == (made.text.count("Ні <b>"), False)
    assert len(made.subject) < 60
    assert all(f"<{name}>" in made.subject + made.text for name in rules.FACTS.get(kind, ()))


def test_there_are_no_letters_but_these() -> None:
    found = {file.name for file in (mail_texts.FOLDER / "mail").glob("*.txt")}

    assert found == {f"{kind}.{language}.txt" for kind, language in KINDS}


async def test_a_letter_leaves_once_and_forgets_what_it_told(world: World, postman: Postman) -> None:
    await posted(world)

    first, second = await postman(), await postman()

    assert (len(first), len(second)) == (1, 0)
    assert await states(world) == [("sent", 1, None, "{}")]


async def test_a_letter_is_whole(world: World, postman: Postman) -> None:
    await posted(world, name="Олена Коваль", language="en")

    made = await postman.only()

    [row] = await world.rows("SELECT id FROM messages")
    assert {name: made[name] for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        "From": "Pobratym <pobratym@localhost>",
        "To": "Олена Коваль <olena@example.org>",
        "Subject": "Your password has changed",
        "Message-ID": f"<{row['id']}@localhost>",
        "Auto-Submitted": "auto-generated",
    }
    assert made["Date"].datetime == world.clock.now
    assert made.get_content_type() == "multipart/alternative"
    assert "On 23 November 2026 at 12:00, Kyiv time the password" in text(made)
    assert "Hello Олена Коваль," in text(made, "html")


@pytest.mark.parametrize("name", ["Олена\r\nBcc: all@example.org", "Олена\nBcc: all@example.org", "О\u2028Bcc: a@b.ua"])
async def test_no_name_begins_a_header(mailbox: Mailbox, name: str) -> None:
    await Server(mailbox.url, "Pobratym <pobratym@localhost>").send(envelope(name=name, subject=name))

    [arrived] = mailbox.letters
    assert arrived["Bcc"] is None
    assert (arrived["To"].addresses[0].addr_spec, mailbox.addressed) == (ADDRESS, [ADDRESS])
    assert "Bcc:" in arrived["Subject"]


@pytest.mark.parametrize(
    "to", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "a", "a@b@c"]
)
async def test_what_is_no_address_gets_no_letter(mailbox: Mailbox, to: str) -> None:
    with pytest.raises(UndeliverableError):
        await Server(mailbox.url, "Pobratym <pobratym@localhost>").send(envelope(to=to))

    assert mailbox.letters == []


def test_an_international_domain_is_written_as_every_server_knows_it() -> None:
    assert letter(envelope(to="olena@суми.укр"), "Pobratym <pobratym@localhost>")["To"].addresses[0].addr_spec == (
        "olena@xn--h1ahoi.xn--j1amh"
    )


async def test_a_server_that_is_away_is_tried_again_with_the_same_letter(world: World, postman: Postman) -> None:
    await posted(world)
    postman.mailbox.refusing["DATA"] = "451 olena@example.org is busy"

    await postman()
    after_one = await states(world)
    await postman()
    same = await states(world)
    postman.mailbox.refusing.clear()
    world.clock.advance(seconds=31)
    sent = await postman()

    assert after_one == same == [("due", 1, "SMTPDataError 451", "{}")]
    assert (len(sent), await states(world)) == (1, [("sent", 2, None, "{}")])


async def test_it_gives_up_in_the_end(world: World, postman: Postman) -> None:
    await posted(world)
    settings = postman.settings.model_copy(update={"mail": Mail(url=SecretStr("smtp://127.0.0.1:1"))})
    for _ in range(len(rules.PAUSES) + 3):
        await postman(settings)
        world.clock.advance(hours=13)

    [(status, attempts, error, _)] = await states(world)
    assert (status, attempts, error) == ("failed", len(rules.PAUSES) + 1, "SMTPConnectError")


async def test_a_mailbox_that_does_not_exist_is_not_tried_again(world: World, postman: Postman) -> None:
    await posted(world)
    postman.mailbox.refusing["RCPT"] = "550 no such user"

    await postman()

    assert await states(world) == [("failed", 1, "refused with 550", "{}")]


async def test_who_lost_the_lease_records_nothing(world: World, postman: Postman) -> None:
    await posted(world)
    async with world.work() as uow:
        [slow] = await messages.claim(uow)
    await changed(world, "UPDATE messages SET lease_until = clock_timestamp() - interval '1 second'")
    async with world.work() as uow:
        [quick] = await messages.claim(uow)

    async with world.work() as uow:
        late = await messages.prepare(uow, slow, postman.settings)
        held = [await messages.finish(uow, each, messages.MessageStatus.SENT) for each in (slow, quick)]

    assert (late, held, quick.fence - slow.fence) == (None, [False, True], 1)


async def test_one_letter_that_cannot_be_written_holds_up_no_other(world: World, postman: Postman) -> None:
    await posted(world)
    await changed(world, "UPDATE messages SET kind = 'factor_added'")  # it has none of the facts of that kind
    other = await factories.user(world)
    async with world.work() as uow:
        await messages.warn(uow, other, MessageKind.PASSWORD_CHANGED)

    sent = await postman()

    assert [each["To"].addresses[0].addr_spec for each in sent] == [other.email]
    assert [row[:3] for row in await states(world)] == [("failed", 1, "UndefinedError"), ("sent", 1, None)]


async def test_a_letter_that_is_tried_again_has_the_same_link(
    world: World, as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    postman.mailbox.refusing["DATA"] = "451 later"
    await as_administrator.made("/v1/users", {"name": "Олена", "email": ADDRESS})
    await postman()
    made = await world.rows("SELECT id FROM account_links")
    postman.mailbox.refusing.clear()
    world.clock.advance(seconds=31)

    token = postman.token(await postman.only())
    answer = await nobody.post("/v1/invitations/accept", json={"token": token, "password": factories.PASSWORD})

    assert (len(made), await world.rows("SELECT id FROM account_links"), answer.status_code) == (1, made, 200)


async def test_whoever_asks_twice_in_a_minute_gets_one_letter(world: World, nobody: Client, postman: Postman) -> None:
    user = await factories.user(world)
    counts = []
    for seconds in (0, 59, 2):
        world.clock.advance(seconds=seconds)
        await nobody.post("/v1/password-resets", json={"email": user.email})
        counts.append(len(await postman()))

    assert counts == [1, 0, 1]


async def test_the_database_holds_nothing_that_opens_a_door(
    world: World, as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    user = await factories.user(world)
    await as_administrator.made("/v1/users", {"name": "Олена", "email": ADDRESS})
    await nobody.post("/v1/password-resets", json={"email": user.email})
    tokens = [postman.token(each) for each in await postman()]

    kept = {
        name: " ".join(row[0] for row in await world.rows(f'SELECT whole::text FROM "{name}" whole'))  # noqa: S608 - names of our own tables
        for name in SQLModel.metadata.tables
    }

    parts = [part for token in tokens for part in token.split(".")]
    assert (len(tokens), len(kept) > 20, user.email in kept["users"], ADDRESS in kept["messages"]) == (2, *[True] * 3)
    assert [(place, part) for part in parts for place, all_ in kept.items() if part in all_] == []


async def test_a_link_leads_to_the_frontend_when_there_is_one(world: World, postman: Postman) -> None:
    await factories.user(world, email=ADDRESS, password=None)
    page = Frontend(invitation_url="https://app.example.org/welcome#token={token}")

    [made] = await postman(postman.settings.model_copy(update={"frontend": page}))

    assert postman.link(made).startswith("https://app.example.org/welcome#token=")


async def test_without_a_server_letters_are_files_of_their_owner(tmp_path: Path) -> None:
    folder = post_office(Settings(state=tmp_path))

    await folder.send(envelope())
    await folder.send(envelope())

    [file] = (tmp_path / "mail").iterdir()
    assert isinstance(folder, Folder)
    assert (oct(file.stat().st_mode)[-3:], oct(file.parent.stat().st_mode)[-3:]) == ("600", "700")
    assert "Message-ID: <01a1f0a0-0000-7000-8000-000000000001@localhost>" in file.read_text()


@pytest.mark.parametrize(
    ("url", "is_started"),
    [
        ("smtp://user:p%40ss@mail.example.org:587", True),
        ("smtp://127.0.0.1:25", False),
        ("smtp://mail:1025?tls=off", False),
        ("smtps://user:p%40ss@mail.example.org", False),
    ],
)
def test_nothing_leaves_this_machine_unencrypted_by_accident(url: str, *, is_started: bool) -> None:
    connection = Server(url, "Pobratym <pobratym@localhost>")._connection()

    assert (connection._start_tls_on_connect, connection.use_tls) == (is_started, url.startswith("smtps"))
    assert connection._login_password in {None, b"p@ss", "p@ss"}


async def test_letters_and_links_go_away_at_night(world: World, nobody: Client, postman: Postman) -> None:
    user = await factories.user(world)
    await nobody.post("/v1/password-resets", json={"email": user.email})
    await nobody.post("/v1/password-resets", json={"email": "absent@example.org"})
    await postman()
    kept = [await world.rows("SELECT status FROM messages ORDER BY id")]
    world.clock.advance(days=15)
    first = await purge(postman.ctx())
    world.clock.advance(days=80)
    second = await purge(postman.ctx())

    assert [row["status"] for row in kept[0]] == ["sent", "dropped"]
    assert [(each["letters"], each["links"]) for each in (first, second)] == [(2, 0), (0, 1)]


def test_the_pauses_grow_and_end() -> None:
    found = [rules.pause(number) for number in range(1, len(rules.PAUSES) + 2)]

    assert found[-1] is None
    assert found[:-1] == sorted(rules.PAUSES)
    assert sum(rules.PAUSES, timedelta()) > timedelta(hours=12)


def test_every_link_is_in_a_letter() -> None:
    assert set(rules.LINKS.values()) == set(LinkPurpose)


def test_the_worker_sends_letters_on_a_ring_and_every_few_seconds() -> None:
    swept = next(each for each in TIMETABLE if each.coroutine is send_messages)

    assert send_messages in [each.coroutine for each in FUNCTIONS]
    assert len(swept.second) == 12


async def test_a_letter_is_told_what_its_kind_needs_and_no_more(world: World) -> None:
    user = await factories.user(world)
    async with world.work() as uow:
        for facts in ({}, {"factor": "TOTP", "extra": "x"}):
            with pytest.raises(ValueError, match="factor"):
                await messages.warn(uow, user, MessageKind.FACTOR_ADDED, **facts)
