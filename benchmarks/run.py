"""``make bench``: everything measured in one run, printed, and written into ``benchmarks/README.md``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks import briefs, checking, loading, months, orchestration, reading
from benchmarks.databases import servers
from benchmarks.machine import describe
from benchmarks.month import Book, month
from ctdp_etl.catalog import load_catalog

_README = Path(__file__).with_name("README.md")
_WORDS = Path(__file__).with_name("words.md")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables and rewrite the README."""
    given = _options().parse_args(arguments)
    started = time.perf_counter()
    machine = describe()
    catalog = load_catalog()
    before, now = (month(period, catalog, provinces=given.provinces, rows=given.rows) for period in _MONTHS)
    sections = {"data": _data(now)}
    with tempfile.TemporaryDirectory(prefix="ctdp-bench-") as name:
        folder = Path(name)
        lines, readings = reading.measure(now, catalog, given.rounds)
        sections["reading"] = _tell(lines)
        sizes = {"provinces": given.provinces, "rows": given.rows, "most": given.observations}
        sections["checking"] = _tell(
            checking.measure(folder, catalog, given.rounds, **sizes, with_peers=not given.without_peers)
        )
        delivered = loading.deliveries(now, readings)
        with servers(folder, with_postgres=not given.sqlite_only) as found:
            sections["loading"] = _tell(loading.measure(found, delivered, given.rounds))
            sections["month"] = _tell(months.measure(folder, found, before, now, given.rounds))
        sections["briefs"] = _tell(briefs.measure(folder, before, now, given.rounds))
        sections["orchestration"] = _tell(
            orchestration.measure(folder, before, now, given.rounds, with_prefect=not given.without_prefect)
        )
    minutes = (time.perf_counter() - started) / 60
    sections["machine"] = [f"{date.today()}, {given.rounds} rounds, {minutes:.1f} minutes in all.", "", *machine]
    words = _WORDS.read_text(encoding="utf-8")
    given.out.write_text(
        words.format(**{name: "\n".join(lines).rstrip() for name, lines in sections.items()}), encoding="utf-8"
    )
    print(f"{given.out} written in {minutes:.1f} minutes")


_MONTHS = ("2026-03", "2026-04")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--rows", type=int, default=45, help="at most this many rows a table")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--observations", type=int, default=8_000_000, help="of the larger run of the checks; 0: none")
    parser.add_argument("--without-peers", action="store_true", help="install and ask no library beside the checks")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--without-prefect", action="store_true", help="start no Prefect server")
    parser.add_argument("--out", type=Path, default=_README)
    return parser


def _data(books: Sequence[Book]) -> list[str]:
    cells = sum(book.cells for book in books)
    tables = sum(len(book.places) for book in books)
    size = sum(len(book.content) for book in books) / 2**20
    return [f"{len(books)} workbooks, {tables} sheets, {cells:,} numeric cells, {size:.1f} MiB."]


def _tell(lines: list[str]) -> list[str]:
    print("\n".join(lines), flush=True)
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
