"""Contributions, plans and bases: said where the figures tell them, silent where they do not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
import report_material as material

from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.document import Chart, Paragraph, Table
from ctdp_etl.briefing.figures import Figure

PARTS = {"GOODS": (700.0, 110.0), "ACCOMMODATION_FOOD": (200.0, 95.0), "TRAVEL": (20.0, 100.0), "OTHER": (80.0, 104.0)}


def words(runs: Any) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in runs)


def row(flow: str, code: str, measure: str, value: float, **more: Any) -> dict[str, Any]:
    unit = ("VND", 9) if measure in ("month", "ytd", "plan") else ("PCT", 0)
    about = {"dataflow": flow, "ref_area": "VN", "indicator": code, "label": code, "measure": measure, "value": value}
    time = {"time_period": "2026-04", "obs_status": "A", "vintage": "2026-04", "sheet": flow}
    return {**about, **time, "unit": unit[0], "unit_mult": unit[1], "cell": f"{code}{measure}{more}", **more}


def sales(parts: dict[str, tuple[float, float]], *, total: float = 0.0) -> list[dict[str, Any]]:
    """Return levels and growths of the parts and of a total that follows from them, or has another level."""
    base = sum(level / index * 100 for level, index in PARTS.values())
    whole = (total or 1000.0, 1000.0 / base * 100)
    return [
        row("RETAIL", code, measure, value)
        for code, pair in {"TOTAL": whole, **parts}.items()
        for measure, value in zip(("month", "yoy"), pair, strict=True)
    ]


def briefing(rows: Iterable[dict[str, Any]]) -> Briefing:
    return compose(material.inputs(material.frame(rows), "2026-04", []))


def text(one: Briefing) -> str:
    blocks = [*one.points, *one.cautions, *(block for part in one.sections for block in part.blocks)]
    return "\n".join(words(block.runs) for block in blocks if isinstance(block, Paragraph))


def charts(one: Briefing, kind: str) -> list[Chart]:
    found = [block for part in one.sections for block in part.blocks if isinstance(block, Chart)]
    return [chart for chart in found if chart.kind == kind]


def test_parts_that_add_up_tell_what_they_contribute_and_the_steps_end_at_the_total() -> None:
    one = briefing(sales(PARTS))
    assert (
        "bán lẻ hàng hóa tăng 10,0%, đóng góp 6,7 điểm phần trăm vào mức tăng chung; lưu trú, ăn uống giảm 5,0%, làm "
        "giảm 1,1 điểm phần trăm; lữ hành không đổi (0,0%); dịch vụ khác tăng 4,0%, đóng góp 0,3 điểm phần trăm."
    ) in text(one)
    (chart,) = charts(one, "waterfall")
    *steps, whole = [mark.figure for mark in chart.marks]
    assert whole is not None
    assert sum(step.value for step in steps if step) == pytest.approx(whole.value, abs=0.01)
    assert words(chart.title) == "Bán lẻ hàng hóa đóng góp 6,7 điểm phần trăm vào mức tăng chung"


@pytest.mark.parametrize(
    "rows",
    [
        sales({code: pair for code, pair in PARTS.items() if code != "OTHER"}),
        sales(PARTS, total=1100.0),
        [one for one in sales(PARTS) if (one["indicator"], one["measure"]) != ("TRAVEL", "yoy")],
        [one | {"conflict": one["indicator"] == "GOODS"} for one in sales(PARTS)],
    ],
    ids=["a part is missing", "another total", "a growth is missing", "a part is in dispute"],
)
def test_parts_that_do_not_add_up_contribute_nothing(rows: list[dict[str, Any]]) -> None:
    one = briefing(rows)
    assert "điểm phần trăm" not in text(one).replace("điểm phần trăm)", "")
    assert charts(one, "waterfall") == []


def test_parts_contribute_over_the_localities_that_the_total_is_added_up_from() -> None:
    places = [{"ref_area": f"VN34_{code}", "source": f"SCT_VN34_{code}"} for code in ("01", "04", "08")]
    rows = [one | place | {"cell": f"{one['cell']}{place}"} for place in places for one in sales(PARTS)]
    rows = [
        one | {"value": one["value"] * 9} if (one["ref_area"], one["measure"]) == ("VN34_08", "month") else one
        for one in rows
    ]
    lacking = [one for one in rows if (one["ref_area"], one["indicator"]) != ("VN34_08", "TOTAL")]
    (chart,) = charts(briefing(lacking), "waterfall")
    assert {fact.ref_area for mark in chart.marks if mark.figure for fact in mark.figure.facts} == {
        "VN34_01",
        "VN34_04",
    }
    (table,) = [one for part in briefing(lacking).sections for one in part.blocks if isinstance(one, Table)]
    places = {
        fact.ref_area for row in table.rows for cell in row.cells if isinstance(cell, Figure) for fact in cell.facts
    }
    assert places == {"VN34_01", "VN34_04"}, "the parts in the table add up to its total"
    (whole,) = charts(briefing(rows), "waterfall")
    assert [mark.figure.printed for mark in chart.marks if mark.figure] == [
        mark.figure.printed for mark in whole.marks if mark.figure
    ]
    none = [one for one in rows if (one["ref_area"], one["indicator"]) != ("VN34_08", "TRAVEL")]
    assert charts(briefing(none), "waterfall") == []


def test_a_part_is_never_told_beside_its_own_parts() -> None:
    own = {"ACCOMMODATION": (80.0, 90.0), "FOOD": (120.0, 98.5)}
    said = text(briefing(sales(PARTS) + [one for one in sales(own) if one["indicator"] in own]))
    assert "lưu trú, ăn uống" in said
    assert "; lưu trú giảm" not in said
    assert "; ăn uống giảm" not in said


def test_sections_of_an_index_are_never_said_to_contribute() -> None:
    rows = [row("IIP", code, "yoy", value) for code, value in {"TOTAL": 107.0, "B": 90.0, "C": 108.8}.items()]
    assert "đóng góp" not in text(briefing(rows))


def test_a_plan_is_the_sum_of_levels_over_the_sum_of_plans() -> None:
    rows = []
    for number, (area, reached, planned) in enumerate((("VN34_01", 30.0, 100.0), ("VN34_04", 30.0, 50.0)), start=1):
        place = {"ref_area": area, "source": f"SCT_{area}", "cell": f"A{number}"}
        rows += [
            row("RETAIL", "TOTAL", "month", 10.0, **place),
            row("RETAIL", "TOTAL", "ytd", reached, **place | {"cell": f"B{number}"}),
            row("RETAIL", "TOTAL", "plan_pct", reached / planned * 100, **place | {"cell": f"C{number}"}),
            row("RETAIL", "TOTAL", "plan", planned, **place | {"cell": f"D{number}", "time_period": "2026"}),
        ]
    one = briefing(rows)
    assert "tổng mức bán lẻ, dịch vụ đạt 40,0% (2 địa phương); nhịp đều của 4 tháng là 33,3%." in text(one)
    assert charts(one, "plan") == []


def test_localities_stand_by_their_own_fulfilment_of_the_plan_that_most_of_them_told() -> None:
    reached = {"VN34_01": 41.0, "VN34_04": 29.5, "VN34_08": 33.0, "VN34_11": 30.0, "VN34_12": 35.2}
    rows = [
        row("RETAIL", "TOTAL", measure, value, ref_area=area, source=f"SCT_{area}", cell=f"{measure}{area}")
        for area, percent in reached.items()
        for measure, value in (("month", 10.0), ("ytd", percent), ("plan_pct", percent))
    ]
    rows += [
        row("RETAIL", "TOTAL", "plan", 100.0, ref_area=area, source=f"SCT_{area}", time_period="2026", cell=area)
        for area in reached
    ]
    (chart,) = charts(briefing(rows), "plan")
    assert [mark.figure.printed for mark in chart.marks if mark.figure] == ["41,0", "35,2", "33,0", "30,0", "29,5"]
    assert words(chart.title) == (
        "Tổng mức bán lẻ, dịch vụ: thực hiện kế hoạch năm cao nhất là Hà Nội (41,0%), thấp nhất là Cao Bằng (29,5%)"
    )
    assert charts(briefing(rows[3:]), "plan") == []


@pytest.mark.parametrize(
    ("then", "said"), [(88.0, "nền thấp: cùng kỳ năm 2025 giảm 12,0%"), (112.0, "nền cao"), (104.0, ""), (0.0, "")]
)
def test_a_low_or_high_base_is_a_caution_on_page_one(then: float, said: str) -> None:
    rows = [row("IIP", "TOTAL", "yoy", 106.0)]
    if then:
        rows.append(row("IIP", "TOTAL", "yoy", then, time_period="2025-04"))
    cautions = " ".join(words(one.runs) for one in briefing(rows).cautions)
    assert (said in cautions) if said else ("nền" not in cautions)


def test_cumulative_growth_is_held_against_that_of_the_year_before_in_points() -> None:
    rows = [row("IIP", "TOTAL", measure, value) for measure, value in (("yoy", 106.0), ("ytd_yoy", 102.74))]
    rows.append(row("IIP", "TOTAL", "ytd_yoy", 109.45, time_period="2025-04"))
    one = briefing(rows)
    assert "tính chung 4 tháng tăng 2,7%, thấp hơn 6,8 điểm phần trăm so với mức của cùng kỳ năm 2025" in text(one)
    (gap,) = (figure for figure in one.figures if figure.unit == "điểm phần trăm")
    assert gap.rounded == Decimal("9.5") - Decimal("2.7")


@pytest.mark.parametrize(
    ("status", "said"), [("E", "gần như không đổi so với cùng kỳ năm trước (+0,6%)"), ("A", "tăng nhẹ 0,6%")]
)
def test_an_estimate_within_its_revisions_is_told_as_unchanged_and_an_official_figure_as_it_is(
    status: str, said: str
) -> None:
    assert said in text(briefing([row("IIP", "TOTAL", "yoy", 100.6, obs_status=status)]))
