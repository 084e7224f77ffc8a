from typing import Any

import pytest

from app.settings import Database, Files, GroupGrant, OpenId, Redis, Settings, SignIn, load, misspelt, plain_dsn
from app.trouble import Trouble
from app.vocabulary import Role, ScopeKind


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


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("uk_UA.UTF-8", "Значення POBRATYM_SECRET закоротке: потрібно щонайменше 32 випадкових символів."),
        ("C.UTF-8", "POBRATYM_SECRET is too short: it needs 32 random characters or more."),
    ],
)
def test_a_short_secret_is_refused_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setenv("POBRATYM_SECRET", "s" * 31)

    with pytest.raises(Trouble) as refused:
        load()
    assert str(refused.value) == sentence


def test_who_reaches_all_personal_data_needs_a_second_factor() -> None:
    assert SignIn().factor_roles == {Role.ADMINISTRATOR, Role.COORDINATOR}


def test_nothing_is_needed_for_the_embedded_servers() -> None:
    assert (Settings(database=Database()).database, Redis()) == (Database(), Redis(url=None))


GIVEN = {"issuer": "https://login.example.org", "client_id": "pobratym", "client_secret": "of the tests"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"issuer": "http://login.example.org"}, "begins with https://"),
        ({"issuer": "login.example.org"}, "begins with https://"),
        ({"issuer": "http://127.0.0.1.example.org"}, "begins with https://"),
        ({"client_secret": ""}, "go a client_id and a client_secret"),
        ({"scopes": "email profile"}, "should match pattern"),
        ({"groups": {"a": [{"role": "analyst", "scope": "oblast"}]}}, "that its scope asks for"),
        ({"groups": {"a": [{"role": "analyst", "scope": "association", "oblast": "UA59"}]}}, "that its scope asks for"),
        ({"groups": {"a": [{"role": "administrator", "scope": "oblast", "oblast": "UA59"}]}}, "the whole association"),
        ({"groups": {"a": [{"role": "king", "scope": "association"}]}}, "administrator"),
    ],
)
def test_a_provider_that_cannot_be_used_is_refused_at_the_start(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        OpenId(**GIVEN | given)


def test_a_provider_is_set_up_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(f"POBRATYM_OPENID__{name.upper()}", value)
    monkeypatch.setenv("POBRATYM_OPENID__GROUPS", '{"crm": [{"role": "analyst", "scope": "oblast", "oblast": "UA59"}]}')
    monkeypatch.delenv("POBRATYM_DATABASE__URL", raising=False)

    found = load().openid

    assert found.groups == {"crm": (GroupGrant(role=Role.ANALYST, scope=ScopeKind.OBLAST, oblast="UA59"),)}
    assert "of the tests" not in repr(found)
    assert OpenId().issuer is None


BUCKET = {"bucket": "pobratym", "access_key_id": "crm", "secret_access_key": "of the tests"}


@pytest.mark.parametrize(
    "given",
    [
        {"bucket": "pobratym"},
        {"endpoint": "https://minio.example.org"},
        {"prefix": "crm"},
        *({key: value for key, value in BUCKET.items() if key != name} for name in BUCKET),
        BUCKET | {"secret_access_key": ""},
    ],
)
@pytest.mark.parametrize(
    ("language", "sentence"), [("C.UTF-8", "To keep files in S3, "), ("uk_UA.UTF-8", "Щоб зберігати файли у S3, ")]
)
def test_a_bucket_that_cannot_be_used_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], language: str, sentence: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)

    with pytest.raises(Trouble) as refused:
        Files(**given)
    assert str(refused.value).startswith(sentence)
    assert all(f"POBRATYM_FILES__{name.upper()}" in str(refused.value) for name in BUCKET)
    assert "of the tests" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"bucket": "Pobratym"},
        {"bucket": "../pobratym"},
        {"endpoint": "minio.example.org"},
        {"endpoint": "ftp://minio.example.org"},
        {"endpoint": "https://crm:secret@minio.example.org"},
        {"region": "Kyiv, Ukraine"},
        {"prefix": "/crm"},
        {"prefix": "crm/"},
        {"prefix": "crm/../others"},
    ],
)
def test_a_misspelt_place_of_a_bucket_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="should match pattern"):
        Files(**BUCKET | given)


def test_a_bucket_is_set_up_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = BUCKET | {"endpoint": "http://minio:9000", "prefix": "crm/files"}
    for name, value in given.items():
        monkeypatch.setenv(f"POBRATYM_FILES__{name.upper()}", value)
    monkeypatch.delenv("POBRATYM_DATABASE__URL", raising=False)

    found = load().files

    assert found == Files(**given)
    assert (found.region, "of the tests" in repr(found)) == ("us-east-1", False)
    assert Files().bucket is None
