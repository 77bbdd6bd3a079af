"""What is usual: the groups of comparable lines, and how far each line is from its group, its history, its season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.checks.figures import Flags, Numbers, Places, Records, among, firsts, numbered
from ctdp_etl.checks.grouped import counted, quantile
from ctdp_etl.checks.hidiroglou_berthelot import SIZE, RatioEdit, hidiroglou_berthelot
from ctdp_etl.checks.rows import Rows
from ctdp_etl.model import Area

FEWEST = 8
"""A group of fewer units has no quartiles to speak of."""
FEWEST_MONTHS = 6
"""An own history of fewer growths says nothing of what is usual."""
NORMAL = 1.4826
"""The median absolute deviation times this is the standard deviation of a normal distribution."""
STEADY = 0.05
"""Figures that hardly ever move are judged as if they moved by 5 %: what is simulated or capped is too regular."""

SEASONAL = 2.0
"""Within this factor of the same month a year ago a month is what its season makes it."""

_MOST_NAMES = 8
_ANCHORS = ("month", "ytd", "yoy", "ytd_yoy")
_ALIKE = ("dataflow", "form", "indicator", "item")
_TABLE = ("submission_id", "form", "ref_area")


@dataclass(frozen=True, eq=False)
class Units:
    """The lines in groups: by indicator over areas (``areal``) where enough report it, else the rows of one table.

    ``anchors`` are positions in the figures: a figure of each line, to be named by.
    """

    codes: Places
    areal: Flags
    records: Records
    anchors: Places
    areas: Mapping[str, Area]

    def others(self, line: int) -> str:
        """Return what the units of the line's group are called."""
        return "địa phương cùng chỉ tiêu" if self.areal[line] else "dòng của biểu"

    def excluded(self, line: int, left_out: Flags) -> str:
        """Return the sentence that counts and names the units of the line's group that were not judged."""
        names = sorted(self._name(int(one)) for one in np.flatnonzero(left_out & (self.codes == self.codes[line])))
        if not names:
            return ""
        more = f" và {len(names) - _MOST_NAMES} đơn vị khác" if len(names) > _MOST_NAMES else ""
        return (
            f"Không xét {len(names)} đơn vị có số 0, số âm, thiếu hoặc đã nêu ở phát hiện khác: "
            f"{', '.join(names[:_MOST_NAMES])}{more}. "
        )

    def _name(self, line: int) -> str:
        record = self.records[self.anchors[line]]
        if not self.areal[line]:
            return " ".join(str(record["label"] or record["indicator"]).split())
        area = self.areas.get(record["ref_area"])
        return area.name if area is not None else str(record["ref_area"])


def find_units(rows: Rows, areas: Mapping[str, Area]) -> Units:
    """Return the groups of all lines; lines whose own cells have been left out stay units, to be listed."""
    figures, anchors = rows.figures, np.full(len(rows.lines), -1, dtype=np.int64)
    for role in _ANCHORS:
        anchors = np.where(anchors >= 0, anchors, rows.places[role])
    anchors = np.maximum(anchors, 0)
    groups, tables = numbered(figures, _ALIKE, anchors), numbered(figures, _TABLE, anchors)
    once = firsts(numbered(figures, (*_ALIKE, "ref_area"), anchors))
    areal = np.bincount(groups[once], minlength=len(anchors))[groups] >= FEWEST
    areal &= ~among(figures, "ref_area", {NATIONAL})[anchors]
    codes = np.unique(np.where(areal, groups, -1 - tables), return_inverse=True)[1]
    return Units(codes, areal, rows.told, anchors, areas)


def last_month(rows: Rows) -> Numbers:
    """Return last month as this report restates it, else as it was known."""
    restated = rows.value("last_month")
    return np.where(np.isnan(restated), rows.value("known_month"), restated)


def ratio_edit(rows: Rows, units: Units) -> RatioEdit:
    """Return the ratio edit; among the rows of one table, which have no unit in common, size does not tell."""
    size = np.where(units.areal, SIZE, 0.0)
    return hidiroglou_berthelot(last_month(rows), rows.value("month"), units.codes, size=size)


def off_group(edit: RatioEdit) -> Numbers:
    """Return how many times an outlier is off the median ratio of its group, less one; NaN for the others."""
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.maximum(edit.ratio / edit.middle, edit.middle / edit.ratio) - 1
    return np.where(edit.outlier & (edit.usable >= FEWEST), off, np.nan)


def in_season(rows: Rows) -> Flags:
    """Return the lines whose month is like that of a year ago, in its level or in what it makes of the month before."""
    known, now = rows.before("month"), rows.value("month")
    level = np.abs(_log(_ratio(now, rows.value("year_ago_month"))))
    moved = np.abs(_log(_ratio(now, last_month(rows))) - _log(_ratio(known[:, -2], known[:, -1])))
    return np.asarray(np.fmin(level, moved) <= np.log(SEASONAL), dtype=np.bool_)


def compared_with(rows: Rows) -> Numbers:
    """Return what the month is compared with: last month; in March the mean of January and February; else NaN."""
    before = last_month(rows)
    if rows.period.number == 3:
        return (before + rows.before("month")[:, 1]) / 2
    return np.full(len(before), np.nan) if rows.period.number < 3 else before


def log_growth(rows: Rows) -> Numbers:
    """Return the logarithm of the month over what it is compared with."""
    return _log(_ratio(rows.value("month"), compared_with(rows)))


def off_history(rows: Rows) -> tuple[Numbers, Numbers]:
    """Return how far the month's growth is from what is usual, in robust deviations, and the usual logarithm.

    The least of three departures counts: from the growths of the last year, from that of the same month a year ago, and
    from the level of that month; so neither a season nor the return to a usual level is told.
    """
    known, growth = rows.before("month"), log_growth(rows)
    past = _log(_ratio(known[:, :-1], known[:, 1:]))
    enough = ((~np.isnan(past)).sum(axis=1) >= FEWEST_MONTHS) & ~np.isnan(growth)
    usual, off = np.full(len(growth), np.nan), np.full(len(growth), np.nan)
    usual[enough] = np.nanmedian(past[enough], axis=1)
    spread = NORMAL * np.nanmedian(np.abs(past[enough] - usual[enough, None]), axis=1)
    level = _log(_ratio(rows.value("month"), rows.value("year_ago_month")))[enough]
    season = (growth - past[:, -1])[enough] if rows.period.number > 3 else level
    least = np.fmin(np.fmin(np.abs((growth - usual)[enough]), np.abs(level)), np.abs(season))
    off[enough] = least / np.maximum(spread, STEADY)
    return off, usual


def year_on_year(rows: Rows) -> tuple[Numbers, tuple[str, str, str]]:
    """Return the logarithm of growth over a year, and the roles it is taken from: of two months together in February.

    In January there is nothing to judge yet.
    """
    role = ("yoy", "month", "year_ago_month") if rows.period.number > 2 else ("ytd_yoy", "ytd", "year_ago_ytd")
    told, levels = rows.value(role[0]) / 100, _ratio(rows.value(role[1]), rows.value(role[2]))
    growth = _log(np.where(np.isnan(told), levels, told))
    return (np.full(len(growth), np.nan) if rows.period.number == 1 else growth), role


def off_growth(growth: Numbers, codes: Places) -> tuple[Numbers, Numbers, Places]:
    """Return the median of each group, the distance to it in robust deviations, and how many units are judged."""
    middle = quantile(growth, codes, 0.5)
    spread = np.maximum(NORMAL * quantile(np.abs(growth - middle), codes, 0.5), STEADY)
    usable = counted(~np.isnan(growth), codes)
    return middle, np.where(usable >= FEWEST, np.abs(growth - middle) / spread, np.nan), usable


def _ratio(now: Numbers, before: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return now / before


def _log(values: Numbers) -> Numbers:
    return np.log(np.where((values > 0) & np.isfinite(values), values, np.nan))
