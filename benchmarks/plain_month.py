"""The whole month the plain way: read_excel with known offsets, to_sql and merge, checks row by row, default tables."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, create_engine, text

from benchmarks import plain_report
from benchmarks.homes import put_into, read_places, write_places
from benchmarks.month import Book
from benchmarks.plain_reading import pandas_melted

_KEY = ("area", "form", "period", "line", "measure")
_TABLE = (
    "CREATE TABLE IF NOT EXISTS figures (area TEXT, form TEXT, period TEXT, line INTEGER, label TEXT, measure TEXT, "
    f"value DOUBLE PRECISION, PRIMARY KEY ({', '.join(_KEY)}))"
)
_MERGE = (
    "INSERT INTO figures SELECT area, form, period, line, label, measure, value FROM stage WHERE true "
    f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET label = excluded.label, value = excluded.value"
)


def prepare(home: Path, before: Sequence[Book], now: Sequence[Book]) -> None:
    """Make a folder with the month ``before`` in its database and the files of ``now`` in the inbox."""
    home.mkdir(parents=True)
    _load(_engine(home), pandas_melted(before, "calamine"))
    put_into(home, now)
    write_places(home, now)


def run(home: Path) -> dict[str, Any]:
    """Work off the month; return the seconds of each step and what was made."""
    marks = [time.perf_counter()]
    shutil.copytree(home / "inbox", home / "archive")
    marks.append(time.perf_counter())
    books = read_places(home)
    frame = pandas_melted(books, "openpyxl")
    marks.append(time.perf_counter())
    engine = _engine(home)
    _load(engine, frame)
    marks.append(time.perf_counter())
    wide, before = _wide(engine, "2026-04"), _wide(engine, "2026-03")
    found = check(wide, before)
    marks.append(time.perf_counter())
    files = _files(home, books)
    html = plain_report.html(wide, before, found, files)
    marks.append(time.perf_counter())
    pdf, pages = plain_report.render(html)
    (home / "report.pdf").write_bytes(pdf)
    marks.append(time.perf_counter())
    engine.dispose()
    steps = ("collect", "read", "load", "check", "brief", "render")
    seconds = {step: end - start for step, start, end in zip(steps, marks, marks[1:], strict=False)}
    made = {"pages": pages, "tables": 12, "charts": 6, "cells": plain_report.cells(wide, before, found, files)}
    return {"seconds": seconds, "made": {**made, "rows": len(frame), "findings": len(found), "bytes": len(pdf)}}


def check(wide: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return what six rules find, row by row, as scripts of this kind are written."""
    known = {(row["area"], row["form"], row["line"]): row for _, row in before.iterrows()}
    found: list[tuple[str, str, int, str, float]] = []
    for _, row in wide.iterrows():
        place = (row["area"], row["form"], row["line"])
        old = known.get(place)
        rules = {
            "mom": row["est"] / row["act_prev"] * 100 - row["mom"] if row["act_prev"] else 0.0,
            "plan_pct": row["ytd"] / row["plan"] * 100 - row["plan_pct"] if row["plan"] else 0.0,
            "yoy": 0.0 if pd.isna(row["yoy"]) or 20 < row["yoy"] < 500 else row["yoy"],
            "missing": 0.0 if old is not None else 1.0,
            "ytd": row["ytd"] - (old["ytd"] - old["est"] + row["act_prev"] + row["est"]) if old is not None else 0.0,
            "restated": row["act_prev"] / old["est"] - 1 if old is not None and old["est"] else 0.0,
        }
        limits = {"mom": 0.1, "plan_pct": 0.1, "yoy": 0.0, "missing": 0.0, "ytd": 0.5, "restated": 0.2}
        found += [(*place, rule, size) for rule, size in rules.items() if abs(size) > limits[rule]]
    return pd.DataFrame(found, columns=["area", "form", "line", "rule", "size"])


def _engine(home: Path) -> Engine:
    return create_engine(f"sqlite:///{home / 'plain.db'}")


def _load(engine: Engine, frame: pd.DataFrame) -> None:
    with engine.begin() as connection:
        connection.execute(text(_TABLE))
        frame.drop(columns="growth").to_sql("stage", connection, if_exists="replace", index=False)
        connection.execute(text(_MERGE))


def _wide(engine: Engine, period: str) -> pd.DataFrame:
    query = text("SELECT * FROM figures WHERE period = :period")
    long = pd.read_sql(query, engine, params={"period": period})
    wide = long.pivot_table(index=["area", "form", "line", "label"], columns="measure", values="value").reset_index()
    return wide.reindex(columns=[*wide.columns, *({"plan", "plan_pct"} - set(wide.columns))])


def _files(home: Path, books: Sequence[Book]) -> pd.DataFrame:
    rows = [
        (book.area, book.period, book.file_name, len(book.content), len(book.places), "đã nạp", "inbox", home.name)
        for book in books
    ]
    return pd.DataFrame(rows, columns=["area", "period", "file", "size", "tables", "state", "channel", "home"])
