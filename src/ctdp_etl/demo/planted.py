"""Mistakes planted in simulated figures, as data, so that tests and readers can see that they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.demo.tables import DATA, Row, Table

_TWICE = 1.4
_LEVELS = ("act_prev", "est", "ytd")


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake: what kind, whose, when, where (table key, indicator code in that table, measure), in words.

    ``resent`` stands in the first of two files; the second, later one is right.
    """

    kind: str
    area: str
    period: str
    form: str
    code: str
    measure: str
    note: str


PLANTED = tuple(Planted(**row) for row in read_csv(DATA / "planted.csv"))


def kinds(area: str, period: str) -> frozenset[str]:
    """Return the kinds of mistakes in what the area sends for the period."""
    return frozenset(one.kind for one in PLANTED if (one.area, one.period) == (area, period))


def spoil(tables: Iterable[Table], area: str, period: str, *, resent: bool) -> tuple[Table, ...]:
    """Return the tables with the mistakes of figures; those of ``resent`` only where that is asked for."""
    here = [one for one in PLANTED if (one.area, one.period) == (area, period) and one.code]
    found = list(tables)
    for mistake in here:
        if mistake.kind == "resent" and not resent:
            continue
        found = [_spoil_table(table, mistake) if table.form == mistake.form else table for table in found]
    return tuple(found)


def _spoil_table(table: Table, mistake: Planted) -> Table:
    rows = (replace(row, values=_wrong(row, mistake.kind)) if row.code == mistake.code else row for row in table.rows)
    return replace(table, rows=tuple(rows))


def _wrong(row: Row, kind: str) -> Mapping[str, float]:
    right = row.values
    match kind:
        case "unit_slip":
            return {**right, **{column: round(right[column] * 1000, 2) for column in _LEVELS}}
        case "not_rolled":
            return {**right, "ytd": round(right["ytd"] - right["est"], 2)}
        case "mistyped":
            return {**right, "yoy": round(right["yoy"] + 20, 2)}
        case _:
            return _counted_twice(right)


def _counted_twice(right: Mapping[str, float]) -> Mapping[str, float]:
    """Return a level that is too large with rates that agree with it: only the sum shows the mistake."""
    month = round(right["est"] * _TWICE, 2)
    cumulative = round(right["ytd"] + month - right["est"], 2)
    rates = {rate: round(right[rate] * month / right["est"], 1) for rate in ("mom", "yoy")}
    later = {rate: round(right[rate] * cumulative / right["ytd"], 1) for rate in ("ytd_yoy", "plan_pct")}
    return {**right, "est": month, "ytd": cumulative, **rates, **later}
