"""Long operations: when one is tried again, and when it can still be cancelled."""

from datetime import timedelta
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import OperationStatus

# In a row, without a step in between that succeeded.
MOST_TRIES: Final = 8
LONGEST_PAUSE: Final = timedelta(minutes=5)
FINAL: Final = frozenset({OperationStatus.DONE, OperationStatus.FAILED, OperationStatus.CANCELLED})

GAVE_UP: Final = "operation_gave_up"

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "operation_is_over": (
        "Операцію вже завершено ({status}): скасувати її не можна.",
        "The operation is over already ({status}): it cannot be cancelled.",
    ),
    GAVE_UP: (
        "Кілька спроб поспіль не вдалися. Почніть операцію ще раз; якщо не допоможе, скажіть тому, хто веде сервер.",
        "Several attempts in a row failed. Begin it anew; if that does not help, tell whoever runs the server.",
    ),
}


def cancelling_objections(status: OperationStatus) -> list[Sentence]:
    return [say("operation_is_over", status=status)] if status in FINAL else []


def pause(attempts: int) -> timedelta:
    """Before the next attempt, after so many in vain."""
    return min(timedelta(seconds=2**attempts), LONGEST_PAUSE)
