"""Step: the briefing of a period, printed once for each content (GSBPM 6, 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from ctdp_etl.briefing.compose import compose
from ctdp_etl.briefing.industry import CHART_MONTHS
from ctdp_etl.briefing.inputs import BriefingInput, Letterhead
from ctdp_etl.catalog import NATIONAL, Areas
from ctdp_etl.errors import GateShutError
from ctdp_etl.model import Decision, Measure
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collector
from ctdp_etl.pipeline.check import as_finding, check, findings
from ctdp_etl.pipeline.editions import as_of, published_path, standing_reports
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.side_by_side import Made, Stored, make
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import as_frame, board
from ctdp_etl.resources import REPORT
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.decisions import applicable, corrections, decisions
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.ledger import receipts
from ctdp_etl.warehouse.publications import record_publication
from ctdp_etl.warehouse.read import current, latest_period, reported_earlier, standing_observations


@dataclass(frozen=True, slots=True)
class Printed:
    """A briefing on disk; ``new`` is False where the same content was published before."""

    path: Path
    sha256: str
    number: int
    new: bool
    figures: int
    pages: int
    simulated: bool
    warnings: tuple[str, ...]


@collector.held()
def brief(
    site: Site, period: Period, *, latest: bool = False, out: Path | None = None, is_checked: bool = False
) -> Printed:
    """Check and print the briefing of ``period`` and return it; ``out`` gets a copy.

    It says what reports of periods up to this one say (every report with ``latest``), as known when the last of them
    came: the same reports give the same bytes on any day. ``is_checked`` tells that the checks have just run. Raise
    ``GateShutError`` where no report of the period stands.
    """
    known = standing_reports(site, None if latest else period)
    if not (known["time_period"] == str(period)).any():
        raise GateShutError(
            f"Chưa in báo cáo {period.vietnamese}: chưa có báo cáo nào của kỳ này trong kho. "
            f"Hãy chạy `ctdp status {period}`."
        )
    known_until = as_of(site, period, known, latest=latest)
    documents = findings(site, period) if is_checked and not latest else check(site, period, latest=latest)
    made = make(compose(gathered(site, period, latest, known, known_until, documents)), stored_ids(site, known))
    return record(site, REPORT, period, NATIONAL, known_until, made, out)


def record(
    site: Site,
    name: str,
    period: Period,
    area: str,
    known_until: str,
    made: Made,
    out: Path | None,
    *,
    within: Connection | None = None,
) -> Printed:
    """Store a report that was made and put its file in place, a copy at ``out``; equal content is the same edition.

    ``within`` is a transaction that this is a part of: its ledger knows the report only once the file is there.
    """
    publication, new = record_publication(
        within or site.engine,
        report=name,
        period=str(period),
        area=area,
        content_sha256=made.sha256,
        as_of=known_until,
        published_at=site.settings.now(),
        figures=made.figures,
    )
    path = published_path(site.settings, str(period), publication.number, name, area)
    for target in filter(None, (path, out)):
        write_whole(target, made.pdf)
    return Printed(
        path, made.sha256, publication.number, new, len(made.figures), made.pages, made.simulated, made.warnings
    )


def stored_ids(site: Site, known: pd.DataFrame) -> Stored:
    """Return the ids in the ledger of the submissions ``known`` and of all receipts."""
    keys = zip(known["source"], known["time_period"], known["sha256"], strict=True)
    with site.engine.connect() as connection:
        came = receipts(connection)
    return Stored(
        dict(zip(keys, known["submission_id"], strict=True)),
        dict(zip(zip(came["source"], came["sha256"], strict=True), came["id"], strict=True)),
    )


def letterhead(settings: Settings) -> Letterhead:
    """Return the office's part of a document, as the settings have it."""
    return Letterhead(
        agency=settings.agency,
        parent_agency=settings.parent_agency,
        place=settings.place,
        document_sign=settings.document_sign,
        signatory=settings.signatory,
        signatory_title=settings.signatory_title,
    )


def gathered(
    site: Site,
    period: Period,
    latest: bool,
    known: pd.DataFrame,
    known_until: str,
    documents: Sequence[dict[str, Any]],
    charted: Sequence[str] | None = (NATIONAL,),
    more: Sequence[dict[str, Any]] = (),
) -> BriefingInput:
    """Return what a briefing of ``period`` is made from.

    ``charted`` are the areas (None: all) whose index goes over a year, ``more`` what else is printed, as
    ``standing_observations`` is asked.
    """
    with reading(site.engine) as connection:
        decided = _decided(connection, documents)
        base = (*_year_ago(site.catalog.areas, period, known), *more)
        current, previous = _printable(connection, period, None if latest else str(period), base, charted)
    return BriefingInput(
        period=period,
        current=current,
        previous=previous,
        findings=[as_finding(one) for one in documents if one["decision"] is None],
        decisions=decided,
        board=as_frame(board(site, period, at=known_until)),
        submissions=known,
        catalog=site.catalog,
        letterhead=letterhead(site.settings),
        as_of=known_until,
    )


def _decided(connection: Connection, documents: Sequence[dict[str, Any]]) -> list[Decision]:
    """Return the waivers of the period's findings and the corrections of stored values, those that hold."""
    waived = {one["decision"]["id"] for one in documents if one["decision"]}
    corrected = set(applicable(corrections(connection))["decision_id"])
    return [one for one in decisions(connection) if one.id in waived | corrected]


def _printable(
    connection: Connection,
    period: Period,
    vintage_to: str | None,
    base: Sequence[dict[str, Any]],
    charted: Sequence[str] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what may be printed of ``period``, and of that what was known before the month's reports and may differ.

    Beside the month these are the levels of the month before, what the reports say of other periods, the country's
    index over the months of its chart, its growths of a year ago, labour of the last month that has any, and what old
    areas said a year ago.
    """
    now, before = str(period), str(period.previous)
    periods, measures = reported_earlier(connection, now, vintage_to=vintage_to)
    labour = latest_period(connection, "LABOUR", Measure.YOY, time_to=now, vintage_to=vintage_to)
    chart = {"time_from": str(period.shift(-CHART_MONTHS)), "dataflows": ["IIP"], "areas": charted}
    chosen: tuple[dict[str, Any], ...] = (
        {"periods": sorted({*periods, before} - {now}), "measures": sorted({*measures, Measure.MONTH})},
        {"periods": [now]},
        {**chart, "measures": [Measure.YOY]},
        {"periods": [str(period.year_ago)], "areas": [NATIONAL], "measures": [Measure.YOY, Measure.YTD_YOY]},
        {"periods": [labour] if labour and labour != now else [], "dataflows": ["LABOUR"]},
        *base,
    )
    earlier, *rest = (standing_observations(connection, vintage_to=vintage_to, **one) for one in chosen)
    standing = pd.concat([one for one in (earlier, *rest) if len(one)] or [earlier], ignore_index=True)
    return current(standing), current(earlier, vintage_to=before)


def _year_ago(areas: Areas, period: Period, known: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Return which levels of a year ago are the base of areas merged since then; nothing where there are none.

    They are looked for with those who report on old areas or on the whole country, so that the others are not read.
    """
    then = str(period.year_ago)
    old = sorted({code for area in areas.at(str(period)) for code in areas.members(area.code, then, then)})
    senders = sorted(set(known.loc[known["ref_area"].isin([NATIONAL, *old]), "source"]))
    if not old or not senders:
        return ()
    return ({"periods": [then], "areas": old, "measures": [Measure.MONTH, Measure.YTD], "sources": senders},)
