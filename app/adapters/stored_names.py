"""What every storage asks of a name, and how large a part of a file is on its way."""

from pathlib import PurePosixPath
from typing import Final

CHUNK: Final = 256 * 1024


def stored_name(name: str) -> str:
    """The name as it is kept; one that leads elsewhere, or that listings leave out, is a defect of ours."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or any(part.startswith(".") for part in parts):
        raise ValueError("not a name of a stored file")
    return "/".join(parts)
