"""Loading a month into the warehouse on both databases, beside what else would be written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from sqlalchemy import Engine

from benchmarks import plain_loading
from benchmarks.databases import Server
from benchmarks.month import Book
from benchmarks.timing import Way, interleave, table
from ctdp_etl.model import OBSERVATION_COLUMNS, Submission, WorkbookReading
from ctdp_etl.warehouse.engine import open_engine
from ctdp_etl.warehouse.load import load_submission

Deliveries = Sequence[tuple[Submission, WorkbookReading]]


def deliveries(books: Sequence[Book], readings: Sequence[WorkbookReading]) -> Deliveries:
    """Return the submissions of the month with what was read in them."""
    return [(_submission(book), reading) for book, reading in zip(books, readings, strict=True)]


def _submission(book: Book) -> Submission:
    sha256 = hashlib.sha256(book.content).hexdigest()
    return Submission(
        id=sha256[:32],
        source=book.source,
        ref_area=book.area,
        time_period=book.period,
        sha256=sha256,
        file_name=book.file_name,
        received_at=f"{book.period}-21T02:00:00Z",
        state="received",
    )


def load_month(engine: Engine, month: Deliveries) -> int:
    """Load every submission in a transaction of its own; return the number of rows that were added."""
    return sum(load_submission(engine, *delivery).observations for delivery in month)


class Loading:
    """The ways of loading one month into the databases of one server."""

    def __init__(self, server: Server, month: Deliveries) -> None:
        self.server, self.month = server, month
        self.rows = [
            (submission.id, *(getattr(one, name) for name in OBSERVATION_COLUMNS))
            for submission, reading in month
            for one in reading.observations
            if not one.conflict
        ]
        self.frame = pd.DataFrame(self.rows, columns=list(plain_loading.COLUMNS))
        self.records = self.frame.to_dict("records")
        self.csv = plain_loading.as_csv(self.frame)
        self.total = sum(len(reading.observations) for _, reading in month)
        self._loaded: Engine | None = None

    def ways(self) -> list[Way]:
        """Return the ways, ours first; the second of ours finds the first's database."""
        limit = partial(self._plain, plain_loading.bare_insert, self.rows)
        if self.server.is_postgres:
            limit = partial(self._plain, plain_loading.bare_copy, self.csv)
        name = "COPY" if self.server.is_postgres else "driver's executemany"
        return [
            Way("**ctdp_etl**: 34 submissions, each in its transaction", self._ours, self._warehouse, self._all),
            Way("**ctdp_etl**, the same month again: nothing added", self._again, None, self._none),
            self._way("pandas.to_sql + merge", plain_loading.to_sql_and_merge, self.frame),
            self._way("SQLAlchemy executemany upsert", plain_loading.executemany_upsert, self.records),
            Way(f"limit: {name} into a table without index", limit, self._database, self._is_bare),
        ]

    def _way(self, name: str, load: Callable[..., Engine], given: object) -> Way:
        return Way(name, partial(self._plain, load, given), self._database, self._is_keyed)

    def _warehouse(self) -> Engine:
        if self._loaded is not None:
            self._loaded.dispose()
        self._loaded = open_engine(self.server.warehouse())
        return self._loaded

    def _database(self) -> Engine:
        return plain_loading.database(self.server.empty())

    def _ours(self, engine: Engine) -> int:
        return load_month(engine, self.month)

    def _again(self) -> int:
        if self._loaded is None:
            raise RuntimeError("the month is loaded again before it was loaded")
        return load_month(self._loaded, self.month)

    @staticmethod
    def _plain(load: Callable[[Engine, object], Engine], given: object, engine: Engine) -> Engine:
        return load(engine, given)

    def _all(self, added: int) -> None:
        _expect(added, self.total)

    @staticmethod
    def _none(added: int) -> None:
        _expect(added, 0)

    def _is_keyed(self, engine: Engine) -> None:
        _expect(plain_loading.count(engine, plain_loading.KEYED), len(self.rows))
        engine.dispose()

    def _is_bare(self, engine: Engine) -> None:
        _expect(plain_loading.count(engine, plain_loading.BARE), len(self.rows))
        engine.dispose()


def _expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} rows where {wanted} were to be")


def measure(servers: Sequence[Server], month: Deliveries, rounds: int) -> list[str]:
    """Return the lines of the section on loading."""
    lines: list[str] = []
    for server in servers:
        loading = Loading(server, month)
        ways = loading.ways()
        interleave(ways, rounds)
        lines += [f"### {server.name}, {loading.total:,} observations", "", *table(ways, loading.total, "rows"), ""]
    return lines
