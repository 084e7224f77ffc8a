"""What a command needs around it: a database, a queue and a secret, embedded unless settings name others."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.embedded_valkey import EmbeddedValkey
from app.adapters.shared_server import SharedServer
from app.settings import Database, Redis, Settings, load


@dataclass(frozen=True)
class Attached:
    settings: Settings
    servers: tuple[SharedServer, ...]
    # Where notes about this database may lie: beside it, so that both vanish together.
    place: Path | None

    def environment(self) -> dict[str, str]:
        """The same surroundings, for another process or for whatever reads the settings again."""
        database, redis, secret = self.settings.database, self.settings.redis, self.settings.secret
        found = {
            "POBRATYM_DATABASE__URL": database.url,
            "POBRATYM_DATABASE__APP_URL": database.app_url,
            "POBRATYM_REDIS__URL": redis.url,
            "POBRATYM_SECRET": secret.get_secret_value() if secret else None,
            "POBRATYM_STATE": str(self.settings.state),
        }
        return {name: value for name, value in found.items() if value is not None}


@contextlib.contextmanager
def attached(state: Path | None = None) -> Iterator[Attached]:
    settings = load()
    folder = (state or settings.state).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings.model_copy(update={"state": folder})
    with contextlib.ExitStack() as stack:
        database, postgres = _database(settings, stack)
        redis, valkey = _redis(settings, stack)
        settings = settings.model_copy(update={"database": database, "redis": redis, "secret": _secret(settings)})
        servers = tuple(server for server in (postgres, valkey) if server)
        found = Attached(settings, servers, postgres.place if postgres else None)
        os.environ.update(found.environment())
        yield found


def _database(settings: Settings, stack: contextlib.ExitStack) -> tuple[Database, EmbeddedPostgres | None]:
    if settings.database.url:
        return settings.database, None
    server = stack.enter_context(EmbeddedPostgres(settings.state / "postgres"))
    owner, app = server.urls()
    return settings.database.model_copy(update={"url": owner, "app_url": app}), server


def _redis(settings: Settings, stack: contextlib.ExitStack) -> tuple[Redis, EmbeddedValkey | None]:
    if settings.redis.url:
        return settings.redis, None
    server = stack.enter_context(EmbeddedValkey(settings.state / "valkey"))
    return Redis(url=server.url()), server


def _secret(settings: Settings) -> SecretStr:
    """Made once per state folder; only the embedded mode comes here without one."""
    if settings.secret:
        return settings.secret
    file = settings.state / "secret"
    with contextlib.suppress(FileExistsError):
        unfinished = file.with_name(f"secret.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        try:
            file.hardlink_to(unfinished)  # whole or not at all, whoever else starts at this moment
        finally:
            unfinished.unlink()
    return SecretStr(file.read_text())
