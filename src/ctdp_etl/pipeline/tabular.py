"""A frame as a file: CSV, XLSX, Parquet or JSON; the same frame gives the same bytes, text is never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from pandas import DataFrame, Series

from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.spreadsheet import spreadsheet

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
_SHEET = "Số liệu"


def comma_separated(values: DataFrame) -> bytes:
    """Return a CSV file (UTF-8) with the columns of ``values``; a double is written with all its digits."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(values.columns)
    writer.writerows(zip(*(_texts(values[name]) for name in values), strict=True))
    return target.getvalue().encode("utf-8")


def as_sheet(values: DataFrame) -> bytes:
    """Return a workbook with the columns of ``values``; raise ``CtdpError`` for more rows than a sheet can hold."""
    return spreadsheet(_SHEET, list(values.columns), zip(*(_cells(values[name]) for name in values), strict=True))


def as_parquet(values: DataFrame) -> bytes:
    """Return a Parquet file with the columns of ``values``: float64, int64, bool or string."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"f": pa.float64(), "i": pa.int64(), "b": pa.bool_()}
    columns = {
        str(name): pa.array(_cells(values[name]), kinds.get(values[name].dtype.kind, pa.string())) for name in values
    }
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def as_json(values: DataFrame) -> bytes:
    """Return the rows of ``values`` as a JSON list of objects (UTF-8); what is no number is null."""
    names = [str(name) for name in values]
    rows = zip(*(_cells(values[name]) for name in values), strict=True)
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows], option=orjson.OPT_INDENT_2) + b"\n"


TABULAR: Mapping[str, Callable[[DataFrame], bytes]] = {
    "csv": comma_separated,
    "xlsx": as_sheet,
    "parquet": as_parquet,
    "json": as_json,
}


def writer_of(fmt: str, formats: Mapping[str, Callable[[DataFrame], bytes]]) -> Callable[[DataFrame], bytes]:
    """Return what writes the format ``fmt``; raise ``CtdpError`` for one that is not known."""
    if fmt not in formats:
        raise CtdpError(f"Không có định dạng {fmt!r}. Hãy chọn một trong: {', '.join(formats)}.")
    return formats[fmt]


def _cells(column: Series) -> list[Any]:
    """Return the values of a column as Python has them, None for what is no number."""
    cells = column.tolist()
    return [None if cell != cell else cell for cell in cells] if column.dtype.kind == "f" else cells


def _texts(column: Series) -> list[str]:
    """Return the cells of a CSV file; an apostrophe keeps text that a spreadsheet would take for a formula text."""
    cells = column.tolist()
    match column.dtype.kind:
        case "f":
            return ["" if cell != cell else repr(cell) for cell in cells]
        case "b":
            return [str(cell).lower() for cell in cells]
        case "i":
            return [repr(cell) for cell in cells]
        case _:
            return [f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in cells]
