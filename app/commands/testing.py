"""The tests, on two cores; they start the servers that they need."""

import os
import sys
from collections.abc import Sequence

from app.settings import ROOT


def test(arguments: Sequence[str]) -> None:
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", "-n", "2", *arguments]
    os.execv(sys.executable, command)  # noqa: S606 - this very Python
