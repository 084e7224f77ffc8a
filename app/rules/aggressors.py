from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.rules.packs import Entry, latest, load


@dataclass(frozen=True, slots=True, kw_only=True)
class AggressorState(Entry):
    """`optional`: not named by law, so the Association may lift it."""

    country: str
    optional: bool


def pack(*, lifted: Collection[str] = ()) -> tuple[AggressorState, ...]:
    """The states that are blocked, without the optional ones that the Association lifts."""
    states = load("aggressor_states", AggressorState)
    return tuple(state for state in states if not (state.optional and state.country in lifted))


def blocked(country: str, on: date, pack: Sequence[AggressorState]) -> AggressorState | None:
    """Why cooperation with this country (ISO 3166-1 alpha-2) is refused on this day; None when it is not."""
    return latest([state for state in pack if state.country == country], on)
