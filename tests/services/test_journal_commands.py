"""What whoever runs the program is told of the seal at the terminal."""

import asyncio
from pathlib import Path

import pytest

from app.adapters.embedded_postgres import SUPERUSER, Urls
from app.commands import journal_seal
from app.core.db import Database, Target
from app.core.http import utc_now
from app.core.seal_keys import SealKeys
from app.jobs import seals as jobs
from app.settings import Settings
from app.trouble import Trouble
from tests.conftest import SECRET, settings_for
from tests.support.database import TestServer, fetch

EDIT = (
    "UPDATE journal SET verb = 'x' WHERE id = (SELECT journal_id FROM journal_leaves WHERE position = 7) RETURNING id"
)
HORIZON = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) > max(xid) FROM journal
"""


async def sealed(settings: Settings) -> int:
    db = Database(Target(settings.database.app_dsn))
    await db.open()
    try:
        async with db.reading() as connection:
            for _ in range(3000):
                if await connection.fetchval(HORIZON):
                    break
                await asyncio.sleep(0.02)
        return await jobs.seal_journal({"db": db, "clock": utc_now, "settings": settings})
    finally:
        await db.close()


@pytest.mark.two_connections
def test_the_journal_is_verified_and_the_first_wrong_entry_named(
    own_database: Urls,
    server: TestServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = settings_for(own_database).model_copy(update={"state": tmp_path})
    count = asyncio.run(sealed(settings))
    around = {"DATABASE__URL": own_database.owner, "DATABASE__APP_URL": own_database.app, "SECRET": SECRET}
    around |= {"REDIS__URL": "redis://127.0.0.1:1", "STATE": str(tmp_path)}
    for name, value in around.items():
        monkeypatch.setenv(f"POBRATYM_{name}", value)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    journal_seal.verify(0)
    journal_seal.verify(count)
    journal_seal.key()
    ((name,),) = asyncio.run(fetch(own_database.owner, "SELECT current_database()"))
    ((entry,),) = asyncio.run(fetch(server.postgres.url(SUPERUSER, name), EDIT))
    with pytest.raises(Trouble, match=rf"^Entry {entry} \(position 7\) was edited after it was sealed\.$"):
        journal_seal.verify(0)
    monkeypatch.setenv("LC_ALL", "uk_UA.UTF-8")
    with pytest.raises(Trouble, match=rf"^Запис {entry} \(номер 7\) змінено після того, як його запечатано\.$"):
        journal_seal.verify(0)

    assert capsys.readouterr().out.splitlines()[-3:] == [
        f"The journal is what was sealed. Entries: {count}, checkpoints: 1, published: 1.",
        "The journal is what was sealed. Entries: 0, checkpoints: 1, published: 1.",
        str(SealKeys.of(settings).signer.key),
    ]
