"""Data out: the current values about one period, and nothing of the run that stored them (GSBPM 7.2)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pandas import DataFrame
from sqlalchemy import Connection

from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.spreadsheet import spreadsheet
from ctdp_etl.warehouse.read import current_observations

COLUMNS = (
    *("source", "dataflow", "form", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status"),
    *("value", "text", "unit", "unit_mult", "qualifier", "reported_form", "vintage", "simulated"),
    *("sha256", "sheet", "cell", "raw"),
)
"""What an export says of each value; (sha256, sheet, cell) leads to the archived workbook."""

AGENCY = "CTDP"
STRUCTURE_VERSION = "1.0.0"
NOT_APPLICABLE = "_Z"
"""SDMX's code for a dimension that does not apply: the item of what is no register."""

_SDMX_COLUMNS = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *("REF_AREA", "INDICATOR", "ITEM", "MEASURE", "SOURCE", "FREQ", "TIME_PERIOD"),
    *("OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "UNIT_MULT", "OBS_TEXT", "SIMULATED"),
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")

Row = Mapping[str, Any]


def export(conn: Connection, period: Period | str, fmt: str, dataflow: str | None = None) -> bytes:
    """Return the current values whose time_period is ``period``, of one dataflow or of all, as a file.

    ``fmt`` is a key of ``FORMATS``. Warehouses that were sent the same give the same bytes. Raise ``CtdpError`` for a
    format that is not known.
    """
    write = FORMATS.get(fmt)
    if write is None:
        raise CtdpError(f"Không có định dạng {fmt!r}. Hãy chọn một trong: {', '.join(FORMATS)}.")
    dataflows = [dataflow] if dataflow else None
    about = str(period)
    found = current_observations(conn, vintage_to=None, dataflows=dataflows, time_from=about, time_to=about)
    return write(found.loc[found["time_period"] == about, list(COLUMNS)])


def _csv(values: DataFrame) -> bytes:
    return _comma_separated(COLUMNS, ([row[name] for name in COLUMNS] for row in _rows(values)))


def _xlsx(values: DataFrame) -> bytes:
    return spreadsheet("Số liệu", COLUMNS, ([row[name] for name in COLUMNS] for row in _rows(values)))


def _parquet(values: DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"value": pa.float64(), "unit_mult": pa.int64(), "simulated": pa.bool_()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in _rows(values)], schema=schema), target)
    return target.getvalue()


def _sdmx_csv(values: DataFrame) -> bytes:
    """Write SDMX-CSV 2.0: each row names its structure; the action is I, information."""
    return _comma_separated(_SDMX_COLUMNS, (_sdmx_row(row) for row in _rows(values)))


def _sdmx_row(row: Row) -> list[Any]:
    freq, time_period = _sdmx_time(row["time_period"])
    structure = ("dataflow", f"{AGENCY}:{row['dataflow']}({STRUCTURE_VERSION})", "I")
    key = (row["ref_area"], row["indicator"], row["item"] or NOT_APPLICABLE, row["measure"], row["source"])
    attributes = (row["obs_status"], row["unit"], row["unit_mult"], row["text"], row["simulated"])
    return [*structure, *key, freq, time_period, row["value"], *attributes]


def _sdmx_time(period: str) -> tuple[str, str]:
    """Return frequency and period as SDMX writes them: M and 2026-M10, Q and 2026-Q3, S and 2026-S1, A and 2026."""
    if len(period) == len("2026"):
        return "A", period
    if period[5] in "QS":
        return period[5], period
    return "M", f"{period[:5]}M{period[5:]}"


FORMATS: Mapping[str, Callable[[DataFrame], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "sdmx-csv": _sdmx_csv,
}
"""The formats of an export by name."""


def _rows(values: DataFrame) -> Iterator[Row]:
    for row in values.to_dict("records"):
        yield {str(name): None if name == "value" and math.isnan(cell) else cell for name, cell in row.items()}


def _comma_separated(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8")


def _cell(cell: Any) -> str:
    """Return a cell of a CSV file; an apostrophe keeps text that a spreadsheet would take for a formula text."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return str(cell).lower() if isinstance(cell, bool) else repr(cell)
