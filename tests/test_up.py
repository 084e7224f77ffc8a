import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.embedded_valkey import EmbeddedValkey
from app.commands.attached import Attached
from app.commands.up import FACTOR_ROLES, eased
from app.settings import ROOT, Settings
from app.supervisor import PORTS_TO_TRY, delay, listen
from app.trouble import Trouble

PATIENCE_SECONDS = 30


class Running:
    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        environment = {name: value for name, value in os.environ.items() if not name.startswith("POBRATYM_")}
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", "-m", "app", "up", "--state", str(state), *options],
            env=environment | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def told(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(f"nobody said {words!r}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pobratym-test-"))
    folder.chmod(0o755)
    yield folder
    assert left_running(folder) == []
    shutil.rmtree(folder)


@pytest.fixture
def up(state: Path) -> Iterator[Callable[..., Running]]:
    with contextlib.ExitStack() as stack:

        def start(*options: str) -> Running:
            running = Running(state, *options)
            stack.callback(running.stop)
            return running

        yield start


def left_running(state: Path) -> list[str]:
    command = ["ps", "-A", "-ww", "-o", "args="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    return [line for line in listing.stdout.splitlines() if str(state) in line]


def answers(address: str) -> bool:
    parts = urlsplit(address)
    with contextlib.suppress(OSError), contextlib.closing(HTTPConnection(parts.netloc, timeout=5)) as connection:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    return False


def address(running: Running) -> str:
    return running.told("  API ").split()[-1]


def eventually(met: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def servers_are_gone(state: Path) -> bool:
    return not (EmbeddedPostgres(state / "postgres").is_alive() or EmbeddedValkey(state / "valkey").is_alive())


def test_up_answers_and_a_signal_leaves_nothing(state: Path, up: Callable[..., Running]) -> None:
    running = up("--port", "0")
    api = address(running)
    assert answers(api)

    assert running.stop() == 0
    assert not answers(api)
    assert servers_are_gone(state)


@pytest.mark.parametrize(
    ("said", "place", "eased_to"),
    [(None, Path("here"), {FACTOR_ROLES: "[]"}), ('["coordinator"]', Path("here"), {}), (None, None, {})],
)
def test_only_on_a_database_of_its_own_and_unless_told_otherwise_no_factor_is_needed(
    monkeypatch: pytest.MonkeyPatch, said: str | None, place: Path | None, eased_to: dict[str, str]
) -> None:
    monkeypatch.delenv(FACTOR_ROLES, raising=False)
    if said is not None:
        monkeypatch.setenv(FACTOR_ROLES, said)

    assert eased(Attached(Settings(), (), place)) == eased_to


def test_a_second_up_in_the_same_folder_names_the_first(up: Callable[..., Running]) -> None:
    first = up("--port", "0")
    address(first)

    second = up("--port", "0")
    assert second.told("Pobratym") == f"Pobratym is already running here: process {first.process.pid}.\n"
    assert second.process.wait(PATIENCE_SECONDS) == 1


def test_a_killed_supervisor_leaves_no_orphans_and_the_next_up_works(state: Path, up: Callable[..., Running]) -> None:
    first = up("--port", "0")
    api = address(first)
    first.stop(signal.SIGKILL)
    assert eventually(lambda: not answers(api))

    second = up("--port", "0")
    assert answers(address(second))
    assert second.stop() == 0
    assert servers_are_gone(state)


def test_a_busy_port_that_was_asked_for_is_an_error(up: Callable[..., Running]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = up("--port", str(port))

        assert running.told("address") == f"The address 127.0.0.1:{port} cannot be used: Address already in use.\n"
        assert running.process.wait(PATIENCE_SECONDS) == 1


def test_a_busy_port_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with listen("127.0.0.1", port, exactly=False) as door:
            assert port < door.getsockname()[1] <= port + PORTS_TO_TRY
        with pytest.raises(Trouble, match="cannot be used"):
            listen("127.0.0.1", port, exactly=True)


def test_the_pauses_of_a_failing_child_grow_and_stop_growing() -> None:
    assert [delay(failures) for failures in (1, 2, 3, 4, 20)] == [0.5, 1, 2, 4, 30]
