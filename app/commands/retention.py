"""What is kept for how long, what would go tonight, what went before, and whom somebody should look at."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from app.commands.attached import attached
from app.commands.work import run, unit
from app.rules.retention import Fate
from app.services import retention
from app.services.retention import Outlook
from app.settings import Settings
from app.trouble import told
from app.vocabulary import RetentionClass


def report(count: int) -> None:
    with attached() as found:
        for line in run(_lines(found.settings, count)):
            print(line, flush=True)  # noqa: T201 - it speaks to a terminal


async def _lines(settings: Settings, count: int) -> list[str]:
    async with unit(settings, "retention_report") as uow:
        outlook = await retention.outlook(uow)
        proposed = await retention.proposed(uow, count)
        runs = await retention.runs(uow, count)
    return [*_rules(outlook), *_proposals(proposed), *_runs(runs)]


def _rules(outlook: Sequence[Outlook]) -> Iterator[str]:
    yield told(uk="Строки зберігання (нічого не змінено):", en="How long things are kept (nothing was changed):")
    for each in outlook:
        rule = each.rule
        waits = rule.fate is Fate.PROPOSE
        fate = told(uk="чекає рішення", en="to be decided") if waits else told(uk="піде цієї ночі", en="to go tonight")
        label = told(uk=rule.kept.uk, en=rule.kept.en)
        kept = told(uk=f"{rule.days} дн. {rule.since['uk']}", en=f"{rule.days} days after {rule.since['en']}")
        checked = "" if rule.confirmed else told(uk=" (строк не підтверджено)", en=" (period not confirmed)")
        yield f"  {label}: {kept}{checked}; {fate}: {each.count}"


def _proposals(proposed: Sequence[UUID]) -> Iterator[str]:
    if proposed:
        yield told(
            uk="Осіб без посад варто переглянути й за потреби стерти:",
            en="People without a position, to be looked at and erased where nothing speaks against it:",
        )
        yield from (f"  /v1/people/{id}" for id in proposed)


def _runs(runs: Sequence[Any]) -> Iterator[str]:
    if runs:
        yield told(uk="Що вилучено останніми ночами:", en="What went in the nights before:")
    for row in runs:
        kept = RetentionClass(row["kept"])
        yield f"  {row['at']}  {told(uk=kept.uk, en=kept.en)}: {row['count']}"
