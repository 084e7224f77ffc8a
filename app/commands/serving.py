"""The long-running parts: the API and the worker."""

import os
import socket
from collections.abc import Sequence

import uvicorn

from app import worker
from app.commands import keys, vault
from app.commands.attached import attached
from app.supervisor import follow_parent, listen

GOODBYE_SECONDS = 5


def serve(*, port: int | None, host: str | None) -> None:
    follow_parent()
    with attached() as found:
        http = found.settings.http
        door = inherited_door() or listen(host or http.host, http.port if port is None else port, exactly=True)
        vault.require_keys(found.settings)
        keys.require_readable(found.settings)
        api(http.trusted_proxies).run(sockets=[door])


def inherited_door() -> socket.socket | None:
    """The supervisor keeps the door open, so that a restart of the API turns nobody away."""
    descriptor = os.environ.pop("POBRATYM_SOCKET", None)
    return socket.socket(fileno=int(descriptor)) if descriptor else None


def api(proxies: Sequence[str] = ()) -> uvicorn.Server:
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    return uvicorn.Server(config)


def work() -> None:
    follow_parent()
    with attached() as found:
        vault.require_keys(found.settings)
        worker.run(found.settings)
