"""One PostgreSQL for both sides, tuned once, and the databases in it: templates filled once, copied for each run."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg

from app.adapters.embedded_postgres import EXTENSIONS, OWNER, SUPERUSER, EmbeddedPostgres
from tests.bench import neutral

HERE: Final = Path(__file__).parent
BYTECODE: Final = tempfile.TemporaryDirectory(prefix="pobratym-bench-bytecode-")  # gone when the run ends
SHARED_TABLES: Final = ("users", "organizations", "partnerships", "partnership_parties")


class TunedPostgres(EmbeddedPostgres):
    """As a server of 4 GB would be set up; commits are waited for, as in production."""

    def _configuration(self) -> str:
        settings = {
            "shared_buffers": "1GB",
            "effective_cache_size": "3GB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
        }
        return super()._configuration() + "".join(f"{name} = {value}\n" for name, value in settings.items())

    @property
    def pid(self) -> int:
        found = self._pid()
        if found is None:
            raise RuntimeError("PostgreSQL has stopped in the middle of the run")
        return found


async def connect(server: EmbeddedPostgres, database: str = "postgres") -> Any:
    return await asyncpg.connect(server.url(SUPERUSER, database), command_timeout=1800)


def digest(*parts: str, files: tuple[Path, ...]) -> str:
    found = hashlib.sha256("\0".join(parts).encode())
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()[:10]


async def neutral_template(server: EmbeddedPostgres, scale: float, log_scale: float) -> str:
    files = (HERE / "neutral.py", HERE / "neutral_schema.sql", HERE / "neutral_indexes.sql")
    name = f"neutral_{digest(str(scale), str(log_scale), files=files)}"
    if await _exists(server, name):
        return name
    await _create(server, f"{name}_unfinished", extensions=("pg_trgm",))
    connection = await connect(server, f"{name}_unfinished")
    try:
        await neutral.fill(connection, scale, log_scale)
    finally:
        await connection.close()
    await _rename(server, f"{name}_unfinished", name)
    return name


async def product_template(server: EmbeddedPostgres, tree: Path, source: str) -> str:
    """The product's own tables, made by its own migrations, filled from the neutral ones."""
    files = (HERE / "product_fill.sql", *sorted((tree / "migrations" / "versions").glob("*.py")))
    name = f"product_{digest(source, files=files)}"
    if await _exists(server, name):
        return name
    unfinished = f"{name}_unfinished"
    await _create(server, unfinished, extensions=EXTENSIONS)
    await _as_superuser(server, unfinished, f"ALTER DATABASE {unfinished} OWNER TO {OWNER}")
    run_in(tree, "-m", "app", "migrate", environment=product_environment(server, unfinished))
    await _copy_neutral(server, source, unfinished)
    await _as_superuser(server, unfinished, (HERE / "product_fill.sql").read_text())
    await _as_superuser(server, unfinished, "VACUUM ANALYZE")
    await _rename(server, unfinished, name)
    return name


async def fresh_copy(server: EmbeddedPostgres, template: str, name: str) -> str:
    """Inserts grow a database, so every run begins with the same one."""
    await _as_superuser(server, "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await _as_superuser(server, "postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    owner = OWNER if template.startswith("product") else SUPERUSER
    await _as_superuser(server, "postgres", f"ALTER DATABASE {name} OWNER TO {owner}")
    return name


def product_environment(server: EmbeddedPostgres, database: str) -> dict[str, str]:
    owner, app = server.urls(database)
    return {
        "POBRATYM_DATABASE__URL": owner,
        "POBRATYM_DATABASE__APP_URL": app,
        "POBRATYM_SECRET": "a secret of this benchmark and of nothing else",
        "POBRATYM_TOKENS__ACCESS_MINUTES": "600",
        "POBRATYM_LOG__LEVEL": "info",
    }


def surroundings(tree: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """An installed program starts from bytecode, whatever the shell at hand says about writing it."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | dict(environment) | {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": BYTECODE.name}


def run_in(tree: Path, *arguments: str, environment: dict[str, str]) -> str:
    """Our Python in a checkout; what it printed."""
    done = subprocess.run(  # noqa: S603 - our own program with our own arguments
        [sys.executable, *arguments],
        cwd=tree,
        env=surroundings(tree, environment),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


async def _copy_neutral(server: EmbeddedPostgres, source: str, target: str) -> None:
    giver, taker = await connect(server, source), await connect(server, target)
    try:
        await taker.execute("CREATE SCHEMA neutral")
        for table in SHARED_TABLES:
            await taker.execute(await _definition(giver, table))
            with tempfile.TemporaryFile() as rows:
                columns = await _columns(giver, table)
                await giver.copy_from_table(table, output=rows, columns=columns, format="binary")
                rows.seek(0)
                await taker.copy_to_table(table, source=rows, columns=columns, schema_name="neutral", format="binary")
            await taker.execute(f"ANALYZE neutral.{table}")
    finally:
        await giver.close()
        await taker.close()


async def _columns(connection: Any, table: str) -> list[str]:
    """All but those that PostgreSQL computes."""
    found = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND attgenerated = ''"
        " ORDER BY attnum",
        table,
    )
    return [row[0] for row in found]


async def _definition(connection: Any, table: str) -> str:
    found = await connection.fetchval(
        "SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)"
        " FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND attgenerated = ''",
        table,
    )
    return f"CREATE TABLE neutral.{table} ({found})"


async def _exists(server: EmbeddedPostgres, name: str) -> bool:
    connection = await connect(server)
    try:
        return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
    finally:
        await connection.close()


async def _create(server: EmbeddedPostgres, name: str, *, extensions: tuple[str, ...]) -> None:
    await _as_superuser(server, "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await _as_superuser(server, "postgres", f"CREATE DATABASE {name}")
    for extension in extensions:
        await _as_superuser(server, name, f"CREATE EXTENSION IF NOT EXISTS {extension}")


async def _rename(server: EmbeddedPostgres, old: str, new: str) -> None:
    await _as_superuser(server, "postgres", f"ALTER DATABASE {old} RENAME TO {new}")


async def _as_superuser(server: EmbeddedPostgres, database: str, sql: str) -> None:
    connection = await connect(server, database)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
