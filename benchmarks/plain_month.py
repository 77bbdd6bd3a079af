"""The whole month the plain way: read_excel with known offsets, to_sql and merge, checks row by row, WeasyPrint."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, create_engine, text

from benchmarks import plain_report
from benchmarks.homes import address, put_into, read_places, write_places
from benchmarks.month import Book
from benchmarks.plain_checks import check
from benchmarks.plain_reading import pandas_addressed
from ctdp_etl.catalog import load_catalog

_MEASURES = ("plan", "act_prev", "est", "ytd", "mom", "yoy", "ytd_yoy", "plan_pct", "prev_yoy")
_KEY = ("area", "form", "period", "line", "measure")
_VALUES = ("label", "unit", "value", "file", "sheet", "cell")
_COLUMNS = ", ".join((*_KEY, *_VALUES))
_TABLE = (
    "CREATE TABLE IF NOT EXISTS figures (area TEXT, form TEXT, period TEXT, line INTEGER, measure TEXT, label TEXT, "
    f"unit TEXT, value DOUBLE PRECISION, file TEXT, sheet TEXT, cell TEXT, PRIMARY KEY ({', '.join(_KEY)}))"
)
_MERGE = (
    f"INSERT INTO figures ({_COLUMNS}) SELECT {_COLUMNS} FROM stage WHERE true ON CONFLICT ({', '.join(_KEY)}) "
    f"DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _VALUES)}"
)


def prepare(home: Path, before: Sequence[Book], now: Sequence[Book]) -> None:
    """Make a folder with the month ``before`` in its database, the files of ``now``, and what the scripts are told."""
    home.mkdir(parents=True, exist_ok=True)
    engine = _engine(home)
    put_into(home, before)
    _load(engine, pandas_addressed(before), _files(home / "inbox", before))
    engine.dispose()
    shutil.rmtree(home / "inbox")
    put_into(home, now)
    write_places(home, now)
    names = {code: area.name for code, area in load_catalog().areas.by_code.items()}
    (home / "offices.json").write_text(json.dumps(names), encoding="utf-8")


def run(home: Path) -> dict[str, Any]:
    """Work off the month; return the seconds of each step and what was made."""
    marks = [time.perf_counter()]
    shutil.copytree(home / "inbox", home / "archive")
    books = read_places(home)
    files = _files(home / "archive", books)
    marks.append(time.perf_counter())
    frame = pandas_addressed(books)
    marks.append(time.perf_counter())
    engine = _engine(home)
    _load(engine, frame, files)
    marks.append(time.perf_counter())
    now, before = _stored(engine, "2026-04"), _stored(engine, "2026-03")
    wide, wide_before = by_row(now), by_row(before)
    found = check(wide, wide_before, books)
    found.to_sql("findings", engine, if_exists="append", index=False)
    marks.append(time.perf_counter())
    offices = json.loads((home / "offices.json").read_text(encoding="utf-8"))
    report = plain_report.compose(wide, wide_before, found, pd.read_sql("SELECT * FROM files", engine), offices)
    sources = _sources(report)
    observations = pd.concat([now, before]).merge(sources[["file", "sheet", "cell"]].drop_duplicates())
    marks.append(time.perf_counter())
    pdf, pages, count = plain_report.render(report, observations)
    (home / "report.pdf").write_bytes(pdf)
    marks.append(time.perf_counter())
    _publish(engine, report, sources, pages, pdf)
    engine.dispose()
    marks.append(time.perf_counter())
    steps = ("collect", "read", "load", "check", "brief", "render", "publish")
    seconds = {step: end - start for step, start, end in zip(steps, marks, marks[1:], strict=False)}
    seconds["brief"] += seconds.pop("publish")
    made = {"pages": count, "tables": report.tables, "charts": report.charts, "cells": report.cells}
    made |= {"figures": len(pages), "sources": len(sources), "bytes": len(pdf)}
    return {"seconds": seconds, "made": {**made, "rows": len(frame), "findings": len(found)}}


def _engine(home: Path) -> Engine:
    return create_engine(address(home).replace("postgresql:", "postgresql+psycopg:"))


def _files(folder: Path, books: Sequence[Book]) -> pd.DataFrame:
    rows = []
    for book in books:
        path = folder / book.source / book.period / book.file_name
        received = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%H:%M %d/%m/%Y")
        rows.append((book.area, book.period, book.file_name, received, hashlib.sha256(path.read_bytes()).hexdigest()))
    return pd.DataFrame(rows, columns=["area", "period", "file", "received_at", "sha256"])


def _load(engine: Engine, frame: pd.DataFrame, files: pd.DataFrame) -> None:
    with engine.begin() as connection:
        connection.execute(text(_TABLE))
        frame[[*_KEY, *_VALUES]].to_sql("stage", connection, if_exists="replace", index=False)
        connection.execute(text(_MERGE))
        files.to_sql("files", connection, if_exists="append", index=False)


def _stored(engine: Engine, period: str) -> pd.DataFrame:
    query = text("SELECT * FROM figures WHERE period = :period ORDER BY area, form, line")
    return pd.read_sql(query, engine, params={"period": period})


def by_row(long: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each row of a table: each measure and, as ``<measure>_cell``, where it stands."""
    index = ["area", "form", "line", "label", "unit", "file", "sheet"]
    values = long.pivot(index=index, columns="measure", values="value").reindex(columns=list(_MEASURES))
    cells = long.pivot(index=index, columns="measure", values="cell").reindex(columns=list(_MEASURES))
    return values.join(cells.add_suffix("_cell")).reset_index()


def _sources(report: plain_report.Report) -> pd.DataFrame:
    rows = []
    for name, entry in report.figures.entries.items():
        rows += [(name, *source) for source in entry["sources"]]
    return pd.DataFrame(rows, columns=["figure", "file", "sheet", "cell"])


def _publish(
    engine: Engine, report: plain_report.Report, sources: pd.DataFrame, pages: dict[str, int], pdf: bytes
) -> None:
    """Store what was printed and the cells behind it."""
    publication = hashlib.sha256(pdf).hexdigest()
    figures = [
        (publication, name, pages[name], entry["printed"], entry["value"])
        for name, entry in report.figures.entries.items()
    ]
    moment = datetime.now(UTC).isoformat()
    published = pd.DataFrame([(publication, "2026-04", moment)], columns=["publication", "period", "published_at"])
    printed = pd.DataFrame(figures, columns=["publication", "figure", "page", "printed", "value"])
    with engine.begin() as connection:
        published.to_sql("publication", connection, if_exists="append", index=False)
        printed.to_sql("figure", connection, if_exists="append", index=False)
        behind = sources.assign(publication=publication)
        behind.to_sql("figure_source", connection, if_exists="append", index=False)
