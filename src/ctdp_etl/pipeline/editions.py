"""The printed contents of a month's briefing, and whether the newest says what the warehouse knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import end_of
from ctdp_etl.pipeline.decided import today
from ctdp_etl.pipeline.receipts import WITHDRAWN
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.decisions import decisions, last_decision
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.read import submissions
from ctdp_etl.warehouse.releases import Edition
from ctdp_etl.warehouse.releases import editions as stored_editions


def editions(site: Site, period: Period, name: str = REPORT, area: str | None = NATIONAL) -> list[Edition]:
    """Return the printed contents of a report about ``period`` and ``area`` (None: each), oldest number first."""
    with site.engine.connect() as connection:
        return stored_editions(connection, name, str(period), area)


def published_path(settings: Settings, period: str, number: int, name: str = REPORT, area: str = NATIONAL) -> Path:
    """Return where the report about ``period`` and ``area`` with this number stands."""
    return settings.published / period / file_name(period, number, name, area)


def file_name(period: str, number: int, name: str = REPORT, area: str = NATIONAL) -> str:
    """Return the file of a report in the folder of its period, as its report.yaml names it."""
    return f"{report(name).file.format(period=period, area=area)}-so-{number:02d}.pdf"


def standing_reports(site: Site, vintage_to: Period | None) -> pd.DataFrame:
    """Return the submissions of periods up to ``vintage_to`` (None: all) that nobody took out."""
    with site.engine.connect() as connection:
        known = submissions(connection, vintage_to=str(vintage_to) if vintage_to else None)
    return known[known["state"] != WITHDRAWN]


def as_of(site: Site, period: Period, reports: pd.DataFrame, *, latest: bool = False) -> str:
    """Return the instant up to which a briefing of ``period`` made from these reports knows.

    It is the last event that changes what the briefing says: an arrival, a decision, the end of a waiver. With
    ``latest`` reports of later periods are among them.
    """
    with reading(site.engine) as connection:
        decided = last_decision(connection, str(period), vintage_to=None if latest else str(period))
        waivers = [one.until for one in decisions(connection) if one.vintage == str(period) and one.until]
    ended = [end_of(date.fromisoformat(day)) for day in waivers if day < today(site)]
    return max(str(reports["last_received_at"].max()), decided, *ended)


def is_printed(site: Site, period: Period) -> bool:
    """Say whether no briefing of ``period`` is due: what is known is on disk, or was released, or nothing came.

    What comes after a release is told by the next month's briefing; printing it is the operator's choice.
    """
    reports = standing_reports(site, period)
    if not (reports["time_period"] == str(period)).any():
        return True
    return any(
        (one.released_at or one.as_of == as_of(site, period, reports))
        and published_path(site.settings, str(period), one.number).is_file()
        for one in editions(site, period)
    )
