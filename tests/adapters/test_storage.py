"""What every storage promises, asked of each of them: a folder of this machine, and a bucket of a real S3 server."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest

from app.adapters.object_storage import Bucket
from app.adapters.storage import Folder, Storage, begun, storage
from app.errors import AppError
from app.settings import Database, Settings
from tests.support.mail import free_port
from tests.support.s3 import S3Server, kept_at

pytestmark = pytest.mark.anyio

# More than three parts of an upload.
LARGE: Final = 20_000_000


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Folder(tmp_path / "files")
    server: S3Server = request.getfixturevalue("s3")
    return Bucket(server.bucket())


async def test_what_is_put_is_there_under_its_name(kept: Storage, tmp_path: Path) -> None:
    (made := tmp_path / "made").write_bytes(b"elsewhere" * 100_000)

    await kept.put("notes/2026/a.txt", b"first")
    await kept.put("notes/2026/a.txt", b"second")
    await kept.take("notes/b.txt", made)

    assert await kept.get("notes/2026/a.txt") == b"second"
    assert b"".join([part async for part in kept.stream("notes/b.txt")]) == b"elsewhere" * 100_000
    assert (await kept.names("notes"), made.exists()) == (["notes/2026/a.txt", "notes/b.txt"], False)


async def test_a_large_file_is_taken_and_comes_back_in_many_parts(kept: Storage, tmp_path: Path) -> None:
    content = os.urandom(LARGE)
    (made := tmp_path / "made").write_bytes(content)

    await kept.take("documents/large", made)
    parts = [part async for part in kept.stream("documents/large")]

    assert (b"".join(parts) == content, made.exists()) == (True, False)
    assert len(parts) > 10
    assert {type(part) for part in parts} == {bytes}


async def test_a_file_is_never_seen_half_replaced(kept: Storage, tmp_path: Path) -> None:
    contents = [letter * 6_000_000 for letter in (b"a", b"b")]
    for number, content in enumerate(contents):
        (tmp_path / f"made{number}").write_bytes(content)
    await kept.put("documents/one", contents[0])

    async def replace() -> None:
        for number in (1, 0):
            await kept.take("documents/one", tmp_path / f"made{number}")

    replacing = asyncio.create_task(replace())
    seen = [await kept.get("documents/one")]
    while not replacing.done():
        seen.append(await kept.get("documents/one"))
    await replacing

    assert [each for each in seen if each not in contents] == []
    assert await kept.get("documents/one") == contents[0]


async def test_what_cannot_be_brought_leaves_what_was_there(kept: Storage, tmp_path: Path) -> None:
    await kept.put("documents/one", b"before")

    with pytest.raises((FileNotFoundError, AppError)):
        await kept.take("documents/one", tmp_path / "never made")

    assert (await kept.get("documents/one"), await kept.names("documents")) == (b"before", ["documents/one"])


async def test_names_are_those_below_one_folder_in_their_order(kept: Storage) -> None:
    for name in (
        "days/2/b",
        "days/10/a",
        "days/2/a",
        "days/1",
        "days-of-others/a",
        "day",
        "Лист №1 (50%)/ї+a&b=c?.txt",
    ):
        await kept.put(name, b"x")

    assert await kept.names("days") == ["days/1", "days/10/a", "days/2/a", "days/2/b"]
    assert await kept.names("days/2") == ["days/2/a", "days/2/b"]
    assert await kept.names("Лист №1 (50%)") == ["Лист №1 (50%)/ї+a&b=c?.txt"]
    assert await kept.get("Лист №1 (50%)/ї+a&b=c?.txt") == b"x"


async def test_what_is_removed_is_gone_and_its_neighbours_stay(kept: Storage) -> None:
    for name in ("notes/a", "notes/b"):
        await kept.put(name, b"x")

    await kept.remove("notes/a")
    await kept.remove("notes/a")

    assert (await kept.get("notes/a"), await kept.names("notes")) == (None, ["notes/b"])


async def test_what_is_not_there_is_nothing(kept: Storage) -> None:
    await kept.remove("absent")

    assert (await kept.get("absent"), await kept.names("absent")) == (None, [])
    with pytest.raises(FileNotFoundError):
        await anext(kept.stream("absent"))


async def test_an_empty_file_is_not_an_absent_one(kept: Storage) -> None:
    await kept.put("empty", b"")

    assert (await kept.get("empty"), [part async for part in kept.stream("empty")]) == (b"", [])


async def test_a_lost_file_is_told_before_an_answer_begins(kept: Storage) -> None:
    await kept.put("there", b"content")

    with pytest.raises(AppError) as refused:
        await begun(kept, "absent")

    assert b"".join([part async for part in await begun(kept, "there")]) == b"content"
    assert (refused.value.code, refused.value.sentences[0].code) == ("conflict", "file_is_lost")


@pytest.mark.parametrize("name", ["", "/", "/etc/passwd", "../secret", "a/../../b", ".hidden", "a/.b", ".", ".."])
async def test_no_name_leads_out_of_the_storage(kept: Storage, name: str, tmp_path: Path) -> None:
    (made := tmp_path / "made").write_bytes(b"x")
    asked: list[Callable[[], Awaitable[Any]]] = [
        lambda: kept.put(name, b"x"),
        lambda: kept.take(name, made),
        lambda: kept.get(name),
        lambda: anext(kept.stream(name)),
        lambda: kept.names(name),
        lambda: kept.remove(name),
    ]

    for ask in asked:
        with pytest.raises(ValueError, match="not a name"):
            await ask()
    assert made.exists()


def test_the_settings_choose(tmp_path: Path) -> None:
    here = Settings(database=Database(), state=tmp_path)
    there = here.model_copy(update={"files": kept_at("http://127.0.0.1:9")})

    assert (type(storage(here)), type(storage(there))) == (Folder, Bucket)


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says one thing to everybody: its address, and what it was asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                asking, _ = server.accept()
                with asking:
                    if not (head := asking.recv(65536)):
                        return
                    heard.append(head)
                    asking.sendall(answer)

        serving = Thread(target=serve)
        serving.start()
        host, port = server.getsockname()
        try:
            yield f"http://{host}:{port}", heard
        finally:
            socket.create_connection((host, port)).close()
            serving.join()


@pytest.fixture(params=["nobody", "no bucket", "no rights", "something else", "broken"])
def away(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    """In every way in which a storage can be away."""
    said = {
        "no rights": b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "something else": b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 8\r\n\r\nNo page.",
        "broken": b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    }
    if request.param == "nobody":
        yield Bucket(kept_at(f"http://127.0.0.1:{free_port()}"))
    elif request.param == "no bucket":
        server: S3Server = request.getfixturevalue("s3")
        yield Bucket(kept_at(server.endpoint, "never-made"))
    else:
        with answering(said[request.param]) as (address, _):
            yield Bucket(kept_at(address))


async def test_a_storage_that_is_away_is_told_as_such_and_nothing_is_taken_for_lost(
    away: Bucket, tmp_path: Path
) -> None:
    (made := tmp_path / "made").write_bytes(b"x")
    asked: list[Callable[[], Awaitable[Any]]] = [
        lambda: away.put("a", b"x"),
        lambda: away.take("a", made),
        lambda: away.get("a"),
        lambda: begun(away, "a"),
        lambda: away.names("a"),
        lambda: away.remove("a"),
    ]

    for ask in asked:
        with pytest.raises(AppError) as refused:
            await ask()
        assert (refused.value.code, refused.value.status) == ("storage_unavailable", 503)
        assert "of the tests" not in str(refused.value.__cause__)
    assert made.exists()


async def test_what_breaks_off_on_the_way_is_not_taken_for_whole() -> None:
    head = b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "a"\r\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\n'
    cut = head + b"Content-Length: 1000000\r\n\r\n" + b"x" * 300_000
    with answering(cut) as (address, _), pytest.raises(AppError) as refused:
        await Bucket(kept_at(address)).get("a")

    assert refused.value.code == "storage_unavailable"


async def test_what_the_machine_knows_of_another_storage_is_not_mixed_with_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-machine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-the-machine")
    with answering(b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "a"\r\nContent-Length: 0\r\n\r\n') as (
        address,
        heard,
    ):
        await Bucket(kept_at(address)).put("a", b"x")

    assert heard[0].startswith(b"PUT /pobratym/crm/files/a ")
    assert b"Credential=pobratym/" in heard[0]
    assert b"of-the-machine" not in heard[0]
