"""Rows as frames that are alike from both databases: same order, same types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas import DataFrame
from sqlalchemy import Connection, CursorResult, TextClause

from ctdp_etl.warehouse.statements import statement

_FLOATS = frozenset({"value", "observed", "expected", "tolerance", "value_before", "figure_value"})
_BOOLEANS = frozenset({"conflict", "simulated"})
_INTEGERS = frozenset(
    {
        *("unit_mult", "size", "number", "position", "figure_position", "source_position", "page", "table_number"),
        *("receipts", "errors", "warnings", "notices"),
    }
)


def fetch(
    conn: Connection,
    name: str | TextClause,
    parameters: Mapping[str, Any],
    columns: Sequence[str],
    *,
    order: Sequence[str],
) -> DataFrame:
    """Run a named query and return ``columns``, in the order of the columns ``order`` compared by code point."""
    query = statement(name) if isinstance(name, str) else name
    return ordered(frame(_tuples(conn.execute(query, parameters)), columns), order)


def _tuples(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """Return the rows as the driver gives them; SQLAlchemy's rows would cost a third more and are not kept."""
    return list(result.cursor.fetchall()) if result.cursor is not None else []


def ordered(found: DataFrame, order: Sequence[str]) -> DataFrame:
    """Return the rows in the order of the columns ``order``, texts compared by code point; as they are for none."""
    return found.sort_values(list(order), kind="stable", ignore_index=True) if order else found


def frame(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> DataFrame:
    """Return rows as a frame: float64, int64, bool or str by the name of the column, also where there are no rows."""
    cells = list(zip(*rows, strict=True)) or [() for _ in columns]
    return DataFrame({name: _array(name, values) for name, values in zip(columns, cells, strict=True)})


def _array(column: str, values: Sequence[Any]) -> Any:
    if column in _FLOATS:
        return np.array(values, dtype="float64")
    if column in _INTEGERS:
        return np.array(values, dtype="int64")
    if column in _BOOLEANS:
        return np.array(values, dtype="bool")
    # Arrow takes a list of texts in one go; pandas would look at each of them first.
    return pd.array(pa.array(values, pa.large_string()), dtype="str")
