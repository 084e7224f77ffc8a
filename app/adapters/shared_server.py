"""One private server per folder, shared by every process that needs it.

Each user holds a shared file lock, which the kernel takes back even after a kill -9. Whoever leaves
and finds itself alone stops the server.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, Self

from app.trouble import Trouble

# Linux allows 108 bytes in the address of a unix socket, macOS 104.
SOCKET_PATH_BYTES: Final = 100
STOP_SECONDS: Final = 15


class SharedServer(ABC):
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._users: IO[str] | None = None

    @abstractmethod
    def is_alive(self) -> bool: ...

    @abstractmethod
    def _start(self) -> None:
        """Called with the start lock held and no server running."""

    @abstractmethod
    def _stop(self) -> None:
        """Asks the server to end; the caller waits."""

    def attach(self) -> None:
        """Attached means running now; it may be called again to revive a server that was killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock(), contextlib.ExitStack() as undo:
            users = self._users or undo.enter_context((self.folder / "users.lock").open("a"))
            fcntl.flock(users, fcntl.LOCK_SH)
            if not self.is_alive():
                self._start()
            undo.pop_all()
            self._users = users

    def release(self) -> None:
        if self._users is None:
            return
        with self._lock(), self._users as users, contextlib.suppress(BlockingIOError):
            self._users = None
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.is_alive():
                self._stop()
                wait_until(lambda: not self.is_alive(), seconds=STOP_SECONDS)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def __enter__(self) -> Self:
        self.attach()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def wait_until(met: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def socket_folder(folder: Path, socket_name: str) -> Path:
    """Beside the data, unless the path is too long for a unix socket."""
    if len(bytes(folder / "s" / socket_name)) <= SOCKET_PATH_BYTES:
        return folder / "s"
    digest = hashlib.sha256(bytes(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pobratym-{digest}"


def package_folder(name: str) -> Path | None:
    """Where a package lies; it is not imported, for importing these has side effects."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def did_not_start(name: str, log: Path) -> Trouble:
    return Trouble(uk=f"{name} не запускається; причина у {log}", en=f"{name} does not start; the reason is in {log}")
