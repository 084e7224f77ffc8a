from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from app.core.reading import Children, View, constant
from app.models import IdentityDocument, Particular, Person, SubjectKey
from app.rules.identity import CLASSES
from app.schemas.identity import DocumentRead, IdentityRead, ParticularRead
from app.vocabulary import DocumentKind, ParticularKind


def _class_of(kind: Any, members: Iterable[DocumentKind | ParticularKind]) -> Any:
    return sa.case(*((kind == constant(member), constant(CLASSES[member])) for member in members))


def _redacted(*names: str) -> Any:
    return sa.literal_column("'[" + ",".join(f'"{name}"' for name in names) + "]'::json")


VIEW: Final = View(
    model=Person,
    read=IdentityRead,
    joins=lambda page: [(SubjectKey, col(SubjectKey.subject_id) == page.id)],
    fields=lambda _: {"erased_at": col(SubjectKey.destroyed_at)},
    children={
        "documents": Children(
            model=IdentityDocument,
            read=DocumentRead,
            parent=col(IdentityDocument.person_id),
            order=[col(IdentityDocument.kind), col(IdentityDocument.id)],
            fields={
                "field_class": _class_of(col(IdentityDocument.kind), DocumentKind),
                "redacted": sa.case(
                    (col(IdentityDocument.issuer_sealed).is_(None), _redacted("number")),
                    else_=_redacted("number", "issuer"),
                ),
            },
        ),
        "particulars": Children(
            model=Particular,
            read=ParticularRead,
            parent=col(Particular.person_id),
            order=[col(Particular.kind)],
            fields={
                "field_class": _class_of(col(Particular.kind), ParticularKind),
                "redacted": _redacted("value"),
            },
        ),
    },
)
