"""Rows as frames that are alike from both databases: same order, same types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas import DataFrame
from sqlalchemy import Connection, CursorResult, TextClause

from ctdp_etl.warehouse.statements import statement

_FLOATS = frozenset(
    {
        *("value", "observed", "expected", "tolerance", "figure_value"),
        *("obs_value", "corrected", "reported"),
    }
)
_BOOLEANS = frozenset({"conflict", "simulated", "is_override", "of_reading"})
_INTEGERS = frozenset(
    {
        *("unit_mult", "size", "number", "position", "figure_position", "source_position", "page", "table_number"),
        *("receipts", "errors", "warnings", "notices"),
    }
)

SEPARATOR = "\x1f"
"""What stands between the texts of a row that are fetched as one; no stored observation holds it."""


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


def fetch_packed(
    conn: Connection, query: TextClause, parameters: Mapping[str, Any], texts: Sequence[str], others: Sequence[str]
) -> DataFrame:
    """Run a query whose rows are ``texts`` packed into one by ``:packing``, then the columns ``others``; return both.

    A driver makes a Python object of every cell; of a long row of texts it makes one, and Arrow takes it apart.
    """
    packing = {"packing": SEPARATOR.join(["%s"] * len(texts))}
    packed, *cells = list(zip(*_tuples(conn.execute(query, {**parameters, **packing})), strict=True)) or [
        () for _ in ("packed", *others)
    ]
    parts = pc.split_pattern(pa.array(packed, pa.large_string()), SEPARATOR).flatten()
    if len(parts) != len(packed) * len(texts):
        raise ValueError(f"{len(parts)} texts in {len(packed)} rows of {len(texts)}")
    found = {
        name: pd.array(parts.take(np.arange(place, len(parts), len(texts))), dtype="str")
        for place, name in enumerate(texts)
    }
    return DataFrame(found | {name: _array(name, values) for name, values in zip(others, cells, strict=True)})


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
