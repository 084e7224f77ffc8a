"""The ministry's register, a page at a time, as rows and as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.core.listing import Cursors, Page, binding
from app.core.reading import STATEMENTS
from app.core.uow import Reader
from app.models import Agreement
from app.rules import register
from app.schemas.agreement_reading import RegisterQuery, RegisterRow
from app.views.register import REGISTER, RegisterSource, SubjectSource
from app.vocabulary import AgreementStatus, ItcKind, OrganizationKind, ProlongationRule, TermType

BYTE_ORDER_MARK = "\ufeff"


async def page(reader: Reader, cursors: Cursors, query: RegisterQuery) -> Page[RegisterRow]:
    """The cursor carries the number of its row, so that rows are counted over all pages."""
    reach = reader.reach(Agreement)
    bound_to = binding(REGISTER, query, reach)
    values: dict[str, Any] = REGISTER.asked(query) | reach.parameters() | {"page_size": query.limit + 1}
    counted = 0
    if query.cursor is not None:
        after, after_id, counted = cursors.decode(query.cursor, bound_to)
        values |= {"after_value": REGISTER.sorts["signed_on"].value(after), "after_id": UUID(after_id)}
    prepared = STATEMENTS.get(REGISTER.shape(query, reach), lambda: REGISTER.statement(query, reach))
    rows = await reader.rows(prepared.text, prepared.arguments(values))
    kept = rows[: query.limit]
    items = [_row(counted + place, row[0]) for place, row in enumerate(kept, 1)]
    if len(rows) <= query.limit:
        return Page(items=items, next_cursor=None)
    _, signed_on, id = kept[-1]
    return Page(items=items, next_cursor=cursors.encode([signed_on, id, counted + len(kept)], bound_to))


def _row(number: int, text: str) -> RegisterRow:
    source = RegisterSource.model_validate_json(text)
    return RegisterRow(
        row_number=number,
        registration_number=source.registration_number,
        title=source.title_uk,
        signed_on=source.signed_on,
        cooperation_kind=register.kind(ItcKind(source.itc_kind) if source.itc_kind else None),
        sphere=source.sphere,
        term=register.term(_term(source)),
        **register.sides([_subject(party) for party in source.parties]),
    )


def _term(source: RegisterSource) -> register.Term:
    return register.Term(
        status=AgreementStatus(source.status),
        term_type=TermType(source.term_type) if source.term_type else None,
        expires_on=source.expires_on,
        prolongation=ProlongationRule(source.prolongation) if source.prolongation else None,
        prolongation_months=source.prolongation_months,
        terminated_on=source.terminated_on,
    )


def _subject(party: SubjectSource) -> register.Subject:
    return register.Subject(
        country=party.country,
        name=party.name_uk or party.name_local or party.name_en,
        body=party.body_uk or party.body_en,
        region=party.region,
        oblast=party.oblast_name,
        raion=party.raion_name,
        is_hromada=party.kind == OrganizationKind.HROMADA,
        is_special_city=party.oblast_category == "K",
    )


def as_csv(rows: Iterable[RegisterRow]) -> bytes:
    """With the headings of the register; the mark at the beginning lets spreadsheets read Ukrainian."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(register.COLUMNS.values())
    writer.writerows([register.safe(_cell(getattr(row, name))) for name in register.COLUMNS] for row in rows)
    return (BYTE_ORDER_MARK + sheet.getvalue()).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return register.day(value) if hasattr(value, "year") else str(value)
