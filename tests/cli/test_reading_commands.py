"""read, precheck, submit, withdraw: exit codes, purity of stdout, what is stored and what is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from command import TAY_NINH, Command

Month = Callable[[str], list[Path]]


def test_read_says_what_the_workbook_says_and_stores_nothing(ctdp: Command, home: Path, month: Month) -> None:
    industry, retail = month("2026-04")
    document = ctdp("read", industry, "--area", "Tây Ninh", "--json").document
    assert set(document) == {"file", "sha256", "forms", "observations", "findings"}
    assert {"dataflow", "sheet", "ref_area", "time_period"} == set(document["forms"][0])
    assert {one["ref_area"] for one in document["observations"]} == {TAY_NINH}
    assert {one["source"] for one in document["observations"]} == {f"SCT_{TAY_NINH}"}
    assert all(one["sheet"] and one["cell"] for one in document["observations"])
    total = [
        one
        for one in ctdp("read", retail, "--area", TAY_NINH, "--json").document["observations"]
        if one["indicator"] == "TOTAL" and one["time_period"] == "2026-04" and one["measure"] == "month"
    ]
    assert len(total) == 1
    assert isinstance(total[0]["value"], float)
    assert not home.exists()


def test_read_prints_tables_without_json(ctdp: Command, month: Month) -> None:
    answer = ctdp("read", month("2026-04")[0], "--area", TAY_NINH)
    assert answer.code == 0
    assert "IIP" in answer.out
    assert "số liệu" in answer.err


def test_the_area_comes_from_the_workbook_or_is_asked_for(ctdp: Command, labour: Path, month: Month) -> None:
    assert ctdp("submit", labour, "--json").document["files"][0]["source"] == "NSO"
    anonymous = openpyxl.load_workbook(month("2026-04")[1])
    path = labour.with_name("ai do.xlsx")
    anonymous.save(path)
    asked = ctdp("submit", path)
    if asked.code:  # a workbook that names its office needs no --area
        assert "--area" in asked.err
        assert asked.err.count("\n") == 1


def test_submitting_again_adds_nothing(ctdp: Command, month: Month) -> None:
    files = month("2026-03")
    first = ctdp("submit", *files, "--area", TAY_NINH, "--json").document["files"]
    assert all(one["added"] > 100 or one["added"] == one["observations"] for one in first)
    again = ctdp("submit", *files, "--area", "Tây Ninh", "--received-at", "2026-04-02T08:00", "--json").document[
        "files"
    ]
    assert [one["added"] for one in again] == [0, 0]
    assert {one["time_period"] for one in first + again} == {"2026-03"}
    csv = ctdp("export", "2026-03", "--format", "csv")
    assert csv.out.count("\n") > 100


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("rong.xlsx", b"", "F01"),
        ("chu.xlsx", b"kh\xc3\xb4ng ph\xe1\xba\xa3i Excel", "F02"),
        ("cut.xlsx", b"PK\x03\x04" + b"\x00" * 400, "F04"),
        ("phieu.pdf", b"%PDF-1.7\n", "F02"),
    ],
)
def test_a_file_that_is_no_workbook_gets_a_named_error_and_a_receipt(
    ctdp: Command, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    read = ctdp("read", path)
    assert (read.code, read.out) == (2, "")
    assert name in read.err
    assert read.err.count("\n") == 1
    taken = ctdp("submit", path, "--area", TAY_NINH)
    assert taken.code == 2
    assert code in taken.err
    receipts = ctdp("status", "2026-04", "--receipts", "--json").document["receipts"]
    assert [(one["tệp"], one["trạng thái"]) for one in receipts] == [(name, "tệp lỗi")]
    found = ctdp("check", "2026-04", "--json")
    assert found.code == 1
    assert [one["code"] for one in found.document["findings"]] == [code]


def test_a_bad_file_does_not_stop_the_others(ctdp: Command, tmp_path: Path, month: Month) -> None:
    bad = tmp_path / "hong.xlsx"
    bad.write_bytes(b"PK\x03\x04")
    answer = ctdp("submit", bad, *month("2026-04"), tmp_path / "khong co.xlsx", "--area", TAY_NINH, "--json")
    assert answer.code == 2
    assert [one["state"] for one in answer.document["files"]] == ["failed", "loaded", "loaded"]
    assert "khong co.xlsx" in answer.err


def test_a_workbook_without_any_table_is_refused_with_a_receipt(ctdp: Command, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Kính gửi"
    book.save(tmp_path / "thu.xlsx")
    assert ctdp("read", tmp_path / "thu.xlsx", "--json").document["findings"][0]["code"] == "S01"
    answer = ctdp("submit", tmp_path / "thu.xlsx")
    assert answer.code == 2
    assert "F07" in answer.err


def test_precheck_finds_what_check_would_find_and_stores_nothing(ctdp: Command, home: Path, month: Month) -> None:
    industry, retail = month("2026-04")
    spoiled = openpyxl.load_workbook(retail)
    sheet = spoiled.worksheets[0]
    numbers = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float) and cell.value > 1e6]
    numbers[1].value *= 1000
    spoiled.save(retail)
    answer = ctdp("precheck", retail, "--area", TAY_NINH, "--json")
    assert answer.code == 1
    found = answer.document["files"][0]["findings"]
    assert any(one["severity"] == "error" and one["cell"] for one in found)
    assert not home.exists()
    assert ctdp("precheck", industry, "--area", TAY_NINH).code in {0, 1}


def test_a_withdrawn_file_no_longer_counts(ctdp: Command, month: Month) -> None:
    ctdp("submit", *month("2026-04"), "--area", TAY_NINH)
    receipts = ctdp("status", "2026-04", "--receipts", "--json").document["receipts"]
    for one in receipts:
        gone = ctdp("withdraw", one["phiếu nhận"], "--reason", "gửi nhầm", "--received-at", "2026-04-25T08:00")
        assert gone.code == 0
        assert "2026-04" in gone.err
    assert ctdp("export", "2026-04", "--format", "csv").out.count("\n") == 1
    assert {one["state"] for one in ctdp("status", "2026-04", "--json").document["board"]} == {"withdrawn"}
    assert ctdp("withdraw", "không có").code == 2
