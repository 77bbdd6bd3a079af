"""Rows as frames that are alike from both databases: same order, same types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from pandas import DataFrame
from sqlalchemy import Connection, TextClause

from ctdp_etl.warehouse.statements import statement

_FLOATS = frozenset({"value", "observed", "expected", "tolerance", "value_before", "figure_value"})
_BOOLEANS = frozenset({"conflict", "simulated"})
_INTEGERS = frozenset(
    {
        *("unit_mult", "size", "number", "position", "figure_position", "source_position", "page"),
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
    rows = [tuple(row) for row in conn.execute(query, parameters)]
    rows.sort(key=itemgetter(*(columns.index(column) for column in order)))
    return frame(rows, columns)


def frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> DataFrame:
    """Return rows as a frame: float64, int64, bool or str by the name of the column, also where there are no rows."""
    found = DataFrame(rows, columns=list(columns))
    types = {column: _type(column) for column in columns}
    return found.astype({column: kind for column, kind in types.items() if found[column].dtype != kind})


def _type(column: str) -> str:
    if column in _FLOATS:
        return "float64"
    if column in _INTEGERS:
        return "int64"
    return "bool" if column in _BOOLEANS else "str"
