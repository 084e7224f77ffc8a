"""What a leaving colleague passes on, and why it may not be passed on like this."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "handover_to_oneself": (
        "Справи передають іншій особі.",
        "Work is handed over to somebody else.",
    ),
    "handover_unseen": (
        "Наступник не бачить цих записів: {records}. Надайте йому роль або передайте решту з skip_unseen.",
        "The successor does not see: {records}. Give them a role, or hand over the rest with skip_unseen.",
    ),
    "handover_nothing": (
        "Передавати нічого: за цією особою немає відкритих справ.",
        "There is nothing to hand over: this person has no open work.",
    ),
}

# So many are named; the others are counted.
NAMED: Final = 10
# An agreement that ends within so long is named to whoever takes over.
SOON_DAYS: Final = 90
