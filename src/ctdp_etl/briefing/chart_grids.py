"""Charts of cells: the map of tiles, and who kept the time of which report."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctdp_etl.briefing.chart_rows import printed
from ctdp_etl.briefing.document import Mark
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.tables import TEXT_WIDTH as WIDTH

_STEPS = (5, 10)
_TILE_WIDTH, _TILE_GAP = 17.4, 0.5
_MAP_HEIGHT, _TILE_HEIGHT = 156.0, 8.4
_NAMES, _TOTALS = 44.0, 14.0
_HEAD, _LEGEND = 8.0, 7.0
_CELLS_HEIGHT, _CELL_HEIGHT, _CELL_WIDTH = 196.0, 3.9, 22.0

KEPT, LATE, MISSING, REFUSED, NOT_DUE = "kept", "late", "missing", "refused", "not due"
"""What became of a report: in time, after its day, not there, there but not usable, not asked for."""
DISCIPLINE = {
    KEPT: "đã nhận",
    LATE: "nhận sau hạn",
    MISSING: "chưa nhận",
    REFUSED: "đã gửi, chưa dùng được",
}
_SIGNS = {LATE: "m", MISSING: "×", REFUSED: "?"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands: column and row of the grid; ``area`` is empty for the names in the sea."""

    area: str
    column: int
    row: int
    label: str
    second: str


def tiles(marks: Sequence[Mark], layout: Sequence[Place]) -> dict[str, Any]:
    """Return a tile for each locality, laid out by geography, and the names in the sea.

    Raise ``ValueError`` where the layout does not place every locality.
    """
    by_area: Mapping[str, Mark] = {mark.code: mark for mark in marks}
    placed = {place.area for place in layout if place.area}
    if placed != set(by_area):
        raise ValueError(f"the tile layout and the localities differ: {sorted(placed ^ set(by_area))}")
    rows = max(place.row for place in layout) + 1
    height = min(_TILE_HEIGHT, _MAP_HEIGHT / rows)
    drawn, sea = [], []
    for place in layout:
        spot = {
            "x": place.column * _TILE_WIDTH,
            "y": place.row * height,
            "label": place.label,
            "second": place.second,
        }
        if place.area:
            figure = by_area[place.area].figure
            drawn.append(spot | {"shade": _shade(figure), "text": printed(figure) if figure else "\u2026"})
        else:
            sea.append(spot)
    return {
        "height": rows * height + 0.6,
        "tile": (_TILE_WIDTH - _TILE_GAP, height - _TILE_GAP),
        "tiles": drawn,
        "sea": sea,
        "steps": tuple(str(step) for step in _STEPS),
        "doubtful": any(mark.figure.questioned for mark in marks if mark.figure),
    }


def discipline(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a grid: a row for each group, a column for each label, a cell for each mark by its code (``DISCIPLINE``).

    The cells of one state are one path, which draws much faster than as many rectangles. At the end of a row stands how
    many of its reports are missing or not usable.
    """
    rows, columns = list(dict.fromkeys(mark.group for mark in marks)), list(dict.fromkeys(mark.label for mark in marks))
    height = min(_CELL_HEIGHT, _CELLS_HEIGHT / len(rows))
    width = min(_CELL_WIDTH, (WIDTH - _NAMES - _TOTALS) / len(columns))
    y = {name: _HEAD + index * height for index, name in enumerate(rows)}
    x = {name: _NAMES + index * width for index, name in enumerate(columns)}
    paths: dict[str, list[str]] = {state: [] for state in DISCIPLINE}
    signs, open_ones = [], dict.fromkeys(rows, 0)
    for mark in marks:
        if mark.code in paths:
            path = f"M{x[mark.label] + 0.3:.2f} {y[mark.group] + 0.3:.2f}h{width - 0.6:.2f}v{height - 0.6:.2f}"
            paths[mark.code].append(f"{path}h{0.6 - width:.2f}z")
        if mark.code in _SIGNS:
            signs.append((x[mark.label] + width / 2, y[mark.group] + height - 1.15, _SIGNS[mark.code]))
        open_ones[mark.group] += mark.code in (MISSING, REFUSED)
    foot = _HEAD + len(rows) * height
    return {
        "height": foot + _LEGEND,
        "foot": foot,
        "cell": (width, height),
        "columns": [(x[name] + width / 2, textwrap.wrap(name, max(6, int(width / 1.45)))[:2]) for name in columns],
        "rows": [(y[name] + height - 1.05, name, open_ones[name]) for name in rows],
        "end": _NAMES + len(columns) * width + 1.5,
        "paths": {state: "".join(parts) for state, parts in paths.items() if parts},
        "signs": signs,
        "sign_of": _SIGNS,
        "words": {state: DISCIPLINE[state] for state, parts in paths.items() if parts},
    }


def _shade(figure: Figure | None) -> str:
    """Return the class of a tile's colour: direction as printed and step of size; none under an open error."""
    if figure is None or figure.questioned:
        return "none"
    size = sum(abs(figure.rounded) > step for step in _STEPS) + 1
    return {-1: f"down{size}", 0: "level", 1: f"up{size}"}[figure.sign]
