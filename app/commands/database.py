"""The shape of the database."""

from app.adapters.embedded_postgres import temporary_postgres
from app.commands.accounts import ensure_first_administrator
from app.commands.attached import attached
from app.commands.preparation import load_reference_data
from app.core import migrate


def upgrade() -> None:
    with attached() as found:
        migrate.upgrade(found.settings)
        load_reference_data(found.settings)
        if found.settings.admin.email and found.settings.admin.password:
            ensure_first_administrator(found.settings)


def check() -> None:
    with temporary_postgres() as server:
        migrate.check(server.urls().owner)


def write_sql() -> None:
    migrate.write_sql()
