"""Reading a month with understanding, beside readers that are told where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import fsum

from benchmarks import plain_reading
from benchmarks.month import Book
from benchmarks.timing import Way, interleave, table
from ctdp_etl.catalog import Catalog
from ctdp_etl.model import WorkbookReading
from ctdp_etl.reading import read_workbook


def understood(books: Sequence[Book], catalog: Catalog) -> list[WorkbookReading]:
    """Return what our reader makes of the books: it is told the sender and nothing else."""
    return [
        read_workbook(
            book.content, file_name=book.file_name, source=book.source, area=book.area, period=None, catalog=catalog
        )
        for book in books
    ]


def measure(books: Sequence[Book], catalog: Catalog, rounds: int) -> tuple[list[str], list[WorkbookReading]]:
    """Return the lines of the section on reading, and what we read."""
    cells = sum(book.cells for book in books)
    ways = [
        Way("**ctdp_etl**: tables, columns, rows, periods, units understood", partial(understood, books, catalog)),
        Way("pandas.read_excel (openpyxl) + melt", partial(plain_reading.pandas_melted, books, "openpyxl")),
        Way("openpyxl read_only, loop", partial(plain_reading.openpyxl_loop, books)),
        Way("pandas.read_excel (calamine) + melt", partial(plain_reading.pandas_melted, books, "calamine")),
        Way("python-calamine, loop", partial(plain_reading.calamine_loop, books)),
        Way("limit: unzip and count `<v>`", partial(plain_reading.unzip_and_count, books)),
    ]
    interleave(ways, rounds)
    readings = understood(books, catalog)
    return [*table(ways, cells, "cells"), "", *_agreement(books, readings, cells)], readings


def _agreement(books: Sequence[Book], readings: Sequence[WorkbookReading], cells: int) -> list[str]:
    """Return what was read by us and by a loop: as many figures with the same sum, or it says so."""
    ours = [one for reading in readings for one in reading.observations if one.value is not None]
    theirs = plain_reading.calamine_loop(books)
    same = len(ours) == len(theirs) and abs(fsum(one.value or 0 for one in ours) - fsum(one[-1] for one in theirs)) < 1
    findings = sum(len(reading.findings) for reading in readings)
    return [
        f"Of {cells:,} numeric cells ctdp_etl read {len(ours):,} with {findings:,} findings; the loop read "
        f"{len(theirs):,}; {'the sums agree' if same else 'THE SUMS DO NOT AGREE'}."
    ]
