"""Every version of every figure, with the time in which it stood; what a sender sent again, late or with errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pandas import DataFrame
from sqlalchemy import Connection, Text, TextClause, bindparam

from ctdp_etl.model import DecisionKind
from ctdp_etl.warehouse.decisions import decisions
from ctdp_etl.warehouse.frames import fetch, fetch_packed
from ctdp_etl.warehouse.statements import statement

VERSION_COLUMNS = (
    *("source", "dataflow", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status"),
    *("value", "unit", "unit_mult", "vintage", "known_from", "known_to", "simulated"),
    *("sha256", "file_name", "sheet", "cell"),
)
"""``known_from`` and ``known_to`` are instants (UTC text): from when to when its table stood; '' while it stands."""

ARRIVAL_COLUMNS = (
    *("submission_id", "source", "ref_area", "dataflow", "form", "vintage", "sha256", "file_name", "simulated"),
    *("known_from", "known_to", "table_number"),
)

_FETCHED = (*ARRIVAL_COLUMNS[:10], "replaced_at", "withdrawn_at", "table_number")
_TEXTS = ("ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status", "unit", "sheet", "cell")
_NUMBERS = ("value", "unit_mult", "table_number")
_FILE = ("source", "dataflow", "sha256")
_OF_TABLES, _OF_ROWS = ("sources", "dataflows"), ("areas", "indicators", "measures", "periods")


def versions(
    conn: Connection,
    *,
    as_of: str | None = None,
    sources: Sequence[str] | None = None,
    dataflows: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
) -> DataFrame:
    """Return every version of the chosen figures known at ``as_of`` (None: now), as their senders reported them.

    It has ``VERSION_COLUMNS``; ``periods`` are the periods of the figures. What stands twice in a workbook with unequal
    values is no version. ``conn`` is one of ``reading``: two statements have to see the same state.
    """
    tables = arrivals(conn, as_of=as_of, sources=sources, dataflows=dataflows)
    about = _chosen(source=sources, dataflow=dataflows, area=areas, indicator=indicators, measure=measures)
    about |= {"as_of": as_of} | _chosen(period=periods)
    query = _with_lists("read/version_observations", (*_OF_TABLES, *_OF_ROWS))
    found = fetch_packed(conn, query, about, _TEXTS, _NUMBERS)
    return found.merge(tables.drop(columns="ref_area"), on="table_number")[list(VERSION_COLUMNS)]


def arrivals(
    conn: Connection,
    *,
    as_of: str | None = None,
    sources: Sequence[str] | None = None,
    dataflows: Sequence[str] | None = None,
) -> DataFrame:
    """Return every arrival of each table up to ``as_of`` with ``ARRIVAL_COLUMNS``, in the order of time."""
    about = {"as_of": as_of} | _chosen(source=sources, dataflow=dataflows)
    order = ("known_from", "source", "vintage", "form", "sha256")
    found = fetch(conn, _with_lists("read/table_versions", _OF_TABLES), about, _FETCHED, order=order)
    withdrawn = found["withdrawn_at"]
    if as_of is not None:
        withdrawn = withdrawn.where(withdrawn <= as_of, "")
    replaced = found["replaced_at"]
    ended = withdrawn.where((withdrawn != "") & ((replaced == "") | (withdrawn < replaced)), replaced)
    return found.assign(known_to=ended)[list(ARRIVAL_COLUMNS)]


def restated_measures(conn: Connection) -> list[str]:
    """Return the measures in which reports speak of other periods than their own; no other is ever revised."""
    return sorted(conn.execute(statement("read/restated_measures")).scalars())


def files_with_errors(conn: Connection, first: str, last: str, *, as_of: str | None = None) -> DataFrame:
    """Return (vintage, source, dataflow, sha256) of each file of the reports of these months with an error in it.

    What a waiver accepted is no error; ``dataflow`` is '' for an error about the whole file.
    """
    about = {"first": first, "last": last, "as_of": as_of}
    found = fetch(conn, "read/files_with_errors", about, ("id", *_FILE, "vintage"), order=())
    waived = {one.finding_id for one in decisions(conn, as_of=as_of) if one.kind == DecisionKind.WAIVE}
    return found.loc[~found["id"].isin(list(waived)), ["vintage", *_FILE]].drop_duplicates(ignore_index=True)


def _chosen(**lists: Sequence[str] | None) -> dict[str, Any]:
    """Return the parameters of lists that are None where there is no limit."""
    given: dict[str, Any] = {f"every_{name}": values is None for name, values in lists.items()}
    return given | {f"{name}s": list(values or ()) for name, values in lists.items()}


def _with_lists(name: str, lists: Sequence[str]) -> TextClause:
    return statement(name).bindparams(*(bindparam(one, expanding=True, type_=Text) for one in lists))
