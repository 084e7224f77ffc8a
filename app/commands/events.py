"""The catalogue of events, written from the table by which they are decided."""

from typing import Final

from app.core.openapi_webhooks import when
from app.rules.events import BESIDE, OCCASIONS, THINGS
from app.settings import ROOT
from app.trouble import Trouble
from app.vocabulary import WebhookEventType

CATALOGUE: Final = ROOT / "docs" / "events.md"
FORM: Final = """\
# Events

What other systems are told of by webhooks. This page is written by `./pobratym events` from the table in
`app/rules/events.py`; how to receive, verify and repeat is told in `webhooks.md`.

An event is thin: which record, its version, the names of the changed fields, what kind of actor it was. Whoever wants
the data reads it with the API, with the rights of their own integration; of what these rights do not reach, no event
comes. Fields that the integration may not see are not named, and what follows from such a field alone is not told.

Each change of a record is told exactly once as created, updated, archived, restored or erased. The particular events
come beside it, never instead of it. Events may come twice and in another order: skip an id you have had, and a version
older than yours.
"""
HEAD: Final = "| event | подія | what happened | when |\n|---|---|---|---|\n"


def write() -> None:
    CATALOGUE.write_text(catalogue(), encoding="utf-8")


def check() -> None:
    if not CATALOGUE.is_file() or CATALOGUE.read_text(encoding="utf-8") != catalogue():
        raise Trouble(
            uk=f"{CATALOGUE} відстав від програми: виконайте ./pobratym events.",
            en=f"{CATALOGUE} is behind the program: run ./pobratym events.",
        )


def catalogue() -> str:
    chapters = [(resource, _of(resource)) for resource in THINGS]
    chapters.append(("reminders", [event for event in WebhookEventType if event in BESIDE]))
    chapters.append(
        ("webhooks", [event for event in WebhookEventType if event not in OCCASIONS and event not in BESIDE])
    )
    return FORM + "".join(f"\n## {name}\n\n{HEAD}{_rows(events)}" for name, events in chapters)


def _of(resource: str) -> list[WebhookEventType]:
    return [event for event in WebhookEventType if event in OCCASIONS and OCCASIONS[event].resource == resource]


def _rows(events: list[WebhookEventType]) -> str:
    for event in events:
        if not (event.uk and event.en):
            raise Trouble(
                uk=f"Подія {event} не має речення обома мовами.",
                en=f"The event {event} has no sentence in one of the languages.",
            )
    return "".join(f"| `{event}` | {event.uk} | {event.en} | {when(event)} |\n" for event in events)
