"""Runs the storms: `python -m tests.storm --short` in a few minutes, `--long` for the figures of a whole night."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final

from tests.storm import changes, reminders

# Of each storm: the short form and the long one.
STORMS: Final[Mapping[str, tuple[Callable[[], bool], Callable[[], bool]]]] = {
    "changes": (lambda: changes.run(20.0), lambda: changes.run(120.0)),
    "reminders": (lambda: reminders.run(reminders.SHORT), lambda: reminders.run(reminders.LONG)),
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("storm", nargs="*", choices=[*STORMS, []], help="which of them; all without a name")
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--long", action="store_true")
    found = asked.parse_args()
    balanced = [STORMS[name][found.long]() for name in found.storm or STORMS]
    return int(not all(balanced))


if __name__ == "__main__":
    sys.exit(main())
