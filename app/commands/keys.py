"""The signing keys: listed, renewed ahead of time, and revoked at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer

from app.commands.attached import attached
from app.commands.work import run, unit
from app.core import keys
from app.errors import AppError
from app.models import SigningKey
from app.settings import Settings
from app.trouble import Trouble, told

KYIV: Final = ZoneInfo("Europe/Kyiv")
ALL: Final = "SELECT kid, active_from, retired_at FROM signing_keys ORDER BY active_from DESC, kid DESC LIMIT 50"


def show() -> None:
    with attached() as found:
        now, rows = run(_all(found.settings))
    for row in _described(rows, now):
        typer.echo(row)


def rotate(*, at_once: bool) -> None:
    with attached() as found:
        ahead = timedelta(0) if at_once else timedelta(minutes=found.settings.tokens.key_ahead_minutes)
        key = run(_rotate(found.settings, ahead))
    since = _moment(key.active_from)
    typer.echo(told(uk=f"Ключ {key.kid} підписує з {since}.", en=f"The key {key.kid} signs from {since}."))


def revoke(kid: str) -> None:
    with attached() as found:
        key = run(_revoke(found.settings, kid))
    typer.echo(
        told(
            uk=f"Ключ {kid} відкликано: з цієї миті його токени не діють. Тепер підписує {key.kid}.",
            en=f"The key {kid} is revoked: from this moment its tokens are refused. Now {key.kid} signs.",
        )
    )


def require_readable(settings: Settings) -> None:
    """Before anything is served: one sentence when the master secret is not the one the keys were sealed with."""
    run(_read_all(settings))


async def _read_all(settings: Settings) -> None:
    async with unit(settings, "read_keys") as uow:
        for kid, _, sealed, _ in await uow.rows(keys.LIVE, []):
            keys.unseal(kid, sealed, _secret(settings))


async def _all(settings: Settings) -> tuple[datetime, list[Any]]:
    async with unit(settings, "list_keys") as uow:
        return uow.now, await uow.rows(ALL, [])


async def _rotate(settings: Settings, ahead: timedelta) -> SigningKey:
    async with unit(settings, "rotate_keys") as uow:
        return await keys.rotate(uow, _secret(settings), ahead)


async def _revoke(settings: Settings, kid: str) -> SigningKey:
    try:
        async with unit(settings, "revoke_key") as uow:
            return await keys.revoke(uow, _secret(settings), kid)
    except AppError as error:
        raise Trouble(
            uk=f"Чинного ключа {kid} немає: їх показує ./pobratym keys list.",
            en=f"There is no key {kid} in use: ./pobratym keys list shows them.",
        ) from error


def _secret(settings: Settings) -> bytes:
    return settings.secret.get_secret_value().encode() if settings.secret else b""


def _described(rows: Sequence[Any], now: datetime) -> list[str]:
    live = [kid for kid, active_from, retired_at in rows if retired_at is None and active_from <= now]
    return [f"{kid}  {_state(kid, live[:1], active_from, retired_at, now)}" for kid, active_from, retired_at in rows]


def _state(kid: str, signing: list[str], active_from: datetime, retired_at: datetime | None, now: datetime) -> str:
    since = _moment(active_from)
    if retired_at is not None:
        over = _moment(retired_at)
        return told(uk=f"виведено з ужитку {over}", en=f"retired {over}")
    if active_from > now:
        return told(uk=f"оприлюднено, підписуватиме з {since}", en=f"published, signs from {since}")
    if kid in signing:
        return told(uk=f"підписує з {since}", en=f"signs since {since}")
    return told(uk="ще приймається", en="still accepted")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(KYIV):%Y-%m-%d %H:%M}"
