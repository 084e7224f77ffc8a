"""The published description of the API, and the list of operations that clients hold us to."""

import json
from functools import cache
from pathlib import Path

from app.main import create_app
from app.settings import ROOT
from app.trouble import Trouble

PUBLISHED = ROOT / "openapi" / "openapi.json"
OPERATIONS = ROOT / "openapi" / "operations.txt"


def write(file: Path | None) -> None:
    target = file or PUBLISHED
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(description(), encoding="utf-8")
    if file is None:
        OPERATIONS.write_text("\n".join(sorted({*_kept(), *listed()})) + "\n", encoding="utf-8")


def check(file: Path | None) -> None:
    published = file or PUBLISHED
    if not published.is_file() or published.read_text(encoding="utf-8") != description():
        raise Trouble(
            uk=f"{published} відстав від програми: виконайте ./pobratym openapi.",
            en=f"{published} is behind the program: run ./pobratym openapi.",
        )


@cache
def description() -> str:
    return json.dumps(create_app().openapi(), ensure_ascii=False, indent=2) + "\n"


def listed() -> list[str]:
    """`operation METHOD path` for each, as it is now."""
    paths = json.loads(description())["paths"]
    return sorted(
        f"{operation['operationId']} {method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
    )


def _kept() -> list[str]:
    """What was promised once stays in the list, so that a removal or a new name cannot pass by writing anew."""
    return OPERATIONS.read_text(encoding="utf-8").splitlines() if OPERATIONS.is_file() else []
