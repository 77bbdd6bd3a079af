"""What changed between two contents of a briefing, told so that a reader knows which number it is."""

from __future__ import annotations

from typing import Any

from ctdp_etl.briefing.changes import changes

COLUMNS = ["dataflow", "ref_area", "label", "measure", "time_period"]
HANOI, HUE = (["RETAIL", area, "Tổng số", "month", "2026-04"] for area in ("VN34_01", "VN34_46"))


def content(text: str, printed: str, observations: list[int]) -> dict[str, Any]:
    """Return the lineage of a briefing of April with one number."""
    figure = {"id": "f-a", "page": 1, "printed": printed, "value": 1.0, "unit": "Tỷ đồng", "how": "tổng"}
    return {
        "period": "2026-04",
        "figures": [figure | {"observations": observations}],
        "sentences": [{"text": text, "figures": ["f-a"]}],
        "observations": {"columns": COLUMNS, "rows": [HANOI, HUE]},
    }


def test_a_stock_phrase_in_another_turn_is_no_change() -> None:
    said = "Bán lẻ {}tăng 2,0% so với {} và tăng 3,0% so với {}; {} 4 tháng tăng 1,0%."
    full = said.format("", "tháng trước", "cùng kỳ năm trước", "tính chung")
    turned = said.format("", "tháng 3", "cùng kỳ năm 2025", "lũy kế")
    assert changes(content(full, "1", [0]), content(turned, "1", [0])).sentences == ()
    other = said.format("cả nước ", "tháng 3", "cùng kỳ", "lũy kế")
    (found,) = changes(content(full, "1", [0]), content(other, "1", [0])).sentences
    assert (found.before, found.after) == (full, other)


def test_a_sum_is_not_told_as_the_number_of_its_first_area() -> None:
    (one,) = changes(content("Bán lẻ đạt 1.", "1", [0]), content("Bán lẻ đạt 2.", "2", [0])).figures
    assert (one.about["ref_area"], one.about["label"], one.unit) == ("VN34_01", "Tổng số", "Tỷ đồng")
    (two,) = changes(content("Bán lẻ đạt 1.", "1", [0, 1]), content("Bán lẻ đạt 2.", "2", [0, 1])).figures
    assert (two.about["ref_area"], two.about["label"], two.how) == ("", "Tổng số", "tổng")
    (three,) = changes(content("Có 1 lỗi.", "1", []), content("Có 2 lỗi.", "2", [])).figures
    assert (three.about["dataflow"], three.said) == ("", "Có 2 lỗi.")
