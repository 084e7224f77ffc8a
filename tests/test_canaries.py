"""Fifty values that would be recognised anywhere are told to the program, and then looked for everywhere.

Whatever happens to them on the way (refused, repeated, changed, a fault of ours in the middle of a write) they are
found in no copy of the database, no write-ahead log, no log of a server, no queue, no letter and no answer but the
one that reveals them.
"""

import hashlib
import json
import logging as stdlib_logging
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest
import structlog
from redis import Redis as ValkeyClient

from app import worker
from app.adapters.embedded_postgres import SUPERUSER, Urls
from app.adapters.embedded_valkey import EmbeddedValkey
from app.adapters.mail import post_office
from app.core import logging
from app.core.passwords import Passwords
from app.main import create_app
from app.rules.identity import index_form
from app.settings import Redis, Settings
from app.vocabulary import Role
from tests.conftest import settings_for
from tests.support import actors, factories
from tests.support.client import Client, Contract
from tests.support.database import TestServer
from tests.support.world import Clock, World

pytestmark = [pytest.mark.anyio, pytest.mark.two_connections]

# Stands openly in a name, in a log line and in the queue: a search that does not find it finds nothing.
CONTROL: Final = "Канарка-на-видноті-48213"
PURPOSE: Final = "Квитки для делегації до Замостя"

NUMBERS: Final = (
    *(("foreign_passport", f"FA{731160 + each}") for each in range(10)),
    *(("internal_passport_booklet", f"СЮ{482910 + each}") for each in range(5)),
    *(("id_card", f"{907315520 + each}") for each in range(5)),
    *(("birth_certificate", f"I-БП {661740 + each}") for each in range(5)),
)
ISSUERS: Final = tuple(f"Ладанська ДМС {each}" for each in range(4801, 4806))
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "place_of_birth": ("хутір Дзвінкий Вирій 77", "селище Тирлич 78"),
    "home_address": ("провулок Снігуровий 191", "вулиця Цвіркунова 192"),
    "dietary_needs": ("без пастернаку й кмину 31", "лише кошерне з гороху 32"),
    "allergies": ("пилок амброзії полинолистої 41", "отрута шершня 42"),
    "accessibility_needs": ("пандус із поручнем 51", "сурдопереклад польською 52"),
    "medical_note": ("гліклазид двічі на добу 61", "шунт із позаминулого року 62"),
    "emergency_contact": ("тітка Пульхерія 0509991701", "брат Гервасій 0509991702"),
    "clothing_size": ("48-й довгий 881", "52-й короткий 882"),
    "legal_guardian": ("дід Онуфрій Перебийніс 91", "опікунка Килина Вовкобій 92"),
    "school": ("Ладанський ліцей № 1703", "Тирлицька гімназія № 1704"),
}
PLACE_IN_LOG: Final = "SELECT file_name, file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())"
CANARIES: Final = (*(number for _, number in NUMBERS), *ISSUERS, *(word for pair in WORDS.values() for word in pair))


@cache
def disguises(text: str) -> frozenset[bytes]:
    """The forms in which a value may lie somewhere: as it is, escaped, in hexadecimal, as a bare digest."""
    forms = [form.encode() for form in (text, text.lower(), text.upper(), index_form(text))]
    digests = [hashlib.sha256(form) for form in forms]
    escaped = [json.dumps(form.decode())[1:-1].encode() for form in forms]
    hexadecimal = [form.hex().encode() for form in forms]
    in_digits = [digest.hexdigest().encode() for digest in digests]
    return frozenset([*forms, *escaped, *hexadecimal, *in_digits, *(digest.digest() for digest in digests)])


def seen_in(haystack: bytes, texts: tuple[str, ...] = CANARIES) -> list[str]:
    return [text for text in texts if any(form in haystack for form in disguises(text))]


@dataclass
class Ear:
    """Hears every answer."""

    client: Client
    heard: list[httpx2.Response] = field(default_factory=list)

    async def __call__(self, method: str, path: str, **options: Any) -> httpx2.Response:
        answer = await self.client.request(method, path, **options)
        self.heard.append(answer)
        return answer

    def everything(self) -> bytes:
        return b"\n".join(
            str(answer.headers.multi_items()).encode() + answer.content
            for answer in self.heard
            if answer.request.url.path.rpartition("/")[2] != "reveal"
        )


@dataclass
class Scene:
    world: World
    settings: Settings
    valkey: EmbeddedValkey
    folder: Path
    log: Path


@pytest.fixture
async def scene(own_database: Urls, passwords: Passwords, contract: Contract, tmp_path: Path) -> AsyncIterator[Scene]:
    log = tmp_path / "program.log"
    short = Path(tempfile.mkdtemp(prefix="pobratym-"))
    with EmbeddedValkey(short / "valkey", fast=True) as valkey, log.open("w") as stream:
        more = {"redis": Redis(url=valkey.url()), "state": tmp_path / "state"}
        settings = settings_for(own_database).model_copy(update=more)
        made = create_app(settings)
        made.state.clock = clock = Clock()
        async with written_to(stream), made.router.lifespan_context(made):
            made.state.runtime.passwords = passwords
            world = World(made, made.state.runtime.db, clock, passwords, contract)
            yield Scene(world, settings, valkey, short, log)


@asynccontextmanager
async def written_to(stream: Any) -> AsyncIterator[None]:
    root = stdlib_logging.getLogger()
    handlers, level, config = root.handlers, root.level, structlog.get_config()
    logging.configure(level="DEBUG", stream=stream)
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**config)
        stream.flush()


@pytest.fixture
async def kept_log(server: TestServer) -> AsyncIterator[None]:
    """Others write, too: what was written at the beginning must still be there at the end."""
    superuser = await asyncpg.connect(server.postgres.url(SUPERUSER, "postgres"))
    for size in ("'4GB'", "DEFAULT"):
        await superuser.execute(f"ALTER SYSTEM SET wal_keep_size = {size}")
        await superuser.execute("SELECT pg_reload_conf()")
        if size != "DEFAULT":
            yield
    await superuser.close()


@pytest.mark.usefixtures("kept_log")
async def test_canaries_are_found_nowhere(scene: Scene, server: TestServer, own_database: Urls) -> None:
    began = (await scene.world.rows(PLACE_IN_LOG))[0]
    server_log = server.postgres.data / "server.log"
    written_before = server_log.stat().st_size
    ear = Ear(await actors.everywhere(scene.world, Role.COORDINATOR))
    ids = await people(scene.world, ear)

    await told(ear, ids)
    await told_wrong(ear, ids)
    opened = await told_on_purpose(ear, ids)
    await jobs_run(scene)
    await faults(scene, ear, ids, own_database)
    structlog.get_logger().info(CONTROL)

    places = {
        "the database": dumped(server, own_database),
        "the write-ahead log": await write_ahead(server, began),
        "the database's log": server_log.read_bytes()[written_before:],
        "the program's log": scene.log.read_bytes(),
        "the queue": queued(scene.valkey),
        "letters": b"\n".join(
            file.read_bytes() for file in (scene.folder, scene.settings.state) for file in files(file)
        ),
        "answers": ear.everything(),
    }
    assert len(set(CANARIES)) == 50
    assert sorted(opened) == sorted(CANARIES)
    assert {place: seen_in(text) for place, text in places.items()} == {place: [] for place in places}
    control = {place for place, text in places.items() if seen_in(text, (CONTROL,))}
    assert control == {"the database", "the write-ahead log", "the program's log", "the queue", "answers"}
    assert CONTROL.encode().hex().encode() in places["the database"]  # a kept answer is bytes there


def test_the_search_knows_a_value_in_every_disguise() -> None:
    number, word = "FA731160", "гліклазид двічі на добу 61"

    for form in (
        b"x FA731160 x",
        b"fa731160",
        "СЮ482910".encode(),
        json.dumps(word).encode(),
        word.encode().hex().encode(),
        hashlib.sha256(number.encode()).digest(),
        hashlib.sha256(word.encode()).hexdigest().encode(),
    ):
        assert len(seen_in(form)) == 1
    assert seen_in(b"FA731159 and nothing else") == []


async def people(world: World, ear: Ear) -> list[str]:
    sumska = await factories.hromada(world)
    organization = {"kind": "ngo", "name_uk": CONTROL, "country": "UA"}
    await ear("POST", "/v1/organizations", json=organization, key="control")
    found = []
    for given in ("Олександр", "Ірина", "Марко", "Оксана", "Юрій"):
        body = {
            "family_name_uk": "Лисенко",
            "given_name_uk": given,
            "affiliations": [{"organization_id": str(sumska.id)}],
        }
        found.append((await ear("POST", "/v1/people", json=body)).json()["id"])
    return found


def documents() -> Iterator[tuple[int, dict[str, str]]]:
    """Which person, and the body; every fifth document has an issuer that would be recognised."""
    for place, (kind, number) in enumerate(NUMBERS):
        issuer = {"issuer": ISSUERS[place // 5]} if place % 5 == 0 else {}
        yield place % 5, {"kind": kind, "country": "UA", "number": number} | issuer


def particulars() -> Iterator[tuple[int, str, str]]:
    for kind, words in WORDS.items():
        for place, word in enumerate(words):
            yield place, kind, word


async def version(ear: Ear, id: str) -> int:
    return int((await ear("GET", f"/v1/people/{id}/identity")).json()["version"])


async def told(ear: Ear, ids: list[str]) -> None:
    """With keys to repeat by, and repeated; particulars are replaced once."""
    for number, (place, body) in enumerate(documents()):
        for _ in range(2):
            answer = await ear("POST", f"/v1/people/{ids[place]}/documents", json=body, key=f"document-{number}")
            assert answer.status_code == 201, answer.text
    for place, kind, word in particulars():
        for text in (word[::-1], word):
            answer = await kept(ear, ids[place], kind, text)
            assert answer.status_code == 200, answer.text


async def kept(ear: Ear, id: str, kind: str, value: str) -> httpx2.Response:
    path = f"/v1/people/{id}/particulars/{kind}"
    return await ear("PUT", path, json={"value": value}, version=await version(ear, id))


async def told_wrong(ear: Ear, ids: list[str]) -> None:
    """Every refusal there is, each with a value in it."""
    statuses = []
    for place, body in documents():
        path = f"/v1/people/{ids[place]}/documents"
        wrong = [
            body,
            body | {"number": body["number"] + "<"},
            body | {"number": [body["number"]]},
            body | {"country": body["number"]},
            body | {"issued_on": body["number"]},
            body | {"expires_on": "2020-01-01", "issued_on": "2021-01-01"},
            body | {"nonsense": body["number"]},
        ]
        answers = [await ear("POST", path, json=each) for each in wrong]
        broken = json.dumps(body, ensure_ascii=False).encode()[:-1]
        headers = {"content-type": "application/json"}
        answers.append(await ear("POST", path, content=broken, headers=headers))
        answers.append(await ear("POST", path, content=broken + b"}", headers={"content-type": "text/plain"}))
        statuses += [answer.status_code for answer in answers]
    strict = cycle(("date_of_birth", "sex", "citizenship"))
    for place, kind, word in particulars():
        path = f"/v1/people/{ids[place]}/particulars/{kind}"
        answers = [
            await kept(ear, ids[place], next(strict), word),
            await ear("PUT", path, json={"value": word}, version=1),
            await ear("PUT", path, json={"value": word}),
            await ear("PUT", path, json={"value": [word]}, version=1),
        ]
        statuses += [answer.status_code for answer in answers]
    assert set(statuses) == {400, 409, 412, 415, 422, 428}


async def told_on_purpose(ear: Ear, ids: list[str]) -> list[str]:
    """Searched for, and revealed one by one."""
    found = []
    for _, number in NUMBERS:
        for purpose in (PURPOSE, f"Шукаю документ {number}"):
            await ear("POST", "/v1/people/find-by-document", json={"number": number.lower(), "purpose": purpose})
    for id in ids:
        for number, one in enumerate([each async for each in held(ear, id)]):
            asked = one | {"purpose": PURPOSE}
            answer = await ear("POST", f"/v1/people/{id}/reveal", json=asked, key=f"reveal-{number}-{id}")
            found.append(answer.json()["value"])
        await ear("GET", f"/v1/people/{id}/history")
    return found


async def held(ear: Ear, id: str) -> AsyncIterator[dict[str, str]]:
    """Everything that there is to reveal."""
    about = (await ear("GET", f"/v1/people/{id}/identity")).json()
    for document in about["documents"]:
        for part in document["_redacted"]:
            yield {"document_id": document["id"], "part": part}
    for particular in about["particulars"]:
        yield {"particular": particular["kind"]}


async def jobs_run(scene: Scene) -> None:
    """The queue has work waiting in it, and every job of the timetable has run."""
    await scene.world.app.state.runtime.bell.ring("plan_reminders")
    with ValkeyClient.from_url(scene.valkey.url()) as client:
        client.hset("control", "name", CONTROL)
    context = {
        "db": scene.world.db,
        "clock": scene.world.clock,
        "settings": scene.settings,
        "mail": post_office(scene.settings),
        "inbox": None,
    }
    for each in worker.TIMETABLE:
        await each.coroutine(context)


async def faults(scene: Scene, ear: Ear, ids: list[str], urls: Urls) -> None:
    """Faults of ours while a value is in our hands: a rule of the database, a column that is gone, a wrong place."""
    owner = await asyncpg.connect(urls.owner)
    await owner.execute("ALTER TABLE particulars ADD CONSTRAINT nobody CHECK (kind <> 'sex')")
    answers = [await kept(ear, ids[2], "sex", "F")]
    await owner.execute("ALTER TABLE identity_documents RENAME COLUMN issuer_sealed TO issuer_elsewhere")
    for place, body in documents():
        answers.append(await ear("POST", f"/v1/people/{ids[place]}/documents", json=body))
    await owner.execute("ALTER TABLE identity_documents RENAME COLUMN issuer_elsewhere TO issuer_sealed")
    await owner.close()
    async with scene.world.work() as uow:
        moved = "UPDATE particulars SET value_sealed = (SELECT min(value_sealed) FROM particulars)"
        await uow.transaction.raw.execute(moved)
    for place, kind, word in particulars():
        asked = {"particular": kind, "purpose": PURPOSE}
        answers.append(await ear("POST", f"/v1/people/{ids[place]}/reveal", json=asked))
        answers.append(await kept(ear, ids[place], kind, word))
    statuses = [answer.status_code for answer in answers]
    assert (set(statuses), statuses.count(500) > 40) == ({200, 422, 500}, True)


def dumped(server: TestServer, urls: Urls) -> bytes:
    url = server.postgres.url(SUPERUSER, urlsplit(urls.owner).path.removeprefix("/"))
    return server.postgres.programs.run("pg_dump", f"--dbname={url}").encode()


async def write_ahead(server: TestServer, began: Any) -> bytes:
    """What was written to it since; segments with later names lie in wait for their turn."""
    superuser = await asyncpg.connect(server.postgres.url(SUPERUSER, "postgres"))
    ended = await superuser.fetchrow(PLACE_IN_LOG)
    await superuser.execute("SELECT pg_switch_wal()")
    await superuser.close()
    segments = sorted(files(server.postgres.data / "pg_wal"))
    written = [each.read_bytes() for each in segments if began["file_name"] <= each.name <= ended["file_name"]]
    return b"".join([written[0][began["file_offset"] :], *written[1:]])


def files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def queued(valkey: EmbeddedValkey) -> bytes:
    """Every key with what lies under it, whatever kind it is of."""
    read = {
        "string": "get",
        "hash": "hgetall",
        "zset": "zscan",
        "set": "smembers",
        "list": "lrange",
        "stream": "xrange",
    }
    more = {"list": (0, -1)}
    with ValkeyClient.from_url(valkey.url()) as client:
        found = []
        for key in client.scan_iter():
            kind = client.type(key).decode()
            found.append(key + repr(getattr(client, read[kind])(key, *more.get(kind, ()))).encode())
            found += client.hgetall(key).values() if kind == "hash" else []
        return b"\n".join(found)
