"""The run itself: a cluster, two filled databases, the servers side by side, and a report."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from rich.console import Console

from app.adapters.embedded_valkey import EmbeddedValkey
from tests.bench import cluster, report, servers
from tests.bench.cluster import TunedPostgres
from tests.bench.measure import Load, Result, alternate
from tests.bench.questions import OPERATIONS, Facts, Questions
from tests.bench.servers import Side

ROOT: Final = Path(__file__).resolve().parents[2]
WARM: Final = Load("", clients=16, seconds=1, round=99)
LITTLE_LOG: Final = 0.01
WIDTH: Final = 120


@dataclass(frozen=True)
class Plan:
    trees: tuple[Path, ...]
    scale: float
    rounds: int
    seconds: int
    clients: tuple[int, ...]
    operations: tuple[str, ...]
    growth: float
    ceiling: bool
    out: Path | None

    def loads(self, operations: Iterable[str], clients: Iterable[int]) -> list[Load]:
        counts, names = tuple(clients), tuple(operations)
        return [Load(name, c, self.seconds, r) for r in range(self.rounds) for name in names for c in counts]

    def names(self) -> list[str]:
        return ["product", *(tree.name for tree in self.trees[1:])]


@dataclass(frozen=True)
class Data:
    """The two templates of one scale."""

    neutral: str
    product: str


@dataclass
class Bench:
    plan: Plan
    postgres: TunedPostgres
    folder: Path
    redis: str
    console: Console

    def run(self) -> None:
        data = [self._data(tree, self.plan.scale, self.plan.scale) for tree in self.plan.trees]
        with ExitStack() as stack:
            reference = stack.enter_context(self._reference(data[0], "rows"))
            products = [
                stack.enter_context(self._product(tree, one.product, name))
                for tree, one, name in zip(self.plan.trees, data, self.plan.names(), strict=True)
            ]
            sides = [reference, *products]
            if self.plan.ceiling:
                sides.append(stack.enter_context(self._reference(data[0], "setwise")))
            questions = self._questions(data[0].neutral, sides)
            found = self._measured(sides, questions)
            verdicts = [*report.verdicts(found, products[0]), self._depth(products[0], questions)]
        if self.plan.growth > 1:
            verdicts += self._growth(data[0])
        self._tell(found, sides, verdicts)

    def _data(self, tree: Path, scale: float, log_scale: float) -> Data:
        with self.console.status(f"Filling the databases, scale {scale:g}"):
            neutral = asyncio.run(cluster.neutral_template(self.postgres, scale, log_scale))
            return Data(neutral, asyncio.run(cluster.product_template(self.postgres, tree, neutral)))

    @contextmanager
    def _reference(self, data: Data, mode: str) -> Iterator[Side]:
        database = asyncio.run(cluster.fresh_copy(self.postgres, data.neutral, f"run_{mode}"))
        with servers.reference(self.postgres, database, self.folder, mode=mode) as side:
            yield side

    @contextmanager
    def _product(self, tree: Path, template: str, name: str) -> Iterator[Side]:
        database = asyncio.run(cluster.fresh_copy(self.postgres, template, f"run_{name.replace('-', '_')}"))
        with servers.product(self.postgres, tree, database, self.folder, self.redis, name) as side:
            yield side

    def _questions(self, neutral: str, sides: Sequence[Side]) -> Questions:
        questions = Questions(self.folder, asyncio.run(_facts(self.postgres, neutral)))
        for side in sides:
            if side.is_reference:
                questions.write_for_reference(side)
            else:
                questions.write_for_product(side)
                questions.agree(sides[0], side)
        return questions

    def _measured(self, sides: Sequence[Side], questions: Questions) -> list[Result]:
        self._load(sides, questions, [replace(WARM, operation=operation) for operation in self.plan.operations])
        return self._load(sides, questions, self.plan.loads(self.plan.operations, self.plan.clients))

    def _depth(self, product: Side, questions: Questions) -> report.Verdict:
        page = questions.write_depths(product)
        found = self._load([product], questions, self.plan.loads(("page 1", "page 1000"), [1]))
        return report.depth(found, product.name, page)

    def _growth(self, small: Data) -> list[report.Verdict]:
        """The same product on the data as they are and on many times as much, asked in turn by one client."""
        tree = self.plan.trees[0]
        large = self._data(tree, self.plan.scale * self.plan.growth, LITTLE_LOG)
        with (
            self._product(tree, small.product, "small") as less,
            self._product(tree, large.product, "large") as more,
        ):
            self._questions(large.neutral, [more])
            questions = self._questions(small.neutral, [less])
            found = self._load([less, more], questions, self.plan.loads(report.MOST_GROWTH, [1]))
        return report.growth(found, less.name, more.name, self.plan.growth)

    def _load(self, sides: Sequence[Side], questions: Questions, loads: list[Load]) -> list[Result]:
        found = []
        with self.console.status("Measuring") as status:
            for result in alternate(sides, questions, loads, self.postgres.pid):
                found.append(result)
                status.update(f"{result.operation}, {result.clients} clients, {result.side}: {result.per_second:.0f}/s")
        return found

    def _tell(self, found: Sequence[Result], sides: Sequence[Side], verdicts: Sequence[report.Verdict]) -> None:
        self.console.print(report.table(found, [side.name for side in sides]))
        report.show(self.console, verdicts)
        if self.plan.out:
            self.plan.out.write_bytes(b"".join(orjson.dumps(result) + b"\n" for result in found))


async def _facts(postgres: TunedPostgres, neutral: str) -> Facts:
    connection = await cluster.connect(postgres, neutral)
    try:
        terms = await connection.fetch("SELECT rare, pair FROM bench_terms ORDER BY id")
        count = await connection.fetchval("SELECT count(*) FROM partnerships")
    finally:
        await connection.close()
    return Facts(count, [row[0] for row in terms], [row[1] for row in terms])


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    """Where the cluster lies; a kept one spares the filling of the next run."""
    if keep:
        keep.mkdir(mode=0o755, parents=True, exist_ok=True)
        yield keep.absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="pobratym-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree((folder / "postgres" / "cluster").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def main(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of the data, one short round.")] = False,
    scale: Annotated[float, typer.Option(help="1 is 50,000 partnerships.")] = 1,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 5,
    seconds: Annotated[int, typer.Option(min=1, max=30, help="Of each load.")] = 3,
    clients: Annotated[str, typer.Option(help="Numbers of clients.")] = "1,16,64",
    operations: Annotated[str, typer.Option(help="Which of them.")] = ",".join(OPERATIONS),
    growth: Annotated[float, typer.Option(help="Also with so many times the data.")] = 1,
    ceiling: Annotated[bool, typer.Option("--ceiling", help="Also the reference with JSON by PostgreSQL.")] = False,
    tree: Annotated[list[Path] | None, typer.Option(help="Checkouts to measure; this one by default.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the filled databases here for the next run.")] = None,
    out: Annotated[Path | None, typer.Option(help="Every single result, a line of JSON each.")] = None,
) -> None:
    """Measures the product against a bare server on the same machine in the same minutes."""
    plan = Plan(
        trees=tuple(one.absolute() for one in tree or [ROOT]),
        scale=0.1 if quick else scale,
        rounds=1 if quick else rounds,
        seconds=2 if quick else seconds,
        clients=(16,) if quick else tuple(int(count) for count in clients.split(",")),
        operations=tuple(operations.split(",")),
        growth=growth,
        ceiling=ceiling,
        out=out,
    )
    with ExitStack() as stack:
        place = stack.enter_context(_place(keep))
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pobratym-bench-logs-")))
        postgres = stack.enter_context(TunedPostgres(place / "postgres"))
        valkey = stack.enter_context(EmbeddedValkey(logs / "valkey", fast=True))
        Bench(plan, postgres, logs, valkey.url(), Console(width=WIDTH)).run()


program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
program.command()(main)
