"""Areas that were several a year ago: on which base they grow, and that nobody can check their indices."""

from __future__ import annotations

from typing import Any

import pytest
import report_material as material

from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.document import Block, Paragraph, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.catalog import load_catalog

AREAS = load_catalog().areas
NOTE = "do nơi gửi tự tính; không dựng lại được từ các tỉnh cũ vì chỉ số không có quyền số"


def words(runs: Any) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in runs)


def blocks(briefing: Briefing) -> list[Block]:
    found: list[Block] = [*briefing.points]
    return found + [block for section in briefing.sections for block in section.blocks]


def row(area: str, flow: str, when: str, measure: str, value: float, vintage: str = "") -> dict[str, Any]:
    unit = ("PCT", 0) if measure == "yoy" else ("VND", 9)
    cell = f"D{AREAS.crosswalk.get(area, area)[-2:]}{area[-2:]}{when[-2:]}"
    return {
        **{"source": f"SCT_{area}", "ref_area": area, "dataflow": flow, "indicator": "TOTAL", "label": "Tổng số"},
        **{"time_period": when, "measure": measure, "value": value, "obs_status": "A", "vintage": vintage or when},
        **{"unit": unit[0], "unit_mult": unit[1], "sheet": f"{flow} {measure}", "cell": cell},
    }


def month(period: str, *, without: str = "") -> Briefing:
    """Return the briefing of 34 provinces that grew by 5 per cent, each old one having had 10 a year before."""
    before = f"{int(period[:4]) - 1}{period[4:]}"
    old = [code for code in AREAS.crosswalk if AREAS.by_code[code].valid_to == "2025-06" and code != without]
    rows = [row(code, "RETAIL", before, "month", 10.0) for code in old]
    for number, area in enumerate(AREAS.at(period)):
        parts = len(AREAS.members(area.code, "2025-06", "2025-06"))
        rows.append(row(area.code, "RETAIL", period, "month", 10.5 * parts))
        rows.append(row(area.code, "RETAIL", period, "yoy", 105.0 * parts))
        rows.append(row(area.code, "IIP", period, "yoy", 90.0 + number))
    return compose(material.inputs(material.frame(rows), period, []))


def test_the_sentence_and_the_table_name_the_base() -> None:
    found = blocks(month("2026-05"))
    said = " ".join(words(block.runs) for block in found if isinstance(block, Paragraph))
    assert "(cộng từ cả 34 địa phương; cơ sở so sánh: cộng các tỉnh cũ), tăng khá 5,0% so với cùng kỳ năm trước" in said
    (table,) = (block for block in found if isinstance(block, Table) and "Tổng mức bán lẻ" in block.title)
    assert table.note.endswith("Cơ sở so sánh: cộng các tỉnh cũ.")


def test_where_an_old_province_is_missing_the_table_says_what_stands_in_for_it() -> None:
    found = blocks(month("2026-05", without="VN63_24"))
    (table,) = (block for block in found if isinstance(block, Table) and "Tổng mức bán lẻ" in block.title)
    assert "nơi chưa đủ số thì theo chỉ số của địa phương" in table.note


@pytest.mark.parametrize(("period", "noted"), [("2025-07", True), ("2026-06", True), ("2026-07", False)])
def test_the_ranking_warns_of_merged_areas_for_one_year(period: str, noted: bool) -> None:
    notes = [words(block.runs) for block in blocks(month(period)) if isinstance(block, Paragraph)]
    assert any(NOTE in note for note in notes) is noted
