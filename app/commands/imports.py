"""Files from outside, read into the database."""

from pathlib import Path

from app.trouble import Trouble


def katottg(file: Path) -> None:
    raise not_offered_yet("import katottg", file)


def twin_towns(file: Path, *, report: Path | None) -> None:
    raise not_offered_yet("import twin-towns", report or file)


def not_offered_yet(command: str, file: Path) -> Trouble:
    return Trouble(uk=f"{command} ще не вміє читати {file}.", en=f"{command} cannot read {file} yet.")
