"""What goes wrong outside a request is told to a person at a terminal, in their language."""

import os


def told(*, uk: str, en: str) -> str:
    """The text in the language of the terminal."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return uk if locale.startswith("uk") else en


class Trouble(Exception):  # noqa: N818 - it is not a fault of the program
    """One clear sentence; the command line prints it and ends with 1."""

    def __init__(self, *, uk: str, en: str) -> None:
        super().__init__(told(uk=uk, en=en))
