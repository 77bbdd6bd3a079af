"""The gate of any report: what it needs in hand, whose errors keep it shut, and a gate that cannot be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ctdp_etl import resources
from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.gate import open_errors, reasons
from ctdp_etl.pipeline.reports import Gate, report, reports
from ctdp_etl.pipeline.status import Line

BOARD = [
    Line("SCT_A", "A", "IIP", "accepted", "2026-04-22"),
    Line("SCT_A", "A", "TRADE", "late", "2026-04-22"),
    Line("SCT_B", "B", "IIP", "with findings", "2026-04-22"),
    Line("SCT_B", "B", "OCOP", "received"),
]
ERRORS = [{"ref_area": "A", "source": "SCT_A"}, {"ref_area": "", "source": "SCT_A"}, {"ref_area": "B", "source": "NSO"}]


def told(gate: Gate, area: str = "VN", board: list[Line] = BOARD) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in reasons(gate, board, ERRORS, area)]


def test_it_needs_its_forms_and_a_province_only_its_own() -> None:
    whole, main = Gate(1.0, 9), Gate(1.0, 9, ("IIP",))
    assert told(whole) == [("coverage", "Mới nhận 2/3 báo cáo phải gửi, cần từ 100%")]
    assert told(whole, "A") == [("coverage", "Mới nhận 1/2 báo cáo phải gửi, cần từ 100%")]
    assert told(whole, "B") == told(main) == told(replace(whole, coverage=0.6)) == []
    late = [*BOARD, Line("SCT_C", "C", "IIP", "late", "2026-04-22")]
    assert told(main, board=late) == [
        ("coverage", "Mới nhận 2/3 báo cáo thuộc biểu chính (IIP), cần từ 100%"),
    ]


def test_where_nothing_is_due_nobody_knows_whether_all_is_there() -> None:
    assert [code for code, _ in told(Gate(0.5, 9), "C")] == ["coverage"]
    assert told(Gate(0.0, 9), "C") == []


def test_it_is_shut_by_errors_and_a_province_only_by_its_own() -> None:
    found = {area: told(Gate(0.0, 0), area) for area in ("VN", "A", "B", "C")}
    assert found == {
        "VN": [("errors", "Còn 3 lỗi chưa xử lý")],
        "A": [("errors", "Còn 2 lỗi chưa xử lý")],
        "B": [("errors", "Còn 1 lỗi chưa xử lý")],
        "C": [],
    }
    assert told(Gate(0.0, 3)) == []
    waived = [{"severity": "error", "decision": {"id": "1"}}, {"severity": "warning", "decision": None}]
    assert open_errors([*waived, {"severity": "error", "decision": None}]) == [{"severity": "error", "decision": None}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the reports of an installation that may be spoiled."""
    copied = tmp_path / "reports"
    shutil.copytree(resources.folder("reports"), copied)
    monkeypatch.setattr(resources, "folder", lambda name: copied)
    reports.cache_clear()
    yield copied
    reports.cache_clear()


@pytest.mark.parametrize(
    ("name", "before", "after", "why"),
    [
        ("monthly_briefing", "\n  day: 25", "", "'day'"),
        ("monthly_briefing", "\n  day: 25", "\n  day: 32", "ngoài khoảng"),
        ("monthly_briefing", "[IIP, RETAIL]", "[]", "ngoài khoảng"),
        ("monthly_briefing", "\ncalendar:", "\ncalender:", "'calendar'"),
        ("province_brief", "\n  coverage: 1", "\n  coverage: 90", "ngoài khoảng"),
        ("province_brief", "\nrelease:", "\nrelaese:", "'release'"),
        ("quality_report", "\n  errors: 1000000", "\n  errors: nhiều", "nhiều"),
        ("period_briefing", "\n  months: [3", "\n  months: [13", "tháng ngoài 1-12"),
        ("province_brief", "name: báo cáo {area}", "name: báo cáo {place}", "'place'"),
        ("period_briefing", "\n  leadership: true", "", "'leadership'"),
        ("period_briefing", "\ncalendar:", "\ncalendar: [", r"line \d+, column 11: "),
    ],
)
def test_a_report_yaml_that_cannot_be_used_is_named(folder: Path, name: str, before: str, after: str, why: str) -> None:
    path = folder / name / "report.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CtdpError, match=rf"^reports/{name}/report.yaml sai hoặc thiếu mục: .*{why}"):
        report("monthly_briefing")


def test_only_the_monthly_briefing_is_released_from_a_day_on() -> None:
    assert {one.name: one.gate.day for one in reports().values() if one.gate.day} == {"monthly_briefing": 25}
