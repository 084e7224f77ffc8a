"""What a question about a record is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Ids = Mapping[str, str]
Body = Callable[[Ids], Any]


@dataclass(frozen=True)
class Recipe:
    """`about`: which record of the relation; None for an operation about no record.

    `body` is there where the committed example does not do; `without` names what of the example is left out.
    `shows`: a list, in which a record of the kind `about` appears or does not; `finds`: the same, asked for each.
    `beyond`: statuses that say something of the state of things, after it was decided who may ask.
    """

    about: str | None = None
    body: Body | None = None
    without: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    shows: bool = False
    finds: bool = False
    beyond: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)


def one(about: str, **more: Any) -> Recipe:
    return Recipe(about, **more)


def listing(about: str, **params: str) -> Recipe:
    return Recipe(about, params={"limit": "200"} | params, shows=True)


NOTHING: Final = Recipe()
