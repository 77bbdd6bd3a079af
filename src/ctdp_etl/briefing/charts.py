"""Charts as geometry: where bars, points and tiles stand, in millimetres; SVG templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ctdp_etl.briefing.chart_grids import Place, discipline, tiles
from ctdp_etl.briefing.chart_rows import bars, plan, revisions, waterfall
from ctdp_etl.briefing.chart_series import line, multiples
from ctdp_etl.briefing.document import Chart
from ctdp_etl.briefing.look import LOOK
from ctdp_etl.briefing.tables import TEXT_WIDTH

__all__ = ["KINDS", "Place", "geometry"]

_BY_MARKS = {
    "bars": bars,
    "line": line,
    "multiples": multiples,
    "waterfall": waterfall,
    "revisions": revisions,
    "discipline": discipline,
}
KINDS = frozenset({*_BY_MARKS, "plan", "tiles"})


def geometry(chart: Chart, layout: Sequence[Place] = ()) -> dict[str, Any]:
    """Return what the template of the chart's kind draws; ``layout`` places the tiles of a map.

    Raise ``ValueError`` where no kind has this name, or where the layout does not place every locality.
    """
    return {"look": LOOK, "width": TEXT_WIDTH, **_drawn(chart, layout)}


def _drawn(chart: Chart, layout: Sequence[Place]) -> dict[str, Any]:
    if chart.kind == "tiles":
        return tiles(chart.marks, layout)
    if chart.kind == "plan":
        return plan(chart.marks, chart.against)
    if chart.kind in _BY_MARKS:
        return _BY_MARKS[chart.kind](chart.marks)
    raise ValueError(f"no chart is called {chart.kind!r}")
