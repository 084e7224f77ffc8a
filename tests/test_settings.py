import pytest

from app.settings import Database, Redis, Settings, load, misspelt, plain_dsn
from app.trouble import Trouble


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("postgres://u:p@h:5432/d", "postgresql://u:p@h:5432/d"),
        ("postgresql+asyncpg://u@h/d?ssl=require", "postgresql://u@h/d?sslmode=require"),
        ("postgresql://u@h/d?sslmode=verify-full&channel_binding=require", "postgresql://u@h/d?sslmode=verify-full"),
        ("postgresql://u@/d?host=/run/a%20b", "postgresql://u@/d?host=/run/a%20b"),
    ],
)
def test_every_spelling_of_a_database_becomes_one(given: str, plain: str) -> None:
    assert plain_dsn(given) == plain
    assert plain_dsn(plain) == plain


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with postgresql://"):
        plain_dsn("mysql://u@h/d")


def test_without_an_address_of_its_own_the_application_takes_its_role() -> None:
    database = Database(url="postgresql://owner@h/d")

    assert database.app_dsn == "postgresql://owner@h/d?role=pobratym_app"


def test_a_misspelt_setting_is_told_with_the_nearest() -> None:
    names = ["POBRATYM_DATABSE__URL", "POBRATYM_HTTP__PORT", "HOME"]

    assert misspelt(names) == {"POBRATYM_DATABSE__URL": "POBRATYM_DATABASE__URL"}


def test_another_database_needs_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("POBRATYM_SECRET", raising=False)
    monkeypatch.setenv("POBRATYM_DATABASE__URL", "postgresql://u:hidden@h/d")

    with pytest.raises(Trouble) as refused:
        load()
    assert str(refused.value) == "POBRATYM_SECRET is required with POBRATYM_DATABASE__URL."


def test_nothing_is_needed_for_the_embedded_servers() -> None:
    assert (Settings(database=Database()).database, Redis()) == (Database(), Redis(url=None))
