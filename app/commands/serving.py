"""The long-running parts: the API and the worker."""

import os
import socket

import uvicorn

from app import worker
from app.commands.attached import attached
from app.supervisor import follow_parent, listen

GOODBYE_SECONDS = 5


def serve(*, port: int | None, host: str | None) -> None:
    follow_parent()
    with attached() as found:
        http = found.settings.http
        door = inherited_door() or listen(host or http.host, http.port if port is None else port, exactly=True)
        api().run(sockets=[door])


def inherited_door() -> socket.socket | None:
    """The supervisor keeps the door open, so that a restart of the API turns nobody away."""
    descriptor = os.environ.pop("POBRATYM_SOCKET", None)
    return socket.socket(fileno=int(descriptor)) if descriptor else None


def api() -> uvicorn.Server:
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    return uvicorn.Server(config)


def work() -> None:
    follow_parent()
    with attached() as found:
        worker.run(found.settings)
