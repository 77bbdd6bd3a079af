"""Charts over time: one line, or many small ones on the same scale; a month that nobody reported is a gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ctdp_etl.briefing.chart_rows import printed
from ctdp_etl.briefing.document import Mark
from ctdp_etl.briefing.tables import TEXT_WIDTH as WIDTH

_HEIGHT, _TOP, _BOTTOM, _SIDE = 54.0, 7.0, 13.0, 6.0
_ACROSS, _PANEL_HEIGHT, _PANEL_GAP = 3, 31.0, 5.0
_PANEL_TOP, _PANEL_BOTTOM, _PANEL_RIGHT = 9.0, 6.0, 11.0


def line(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a line over time with the number at every point."""
    values = [mark.figure.value for mark in marks if mark.figure]
    low, high = min(0.0, *values), max(0.0, *values)
    height = _HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - 2 * _SIDE) / max(1, len(marks) - 1)
    points, strokes = _points(marks, _SIDE, step, lambda value: _TOP + (high - value) / (high - low or 1.0) * height)
    zero = _TOP + high / (high - low or 1.0) * height
    return {"height": _HEIGHT, "zero": zero, "points": points, "strokes": strokes}


def multiples(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a small line for each group, all on one scale, with the last number and the ends of the time."""
    groups: dict[str, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(mark.group, []).append(mark)
    values = [mark.figure.value for mark in marks if mark.figure]
    low, high = min(0.0, *values), max(0.0, *values)
    height = _PANEL_HEIGHT - _PANEL_TOP - _PANEL_BOTTOM
    width = (WIDTH - (_ACROSS - 1) * _PANEL_GAP) / _ACROSS
    panels = []
    for index, (name, members) in enumerate(groups.items()):
        left, top = index % _ACROSS * (width + _PANEL_GAP), index // _ACROSS * _PANEL_HEIGHT

        def y(value: float, top: float = top) -> float:
            return top + _PANEL_TOP + (high - value) / (high - low or 1.0) * height

        step = (width - _PANEL_RIGHT - 1) / max(1, len(members) - 1)
        points, strokes = _points(members, left + 1, step, y)
        known = [point for point in points if point["y"] is not None]
        panels.append(
            {"name": name, "left": left, "right": left + width, "top": top, "zero": y(0.0), "strokes": strokes}
            | {"points": known, "last": known[-1] if known else None, "first_label": points[0]["label"]}
            | {"last_label": points[-1]["label"], "last_x": points[-1]["x"], "bottom": top + _PANEL_HEIGHT - 1.5}
        )
    return {"height": -(-len(groups) // _ACROSS) * _PANEL_HEIGHT, "panels": panels}


def _points(
    marks: Sequence[Mark], left: float, step: float, y: Any
) -> tuple[list[dict[str, Any]], list[list[tuple[float, float]]]]:
    """Return the points with what is printed at them, and the strokes between those that have a number."""
    points: list[dict[str, Any]] = []
    strokes: list[list[tuple[float, float]]] = [[]]
    for index, mark in enumerate(marks):
        x = left + index * step
        point: dict[str, Any] = {"x": x, "label": mark.label, "y": None, "text": "", "text_y": 0.0}
        if mark.figure is None:
            strokes.append([])
        else:
            spot = y(mark.figure.value)
            strokes[-1].append((x, spot))
            point |= {"y": spot, "text": printed(mark.figure), "text_y": spot + (5 if mark.figure.value < 0 else -2.2)}
        points.append(point)
    return points, [stroke for stroke in strokes if len(stroke) > 1]
