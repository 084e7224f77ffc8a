"""The program as it is really run: PostgreSQL, Valkey, API servers and workers, each a process that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from app.adapters.embedded_postgres import EmbeddedPostgres, Urls
from app.adapters.embedded_valkey import EmbeddedValkey
from app.settings import ROOT

SECONDS_TO_START: Final = 60
SECRET: Final = "the master secret of a storm, and of nothing else"
# Nobody is held back by a quota here, and nobody has a second factor.
CALM: Final = {
    "POBRATYM_SIGN_IN__FACTOR_ROLES": "[]",
    "POBRATYM_LOG__LEVEL": "warning",
    **{f"POBRATYM_LIMITS__{name}": "1000000000" for name in ("READ", "WRITE", "BULK", "SIGN_IN", "ANONYMOUS")},
}


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@dataclass
class Process:
    """One of ours. Killed with -9 it gets no chance to tidy up."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str]
    logs: Path
    port: int = 0
    kills: int = 0
    running: subprocess.Popen[bytes] | None = None
    skew: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.logs / f"{self.name}.log").open("ab") as out:
            self.running = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
                [sys.executable, "-m", *self._program(), *self.arguments],
                cwd=ROOT,
                env=os.environ | self.environment | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _program(self) -> list[str]:
        return ["tests.storm.skewed", str(self.skew)] if self.skew else ["app"]

    def kill(self) -> None:
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.kills += 1

    def stop(self) -> None:
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGTERM)
        try:
            self.running.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait_until_it_answers(self) -> None:
        began = time.monotonic()
        while time.monotonic() - began < SECONDS_TO_START:
            with suppress(OSError):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/livez")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer; its log says: {self.last_words()}")

    def last_words(self) -> str:
        return (self.logs / f"{self.name}.log").read_text()[-2000:]


@dataclass
class Town:
    urls: Urls
    queue: EmbeddedValkey
    environment: dict[str, str]
    logs: Path
    processes: list[Process] = field(default_factory=list)

    @property
    def redis(self) -> str:
        return self.queue.url()

    def lose_the_queue(self) -> None:
        """Killed with -9; whatever it knew is gone."""
        os.kill(int((self.queue.folder / "pid").read_text()), signal.SIGKILL)

    def server(self, number: int) -> Process:
        port = free_port()
        return self._started(f"server-{number}", ["serve", "--port", str(port)], port)

    def worker(self, number: int, skew: int = 0) -> Process:
        """`skew`: by how many seconds its clock is wrong."""
        return self._started(f"worker-{number}", ["work"], skew=skew)

    def _started(self, name: str, arguments: list[str], port: int = 0, skew: int = 0) -> Process:
        found = Process(name, arguments, self.environment, self.logs, port, skew=skew)
        found.start()
        self.processes.append(found)
        return found

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env=os.environ | self.environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def kills(self) -> int:
        return sum(process.kills for process in self.processes)


@contextmanager
def built(extra: Mapping[str, str]) -> Iterator[Town]:
    """A town of its own in a folder that is gone afterwards, with every migration applied."""
    with tempfile.TemporaryDirectory(prefix="pobratym-storm-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres", fast=True))
        queue = stack.enter_context(EmbeddedValkey(folder / "valkey", fast=True))
        urls = postgres.urls()
        environment = {
            **CALM,
            "POBRATYM_DATABASE__URL": urls.owner,
            "POBRATYM_DATABASE__APP_URL": urls.app,
            "POBRATYM_REDIS__URL": queue.url(),
            "POBRATYM_SECRET": SECRET,
            "POBRATYM_STATE": str(folder / "state"),
            **extra,
        }
        town = Town(urls, queue, environment, folder)
        migrated = town.command("migrate")
        if migrated.returncode:
            raise RuntimeError(migrated.stderr)
        try:
            yield town
        finally:
            for process in town.processes:
                process.stop()
