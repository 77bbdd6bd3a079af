"""How a good engineer would otherwise read the month: told for every table where it starts and what its columns are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from benchmarks.month import Book, Place

RATES = ("mom", "yoy", "ytd_yoy", "prev_yoy")
_IDS = ["area", "form", "period", "line", "label", "growth"]
Cell = tuple[str, str, int, str, str, float]
"""Area, form, row, label, column, value."""


def pandas_melted(books: Iterable[Book], engine: str) -> pd.DataFrame:
    """Return one long frame: every book by ``read_excel``, its sheets cut at their known offsets, melted at the end."""
    frames = []
    for book in books:
        sheets = pd.read_excel(BytesIO(book.content), sheet_name=None, header=None, engine=engine)
        frames += [_cut(sheets[place.sheet], book, place) for place in book.places]
    return _melted(frames, _IDS)


def pandas_addressed(books: Sequence[Book]) -> pd.DataFrame:
    """Return the same by openpyxl, labels stripped, with the unit, the file, the sheet and the cell of every figure."""
    frames = []
    for book in books:
        sheets = pd.read_excel(BytesIO(book.content), sheet_name=None, header=None, engine="openpyxl")
        for place in book.places:
            frame = _cut(sheets[place.sheet], book, place)
            frame["label"] = frame["label"].str.strip(" -")
            frame["unit"] = _units(sheets[place.sheet], place)
            frame["row"] = frame["line"] + place.first
            frames.append(frame.assign(file=book.file_name, sheet=place.sheet))
    columns = {
        (book.area, place.form, name): get_column_letter(column)
        for book in books
        for place in book.places
        for column, name in place.columns.items()
    }
    long = _melted(frames, [*_IDS, "unit", "file", "sheet", "row"])
    long["cell"] = long.apply(lambda row: f"{columns[row['area'], row['form'], row['measure']]}{row['row']}", axis=1)
    return long


def _units(sheet: pd.DataFrame, place: Place) -> pd.Series | str:
    if not place.units:
        return place.unit
    units = sheet.iloc[place.first - 1 : place.last, place.units - 1].str.strip()
    return units.where(units != '"').ffill()


def _melted(frames: list[pd.DataFrame], ids: list[str]) -> pd.DataFrame:
    wide = pd.concat(frames, ignore_index=True)
    long = wide.melt(id_vars=ids, var_name="measure", value_name="value").dropna(subset=["value"])
    written = [isinstance(value, str) for value in long["value"]]
    texts = long.loc[written, "value"].str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    long.loc[written, "value"] = texts
    long["value"] = pd.to_numeric(long["value"])
    long.loc[long["growth"] & long["measure"].isin(RATES), "value"] += 100
    return long


def _cut(sheet: pd.DataFrame, book: Book, place: Place) -> pd.DataFrame:
    frame = sheet.iloc[place.first - 1 : place.last, [place.label - 1, *(column - 1 for column in place.columns)]]
    frame.columns = ["label", *place.columns.values()]
    return frame.assign(
        line=range(len(frame)), area=book.area, form=place.form, period=book.period, growth=place.growth
    )


def openpyxl_loop(books: Iterable[Book]) -> list[Cell]:
    """Return the cells by openpyxl's read-only mode, row by row."""
    cells: list[Cell] = []
    for book in books:
        file = openpyxl.load_workbook(BytesIO(book.content), read_only=True, data_only=True)
        for place in book.places:
            rows = file[place.sheet].iter_rows(place.first, place.last, 1, place.width, values_only=True)
            cells += _cells(book, place, rows)
        file.close()
    return cells


def calamine_loop(books: Iterable[Book]) -> list[Cell]:
    """Return the cells by python-calamine, row by row."""
    cells: list[Cell] = []
    for book in books:
        file = CalamineWorkbook.from_filelike(BytesIO(book.content))
        for place in book.places:
            rows = file.get_sheet_by_name(place.sheet).to_python(skip_empty_area=False)
            cells += _cells(book, place, rows[place.first - 1 : place.last])
    return cells


def _cells(book: Book, place: Place, rows: Iterable[Any]) -> list[Cell]:
    found = []
    for number, row in enumerate(rows, place.first):
        label = row[place.label - 1]
        for column, name in place.columns.items():
            value = row[column - 1]
            if value is None or value == "":
                continue
            if isinstance(value, str):
                value = float(value.replace(".", "").replace(",", "."))
            if place.growth and name in RATES:
                value += 100
            found.append((book.area, place.form, number, label, name, value))
    return found


def unzip_and_count(books: Iterable[Book]) -> int:
    """Return the number of values: what any reader has to do at least."""
    value = re.compile(rb"<v>")
    count = 0
    for book in books:
        with zipfile.ZipFile(BytesIO(book.content)) as package:
            for name in package.namelist():
                content = package.read(name)
                if name.startswith("xl/worksheets/"):
                    count += sum(1 for _ in value.finditer(content))
    return count
