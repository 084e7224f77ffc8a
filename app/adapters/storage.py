"""Where files are kept: a folder of this machine, or a bucket. Names are relative paths, made by us alone."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Protocol

import structlog

from app.adapters.stored_names import CHUNK, stored_name
from app.errors import AppError, say
from app.settings import Settings

log = structlog.get_logger("storage")


class Storage(Protocol):
    """Whole or not at all: a file under its name is always complete. The same name again replaces it.

    Reading what is not there is a FileNotFoundError; a storage that cannot be reached is a 503.
    """

    async def put(self, name: str, content: bytes) -> None: ...

    async def take(self, name: str, made: Path) -> None:
        """A file that was made elsewhere; it is gone from there afterwards."""

    async def get(self, name: str) -> bytes | None: ...

    def stream(self, name: str) -> AsyncGenerator[bytes]: ...

    async def names(self, folder: str) -> list[str]:
        """Of the files below a folder, in the order of the alphabet."""

    async def remove(self, name: str) -> None: ...


def storage(settings: Settings) -> Storage:
    if settings.files.bucket is None:
        return Folder(settings.state / "files")
    from app.adapters.object_storage import Bucket  # noqa: PLC0415 - slow to load, and few keep files in S3

    return Bucket(settings.files)


async def begun(store: Storage, name: str) -> AsyncGenerator[bytes]:
    """A file with its first part at hand: what keeps it from being read is known before an answer begins."""
    parts = store.stream(name)
    try:
        first = await anext(parts)
    except (OSError, StopAsyncIteration) as error:
        log.exception("a file is not in the storage", stored_as=name)
        raise AppError("conflict", say("file_is_lost")) from error
    return _from(first, parts)


async def _from(first: bytes, parts: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for part in parts:
        yield part


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, self._path(name), content)

    async def take(self, name: str, made: Path) -> None:
        await asyncio.to_thread(self._move, self._path(name), made)

    async def get(self, name: str) -> bytes | None:
        path = self._path(name)
        return await asyncio.to_thread(path.read_bytes) if path.is_file() else None

    async def stream(self, name: str) -> AsyncGenerator[bytes]:
        with await asyncio.to_thread(self._path(name).open, "rb") as file:
            while part := await asyncio.to_thread(file.read, CHUNK):
                yield part

    async def names(self, folder: str) -> list[str]:
        return await asyncio.to_thread(self._names, self._path(folder))

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._root / stored_name(name)

    def _names(self, folder: Path) -> list[str]:
        found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def _write(self, path: Path, content: bytes) -> None:
        unfinished = self._unfinished(path)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _move(self, path: Path, made: Path) -> None:
        unfinished = self._unfinished(path)
        shutil.move(made, unfinished)
        unfinished.chmod(0o600)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())  # whoever hands a file over may drop what it was made of
        unfinished.replace(path)

    def _unfinished(self, path: Path) -> Path:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.with_name(f".{path.name}.{os.getpid()}")
