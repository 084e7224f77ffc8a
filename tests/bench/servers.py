"""The servers under load: each started by its own command on loopback, stopped whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import orjson

from app.adapters.embedded_postgres import SUPERUSER, EmbeddedPostgres
from tests.bench.cluster import product_environment, run_in, surroundings

HERE: Final = Path(__file__).parent
EMAIL: Final = "bench@example.org"
PASSWORD: Final = "long enough, and known to this benchmark alone"
SECONDS_TO_START: Final = 60
SECONDS_TO_STOP: Final = 15


@dataclass(frozen=True)
class Side:
    """One of those who are compared."""

    name: str
    url: str
    pid: int
    first_answer_seconds: float
    token: str = ""

    @property
    def is_reference(self) -> bool:
        return not self.token

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None) -> Any:
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=60)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{self.name}: {method} {path} answered {answer.status}: {text.decode()[:500]}")
        return orjson.loads(text)


@contextmanager
def reference(server: EmbeddedPostgres, database: str, logs: Path, *, mode: str = "rows") -> Iterator[Side]:
    name = "reference" if mode == "rows" else f"reference, {mode}"
    port = free_port()
    command = ["-m", "uvicorn", "tests.bench.reference:app", "--host=127.0.0.1", f"--port={port}"]
    options = ["--loop=uvloop", "--http=httptools", "--no-access-log", "--log-level=warning"]
    environment = {"DSN": server.url(SUPERUSER, database), "MODE": mode}
    with running([*command, *options], HERE.parents[1], environment, logs / f"{mode}.log") as process:
        seconds = first_answer(process, port, "/health")
        yield Side(name, f"http://127.0.0.1:{port}", process.pid, seconds)


@contextmanager
def product(
    server: EmbeddedPostgres, tree: Path, database: str, logs: Path, redis: str, name: str = "product"
) -> Iterator[Side]:
    """By its production command; signed in as a coordinator of the whole association."""
    state = logs / name
    state.mkdir()
    environment = (
        product_environment(server, database)
        | without_quotas(tree)
        | {
            "POBRATYM_REDIS__URL": redis,
            "POBRATYM_SIGN_IN__FACTOR_ROLES": "[]",
            "POBRATYM_STATE": str(state),
        }
    )
    person = {"BENCH_EMAIL": EMAIL, "BENCH_PASSWORD": PASSWORD}
    run_in(tree, str(HERE / "person.py"), environment=environment | person)
    run_in(tree, "-c", "import app.cli, app.commands.serving, app.main", environment=environment)
    port = free_port()
    with running(["-m", "app", "serve", "--port", str(port)], tree, environment, logs / f"{name}.log") as process:
        seconds = first_answer(process, port, "/livez")
        guest = Side(name, f"http://127.0.0.1:{port}", process.pid, seconds)
        credentials = orjson.dumps({"email": EMAIL, "password": PASSWORD})
        token = guest.ask("/v1/sessions", method="POST", body=credentials)["access_token"]
        yield Side(name, guest.url, guest.pid, seconds, token)


def without_quotas(tree: Path) -> dict[str, str]:
    """One person asks for all; the counting itself is measured. Checkouts from before know no such settings."""
    names = ("READ", "WRITE", "SIGN_IN", "ANONYMOUS") if (tree / "app" / "core" / "limits.py").exists() else ()
    return {f"POBRATYM_LIMITS__{name}": "1000000000" for name in names}


@contextmanager
def running(
    arguments: list[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [sys.executable, *arguments],
            cwd=folder,
            env=surroundings(folder, environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def first_answer(process: subprocess.Popen[bytes], port: int, path: str) -> float:
    """Seconds until the server that was just started answers."""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS_TO_START:
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return round(time.monotonic() - began, 2)
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError(f"no answer from {process.args!r}")
