import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.embedded_valkey import EmbeddedValkey
from app.adapters.shared_server import wait_until

USE_AND_WAIT = """
import sys, time
from pathlib import Path
from app.adapters.embedded_postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1]), fast=True).attach()
print("attached", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pobratym-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def ask(dsn: str, query: str) -> object:
    async def answer() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(answer())


def kill_the_postmaster(server: EmbeddedPostgres) -> None:
    pid = int((server.data / "postmaster.pid").read_text().split("\n")[0])
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not server.is_alive(), seconds=5)


def test_cyrillic_words_have_trigrams(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        assert ask(server.urls().app, "select show_trgm('Їжа') <> '{}' and lower('ЇҐЄ') = 'їґє'") is True


def test_the_owner_owns_the_database_and_the_application_owns_nothing(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        owner, app = server.urls()
        owned = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
        power = "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"

        assert ask(owner, owned) == "pobratym_owner"
        assert (ask(owner, power), ask(app, power)) == (False, False)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask(app, "create table public.mine ()")


def test_data_survive_a_killed_server(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        ask(server.urls().owner, "create table kept ()")
        kill_the_postmaster(server)
        server.attach()

        assert ask(server.urls().owner, "select to_regclass('kept')::text") == "kept"


def test_an_interrupted_first_start_is_done_again(folder: Path) -> None:
    (folder / "cluster" / "data").mkdir(parents=True)
    (folder / "cluster" / "data" / "PG_VERSION").write_text("18")

    with EmbeddedPostgres(folder, fast=True) as server:
        assert ask(server.urls().owner, "select 1") == 1


def test_the_last_user_stops_the_server(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder, fast=True), EmbeddedPostgres(folder, fast=True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(EmbeddedPostgres.attach, [first, second]))

    first.release()
    assert second.is_alive()
    second.release()
    assert not second.is_alive()


def test_a_killed_user_does_not_keep_the_server(folder: Path) -> None:
    command = [sys.executable, "-c", USE_AND_WAIT, str(folder)]
    user = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this very Python
    with user, EmbeddedPostgres(folder, fast=True) as server:
        assert user.stdout is not None
        assert user.stdout.readline() == "attached\n"
        user.kill()
        user.wait()
        assert server.is_alive()

    assert not server.is_alive()


def test_a_path_too_long_for_a_socket_is_fine(folder: Path) -> None:
    deep = folder / ("дуже довга назва " * 5) / "x"
    with (
        EmbeddedPostgres(deep / "postgres", fast=True) as postgres,
        EmbeddedValkey(deep / "valkey", fast=True) as valkey,
    ):
        assert ask(postgres.urls().app, "select 1") == 1
        with Redis.from_url(valkey.url()) as client:
            assert client.ping() is True
    shutil.rmtree(postgres.socket_folder)
    shutil.rmtree(valkey.socket.parent)


def test_the_queue_survives_a_killed_server(folder: Path) -> None:
    with EmbeddedValkey(folder) as server, Redis.from_url(server.url()) as client:
        client.set("kept", "yes")
        os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
        assert wait_until(lambda: not server.is_alive(), seconds=5)
        server.attach()

        assert client.get("kept") == b"yes"
