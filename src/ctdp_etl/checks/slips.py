"""Power-of-ten slips of levels: which cells of a line, moved by 10, 1000 or a million, agree with all else known."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ctdp_etl.checks.figures import Numbers
from ctdp_etl.checks.rows import Rows

CELLS = ("month", "ytd", "last_month")
_MONTH, _LAST, _KNOWN = 0, 2, 3
EXPONENTS = (3, -3, 1, -1, 2, -2, 6, -6, 9, -9)
RESTATED, ROLLED, GROWN, USUAL, SPREAD, MORE = 0.5, 0.6, 0.2, 0.6, 0.7, 0.35
"""How far honest figures may part: logarithms to base ten, and for ``ROLLED`` shares of a month.

A thousand is told from honest variation more easily than ten: ``MORE`` is allowed then."""

_FAR = 1.5
_UNDECIDED = -1.0

Flags = npt.NDArray[np.bool_]


class Slip(NamedTuple):
    """A slipped cell: its position in the figures, its line and role, its power of ten, and whether that is certain."""

    place: int
    line: int
    role: str
    exponent: int
    certain: bool


@dataclass(frozen=True)
class Slips:
    """The slipped cells, and the lines whose history had slipped: their own figures are right again."""

    cells: tuple[Slip, ...]
    echoes: frozenset[int]

    @property
    def places(self) -> list[int]:
        """The positions of the slipped cells in the figures."""
        return [cell.place for cell in self.cells]


def find_slips(rows: Rows) -> Slips:
    """Return the smallest set of slipped cells that explains each line which honest figures cannot explain.

    A line is suspect where an identity fails by more than restatement explains (certain), or, where no identity can
    be told, where two comparisons inside the row are apart by more than a factor of thirty (not certain).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        firm, loose = (found[:, 0] for found in _misfits(rows, (), (0,)))
        certain: Flags = np.any(firm > 0, axis=0)
        alone = (firm[:-2] == _UNDECIDED).all(axis=0)
        suspect = certain | (alone & ((loose > _FAR).sum(axis=0) >= 2))
        echoes = _echoes(rows, suspect)
        found = _explain(rows, suspect & ~echoes, certain)
    cells = tuple(
        Slip(int(rows.places[role][line]), line, role, exponent, bool(certain[line]))
        for line, exponents in sorted(found.items())
        for role, exponent in zip(CELLS, exponents, strict=True)
        if exponent
    )
    return Slips(cells, frozenset(np.flatnonzero(echoes).tolist()))


def _explain(rows: Rows, suspect: Flags, certain: Flags) -> dict[int, tuple[int, ...]]:
    """Return for the lines that slips explain the power of ten of each cell: the fewest cells, moved alike."""
    found: dict[int, tuple[int, ...]] = {}
    lines, rows, firmly = np.flatnonzero(suspect), rows.some(suspect), certain[suspect]
    open_lines = np.ones(len(lines), dtype=bool)
    for cells in (cells for size in (1, 2, 3) for cells in itertools.combinations(range(len(CELLS)), size)):
        if not open_lines.any():
            break
        firm, loose = _misfits(rows, cells, EXPONENTS)
        fits = open_lines & (firm <= 0).all(axis=0) & (loose <= 0).all(axis=0)
        fits &= ((firm != _UNDECIDED).sum(axis=0) + (loose != _UNDECIDED).sum(axis=0)) >= 2
        if _MONTH in cells or _LAST in cells:
            # A season that begins or ends looks like a slipped month where nothing else can be asked.
            fits &= firmly
        for cell in cells:
            fits &= rows.places[CELLS[cell]] >= 0
        for line in np.flatnonzero(fits.any(axis=0)):
            exponent = EXPONENTS[int(fits[:, line].argmax())]
            found[int(lines[line])] = tuple(exponent if cell in cells else 0 for cell in range(len(CELLS)))
        open_lines &= ~fits.any(axis=0)
    return found


def _echoes(rows: Rows, suspect: Flags) -> Flags:
    """Lines that agree with the months before the previous report, once that report's figures are moved."""
    lines = np.zeros(len(suspect), dtype=bool)
    if not suspect.any():
        return lines
    rows = rows.some(suspect)
    firm, loose = _misfits(rows, (_KNOWN,), EXPONENTS)
    fits = (firm <= 0).all(axis=0) & (loose <= 0).all(axis=0)
    usual = _apart(rows.value("month"), rows.usual_month) <= USUAL
    lines[np.flatnonzero(suspect)[usual & fits.any(axis=0)]] = True
    return lines


def _misfits(rows: Rows, moved: tuple[int, ...], exponents: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """Return by how much each comparison exceeds what honest figures allow: firm identities, then loose ones.

    By comparison, exponent and line: the ``exponents`` are taken off the cells that are moved, or off what was known
    of the previous month; -1 is undecided or met.
    """
    shape = (len(exponents), len(rows.lines))
    powers = np.array([[10.0**exponent] for exponent in exponents])
    more = np.array([[MORE if abs(exponent) > 1 else 0.0] for exponent in exponents])
    month, ytd, last, known_month, known_ytd = (
        _positive(rows.value(role) / (powers if number in moved else 1.0))
        for role, number in zip((*CELLS, "known_month", "known_ytd"), (0, 1, 2, _KNOWN, _KNOWN), strict=True)
    )
    months = rows.period.number
    growth = _positive(rows.value("yoy"))
    base = ytd / rows.value("ytd_yoy") - known_ytd / rows.value("known_ytd_yoy")
    restated = np.where(np.isnan(last - known_month), 0.0, last - known_month)
    largest = np.fmax(np.fmax(month, last), known_month)
    # Out of season a month is unlike the year's, and a cumulative no multiple of it. That a season turns is believed
    # where the month of a year ago and the table's own index say so.
    odd_before = _apart(known_month, rows.usual_month) > USUAL
    odd_now = (_apart(rows.value("year_ago_month"), rows.usual_month) > USUAL) & ~np.isnan(rows.value("mom"))
    even = ~(_apart(known_ytd, (months - 1) * known_month) > SPREAD)
    firm = [
        _apart(last, known_month) - RESTATED,
        np.abs(ytd - known_ytd - month - restated) / largest - np.where(np.isnan(last), 1.0, ROLLED) - more,
        _apart(month / last * 100, rows.value("mom")) - GROWN,
        _apart(month / rows.value("year_ago_month") * 100, growth) - GROWN,
        _apart(ytd / rows.value("year_ago_ytd") * 100, rows.value("ytd_yoy")) - GROWN,
        _apart(month / _positive(base), growth) - RESTATED,
        np.log10(month / ytd) - 0.05,
        np.log10(last / ytd) - 0.05 if months > 1 else np.full(shape, np.nan),
    ]
    loose = [
        np.where(odd_before == odd_now, _apart(month, last) - USUAL, np.nan),
        np.where(odd_before | odd_now, np.nan, _apart(month, rows.usual_month) - USUAL),
        np.where(odd_before == odd_now, _apart(month, known_month) - USUAL, np.nan),
        np.where(even & ~odd_now, _apart(ytd, months * month) - SPREAD, np.nan),
        np.where(even, _apart(ytd, months * last) - SPREAD, np.nan),
    ]
    return _decided(firm, shape), _decided([misfit - more for misfit in loose], shape)


def _positive(values: Numbers) -> Numbers:
    return np.where(values > 0, values, np.nan)


def _apart(left: Numbers, right: Numbers) -> Numbers:
    return np.abs(np.log10(left / right))


def _decided(misfits: list[Numbers], shape: tuple[int, int]) -> Numbers:
    stacked = np.stack([np.broadcast_to(misfit, shape) for misfit in misfits])
    return np.where(np.isnan(stacked), _UNDECIDED, stacked)
