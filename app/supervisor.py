"""Keeps the parts of the program running together: all of them, or none."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.embedded_valkey import EmbeddedValkey
from app.adapters.shared_server import SharedServer
from app.trouble import Trouble, told

LIFELINE: Final = "POBRATYM_LIFELINE"
STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOP_SECONDS: Final = 8
CALM_SECONDS: Final = 60
LONGEST_DELAY: Final = 30
LARGEST_LOG: Final = 20_000_000
PORTS_TO_TRY: Final = 50
NAMES: Final[Mapping[type[SharedServer], str]] = {EmbeddedPostgres: "PostgreSQL", EmbeddedValkey: "Valkey"}


@dataclass
class Child:
    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0
    due_at: float = 0

    def start(self, lifeline: int) -> None:
        make_room(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - this very program, with arguments of our own
                [sys.executable, "-P", "-m", "app", *self.arguments],
                env={**self.environment, LIFELINE: str(lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lifeline, *self.descriptors),
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor alone
            )
        self.started_at = time.monotonic()

    def bury(self) -> None:
        """The longer it keeps failing, the longer the pause."""
        now = time.monotonic()
        self.failures = 1 if now - self.started_at > CALM_SECONDS else self.failures + 1
        self.process = None
        self.due_at = now + delay(self.failures)


def delay(failures: int) -> float:
    return min(0.5 * 2.0 ** (failures - 1), LONGEST_DELAY)


@dataclass
class Supervisor:
    children: Sequence[Child]
    servers: Sequence[SharedServer]
    say: Callable[[str], None]
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, when_started: Callable[[], None]) -> None:
        with signals_set(self.stopping), lifeline() as line:
            try:
                for child in self.children:
                    child.start(line)
                # A stop signal, or a child that dies at once, does not wait for the first answer.
                threading.Thread(target=when_started, daemon=True).start()
                while not self.stopping.wait(0.2):
                    self._look_after(line)
            finally:
                self._stop()

    def _look_after(self, line: int) -> None:
        for server in self.servers:
            if not server.is_alive():
                name = NAMES[type(server)]
                self.say(told(uk=f"{name} зупинився, запускаю знову.", en=f"{name} has stopped, starting it again."))
                server.attach()
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.due_at:
                    child.start(line)
            elif (code := child.process.poll()) is not None:
                child.bury()
                self._tell_of_death(child, code)

    def _tell_of_death(self, child: Child, code: int) -> None:
        pause = delay(child.failures)
        self.say(
            told(
                uk=f"Процес {child.name} завершився (код {code}); запущу знову за {pause:g} с. Журнал: {child.log}",
                en=f"The {child.name} process ended (code {code}); it starts again in {pause:g} s. Log: {child.log}",
            )
        )

    def _stop(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            process.kill()
            process.wait()


@contextlib.contextmanager
def signals_set(event: threading.Event) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: event.set()) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def lifeline() -> Iterator[int]:
    """Only this process holds the writing end: its death, however sudden, is the end of the file."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


def follow_parent() -> None:
    """A child ends when the process that started it does; without a lifeline it stands alone."""
    if descriptor := os.environ.pop(LIFELINE, None):
        threading.Thread(target=_end_with, args=(int(descriptor),), daemon=True).start()


def _end_with(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def make_room(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))


@contextlib.contextmanager
def only_one(file: Path) -> Iterator[None]:
    """One supervisor per state folder; the file names its process, and the lock ends with it."""
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip()
            raise Trouble(
                uk=f"Pobratym тут уже працює: процес {pid}.", en=f"Pobratym is already running here: process {pid}."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listen(host: str, port: int, *, exactly: bool) -> socket.socket:
    """An open door: it stays open while the API behind it restarts, so no visitor is turned away."""
    for candidate in [port] if exactly or port == 0 else range(port, port + PORTS_TO_TRY):
        try:
            return socket.create_server((host, candidate), family=family(host), backlog=2048)
        except OSError as error:
            problem = os.strerror(error.errno) if error.errno else str(error)
    raise Trouble(
        uk=f"Адреса {host}:{port} недоступна: {problem}.",
        en=f"The address {host}:{port} cannot be used: {problem}.",
    )


def family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
