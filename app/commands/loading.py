"""Only the command that was asked for is imported: --help and `up` stay quick."""

import importlib
from types import ModuleType


def verbs(module: str) -> ModuleType:
    return importlib.import_module(f"app.commands.{module}")
