"""Charts as geometry: where bars, points and tiles stand, in millimetres; SVG templates draw them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctdp_etl.briefing.document import Chart, Mark
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.tables import TEXT_WIDTH as WIDTH

_LABEL, _NUMBER = 62.0, 17.0
_ROW, _BAR = 5.6, 3.9
_LINE_HEIGHT, _LINE_TOP, _LINE_BOTTOM = 54.0, 7.0, 13.0
_WRAP = 42
_STEPS = (5, 10)
_TILE_WIDTH, _TILE_GAP = 17.4, 0.5
_MAP_HEIGHT, _TILE_HEIGHT = 156.0, 8.4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands: column and row of the grid; ``area`` is empty for the names in the sea."""

    area: str
    column: int
    row: int
    label: str
    second: str


def geometry(chart: Chart, layout: Sequence[Place] = ()) -> dict[str, Any]:
    """Return what the template of the chart's kind draws; ``layout`` places the tiles of a map."""
    match chart.kind:
        case "bars":
            return bars(chart.marks)
        case "line":
            return line(chart.marks)
        case "tiles":
            return tiles(chart.marks, layout)
        case _:
            raise ValueError(f"no chart is called {chart.kind!r}")


def bars(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return horizontal bars from a common zero, falls to the left."""
    values = [mark.figure.value for mark in marks if mark.figure]
    low, high = min(0.0, *values), max(0.0, *values)
    left = _LABEL + (_NUMBER if low < 0 else 1)
    right = WIDTH - _NUMBER
    scale = (right - left) / (high - low or 1.0)
    zero = left - low * scale
    drawn = []
    for index, mark in enumerate(mark for mark in marks if mark.figure):
        figure: Figure = mark.figure  # type: ignore[assignment]
        end = zero + figure.value * scale
        drawn.append(
            {
                "lines": textwrap.wrap(mark.label, _WRAP)[:2] or [""],
                "middle": index * _ROW + _ROW / 2 + 1,
                "top": index * _ROW + (_ROW - _BAR) / 2 + 1,
                "x": min(zero, end),
                "width": abs(end - zero),
                "falls": figure.value < 0,
                "text": printed(figure),
                "text_x": end + (-1 if figure.value < 0 else 1),
                "strong": mark.strong,
            }
        )
    return {"width": WIDTH, "height": len(drawn) * _ROW + 2, "bar_height": _BAR, "zero": zero, "bars": drawn}


def line(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a line over time whose missing points are gaps."""
    values = [mark.figure.value for mark in marks if mark.figure]
    low, high = min(0.0, *values), max(0.0, *values)
    height = _LINE_HEIGHT - _LINE_TOP - _LINE_BOTTOM
    step = (WIDTH - 12) / max(1, len(marks) - 1)

    def y(value: float) -> float:
        return _LINE_TOP + (high - value) / (high - low or 1.0) * height

    points: list[dict[str, Any]] = []
    strokes: list[list[tuple[float, float]]] = [[]]
    for index, mark in enumerate(marks):
        x = 6 + index * step
        point: dict[str, Any] = {"x": x, "label": mark.label, "y": None, "text": "", "text_y": 0.0}
        if mark.figure is None:
            strokes.append([])
        else:
            spot = y(mark.figure.value)
            strokes[-1].append((x, spot))
            point |= {"y": spot, "text": printed(mark.figure), "text_y": spot + (5 if mark.figure.value < 0 else -2.2)}
        points.append(point)
    return {
        "width": WIDTH,
        "height": _LINE_HEIGHT,
        "zero": y(0.0),
        "points": points,
        "strokes": [stroke for stroke in strokes if len(stroke) > 1],
    }


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
        "width": WIDTH,
        "height": rows * height + 0.6,
        "tile": (_TILE_WIDTH - _TILE_GAP, height - _TILE_GAP),
        "tiles": drawn,
        "sea": sea,
        "steps": tuple(str(step) for step in _STEPS),
    }


def printed(figure: Figure) -> str:
    """Return a figure's text with the mark of an open error."""
    return figure.printed + figure.marks


def _shade(figure: Figure | None) -> str:
    """Return the class of a tile's colour: direction as printed and step of size."""
    if figure is None:
        return "none"
    size = sum(abs(figure.rounded) > step for step in _STEPS) + 1
    return {-1: f"down{size}", 0: "level", 1: f"up{size}"}[figure.sign]
