"""Step: print a report that goes with a month (companions.py): once for each content, province by province."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ctdp_etl.briefing.inputs import BriefingInput
from ctdp_etl.briefing.span_tables import YEARS
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.checks import CHECKS
from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.model import Measure
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collector
from ctdp_etl.pipeline.brief import Printed, gathered, record, stored_ids
from ctdp_etl.pipeline.calendar import later
from ctdp_etl.pipeline.check import check, findings
from ctdp_etl.pipeline.editions import as_of, standing_reports
from ctdp_etl.pipeline.reports import Report, report
from ctdp_etl.pipeline.revisions import sender_table
from ctdp_etl.pipeline.side_by_side import Made, make_each
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import board

_WRITTEN = {"M": "2026-10", "Q": "2026-Q3", "S": "2026-S1", "A": "2026"}
"""How a period of each kind is written."""


@dataclass(frozen=True, slots=True)
class CompanionPrint:
    """What became of one report: it is ``printed``, or ``why`` says what kept it, a fault where it ``failed``."""

    area: str
    printed: Printed | None
    why: str = ""
    failed: bool = False


def print_companions(
    site: Site,
    name: str,
    period: Period,
    areas: Sequence[str] = (),
    *,
    latest: bool = False,
    out: Path | None = None,
    is_checked: bool = False,
) -> Iterator[CompanionPrint]:
    """Print the report ``name`` about ``period``, of ``areas`` (none: every province), and yield each as it is done.

    The frames are fetched once. A province that sent nothing is passed over with a word, and a fault in one stops no
    other. Raise ``GateShutError`` where nothing about the period stands, ``CtdpError`` for a period it is not about.
    """
    about = report(name)
    if period.freq not in about.frequencies:
        forms = ", ".join(_WRITTEN[freq] for freq in _WRITTEN if freq in about.frequencies)
        raise CtdpError(f"Không lập {about.title} cho kỳ {period}. Hãy viết dạng {forms}.")
    known = standing_reports(site, None if latest else period.last_month)
    if not (known["time_period"] == str(period.last_month)).any():
        raise GateShutError(
            f"Chưa in {about.title} {period.vietnamese}: chưa có báo cáo nào của kỳ này trong kho. "
            f"Hãy chạy `ctdp status {period.last_month}`."
        )
    asked = _areas(site, about, period, known, areas)
    reported = [area for area in asked if not about.by_area or has_reported(known, period, area)]
    for area in asked:
        if area not in reported:
            yield CompanionPrint(area, None, f"{_name(site, area)}: chưa có báo cáo nào của kỳ {period}, không in.")
    if reported:
        with collector.held():
            inputs = gathered_for(site, about, period, known, latest=latest, is_checked=is_checked)
            for area, done in make_each(inputs, stored_ids(site, known), reported):
                yield _printed(site, about, period, area, inputs.as_of, done, out)


def _areas(site: Site, about: Report, period: Period, known: pd.DataFrame, areas: Sequence[str]) -> Sequence[str]:
    if not about.by_area:
        if areas:
            raise CtdpError(f"{about.title} nói về cả nước. Hãy bỏ --area.")
        return (NATIONAL,)
    every = [area.code for area in site.catalog.areas.at(str(period.last_month))]
    wrong = [area for area in areas if area not in every]
    if wrong:
        raise CtdpError(f"{', '.join(wrong)} không phải tỉnh, thành phố của kỳ {period}.")
    return areas or every


def _name(site: Site, area: str) -> str:
    return site.catalog.areas.by_code[area].name


def has_reported(known: pd.DataFrame, period: Period, area: str) -> bool:
    """Say whether a report of the area itself stands for the period."""
    return bool(((known["time_period"] == str(period.last_month)) & (known["ref_area"] == area)).any())


def gathered_for(
    site: Site, about: Report, period: Period, known: pd.DataFrame, *, latest: bool = False, is_checked: bool = False
) -> BriefingInput:
    """Return what the report ``about`` the period is made from; that of one province needs its ``home`` too."""
    month = period.last_month
    until = as_of(site, month, known, latest=latest)
    documents = findings(site, month) if is_checked and not latest else check(site, month, latest=latest)
    charted = None if about.by_area else (NATIONAL,)
    is_longer = period.freq != "M"
    inputs = gathered(site, month, latest, known, until, documents, charted, _longer(period) if is_longer else ())
    found = replace(inputs, report=about.name, sections=about.sections, span=period if is_longer else None)
    return _with_senders(site, month, known, found) if about.needs_senders else found


def _with_senders(site: Site, month: Period, known: pd.DataFrame, inputs: BriefingInput) -> BriefingInput:
    """Return the material with what is known of the senders over the year, and what each check is called."""
    told = known.loc[known["ref_area"] != NATIONAL, "time_period"]
    first = max(str(month.shift(-11)), min(told if len(told) else known["time_period"]))
    # What was due by the last deadline of the month and did not come is missing, whenever this is printed.
    deadline = max((line.due_at for line in board(site, month, at=inputs.as_of)), default="")
    until = max(inputs.as_of, later(deadline, timedelta(seconds=1)) if deadline else "")
    table = sender_table(site, Period.parse(first), month, until, with_later_checks=True)
    names = {code: (check.family, check.title) for code, check in CHECKS.items()}
    return replace(inputs, senders=table, families=names)


def _longer(period: Period) -> tuple[dict[str, Any], ...]:
    """Return what a quarter, half or year is told from: its months, those of a year ago, other years' last."""
    months = [*period.first_month.until(period.last_month)]
    before = [month.shift(-12) for month in months]
    others = [period.last_month.shift(-12 * back) for back in range(2, YEARS)]
    own = [str(one) for one in (*months, period, period.year_ago)]
    return (
        {"periods": own},
        {"periods": [str(month) for month in before], "measures": [Measure.MONTH]},
        {"periods": [str(before[-1]), *map(str, others)], "measures": [Measure.YTD, Measure.YTD_YOY]},
    )


def _printed(
    site: Site, about: Report, period: Period, area: str, known_until: str, done: Made | Exception, out: Path | None
) -> CompanionPrint:
    if isinstance(done, Exception):
        why = str(done) if isinstance(done, CtdpError) else f"{type(done).__name__}: {done}"
        return CompanionPrint(area, None, f"{_name(site, area)}: không in được. {why}", failed=True)
    return CompanionPrint(area, record(site, about.name, period, area, known_until, done, out))
