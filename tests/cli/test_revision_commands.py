"""``ctdp revisions`` and ``ctdp export --areas``: published figures as they were known, and what senders are like."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from command import TAY_NINH, Command

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.pipeline.revisions import LONG_COLUMNS
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

Month = Callable[[str], list[Path]]
RETAIL = ("--dataflow", "RETAIL", "--indicator", "TOTAL", "--measure", "month")
ESTIMATE, ACTUAL = 18350223.456230618, 18424003.21


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def two_months(ctdp: Command, month: Month) -> None:
    """Let Tây Ninh's workbooks of January and February 2026 have come on the 24th of their months."""
    for period in ("2026-01", "2026-02"):
        ctdp("submit", *month(period), "--area", TAY_NINH, "--received-at", f"{period}-24T08:00")


@pytest.mark.usefixtures("two_months")
def test_an_estimate_and_what_became_of_it(ctdp: Command) -> None:
    told = rows(ctdp("revisions", "2026-01", "--area", "Tây Ninh", *RETAIL).out)
    assert tuple(told[0]) == LONG_COLUMNS
    assert [(row["rev_date"], row["time_period"], float(row["value"]), row["obs_status"]) for row in told] == [
        ("2026-01-24", "2026-01", ESTIMATE, "E"),
        ("2026-02-24", "2026-01", ACTUAL, "A"),
    ]
    before = rows(ctdp("revisions", "2026-01", *RETAIL, "--as-of", "2026-02-01T00:00").out)
    assert [float(row["value"]) for row in before] == [ESTIMATE]
    (line,) = ctdp("revisions", "2026-01", *RETAIL, "--triangle", "--json").document
    assert (line["2026-01"], line["2026-02"]) == (ESTIMATE, ACTUAL)
    (found,) = ctdp("revisions", *RETAIL, "--statistics", "--format", "json").document
    assert (found["n"], found["changed"], found["t"]) == (1, 1.0, None)
    assert found["mean"] == pytest.approx(ACTUAL - ESTIMATE)


@pytest.mark.usefixtures("two_months")
def test_the_formats_say_the_same(ctdp: Command, tmp_path: Path) -> None:
    files = {fmt: tmp_path / f"out.{fmt}" for fmt in ("csv", "xlsx", "parquet", "json")}
    for fmt, path in files.items():
        answer = ctdp("revisions", *RETAIL, "--format", fmt, "-o", path)
        assert (answer.code, answer.out) == (0, "")
    due = [float(row["value"]) for row in rows(files["csv"].read_text(encoding="utf-8"))]
    assert due.count(ESTIMATE) == due.count(ACTUAL) == 1
    assert pd.read_parquet(files["parquet"])["value"].tolist() == due
    assert pd.read_json(files["json"])["value"].tolist() == due
    sheet = openpyxl.load_workbook(files["xlsx"]).worksheets[0]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == due


def test_text_that_looks_like_a_formula_stays_text(ctdp: Command, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for place, line in enumerate(
        [
            ["Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng tháng 01/2026"],
            ["", "Đơn vị: Tỷ đồng"],
            ["Chỉ tiêu", "Ước tháng 01 năm 2026"],
            ["Tổng số", 100.5],
            ["- Bán lẻ hàng hóa", 70.25],
        ],
        start=1,
    ):
        for column, value in enumerate(line, start=1):
            book.active.cell(place, column, value)
    path = tmp_path / "ban-le.xlsx"
    book.save(path)
    ctdp("submit", path, "--area", TAY_NINH, "--period", "2026-01")
    labels = {row["label"] for row in rows(ctdp("revisions", "--dataflow", "RETAIL").out)}
    assert "'- Bán lẻ hàng hóa" in labels


def test_the_table_of_senders(ctdp: Command, home: Path) -> None:
    home.mkdir()
    (home / "sources.toml").write_text(TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY, encoding="utf-8")
    for source in ("SCT_VN34_80", "SCT_VN34_79"):
        (home / "inbox" / source).mkdir(parents=True)
    folder = home / "inbox" / "SCT_VN34_80" / "2026-02"
    folder.mkdir()
    for file in tay_ninh_files("2026-02"):
        (folder / file.name).write_bytes(file.content)
        os.utime(folder / file.name, (1_772_000_000, 1_772_000_000))
    ctdp("collect", "2026-02")
    ctdp("load", "2026-02")
    ctdp("check", "2026-02")
    answer = ctdp("revisions", "--senders", "--json").document
    table = {row["source"]: row for row in answer["senders"]}
    late = table["SCT_VN34_80"]
    # It came on 25 February 2026; the 22nd was a Sunday in the holidays of Tết, so it was due on the 23rd.
    assert (late["reports"], late["late"], late["days_late"]) == (2, 2, 2.0)
    assert table["SCT_VN34_79"]["reports"] == 0
    assert table["SCT_VN34_79"]["missing"] == 1
    shown = ctdp("revisions", "--senders")
    assert "đúng ngay (%)" in shown.out
    assert "SCT_VN34_80" in shown.out
    assert "Newey-West" in shown.err
    none = ctdp("revisions", "--senders", "--from", "2020-01", "--to", "2020-02", "--json").document
    assert {row["reports"] for row in none["senders"]} <= {0}


@pytest.mark.usefixtures("two_months")
def test_nothing_is_late_of_a_source_that_owes_nothing(ctdp: Command) -> None:
    (row,) = ctdp("revisions", "--senders", "--json").document["senders"]
    assert row["reports"] > 0
    assert (row["missing"], row["late"], row["days_late"]) == (0, 0, 0.0)


@pytest.mark.usefixtures("two_months")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--area", "Atlantis"), "Không có địa phương"),
        (("--dataflow", "THOC"), "Không có biểu"),
        (("--format", "docx"), "csv, xlsx, parquet, json"),
        (("--senders", "--from", "2026-03", "--to", "2026-01"), "Tháng đầu"),
        (("--as-of", "hôm qua"), "Thời điểm không hợp lệ"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(ctdp: Command, arguments: tuple[str, ...], why: str) -> None:
    answer = ctdp("revisions", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err


@pytest.mark.usefixtures("two_months")
def test_an_export_on_the_34_areas_says_where_each_number_is_from(ctdp: Command) -> None:
    told = rows(ctdp("export", "2026-02", "--areas", "VN34", "--dataflow", "IIP", "--format", "csv").out)
    total = next(row for row in told if (row["indicator"], row["measure"]) == ("TOTAL", "yoy"))
    assert (total["origin"], total["note"]) == (
        "reported",
        "nơi gửi tự tính; không dựng lại được (chỉ số không có quyền số)",
    )
    old = rows(ctdp("export", "2026-02", "--areas", "VN63", "--format", "csv").out)
    assert {row["ref_area"] for row in old} == {"VN63_72", "VN63_80"}
    assert {row["note"] for row in old} == {"không tách được từ Tây Ninh (VN34_80)"}
    assert {row["value"] for row in old} == {""}
    refused = ctdp("export", "2026-02", "--areas", "VN61", "--format", "csv")
    assert (refused.code, refused.out) == (2, "")
