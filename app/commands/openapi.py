"""The published description of the API."""

import json
from pathlib import Path

from app.main import create_app
from app.settings import ROOT
from app.trouble import Trouble

PUBLISHED = ROOT / "openapi" / "openapi.json"


def write(file: Path | None) -> None:
    target = file or PUBLISHED
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(description())


def check(file: Path | None) -> None:
    published = file or PUBLISHED
    if not published.is_file() or published.read_text() != description():
        raise Trouble(
            uk=f"{published} відстав від програми: виконайте ./pobratym openapi.",
            en=f"{published} is behind the program: run ./pobratym openapi.",
        )


def description() -> str:
    return json.dumps(create_app().openapi(), ensure_ascii=False, indent=2) + "\n"
