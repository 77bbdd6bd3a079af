"""The hidden economy behind simulated figures: monthly levels, their estimates, and what a table says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum

from ctdp_etl.demo.chance import spread
from ctdp_etl.period import Period

_SEASON = (0.97, 0.93, 1.0, 1.0, 1.01, 1.01, 1.0, 1.01, 1.0, 1.02, 1.02, 1.03)
_TET = {"2025-01": 0.92, "2025-02": 1.03, "2026-01": 1.02, "2026-02": 0.92}
"""Tết fell on 2025-01-29 and 2026-02-17: fewer working days in one month, more in the other."""
_AMBITION = 1.08


@dataclass(frozen=True, slots=True)
class Series:
    """Levels of one indicator in one province: ``base`` is the monthly mean of 2025, ``growth`` its yearly factor.

    Levels are rounded to ``decimals`` as an office prints them, so that what is added up adds up in print.
    """

    names: tuple[str, ...]
    base: float
    growth: float
    decimals: int
    revision: float = 0.012

    def actual(self, month: Period) -> float:
        """Return the official level of the month."""
        return _level(self, month)

    def estimate(self, month: Period) -> float:
        """Return what was expected of the month while it was still running."""
        return round(_level(self, month) * spread(self.revision, *self.names, str(month), "estimate"), self.decimals)

    def plan(self, year: int) -> float:
        """Return the plan of the year, a round number somewhat above the year before."""
        before = fsum(self.actual(one) for one in _months(Period(year - 1, 12, "M")))
        return float(f"{before * _AMBITION:.3g}")


@dataclass(frozen=True, slots=True)
class Total:
    """Levels that are the sum of their parts, official and expected alike."""

    parts: tuple[Series | Total, ...]

    @property
    def decimals(self) -> int:
        """The decimals of the parts."""
        return self.parts[0].decimals

    def actual(self, month: Period) -> float:
        """Return the official level of the month."""
        return round(fsum(part.actual(month) for part in self.parts), self.decimals)

    def estimate(self, month: Period) -> float:
        """Return what was expected of the month while it was still running."""
        return round(fsum(part.estimate(month) for part in self.parts), self.decimals)

    def plan(self, year: int) -> float:
        """Return the plan of the year."""
        return round(fsum(part.plan(year) for part in self.parts), self.decimals)


Levels = Series | Total


def series(
    area: str, form: str, code: str, base: float, growth: float, *, decimals: int = 2, revision: float = 0.012
) -> Series:
    """Return the series of an indicator; its growth is the province's with what industry and indicator add."""
    own = growth * spread(0.05, form, code) * spread(0.08, area, form, code)
    return Series((area, form, code), base * spread(0.2, area, form, code, "base"), own, decimals, revision)


def level_values(levels: Levels, month: Period, digits: int) -> dict[str, float]:
    """Return what the report of ``month`` says of levels, by column; rates are indices with ``digits`` decimals."""
    earlier = _months(month)[:-1]
    decimals = levels.decimals
    estimate, before = levels.estimate(month), levels.actual(month.previous)
    year_ago = levels.actual(month.year_ago)
    cumulative = round(fsum([*(levels.actual(one) for one in earlier), estimate]), decimals)
    cumulative_ago = fsum(levels.actual(one.year_ago) for one in _months(month))
    plan = levels.plan(month.year)
    return {
        "plan": plan,
        "act_prev": before,
        "est": estimate,
        "ytd": cumulative,
        "mom": round(estimate / before * 100, digits),
        "yoy": round(estimate / year_ago * 100, digits),
        "ytd_yoy": round(cumulative / cumulative_ago * 100, digits),
        "plan_pct": round(cumulative / plan * 100, digits),
    }


def index_values(levels: Levels, month: Period, digits: int) -> dict[str, float]:
    """Return what the report of ``month`` says of an index of production, by column."""
    values = level_values(levels, month, digits)
    before = levels.actual(month.previous) / levels.actual(month.previous.year_ago)
    return {"prev_yoy": round(before * 100, digits), **{key: values[key] for key in ("mom", "yoy", "ytd_yoy")}}


@cache
def _months(month: Period) -> Sequence[Period]:
    """Return the months of the year up to ``month``."""
    return tuple(Period(month.year, number, "M") for number in range(1, month.number + 1))


@cache
def _level(one: Series, month: Period) -> float:
    factor = _SEASON[month.number - 1] * _TET.get(str(month), 1.0) * spread(0.03, *one.names, str(month))
    growth = {2024: 1 / one.growth, 2025: 1.0}.get(month.year, one.growth)
    return round(one.base * factor * growth, one.decimals)
