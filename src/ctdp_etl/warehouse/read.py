"""What the warehouse knows: current values, what a period submitted, what was replaced and received."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd
from pandas import DataFrame
from sqlalchemy import Connection, Text, TextClause, bindparam

from ctdp_etl.model import KEY, OBSERVATION_COLUMNS, ObsStatus
from ctdp_etl.warehouse.decisions import applicable, corrections, override
from ctdp_etl.warehouse.findings import findings
from ctdp_etl.warehouse.frames import fetch, fetch_packed, frame, ordered
from ctdp_etl.warehouse.statements import statement

WAREHOUSE_COLUMNS = (
    *OBSERVATION_COLUMNS,
    *("submission_id", "sha256", "file_name", "vintage", "received_at", "simulated"),
)
"""The columns of an observation frame; ``vintage`` is the submission's reporting period."""

_TABLE_COLUMNS = (
    *("submission_id", "source", "dataflow", "form", "vintage", "sha256", "file_name", "received_at", "simulated"),
    "arrived_at",
)
_NUMBERS = ("value", "unit_mult", "conflict", "table_number")
_TEXTS = tuple(name for name in OBSERVATION_COLUMNS if name not in (*_TABLE_COLUMNS, *_NUMBERS))
_OF_TABLES, _OF_ROWS = ("sources", "dataflows"), ("areas", "measures", "periods")

_RANK = {ObsStatus.OFFICIAL: 0, ObsStatus.PRELIMINARY: 1}
_LAST_RANK = 2
_CELL_ORDER = (*KEY, "vintage", "received_at", "sha256", "sheet", "cell")
_SUBMISSION_COLUMNS = (
    *("submission_id", "source", "ref_area", "time_period", "sha256", "file_name", "received_at"),
    *("last_received_at", "state", "simulated"),
)
_FORM_COLUMNS = (
    *("submission_id", "source", "dataflow", "form", "sheet", "ref_area", "time_period", "title"),
    *("sha256", "file_name", "vintage", "received_at", "simulated", "position"),
)
_STANDING_COLUMNS = (
    *("source", "ref_area", "dataflow", "form", "submission_id", "sha256", "file_name", "received_at"),
    *("last_received_at", "withdrawn_at", "state", "simulated", "receipts"),
)
_FIRST_MONTH = {"": "01", "Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10", "S1": "01", "S2": "07"}
_LAST_MONTH = {"": "12", "Q1": "03", "Q2": "06", "Q3": "09", "Q4": "12", "S1": "06", "S2": "12"}


def current_observations(conn: Connection, **chosen: Any) -> DataFrame:
    """Return the one value that counts for each ``KEY`` among the chosen ``standing_observations``.

    It has ``WAREHOUSE_COLUMNS``, in the order of the keys.
    """
    return current(standing_observations(conn, **chosen))


def current(standing: DataFrame, vintage_to: str | None = None) -> DataFrame:
    """Return the one value that counts for each ``KEY`` among standing observations of vintages up to ``vintage_to``.

    The official figure comes before the preliminary, and that before the estimate; then the later vintage, the later
    arrival.
    """
    known = standing if vintage_to is None else standing[standing["vintage"] <= vintage_to]
    contested = known.duplicated(list(KEY), keep=False)
    versions = known[contested]
    versions = versions.assign(rank=versions["obs_status"].map(_RANK).fillna(_LAST_RANK))
    order = {"rank": True, "vintage": False, "arrived_at": False, "sha256": False, "sheet": True, "cell": True}
    versions = versions.sort_values(list(order), ascending=list(order.values())).drop_duplicates(list(KEY))
    return ordered(pd.concat([known[~contested], versions])[list(WAREHOUSE_COLUMNS)], KEY)


def standing_observations(
    conn: Connection,
    *,
    vintage_to: str | None,
    vintage_from: str | None = None,
    as_of: str | None = None,
    sources: Sequence[str] | None = None,
    dataflows: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    time_from: str | None = None,
    time_to: str | None = None,
    conflicts: bool = False,
) -> DataFrame:
    """Return what the tables that stand say: every version of a value, with ``WAREHOUSE_COLUMNS`` and ``arrived_at``.

    Reports of periods before ``vintage_from`` and after ``vintage_to`` are left out, and so is what came or was taken
    out after the instant ``as_of``; None means no such limit, and the same holds for the lists. ``time_from`` and
    ``time_to`` are periods: a value whose period shares a month with the time between them is kept, so that a range of
    months holds their quarters and years too; ``periods`` are the only ones that are kept. ``conflicts`` keeps what
    stands twice with unequal values. What was corrected by then has the corrected value, and its text as reported.
    ``conn`` is one of ``reading``: its statements have to see the same state.
    """
    if time_from or time_to:
        span = conn.execute(statement("read/time_span")).one()
        first, last = time_from or span.first or "", time_to or span.last or ""
        sharing = _periods_sharing(_first_month(first), _last_month(last)) if first and last else []
        periods = sharing if periods is None else sorted(set(sharing) & set(periods))
    limits = {"vintage_from": vintage_from, "vintage_to": vintage_to, "as_of": as_of}
    about = limits | _chosen(source=sources, dataflow=dataflows)
    tables = fetch(conn, _with_lists("read/standing_tables", _OF_TABLES), about, _TABLE_COLUMNS, order=())
    corrected = applicable(corrections(conn, as_of=as_of))
    settled = bool(corrected["conflict"].any())
    about |= {"every_conflict": conflicts or settled} | _chosen(area=areas, measure=measures, period=periods)
    query = _with_lists("read/standing_observations", (*_OF_TABLES, *_OF_ROWS))
    found = fetch_packed(conn, query, about, _TEXTS, _NUMBERS)
    common = tables.take(found["table_number"].to_numpy()).reset_index(drop=True)
    standing = override(pd.concat([found, common], axis="columns")[[*WAREHOUSE_COLUMNS, "arrived_at"]], corrected)
    return standing[~standing["conflict"]].reset_index(drop=True) if settled and not conflicts else standing


def _chosen(**lists: Sequence[str] | None) -> dict[str, Any]:
    """Return the parameters of lists that are None where there is no limit."""
    given: dict[str, Any] = {f"every_{name}": values is None for name, values in lists.items()}
    return given | {f"{name}s": list(values or ()) for name, values in lists.items()}


def _with_lists(name: str, lists: Sequence[str]) -> TextClause:
    return statement(name).bindparams(*(bindparam(one, expanding=True, type_=Text) for one in lists))


def submitted_observations(conn: Connection, period: str) -> DataFrame:
    """Return every observation of the tables that stand in the reports of ``period``, current or not, conflicts too."""
    found = standing_observations(conn, vintage_from=period, vintage_to=period, conflicts=True)
    return ordered(found[list(WAREHOUSE_COLUMNS)], _CELL_ORDER)


def withdrawn_rows(conn: Connection, period: str) -> DataFrame:
    """Return the observations whose keys stood before a resend of a table of ``period`` and are missing in it."""
    before = fetch(conn, "read/replaced_observations", {"period": period}, WAREHOUSE_COLUMNS, order=_CELL_ORDER)
    if before.empty:
        return before
    now = set(_keys(submitted_observations(conn, period)))
    return before[[key not in now for key in _keys(before)]].reset_index(drop=True)


def reported_earlier(conn: Connection, period: str, *, vintage_to: str | None) -> tuple[list[str], list[str]]:
    """Return the periods beside ``period``, and the measures, that reports of ``period`` to ``vintage_to`` tell."""
    about = {"period": period, "vintage_to": vintage_to}
    pairs = conn.execute(statement("read/reported_earlier"), about).all()
    return sorted({pair.time_period for pair in pairs}), sorted({pair.measure for pair in pairs})


def latest_period(conn: Connection, dataflow: str, measure: str, *, time_to: str, vintage_to: str | None) -> str | None:
    """Return the last month up to ``time_to`` for which a dataflow has a measure, or None."""
    about = {"dataflow": dataflow, "measure": measure, "time_to": time_to, "vintage_to": vintage_to}
    found: str | None = conn.execute(statement("read/latest_period"), about).scalar()
    return found


def submissions(conn: Connection, vintage_to: str | None = None, *, period: str | None = None) -> DataFrame:
    """Return submissions, of ``period`` or of periods up to ``vintage_to``, by (time_period, source, received_at).

    ``received_at`` is the first arrival, ``last_received_at`` the last; ``state`` is ``withdrawn`` for one taken out.
    """
    chosen = {"vintage_to": vintage_to, "period": period}
    order = ("time_period", "source", "received_at", "sha256")
    return fetch(conn, "read/submissions", chosen, _SUBMISSION_COLUMNS, order=order)


def submission_forms(conn: Connection, period: str) -> DataFrame:
    """Return the recognised tables that stand in the reports of ``period``, one a row, as ``model.Form`` names them.

    They come with submission_id, source, sha256, file_name, vintage, received_at, simulated and position (in the file).
    """
    order = ("source", "received_at", "sha256", "position")
    return fetch(conn, "read/submission_forms", {"period": period}, _FORM_COLUMNS, order=order)


def board(conn: Connection, period: str, *, today: str = "") -> DataFrame:
    """Return what was received for ``period``: one row for each (source, ref_area, dataflow).

    Columns: the newest submission that counts (submission_id, sha256, file_name, received_at, simulated), its
    ``state`` (``withdrawn`` where no table of the dataflow stands), ``receipts``, and ``errors``, ``warnings`` and
    ``notices`` that are open on the day ``today`` (as ``findings`` says). What is due and did not come is not known.
    """
    order = ("source", "ref_area", "dataflow", "last_received_at", "sha256", "form")
    forms = fetch(conn, "read/standing_forms", {"period": period}, _STANDING_COLUMNS, order=order)
    newest: dict[tuple[str, str, str], dict[Hashable, Any]] = {}
    for row in forms.to_dict("records"):
        place = (row["source"], row["ref_area"], row["dataflow"])
        if not row["withdrawn_at"] or newest.get(place, {"state": "withdrawn"})["state"] == "withdrawn":
            newest[place] = {**row, "state": "withdrawn" if row["withdrawn_at"] else row["state"]}
    found = findings(conn, period, today=today)
    counts = found[found["decision"].isna()].groupby(["source", "dataflow", "severity"]).size().to_dict()
    columns = ("source", "ref_area", "dataflow", "submission_id", "sha256", "file_name", "received_at", "state")
    severities = ("error", "warning", "notice")
    rows = [
        (
            *(row[name] for name in (*columns, "simulated", "receipts")),
            *(counts.get((row["source"], row["dataflow"], severity), 0) for severity in severities),
        )
        for row in newest.values()
    ]
    return frame(rows, (*columns, "simulated", "receipts", "errors", "warnings", "notices"))


def _keys(observations: DataFrame) -> list[tuple[Any, ...]]:
    return list(zip(*(observations[name].tolist() for name in KEY), strict=True))


def _periods_sharing(first: str, last: str) -> list[str]:
    """Return the months from ``first`` to ``last``, and the quarters, halves and years that they lie in."""
    found = []
    for year in range(int(first[:4]), int(last[:4]) + 1):
        months = [month for month in range(1, 13) if first <= f"{year:04d}-{month:02d}" <= last]
        found += [f"{year:04d}-{month:02d}" for month in months]
        found += sorted({f"{year:04d}-Q{(month + 2) // 3}" for month in months})
        found += sorted({f"{year:04d}-S{(month + 5) // 6}" for month in months})
        found += sorted({f"{year:04d}" for _ in months})
    return found


def _first_month(period: str) -> str:
    return f"{period[:4]}-{_FIRST_MONTH.get(period[5:], period[5:])}"


def _last_month(period: str) -> str:
    return f"{period[:4]}-{_LAST_MONTH.get(period[5:], period[5:])}"
