"""Charts of rows: bars from a common zero, plan fulfilment, a waterfall of contributions, numbers before and after."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from ctdp_etl.briefing.document import Mark
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.tables import TEXT_WIDTH as WIDTH

_LABEL, _NUMBER, _TWO_NUMBERS = 62.0, 17.0, 30.0
_ROW, _BAR = 5.2, 3.7
_WRAP = 42
_FOOT = 6.0


def bars(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return horizontal bars from a common zero, falls to the left."""
    drawn = [(mark, mark.figure) for mark in marks if mark.figure]
    scale = _Scale([figure.value for _, figure in drawn])
    rows = []
    for index, (mark, figure) in enumerate(drawn):
        end = scale.x(figure.value)
        falls = figure.value < 0
        rows.append(
            _row(index, mark)
            | {"x": min(scale.zero, end), "width": abs(end - scale.zero), "falls": falls}
            | {"text": printed(figure), "text_x": end + (-1 if falls else 1)}
        )
    return {"height": len(rows) * _ROW + 2, "bar_height": _BAR, "zero": scale.zero, "bars": rows}


def plan(marks: Sequence[Mark], against: tuple[float, str] | None) -> dict[str, Any]:
    """Return bars from zero with the line that they are held against, if any; a bar short of it falls."""
    drawn = [(mark, mark.figure) for mark in marks if mark.figure]
    scale = _Scale([*(figure.value for _, figure in drawn), 100.0, *([against[0]] if against else [])])
    rows = []
    for index, (mark, figure) in enumerate(drawn):
        end = scale.x(max(figure.value, 0.0))
        rows.append(
            _row(index, mark)
            | {"x": scale.zero, "width": end - scale.zero, "falls": against is not None and figure.value < against[0]}
            | {"text": printed(figure), "text_x": end + 1}
        )
    foot = len(rows) * _ROW + 2
    lines = [(scale.x(100.0), "cả năm", "end")]
    if against:
        lines.append((scale.x(against[0]), against[1], "start" if against[0] < 50 else "end"))
    return {"height": foot + _FOOT, "foot": foot, "bar_height": _BAR, "zero": scale.zero, "bars": rows, "lines": lines}


def waterfall(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return steps that lead from zero to the total; each starts where the one before ended, totals start at zero."""
    drawn = [(mark, mark.figure) for mark in marks if mark.figure]
    spans, reached = [], 0.0
    for mark, figure in drawn:
        start = 0.0 if mark.strong else reached
        reached = start + figure.value
        spans.append((start, reached))
    scale = _Scale([value for span in spans for value in span])
    rows = []
    for index, ((mark, figure), (start, end)) in enumerate(zip(drawn, spans, strict=True)):
        left, right = sorted((scale.x(start), scale.x(end)))
        falls = figure.value < 0
        rows.append(
            _row(index, mark)
            | {"x": left, "width": right - left, "falls": falls, "end": scale.x(end)}
            | {"text": signed(figure), "text_x": left - 1 if falls else right + 1, "last": index == len(drawn) - 1}
        )
    return {"height": len(rows) * _ROW + 2, "bar_height": _BAR, "row": _ROW, "zero": scale.zero, "bars": rows}


def revisions(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a bar for each group from its first mark to its second, on a scale of the change: said before, and now."""
    groups: dict[str, list[Figure]] = {}
    for mark in marks:
        if mark.figure:
            groups.setdefault(mark.group, []).append(mark.figure)
    pairs = {name: found for name, found in groups.items() if len(found) == 2}
    scale = _Scale([new.value - old.value for old, new in pairs.values()], _TWO_NUMBERS)
    rows = []
    for index, (name, (old, new)) in enumerate(pairs.items()):
        end, falls = scale.x(new.value - old.value), new.value < old.value
        rows.append(
            _row(index, Mark(name, new))
            | {"x": min(scale.zero, end), "width": abs(end - scale.zero), "falls": falls}
            | {"before": printed(old), "now": printed(new), "text_x": end + (-1 if falls else 1)}
        )
    return {"height": len(rows) * _ROW + 2, "bar_height": _BAR, "zero": scale.zero, "bars": rows}


def printed(figure: Figure) -> str:
    """Return a figure's text with the mark of an open error."""
    return figure.printed + figure.marks


def signed(figure: Figure) -> str:
    """Return a figure's text with its sign, plus too."""
    return ("+" if figure.sign > 0 else "") + printed(figure)


class _Scale:
    """Maps values to millimetres between the labels and the edge, zero among them."""

    def __init__(self, values: Sequence[float], number: float = _NUMBER) -> None:
        low, high = min(0.0, *values), max(0.0, *values)
        left = _LABEL + (number if low < 0 else 1)
        self._step = (WIDTH - number - left) / (high - low or 1.0)
        self.zero = left - low * self._step

    def x(self, value: float) -> float:
        """Return where a value stands."""
        return self.zero + value * self._step


def _row(index: int, mark: Mark) -> dict[str, Any]:
    """Return what every row has: its label on one line or two, its middle and the upper edge of its bar."""
    return {
        "lines": textwrap.wrap(mark.label, _WRAP)[:2] or [""],
        "middle": index * _ROW + _ROW / 2 + 1,
        "top": index * _ROW + (_ROW - _BAR) / 2 + 1,
        "strong": mark.strong,
    }
