"""The briefs of all provinces and the national briefing, against WeasyPrint's own floor and a plain way to print them.

The floor is WeasyPrint on the finished HTML, one document after the other in one process: nothing that composes, traces
or stores. The plain way is what one would write first: the same figures as pandas' default tables, in one process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path

import pandas as pd
from pypdf import PdfReader
from weasyprint import CSS, HTML

from benchmarks import homes
from benchmarks.month import Book
from benchmarks.timing import Way, interleave, ratios
from ctdp_etl import resources
from ctdp_etl.briefing.compose import composed, material
from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.fonts import typeface
from ctdp_etl.briefing.inputs import BriefingInput
from ctdp_etl.briefing.markup import Printer, style
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collect, load
from ctdp_etl.pipeline.brief import stored_ids
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.editions import standing_reports
from ctdp_etl.pipeline.print_companions import gathered_for
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.side_by_side import PROCESSES, Made, Stored, make, make_each
from ctdp_etl.resources import REPORT

_PROVINCE = "province_brief"


@dataclass(frozen=True)
class Material:
    """One month, fetched once: what the reports are made from, and the areas that reported."""

    inputs: BriefingInput
    stored: Stored
    areas: tuple[str, ...]

    @cached_property
    def finished(self) -> list[tuple[str, str]]:
        """The HTML and the style of every province's brief."""
        month = material(self.inputs)
        return [_finished(composed(month, replace(self.inputs, home=area))) for area in self.areas]

    @cached_property
    def national(self) -> BriefingInput:
        """What the national briefing is made from."""
        return replace(self.inputs, report=REPORT, sections=(), home=NATIONAL)


def measure(folder: Path, before: Sequence[Book], now: Sequence[Book], rounds: int) -> list[str]:
    """Return the lines of the section on briefs."""
    given = _gathered(folder / "briefs", before, now)
    briefs = [
        Way(f"**ctdp_etl**, {PROCESSES} processes", lambda: _side_by_side(given)),
        Way("the same in one process", lambda: _one_by_one(given)),
        Way("WeasyPrint on the finished HTML, one process", lambda: [_floor(*one) for one in given.finished]),
        Way("the plain way, one process", lambda: [_plain(given.inputs, area) for area in given.areas]),
    ]
    finished = _finished(composed(material(given.national), given.national))
    national = [
        Way("**ctdp_etl**", lambda: make(composed(material(given.national), given.national), given.stored).pdf),
        Way("WeasyPrint on the finished HTML", lambda: _floor(*finished)),
        Way("the plain way", lambda: _plain(given.inputs, None)),
    ]
    lines: list[str] = []
    for title, ways in ((f"The briefs of {len(given.areas)} provinces", briefs), ("The national briefing", national)):
        made: dict[str, int] = {}
        for way in ways:
            way.check = partial(_count, made, way.name)
        interleave(ways, rounds, warm_up=False)
        lines += [f"{title}:", "", *_table(ways, [made[way.name] for way in ways]), ""]
    return lines


def _count(made: dict[str, int], name: str, result: object) -> None:
    """Note how many pages a way printed; that is not timed."""
    documents = result if isinstance(result, list) else [result]
    made[name] = sum(len(PdfReader(BytesIO(pdf)).pages) for pdf in documents)


def _gathered(home: Path, before: Sequence[Book], now: Sequence[Book]) -> Material:
    homes.prepare_ours(home, before, now)
    site, month = homes.site(home), Period.parse(now[0].period)
    collect.collect(site, month)
    for outcome in load.load(site, month):
        if outcome.message:
            raise RuntimeError(outcome.message)
    check(site, month)
    known = standing_reports(site, month)
    inputs = gathered_for(site, report(_PROVINCE), month, known, is_checked=True)
    found = Material(inputs, stored_ids(site, known), tuple(book.area for book in now))
    site.engine.dispose()
    return found


def _side_by_side(given: Material) -> list[bytes]:
    done = dict(make_each(given.inputs, given.stored, given.areas))
    faults = [one for one in done.values() if not isinstance(one, Made)]
    if faults:
        raise RuntimeError(str(faults[0]))
    return [one.pdf for one in done.values() if isinstance(one, Made)]


def _one_by_one(given: Material) -> list[bytes]:
    month = material(given.inputs)
    return [make(composed(month, replace(given.inputs, home=area)), given.stored).pdf for area in given.areas]


def _finished(briefing: Briefing) -> tuple[str, str]:
    reports, face = resources.folder("reports"), typeface()
    return Printer(reports, face).html(briefing), style(reports, briefing.report, face)


def _floor(html: str, css: str) -> bytes:
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string=css)], pdf_variant="pdf/a-3a")
    return pdf


def _plain(inputs: BriefingInput, area: str | None) -> bytes:
    """Return every figure of the month, of one area or of all, as pandas' default tables."""
    frame = inputs.current[inputs.current["time_period"] == str(inputs.period)]
    frame = frame[frame["ref_area"] == area] if area else frame
    parts = [f"<h2>{flow}</h2>{_wide(group).to_html()}" for flow, group in frame.groupby("dataflow")]
    html = f"<html lang='vi'><body><h1>{area or 'VN'} {inputs.period}</h1>{''.join(parts)}</body></html>"
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string="table { font-size: 9pt }")])
    return pdf


def _wide(group: pd.DataFrame) -> pd.DataFrame:
    rows = ["ref_area", "label"]
    return group.pivot_table(index=rows, columns="measure", values="value", aggfunc="first").round(1)


def _table(ways: Sequence[Way], pages: Sequence[int]) -> list[str]:
    lines = ["| way | seconds: median (least-most) | pages | ms a page | time over ours |", "|---|---|---|---|---|"]
    for way, count in zip(ways, pages, strict=True):
        middle, least, most = ratios(way, ways[0])
        over = "1" if way is ways[0] else f"**{middle:.2f}** ({least:.2f}-{most:.2f})"
        span = f"{way.median:.1f} ({min(way.seconds):.1f}-{max(way.seconds):.1f})"
        lines.append(f"| {way.name} | {span} | {count} | {way.median / count * 1000:.0f} | {over} |")
    return lines
