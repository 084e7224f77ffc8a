"""Everything at once, on one machine, with nothing installed."""

import contextlib
import hashlib
import os
import socket
import time
from collections.abc import Mapping
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.commands import accounts
from app.commands.attached import Attached, attached
from app.commands.loading import verbs
from app.settings import ROOT, Http
from app.supervisor import Child, Supervisor, listen, only_one
from app.trouble import told

ANSWER_SECONDS = 20
FACTOR_ROLES = "POBRATYM_SIGN_IN__FACTOR_ROLES"


ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, never bound


def up(*, port: int | None, host: str | None, state: Path | None, demo: bool) -> None:
    with attached(state) as found, only_one(found.settings.state / "up.lock"):
        http = chosen(found.settings.http, port=port, host=host)
        with listen(http.host, http.port, exactly=port is not None) as door:
            taken = http.model_copy(update={"port": door.getsockname()[1]})
            if http.port not in {taken.port, 0}:
                say(
                    told(
                        uk=f"Порт {http.port} зайнятий, беру {taken.port}.",
                        en=f"Port {http.port} is busy, taking {taken.port}.",
                    )
                )
            administrator = prepare(found, demo=demo)
            verbs("vault").require_keys(found.settings)
            supervise(found, taken, door, administrator)
    say(told(uk="Зупинено.", en="Stopped."))


def chosen(http: Http, *, port: int | None, host: str | None) -> Http:
    return http.model_copy(
        update={"port": http.port if port is None else port, "host": http.host if host is None else host}
    )


def supervise(found: Attached, http: Http, door: socket.socket, administrator: accounts.Administrator | None) -> None:
    environment = child_environment(found, http)
    logs = found.settings.state / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    knock = str(door.fileno())
    children = [
        Child("API", ["serve"], logs / "api.log", environment | {"POBRATYM_SOCKET": knock}, (door.fileno(),)),
        Child("worker", ["work"], logs / "worker.log", environment),
    ]
    Supervisor(children, found.servers, say).run(
        partial(welcome, http, logs, administrator, is_eased=bool(eased(found)))
    )


def child_environment(found: Attached, http: Http) -> dict[str, str]:
    """The first administrator's password is no business of the children."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("POBRATYM_ADMIN__")}
    address = {"POBRATYM_HTTP__HOST": http.host, "POBRATYM_HTTP__PORT": str(http.port)}
    return inherited | eased(found) | found.environment() | address


def eased(found: Attached) -> dict[str, str]:
    """To look around on one's own machine nobody needs a second factor, unless the settings speak of it."""
    is_said = any(name.upper() == FACTOR_ROLES for name in os.environ)
    return {} if is_said or found.place is None else {FACTOR_ROLES: "[]"}


def prepare(found: Attached, *, demo: bool) -> accounts.Administrator | None:
    """Migrations, reference data and the first administrator; skipped while the program is the same."""
    note = found.place / "prepared" if found.place else None
    wanted = f"{fingerprint()} {'with' if demo else 'without'} samples"
    if note and note.exists() and note.read_text() == wanted:
        return None
    say(told(uk="Готую базу даних …", en="Preparing the database …"))
    administrator: accounts.Administrator | None = verbs("preparation").prepare(found.settings, demo=demo)
    if note:
        note.write_text(wanted)
    return administrator


def fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in (ROOT / "app", ROOT / "migrations"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def welcome(http: Http, logs: Path, administrator: accounts.Administrator | None, *, is_eased: bool) -> None:
    heading = told(uk="Pobratym працює. Зупинити: Ctrl-C.", en="Pobratym is running. Stop it with Ctrl-C.")
    if not answers(http):
        heading = told(uk="API ще не відповідає; дивіться журнали.", en="The API does not answer yet; see the logs.")
    lines = {
        told(uk="API", en="API"): http.address,
        told(uk="Документація", en="Documentation"): f"{http.address}/docs",
        told(uk="Журнали", en="Logs"): str(logs),
    }
    if is_eased:
        lines |= without_factor()
    if administrator:
        lines |= introduced(administrator)
    say("\n".join(["", heading, "", *table(lines), ""]))


def introduced(administrator: accounts.Administrator) -> Mapping[str, str]:
    return {
        told(uk="Адміністратор", en="Administrator"): administrator.email,
        told(uk="Пароль", en="Password"): administrator.password
        + told(uk="   (показано лише цього разу)", en="   (shown this once)"),
    }


def without_factor() -> Mapping[str, str]:
    """What is not as safe here as it is by default must be seen."""
    return {
        told(uk="Другий чинник", en="Second factor"): told(
            uk=f'тут не вимагається; для справжньої роботи: {FACTOR_ROLES}=\'["administrator", "coordinator"]\'',
            en=f'not asked for here; for real work: {FACTOR_ROLES}=\'["administrator", "coordinator"]\'',
        )
    }


def table(lines: Mapping[str, str]) -> list[str]:
    width = max(map(len, lines))
    return [f"  {name:<{width}}   {value}" for name, value in lines.items()]


def answers(http: Http) -> bool:
    host = "localhost" if http.host in ANYWHERE else http.host
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection(host, http.port, timeout=deadline - time.monotonic())
            connection.request("GET", "/livez")
            return connection.getresponse().status == 200
        time.sleep(0.05)
    return False


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it speaks to a terminal
