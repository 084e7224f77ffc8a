"""The five organizations around Sumy, what is between them, and how each asker stands to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Relation(StrEnum):
    """How a record stands to the organization of the asker; the columns within a cell of the table."""

    OWN = "own"
    OBLAST = "same oblast"
    ASSOCIATION = "same association"
    PARTNER = "partner"
    STRANGER = "stranger"


class Town(StrEnum):
    """Organizations, with the people and accounts of each."""

    SUMY = "Sumy"
    ROMNY = "Romny, in the same oblast"
    LVIV = "Lviv, a member of the Association elsewhere"
    ZAMOSC = "Zamość, the partner of Sumy"
    ODESA = "near Odesa, no member and with no tie"


class Bond(StrEnum):
    """Partnerships, with the documents, projects and delegations of each."""

    SUMY_ZAMOSC = "Sumy and Zamość"
    SUMY_CELJE = "Sumy and Celje"
    ROMNY_OLAINE = "Romny and Olaine"
    LVIV_FREIBURG = "Lviv and Freiburg"
    VINNYTSIA_ZAMOSC = "Vinnytsia and Zamość"
    ODESA_VARNA = "near Odesa and Varna"


Place = Town | Bond

# What belongs to an organization; everything else belongs to a partnership.
OF_TOWNS: Final = frozenset(
    {
        "organizations",
        "people",
        "affiliations",
        "documents",
        "consents",
        "users",
        "grants",
        "sessions",
        "passkeys",
        "integrations",
        "api_keys",
        "webhooks",
        "deliveries",
    }
)


@dataclass(frozen=True)
class Standpoint:
    """From where the relations are counted. `besides`: partnerships that are the asker's own, too."""

    town: Town
    towns: Mapping[Relation, Town]
    bonds: Mapping[Relation, Bond]
    besides: Bond

    def place(self, kind: str, relation: Relation) -> Place:
        return self.towns[relation] if kind.partition(".")[0] in OF_TOWNS else self.bonds[relation]

    def relation(self, place: Place) -> Relation:
        if place is self.besides:
            return Relation.OWN
        known: dict[Place, Relation] = {there: relation for relation, there in self.towns.items()}
        known |= {there: relation for relation, there in self.bonds.items()}
        return known[place]


R = Relation
_ELSEWHERE: Final = {R.OBLAST: Bond.ROMNY_OLAINE, R.ASSOCIATION: Bond.LVIV_FREIBURG, R.STRANGER: Bond.ODESA_VARNA}
_OTHERS: Final = {R.OBLAST: Town.ROMNY, R.ASSOCIATION: Town.LVIV, R.STRANGER: Town.ODESA}

FROM_SUMY: Final = Standpoint(
    Town.SUMY,
    MappingProxyType(_OTHERS | {R.OWN: Town.SUMY, R.PARTNER: Town.ZAMOSC}),
    MappingProxyType(_ELSEWHERE | {R.OWN: Bond.SUMY_ZAMOSC, R.PARTNER: Bond.VINNYTSIA_ZAMOSC}),
    besides=Bond.SUMY_CELJE,
)
FROM_ZAMOSC: Final = Standpoint(
    Town.ZAMOSC,
    MappingProxyType(_OTHERS | {R.OWN: Town.ZAMOSC, R.PARTNER: Town.SUMY}),
    MappingProxyType(_ELSEWHERE | {R.OWN: Bond.SUMY_ZAMOSC, R.PARTNER: Bond.SUMY_CELJE}),
    besides=Bond.VINNYTSIA_ZAMOSC,
)
