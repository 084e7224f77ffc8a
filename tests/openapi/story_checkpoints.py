"""An auditor keeps two checkpoints of the journal, and proves what lies between them."""

from tests.openapi.recording import Teller
from tests.support.sealing import sealed


async def tell_checkpoints(story: Teller) -> None:
    """Told by somebody who may read the journal."""
    entry = await sealed(story.world, 3)
    await sealed(story.world, 2)
    await story("get_journal_key")
    await story("get_latest_checkpoint")
    await story("list_checkpoints", params={"limit": 1})
    await story("get_inclusion_proof", params={"entry_id": entry})
    await story("get_consistency_proof", params={"from": 3, "to": 5})
