"""A real S3 server on this machine, with a bucket for whoever needs one."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import httpx2
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from app.settings import Files


@dataclass
class S3Server:
    endpoint: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextlib.contextmanager
    def listening(self) -> Iterator["S3Server"]:
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        try:
            yield self
        finally:
            server.stop()

    def bucket(self) -> Files:
        """A new one, as the settings name it."""
        name = f"pobratym-{next(self.numbers)}"
        httpx2.put(f"{self.endpoint}/{name}").raise_for_status()
        return kept_at(self.endpoint, name)


def kept_at(endpoint: str, bucket: str = "pobratym") -> Files:
    return Files(
        bucket=bucket,
        endpoint=endpoint,
        prefix="crm/files",
        access_key_id="pobratym",
        secret_access_key=SecretStr("of the tests"),
    )
