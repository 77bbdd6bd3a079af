"""Section: labour of industrial enterprises, by branch and by locality."""

from __future__ import annotations

from dataclasses import replace

from ctdp_etl.briefing.document import Block, Paragraph, Runs, Section
from ctdp_etl.briefing.localities import localities
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import closed, comparison, directions, joined, split
from ctdp_etl.period import Period

_AGAINST = "cùng thời điểm năm trước"
_SUBJECT = "Chỉ số sử dụng lao động của doanh nghiệp công nghiệp"


def labour(month: Month) -> Section | None:
    """Return the section on labour by locality, or None where nothing was reported.

    Where the month has no figures it shows the latest month that has, by that month's provinces, and says so; provinces
    that are no more are not ranked.
    """
    then = _latest(month)
    if then is None:
        return None
    blocks: list[Block] = []
    if then.period != month.period:
        blocks.append(Paragraph((f"Chưa có số liệu {month.period.vietnamese}; số mới nhất là {_of(then)}.",), "note"))
    country = _country(then)
    if country:
        blocks.append(Paragraph(closed(country)))
    dated = "" if then.period == month.period else f" {then.period.vietnamese}"
    of_today = then.areas == month.areas
    blocks += localities(then, "LABOUR", _SUBJECT, f"Lao động công nghiệp{dated}", _AGAINST, ranked=of_today)
    return Section("Lao động trong doanh nghiệp công nghiệp theo địa phương", tuple(blocks)) if blocks else None


def _latest(month: Month) -> Month | None:
    """Return the material as of the latest month up to this one in which the country or a province has labour."""
    periods = {key[3] for key in month.facts if key[0] == "LABOUR" and key[4] == "yoy" and key[3] <= month.now}
    return replace(month, period=Period.parse(max(periods))) if periods else None


def _of(month: Month) -> str:
    return f"của {month.period.vietnamese}, theo {len(month.areas)} tỉnh, thành phố khi đó"


def labour_headline(month: Month) -> Runs:
    """Return the country's labour and the counts of localities as one sentence without its full stop."""
    country, counts = _country(month), _counts(month)
    if counts and not country:
        return (f"lao động của doanh nghiệp công nghiệp so với {_AGAINST} ", *counts)
    return joined([country, counts], last="; ")


def _counts(month: Month) -> Runs:
    facts = month.provinces("LABOUR", "TOTAL", "yoy")
    return directions(month, f"LABOUR.{month.now}.yoy", split(month, facts), whole=True) if facts else ()


def _country(month: Month) -> Runs:
    found = {measure: month.country("LABOUR", "TOTAL", measure) for measure in ("mom", "yoy")}
    growth = {measure: month.figures.growth(fact) if fact else None for measure, fact in found.items()}
    runs = comparison(month, growth["mom"], growth["yoy"], None)
    day = f"01/{month.period.number:02d}/{month.period.year}"
    return (f"lao động của doanh nghiệp công nghiệp tại thời điểm {day} ", *runs) if runs else ()
