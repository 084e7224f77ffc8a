"""Runs the program with a clock that is wrong: `python -m tests.storm.skewed 600 work` is ten minutes ahead."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine

from app.cli import main


def run(seconds: int, arguments: list[str]) -> None:
    sys.argv = ["pobratym", *arguments]
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
        main()


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2:])
