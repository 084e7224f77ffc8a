"""Whether a browser asks on behalf of one of our own pages, or of a stranger's that counts on our cookie."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "own_pages_only": (
        "Із cookie можна звертатися лише з наших сторінок і з заголовком X-Pobratym-Request: 1; інакше візьміть токен.",
        "With a cookie only our own pages may ask, with the header X-Pobratym-Request: 1; otherwise use a token.",
    ),
}


@dataclass(frozen=True)
class Sender:
    """What a browser says of the page that sends; no script can write the last two itself."""

    has_mark: bool
    origin: str | None
    site: str | None


def is_ours(sender: Sender, allowed: AbstractSet[str]) -> bool:
    """The mark cannot be set from another origin without our leave; who says nothing of its origin is a stranger."""
    if not sender.has_mark:
        return False
    if sender.site == "same-origin":
        return True
    return sender.origin is not None and sender.origin.lower() in allowed
