"""Who acts, with what grants, and how far each permission reaches."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from app.rules.permissions import SHOWN, Permission, shows
from app.vocabulary import FieldClass, Language, Role, ScopeKind

ActorKind = Literal["user", "integration", "job", "command", "system"]

# They act for the whole association by their nature; people and integrations by what they were given.
OURSELVES: Final = frozenset({"job", "command", "system"})

CLOSER: Final = tuple(each for each in SHOWN if each is not FieldClass.PUBLIC)


@dataclass(frozen=True)
class HeldGrant:
    """A role of a person, or (without a role) the scopes of an integration: permissions, and where they hold."""

    permissions: frozenset[Permission]
    scope: ScopeKind
    role: Role | None = None
    id: UUID | None = None
    organization_id: UUID | None = None
    oblast_code: str | None = None
    valid_from: date = date.min
    valid_to: date | None = None

    def holds(self, permission: Permission, on: date) -> bool:
        return permission in self.permissions and self.is_valid(on)

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class Reach:
    """The rows a permission extends to: all of them, those of these organizations and oblasts, or exactly `rows`.

    `classes` says on which of them fields of a closer class are shown; when it is empty, on all.
    """

    everything: bool = False
    organizations: frozenset[UUID] = frozenset()
    oblasts: frozenset[str] = frozenset()
    today: date = date.min
    rows: frozenset[UUID] | None = None
    classes: tuple[tuple[FieldClass, "Reach"], ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.organizations or self.oblasts or self.rows)

    @property
    def shape(self) -> str:
        """What decides how a statement within this reach is written; the values are its parameters."""
        part = "part" if self.rows is None else "rows"
        own = "everything" if self.everything else part if self else "nothing"
        return " ".join([own, *(f"{name}:{reach.shape}" for name, reach in self.classes)])

    def seeing(self, wanted: FieldClass) -> "Reach":
        """The rows on which fields of this class are shown."""
        return next((reach for name, reach in self.classes if name is wanted), EVERYTHING)

    def parameters(self, prefix: str = "") -> dict[str, object]:
        found: dict[str, object] = {
            f"{prefix}reach_organizations": sorted(self.organizations),
            f"{prefix}reach_oblasts": sorted(self.oblasts),
            f"{prefix}reach_today": self.today,
            f"{prefix}reach_rows": sorted(self.rows or ()),
        }
        for name, reach in self.classes:
            found |= reach.parameters(f"{name}_")
        return found


EVERYTHING = Reach(everything=True)


@dataclass(frozen=True)
class Actor:
    """`proved_at`: when the person last proved who they are with the strongest means they have.

    `must_enrol`: a role of theirs needs a second factor and they have none yet.
    """

    kind: ActorKind
    name: str
    id: UUID | None = None
    session_id: UUID | None = None
    language: Language = Language.UK
    grants: tuple[HeldGrant, ...] = ()
    proved_at: datetime | None = None
    must_enrol: bool = False
    _reaches: dict[tuple[Permission, date], Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def recorded_name(self) -> str:
        """What is written beside a change. A person is written by the id alone: their name stands in one place."""
        return "" if self.kind == "user" else self.name

    def reach(self, permission: Permission, on: date) -> Reach:
        """How far this permission goes today; falsy when the actor does not hold it at all."""
        if self.kind in OURSELVES:
            return EVERYTHING
        key = (permission, on)
        if key not in self._reaches:
            self._reaches[key] = self._reach(permission, on)
        return self._reaches[key]

    def _reach(self, permission: Permission, on: date) -> Reach:
        held = [grant for grant in self.grants if grant.holds(permission, on)]
        classes = tuple((wanted, _within([g for g in held if shows(g.role, wanted)], on)) for wanted in CLOSER)
        return replace(_within(held, on), classes=classes)


def _within(held: list[HeldGrant], on: date) -> Reach:
    if any(grant.scope is ScopeKind.ASSOCIATION for grant in held):
        return Reach(everything=True, today=on)
    return Reach(
        organizations=frozenset(g.organization_id for g in held if g.organization_id),
        oblasts=frozenset(g.oblast_code for g in held if g.oblast_code),
        today=on,
    )


def job(name: str) -> Actor:
    return Actor(kind="job", name=name)


def command(name: str) -> Actor:
    return Actor(kind="command", name=name)
