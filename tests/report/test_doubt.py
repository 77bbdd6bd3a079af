"""Numbers under an open error: marked and explained where they stand, without a place in a ranking."""

from __future__ import annotations

from dataclasses import replace

import pytest
import report_material as material

from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.chart_grids import tiles
from ctdp_etl.briefing.document import Chart, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.markup import tile_layout
from ctdp_etl.model import CellRef, Scope
from ctdp_etl.resources import folder

SIGN = "† số liệu đang có lỗi chưa xử lý."


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    return compose(material.provinces())


def blocks(briefing: Briefing) -> list[Table | Chart]:
    return [block for part in briefing.sections for block in part.blocks if isinstance(block, Table | Chart)]


def marks(block: Table | Chart) -> set[str]:
    """Return the signs in a table or a chart."""
    if isinstance(block, Table):
        return {sign for row in block.rows for cell in row.cells if isinstance(cell, Figure) for sign in cell.marks}
    return {sign for mark in block.marks if mark.figure for sign in mark.figure.marks}


def test_the_sign_is_explained_where_it_stands_and_nowhere_else(briefing: Briefing) -> None:
    told = {bool(marks(block)): set[bool]() for block in blocks(briefing)}
    for block in blocks(briefing):
        told[bool(marks(block))].add(SIGN in (block.note if isinstance(block, Table) else block.source))
    assert told == {True: {True}, False: {False}}


def test_what_is_under_an_error_has_no_place(briefing: Briefing) -> None:
    (table,) = [block for block in blocks(briefing) if isinstance(block, Table) and "xếp theo mức tăng" in block.title]
    half = len(table.columns) // 2
    lines = [row.cells[part] for part in (slice(half), slice(half, None)) for row in table.rows if row.cells[part][1]]
    doubtful = [cells[0] for cells in lines if any(isinstance(one, Figure) and one.questioned for one in cells)]
    assert doubtful == ["x"]
    assert [cells[0] for cells in lines if cells[0] != "x"] == [str(place) for place in range(1, len(lines))]


def test_its_tile_has_no_colour(briefing: Briefing) -> None:
    (chart,) = [block for block in blocks(briefing) if isinstance(block, Chart) and block.kind == "tiles"][:1]
    drawn = tiles(chart.marks, tile_layout(folder("reports"), len(chart.marks)))
    assert drawn["doubtful"]
    assert [tile["shade"] for tile in drawn["tiles"] if tile["text"].endswith("†")] == ["none"]


@pytest.mark.parametrize(("scope", "more"), [(Scope.SUBMISSION, True), (Scope.RECORD, False)])
def test_an_error_about_a_table_is_about_its_cells_and_one_about_a_row_is_not(scope: Scope, more: bool) -> None:
    given = material.provinces()
    (error,) = given.findings
    own = given.current[(given.current["sha256"] == error.sha256) & (given.current["sheet"] == error.sheet)]
    other = CellRef("0" * 64, error.sheet, error.cell)
    cells = (*(CellRef(error.sha256, error.sheet, cell) for cell in own["cell"]), other)
    found = compose(replace(given, findings=(replace(error, scope=scope, cells=cells),)))
    doubted = {fact.cell for figure in found.figures for fact in figure.facts if fact.questioned}
    assert (len(doubted) > 1) == more
    assert doubted <= set(own["cell"])


def test_the_words_for_the_map_name_what_is_in_doubt_and_who_told_nothing(briefing: Briefing) -> None:
    (chart,) = [block for block in blocks(briefing) if isinstance(block, Chart) and block.kind == "tiles"][:1]
    assert "Hà Nội 1.100,0 (đang có lỗi chưa xử lý)" in chart.alt
    assert "chưa có số liệu: Cà Mau." in chart.alt
