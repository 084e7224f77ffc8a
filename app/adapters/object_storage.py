"""Where files are kept when it is not this machine: a bucket of S3, or of whatever speaks like it."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

from app.adapters.stored_names import CHUNK, stored_name
from app.errors import AppError
from app.settings import Files

# A part of five megabytes that is not taken in this time belongs to a line on which nobody wants to wait.
SILENCE: Final = timedelta(seconds=30)
# Of a whole file: whoever takes it from us may be slow.
LONGEST: Final = timedelta(hours=1)
PARTS_AT_ONCE: Final = 4
# A wrong address or bucket is a 404, too, and must not look like a file that was lost.
ABSENT: Final = "<Code>NoSuchKey</Code>"

log = structlog.get_logger("storage")


class Bucket:
    """A large file goes up in parts; it is there when the last of them has come, or not at all."""

    def __init__(self, files: Files) -> None:
        self._store = _store(
            files.bucket, files.endpoint, files.region, files.prefix, files.access_key_id, files.secret_access_key
        )

    async def put(self, name: str, content: bytes) -> None:
        with _answering():
            await self._store.put_async(stored_name(name), content, max_concurrency=PARTS_AT_ONCE)

    async def take(self, name: str, made: Path) -> None:
        with _answering():
            await self._store.put_async(stored_name(name), made, max_concurrency=PARTS_AT_ONCE)
        await asyncio.to_thread(made.unlink)

    async def get(self, name: str) -> bytes | None:
        try:
            return b"".join([part async for part in self.stream(name)])
        except FileNotFoundError:
            return None

    async def stream(self, name: str) -> AsyncGenerator[bytes]:
        with _answering():
            found = await self._store.get_async(stored_name(name))
            async for part in found.stream(CHUNK):
                yield part

    async def names(self, folder: str) -> list[str]:
        with _answering():
            found = await self._store.list(stored_name(folder)).collect_async()
        return sorted(each["path"] for each in found)

    async def remove(self, name: str) -> None:
        with suppress(FileNotFoundError), _answering():
            await self._store.delete_async(stored_name(name))


@lru_cache
def _store(
    bucket: str | None, endpoint: str | None, region: str, prefix: str | None, access_key_id: str, secret: SecretStr
) -> S3Store:
    """One for each process: it keeps its connections. No token of the machine's own goes with our key."""
    key: Any = {"access_key_id": access_key_id, "secret_access_key": secret.get_secret_value(), "expires_at": None}
    place: Any = {"aws_endpoint_url_s3": endpoint.rstrip("/")} if endpoint else {}
    return S3Store(
        bucket,
        prefix=prefix,
        config={"region": region} | place,
        credential_provider=lambda: key,
        client_options={
            "allow_http": (endpoint or "").startswith("http://"),
            "connect_timeout": timedelta(seconds=5),
            "read_timeout": SILENCE,
            "timeout": LONGEST,
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=10)},
    )


@contextmanager
def _answering() -> Iterator[None]:
    """503 for whatever is wrong with the store. A file that is not in it is a FileNotFoundError, as in a folder."""
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, FileNotFoundError) and ABSENT in str(error):
            raise
        log.warning("the storage does not answer as it should", why=str(error).partition("\n\n")[0][:500])
        raise AppError("storage_unavailable", headers={"Retry-After": "30"}) from error
