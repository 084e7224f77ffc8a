"""Brings a database to the shape this program expects."""

from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from alembic import command
from alembic.config import Config

from app.settings import ROOT, Settings

MIGRATIONS: Final = ROOT / "migrations"


def upgrade(settings: Settings) -> None:
    if scripts():
        command.upgrade(configuration(settings.database.owner_dsn), "head")


def check(dsn: str) -> None:
    """Every migration runs on an empty database, and the tables are then what the models say."""
    if scripts():
        command.upgrade(configuration(dsn), "head")
        command.check(configuration(dsn))


def write_sql() -> None:
    """All migrations as statements on the standard output, without a database."""
    if scripts():
        command.upgrade(configuration("postgresql://"), "head", sql=True)


def scripts() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("*.py"))


def configuration(dsn: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(dsn).replace("%", "%%"))
    return config


def sqlalchemy_url(dsn: str) -> str:
    parts = urlsplit(dsn)
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    return parts._replace(scheme="postgresql+asyncpg", query=urlencode(query, quote_via=quote, safe="/")).geturl()
