"""A private PostgreSQL on a unix socket: no port, no password, no service to install."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from app.adapters.postgres_programs import OPEN_PLACE, Programs
from app.adapters.shared_server import SharedServer, did_not_start, socket_folder

SUPERUSER: Final = "pobratym"
OWNER: Final = "pobratym_owner"
APPLICATION: Final = "pobratym_app"
DATABASE: Final = "pobratym"
EXTENSIONS: Final = ("pg_trgm", "unaccent", "btree_gist")

# It only names the socket file; no TCP port is opened.
PORT: Final = 5432
IMPOSSIBLE_PID: Final = 2_147_483_646


class Urls(NamedTuple):
    owner: str
    app: str


class EmbeddedPostgres(SharedServer):
    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        """`fast` gives up safety against a power cut: for tests."""
        super().__init__(folder)
        self.fast = fast
        self.programs = Programs.find()

    @property
    def place(self) -> Path:
        return (self.folder / "cluster").resolve()

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def socket_folder(self) -> Path:
        return socket_folder(self.place, f".s.PGSQL.{PORT}")

    def urls(self, database: str = DATABASE) -> Urls:
        return Urls(self.url(OWNER, database), self.url(APPLICATION, database))

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder))}"

    def is_alive(self) -> bool:
        return self._pid() is not None

    def _pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError, OverflowError):
            return None
        except PermissionError:
            pass
        return None if is_zombie(pid) else pid

    def _start(self) -> None:
        try:
            self._find_a_place()
            if not (self.place / "ready").exists():
                self._initialise()
            self._launch()
            if not (self.place / "furnished").exists():
                self._furnish()
        except subprocess.CalledProcessError as error:
            log = self.folder / "start.log"
            server_log = self.data / "server.log"
            log.write_text(error.output + (server_log.read_text() if server_log.exists() else ""))
            raise did_not_start("PostgreSQL", log) from error

    def _find_a_place(self) -> None:
        """The data lie in the folder itself; a link leads to the open place when the server cannot enter."""
        link = self.folder / "cluster"
        account = self.programs.account
        if not link.exists() and not link.is_symlink() and account and not account.can_reach(self.folder):
            link.symlink_to(OPEN_PLACE / f"cluster-{secrets.token_hex(6)}")
        self.place.mkdir(parents=True, exist_ok=True)

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.programs.make_folder(self.data)
        # With the locale C, pg_trgm finds no trigrams in Cyrillic words.
        locale = ["--locale=en_US.UTF-8" if sys.platform == "darwin" else "--locale=C.UTF-8"]
        if self.programs.major_version() >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = ["--encoding=UTF8", "--auth=trust", "--no-sync", "--no-instructions", *locale]
        self.programs.run("initdb", f"--pgdata={self.data}", f"--username={SUPERUSER}", *options)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("include_if_exists 'pobratym.conf'\n")
        (self.place / "ready").touch()

    def _launch(self) -> None:
        self._disown_the_dead()
        self.programs.make_folder(self.socket_folder)
        for left_behind in self.socket_folder.glob(".s.PGSQL.*"):
            left_behind.unlink()
        (self.data / "pobratym.conf").write_text(self._configuration())
        log = self.data / "server.log"
        self.programs.run("pg_ctl", "start", "-D", str(self.data), "-w", "-t", "60", "-s", "-l", str(log))

    def _disown_the_dead(self) -> None:
        """The file guards the memory that surviving back ends share: it stays, its owner becomes impossible."""
        file = self.data / "postmaster.pid"
        if file.exists():
            lines = file.read_text().split("\n")
            file.write_text("\n".join([str(IMPOSSIBLE_PID), *lines[1:]]))

    def _configuration(self) -> str:
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self.socket_folder}'",
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "100",
            "shared_buffers": "128MB",
            "jit": "off",
            # Values of statements are personal data: the log has the statements alone.
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "timezone": "'UTC'",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    def _furnish(self) -> None:
        """Roles and the database may be there already, when an earlier attempt was interrupted."""
        for role in (OWNER, APPLICATION):
            self._sql("postgres", f"select 'create role {role} login' {unless('pg_roles', 'rolname', role)}")
        create = f"create database {DATABASE} owner {OWNER}"
        self._sql("postgres", f"select '{create}' {unless('pg_database', 'datname', DATABASE)}")
        for extension in EXTENSIONS:
            self._sql(DATABASE, f"select 'create extension if not exists {extension}'")
        (self.place / "furnished").touch()

    def _sql(self, database: str, query: str) -> None:
        """Runs what the query answers with."""
        options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--host={self.socket_folder}", f"--port={PORT}"]
        script = f"{query} \\gexec\n"
        self.programs.run("psql", *options, f"--username={SUPERUSER}", f"--dbname={database}", stdin=script)

    def _stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if pid := self._pid():
                os.kill(pid, signal.SIGINT)  # the quick shutdown: sessions end, nothing is lost


@contextlib.contextmanager
def temporary_postgres() -> Iterator[EmbeddedPostgres]:
    """A fast one that leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="pobratym-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder, fast=True)
    try:
        with server:
            yield server
    finally:
        shutil.rmtree(server.place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def unless(table: str, column: str, value: str) -> str:
    return f"where not exists (select from {table} where {column} = '{value}')"


def is_zombie(pid: int) -> bool:
    """Where process 1 does not reap, as in many containers, a killed postmaster still has its number."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False
