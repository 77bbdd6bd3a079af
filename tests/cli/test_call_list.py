"""``ctdp findings --call-list``: whom to phone first, with the number and the way to reach the sender."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from command import Command

from registered import TAY_NINH_ENTRY

Month = Callable[[str], list[Path]]


@pytest.fixture
def checked(ctdp: Command, home: Path, month: Month) -> Command:
    """Tây Ninh's March and April; the total of April's retail is a fifth too large."""
    home.mkdir(parents=True)
    entry = TAY_NINH_ENTRY + 'contacts = ["thongke@tayninh.gov.vn"]\n'
    (home / "sources.toml").write_text(entry, encoding="utf-8")
    ctdp("submit", *month("2026-03"), "--area", "VN34_80")
    industry, retail = month("2026-04")
    book = openpyxl.load_workbook(retail)
    sheet = book.worksheets[0]
    numbers = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float) and cell.value > 1e6]
    numbers[1].value *= 1.2
    book.save(retail)
    ctdp("submit", industry, retail, "--area", "VN34_80")
    ctdp("check", "2026-04")
    return ctdp


def enlarge(retail: Path) -> None:
    """Make another province of it: levels that are larger, each line by a factor of its own."""
    book = openpyxl.load_workbook(retail)
    for number, row in enumerate(book.worksheets[0].iter_rows()):
        for cell in row:
            if isinstance(cell.value, float) and cell.value > 1e4:
                cell.value *= 2 + number * 0.13
    book.save(retail)


def test_the_call_names_cell_number_influence_and_contact(checked: Command) -> None:
    answer = checked("findings", "2026-04", "--call-list", "--json")
    assert answer.code == 0
    call = answer.document["calls"][0]
    assert (call["name"], call["contacts"]) == ("Sở Công Thương tỉnh Tây Ninh", ["thongke@tayninh.gov.vn"])
    assert call["observed"] == pytest.approx(call["expected"] * 1.2, rel=1e-3)
    assert call["influence"] == pytest.approx(0.2, rel=1e-2)
    assert call["first"] is True
    assert answer.document["calls"][-1]["remaining"] == pytest.approx(0.0)
    known = {one["id"] for one in checked("findings", "2026-04", "--json").document["findings"]}
    assert {one["id"] for one in answer.document["calls"]} <= known


def test_the_table_is_one_that_an_operator_reads(checked: Command) -> None:
    answer = checked("findings", "2026-04", "--call-list")
    header, _, first = answer.out.splitlines()[:3]
    assert "ảnh hưởng %" in header and "rủi ro còn lại %" in header
    assert "thongke@tayninh.gov.vn" in first
    assert first.startswith("trước")
    assert "việc phải hỏi trước khi dùng số toàn quốc" in answer.err


def test_a_finding_that_was_decided_upon_is_no_call(checked: Command) -> None:
    calls = checked("findings", "2026-04", "--call-list", "--json").document["calls"]
    found = checked("findings", "2026-04", "--json").document["findings"]
    for one in found:
        checked("decide", one["id"], "waive", "--who", "Trần Bình", "--reason", "đã đối chiếu", "--until", "2099-12-31")
    assert calls
    assert checked("findings", "2026-04", "--call-list", "--json").document["calls"] == []


def test_a_month_without_findings_has_no_calls(ctdp: Command, home: Path) -> None:
    assert home.name
    answer = ctdp("findings", "2026-01", "--call-list", "--json")
    assert answer.document == {"period": "2026-01", "calls": [], "unranked": 0}


def test_a_call_of_a_region_counts_in_the_total_of_the_region(checked: Command, month: Month) -> None:
    for told in ("2026-03", "2026-04"):
        retail = month(told)[1]
        enlarge(retail)
        checked("submit", retail, "--area", "VN34_01")
    checked("check", "2026-04")
    calls = {
        region: checked("findings", "2026-04", "--call-list", "--json", *region).document["calls"]
        for region in ((), ("--region", "DNB"), ("--region", "Đông Nam Bộ"), ("--region", "DHNTB_TN"))
    }
    country, by_code, by_name, other = calls.values()
    assert by_code == by_name
    assert {one["ref_area"] for one in by_code} == {"VN34_80"}
    assert by_code[0]["influence"] == pytest.approx(0.2, rel=1e-2)
    (same,) = (one for one in country if one["id"] == by_code[0]["id"])
    assert same["influence"] < by_code[0]["influence"] * 0.6
    assert other == []


def test_an_unknown_region_is_answered_with_those_that_are(checked: Command) -> None:
    answer = checked("findings", "2026-04", "--call-list", "--region", "Bắc Hà")
    assert answer.code != 0
    assert "Không có vùng Bắc Hà" in answer.err and "DNB (Đông Nam Bộ)" in answer.err
    assert "--call-list" in checked("findings", "2026-04", "--region", "DNB").err
