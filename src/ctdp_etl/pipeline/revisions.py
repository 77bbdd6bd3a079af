"""What became of figures after they were first reported: vintages out, triangles, statistics, senders (GSBPM 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from pandas import DataFrame
from sqlalchemy import Connection

from ctdp_etl.model import Measure
from ctdp_etl.period import Period, days_late
from ctdp_etl.pipeline.calendar import due_instant, local_day, local_month
from ctdp_etl.pipeline.receipts import FAILED, filed_month, known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.series.revisions import revised, statistics
from ctdp_etl.series.senders import REPORT_COLUMNS, senders
from ctdp_etl.series.vintages import history, releases, triangle
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.vintages import arrivals, files_with_errors, restated_measures, versions

LONG_COLUMNS = (
    *("rev_date", "time_period", "value", "source", "dataflow", "ref_area", "indicator", "item", "label", "measure"),
    *("unit", "unit_mult", "obs_status", "vintage", "simulated", "sha256", "sheet", "cell"),
)
"""The long format of real-time databases: from the day ``rev_date`` on (Vietnam) ``value`` was what was known."""

_NO_ESTIMATES = frozenset({Measure.PLAN, Measure.PLAN_PCT, Measure.SHARE})
"""Plans are restated each month and are no estimates: they would only thin the statistics out."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which figures: ``periods`` are those of the figures; None means all, ``as_of`` None means now."""

    periods: Sequence[str] | None = None
    sources: Sequence[str] | None = None
    dataflows: Sequence[str] | None = None
    areas: Sequence[str] | None = None
    indicators: Sequence[str] | None = None
    measures: Sequence[str] | None = None
    as_of: str | None = None


def long(site: Site, chosen: Chosen) -> DataFrame:
    """Return every value that ever counted with ``LONG_COLUMNS``, the last of each day; no number: nothing counted."""
    found = history(_versions(site, chosen))
    days = {instant: str(local_day(instant)) for instant in found["known_at"].unique()}
    dated = found.assign(rev_date=found["known_at"].map(days).astype("str"))
    return dated.drop_duplicates(["key", "rev_date"], keep="last")[list(LONG_COLUMNS)]


def triangles(site: Site, chosen: Chosen) -> DataFrame:
    """Return the revision triangles: a row for each series and period, a column for each reporting period."""
    return triangle(releases(_versions(site, chosen)))


def series_statistics(site: Site, chosen: Chosen) -> DataFrame:
    """Return the statistics of the revisions of each series."""
    return statistics(_revised(site, chosen))


VIEWS: Mapping[str, Callable[[Site, Chosen], DataFrame]] = {
    "long": long,
    "triangle": triangles,
    "statistics": series_statistics,
}
"""What ``ctdp revisions`` can write, by name."""


def sender_table(
    site: Site, first: Period | None, last: Period | None, as_of: str | None = None, *, with_later_checks: bool = False
) -> DataFrame:
    """Return the table of senders over the reports of the months from ``first`` to ``last`` (None: all that came).

    ``with_later_checks`` counts the errors too that were found after ``as_of`` in what had come by then.
    """
    with reading(site.engine) as connection:
        came = arrivals(connection, as_of=as_of)
        months = sorted(came["vintage"].unique())
        begin, end = str(first or "") or min(months, default=""), str(last or "") or max(months, default="")
        wrong = files_with_errors(connection, begin, end, as_of=None if with_later_checks else as_of)
    came = came[came["vintage"].between(begin, end)]
    until = as_of or site.settings.now()
    reports = _reports(site, came, _wrong_files(wrong), _due(site, begin, end), until)
    found = _revised(site, Chosen(as_of=as_of))
    return senders(reports, found[found["first_release"].between(begin, end)])


def _versions(site: Site, chosen: Chosen) -> DataFrame:
    with reading(site.engine) as connection:
        return _chosen_versions(connection, chosen, chosen.measures)


def _revised(site: Site, chosen: Chosen) -> DataFrame:
    """Return the revisions of the chosen figures; of what no report restates nothing is fetched."""
    with reading(site.engine) as connection:
        told = chosen.measures or sorted(set(restated_measures(connection)) - _NO_ESTIMATES)
        found = _chosen_versions(connection, chosen, told)
    return revised(releases(found, several=True))


def _chosen_versions(connection: Connection, chosen: Chosen, measures: Sequence[str] | None) -> DataFrame:
    return versions(
        connection,
        as_of=chosen.as_of,
        sources=chosen.sources,
        dataflows=chosen.dataflows,
        areas=chosen.areas,
        indicators=chosen.indicators,
        measures=measures,
        periods=chosen.periods,
    )


def _wrong_files(wrong: DataFrame) -> set[tuple[str, str, str, str]]:
    """Return (vintage, source, dataflow, sha256) of the files with errors; dataflow '' for one about the whole file."""
    return set(wrong[["vintage", "source", "dataflow", "sha256"]].itertuples(index=False, name=None))


def _due(site: Site, begin: str, end: str) -> dict[tuple[str, str, str], str]:
    """Return the instants at which the registered sources owe the reports of the months from ``begin`` to ``end``."""
    if not begin or not end:
        return {}
    return {
        (source.id, str(period), form): due_instant(period, source.due_day or site.catalog.dataflows[form].due_day)
        for period in Period.parse(begin).last_month.until(Period.parse(end).last_month)
        for source in site.sources
        if source.in_force(str(period))
        for form in source.forms
    }


def _reports(
    site: Site,
    came: DataFrame,
    wrong: set[tuple[str, str, str, str]],
    due: Mapping[tuple[str, str, str], str],
    until: str,
) -> DataFrame:
    """Return ``REPORT_COLUMNS``: a row for each report that came or was due before ``until``; late is what was due."""
    refused = _refused(site)
    rows = []
    groups = came.groupby(["source", "vintage", "dataflow"], sort=True)
    first = groups[["known_from", "sha256"]].first()
    tables = came.groupby(["source", "vintage", "dataflow", "form", "ref_area"], sort=True)["submission_id"].nunique()
    resends = tables.groupby(level=[0, 1, 2], sort=True).max() - 1
    for report, (arrived, sha256), again in zip(first.index, first.to_numpy(), resends, strict=True):
        source, vintage, dataflow = report
        bad = {(vintage, source, dataflow, sha256), (vintage, source, "", sha256)} & wrong
        was_refused = refused.get((source, vintage), arrived) < arrived
        late = float(days_late(arrived, due.get(report, "")))
        rows.append((*report, late, float(not bad and not was_refused), int(again)))
    nan = float("nan")
    for report in sorted(one for one, instant in due.items() if instant < until and one not in first.index):
        rows.append((*report, nan, 0.0 if report[:2] in refused else nan, 0))
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS)).astype({"days_late": "float64", "is_right": "float64"})


def _refused(site: Site) -> dict[tuple[str, str], str]:
    """Return when the first file of a sender for a month was refused."""
    found: dict[tuple[str, str], str] = {}
    for receipt in known_receipts(site):
        if receipt.state == FAILED and receipt.source:
            month = filed_month(receipt) or local_month(receipt.received_at)
            found.setdefault((receipt.source, month), receipt.received_at)
    return found
