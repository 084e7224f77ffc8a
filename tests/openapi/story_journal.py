"""An auditor reads the journal, and has a part of it written out."""

from app.jobs import journal_files
from tests.openapi.recording import Teller


async def tell_journal(story: Teller) -> None:
    """Told by somebody who may read the journal, after a part of it was sealed."""
    page = await story("list_journal", params={"verb": "move_partnership", "limit": 1})
    await story("get_journal_entry", at={"id": page["items"][0]["id"]})
    export = await story("create_journal_export", {"purpose": "Щорічна перевірка", "subject": "partnerships"})
    running = story.world.app.state.runtime
    await journal_files.export_journal({"db": running.db, "clock": story.world.clock, "settings": running.settings})
    await story("get_journal_export", at={"id": export["id"]})
    await story("list_journal_exports")
    await story("get_journal_export_file", at={"id": export["id"]})
