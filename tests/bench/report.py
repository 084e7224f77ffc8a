"""Ratios to the first side, by the median of the rounds; single absolute figures say little on a shared machine."""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Result
from tests.bench.servers import Side

# Requests a second against the reference at 16 clients: what must be, and what is aimed at.
TARGETS: Final = {
    "get": (0.40, 0.65),
    "list": (0.60, 0.90),
    "search": (0.60, 0.80),
    "contains": (0.45, 0.70),
    "insert": (0.25, 0.45),
}
MOST_P99: Final = 5.0
MOST_MEMORY_MB: Final = 150.0
MOST_SECONDS: Final = 2.0
MOST_DEPTH: Final = 2.0
MOST_GROWTH: Final = {"list": 1.5, "search": 4.0}

Verdict = tuple[str, str, str, bool]


def of(results: Iterable[Result], side: str, operation: str, clients: int) -> list[Result]:
    return [r for r in results if (r.side, r.operation, r.clients) == (side, operation, clients)]


def ratio(results: Sequence[Result], first: Sequence[Result], figure: Callable[[Result], float]) -> float:
    """Each round against the same round of the first side."""
    base = {r.round: figure(r) for r in first}
    found = [figure(r) / base[r.round] for r in results if base.get(r.round)]
    return round(median(found), 2) if found else 0.0


def middle(results: Iterable[Result], figure: Callable[[Result], float]) -> float:
    return median(figure(r) for r in results)


def table(results: Sequence[Result], sides: Sequence[str]) -> Table:
    heads = ("operation", "clients", "side", "req/s", "ratio", "p50 ms", "p99 ms", "server µs", "pg µs", "cpu ratio")
    drawn = Table(*heads, "MB", "errors")
    for operation, clients in dict.fromkeys((r.operation, r.clients) for r in results):
        first = of(results, sides[0], operation, clients)
        for side in sides:
            if rows := of(results, side, operation, clients):
                drawn.add_row(operation, str(clients), side, *_cells(rows, first))
        drawn.add_section()
    return drawn


def _cells(rows: Sequence[Result], first: Sequence[Result]) -> list[str]:
    economy = ratio(first, rows, lambda r: r.processor_us)
    return [
        f"{middle(rows, lambda r: r.per_second):.0f}",
        f"{ratio(rows, first, lambda r: r.per_second):.2f}",
        f"{middle(rows, lambda r: r.p50_ms):.2f}",
        f"{middle(rows, lambda r: r.p99_ms):.2f}",
        f"{middle(rows, lambda r: r.server_us):.0f}",
        f"{middle(rows, lambda r: r.postgres_us):.0f}",
        f"{economy:.2f}",
        f"{middle(rows, lambda r: r.memory_mb):.0f}",
        str(sum(r.errors for r in rows)),
    ]


def verdicts(results: Sequence[Result], product: Side) -> list[Verdict]:
    found = [_speed(results, product.name, operation) for operation in TARGETS]
    found += [_tail(results, product.name, operation, clients) for operation in TARGETS for clients in (16, 64)]
    ours = [r for r in results if r.side == product.name]
    memory = max(r.memory_mb for r in ours)
    seconds, errors = product.first_answer_seconds, sum(r.errors for r in ours)
    found += [
        ("memory of the worker under load", f"< {MOST_MEMORY_MB:.0f} MB", f"{memory:.0f} MB", memory < MOST_MEMORY_MB),
        ("first answer", f"≤ {MOST_SECONDS:.0f} s", f"{seconds:.2f} s", seconds <= MOST_SECONDS),
        ("errors", "0", str(errors), errors == 0),
    ]
    return [verdict for verdict in found if verdict is not None]


def _speed(results: Sequence[Result], side: str, operation: str) -> Verdict | None:
    rows, first = of(results, side, operation, 16), of(results, "reference", operation, 16)
    if not rows:
        return None
    must, aim = TARGETS[operation]
    reached = ratio(rows, first, lambda r: r.per_second)
    return (f"{operation} ÷ reference", f"≥ {must:.2f} (aim {aim:.2f})", f"{reached:.2f}", reached >= must)


def _tail(results: Sequence[Result], side: str, operation: str, clients: int) -> Verdict | None:
    rows = of(results, side, operation, clients)
    if not rows:
        return None
    tail = round(median(r.p99_ms / r.p50_ms if r.p50_ms and r.p99_ms else inf for r in rows), 1)
    return (f"{operation}: p99 ÷ p50 at {clients}", f"≤ {MOST_P99:.0f}", f"{tail}", tail <= MOST_P99)


def depth(results: Sequence[Result], side: str, page: int) -> Verdict:
    first, deep = of(results, side, "page 1", 1), of(results, side, "page 1000", 1)
    found = ratio(deep, first, lambda r: r.p50_ms)
    return (f"page {page} ÷ page 1", f"≤ {MOST_DEPTH:.0f}", f"{found:.2f}", found <= MOST_DEPTH)


def growth(results: Sequence[Result], small: str, large: str, times: float) -> list[Verdict]:
    found = []
    for operation, most in MOST_GROWTH.items():
        rows, first = of(results, large, operation, 1), of(results, small, operation, 1)
        grown = ratio(rows, first, lambda r: r.p50_ms)
        found.append((f"{operation} with {times:g} × the data", f"≤ {most}", f"{grown:.2f}", grown <= most))
    return found


def show(console: Console, found: Sequence[Verdict]) -> None:
    drawn = Table("measure", "target", "found", "")
    for measure, target, figure, is_reached in found:
        drawn.add_row(measure, target, figure, "reached" if is_reached else "[bold]not reached[/bold]")
    console.print(drawn)
