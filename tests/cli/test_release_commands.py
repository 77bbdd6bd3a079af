"""release: the gate says every reason, an override has a name, what is released stays; backfill in its modes."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from command import TAY_NINH, Command
from openpyxl import load_workbook
from pypdf import PdfReader

from ctdp_etl.demo.published import tay_ninh_files
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

Month = Callable[[str], list[Path]]
RELEASE_DAY, DAY_BEFORE = "2026-04-28T00:00:00+07:00", "2026-04-27T23:59:59+07:00"
"""25 April 2026 is a Saturday, Giỗ Tổ the Sunday after it, and the Monday is off in lieu."""


@pytest.fixture
def april(home: Path, month: Month, ctdp: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tây Ninh is the only source and has sent April; the release day has come."""
    home.mkdir()
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    ctdp("submit", *month("2026-04"), "--area", TAY_NINH, "--received-at", "2026-04-21T08:00")
    monkeypatch.setenv("CTDP_NOW", RELEASE_DAY)
    return home


def codes(answer: object) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]  # type: ignore[index]


def dump(home: Path) -> list[str]:
    with sqlite3.connect(home / "warehouse.db") as connection:
        return list(connection.iterdump())


def test_from_the_release_day_on_a_month_in_order_is_released_once(
    april: Path, ctdp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTDP_NOW", DAY_BEFORE)
    early = ctdp("release", "2026-04", "--json")
    assert (early.code, codes(early.document)) == (1, ["too early"])
    assert "Chưa đến ngày phát hành 28/04/2026" in early.err
    monkeypatch.setenv("CTDP_NOW", RELEASE_DAY)
    done = ctdp("release", "2026-04")
    assert (done.code, Path(done.out.strip()).read_bytes()[:5]) == (0, b"%PDF-")
    before = dump(april)
    monkeypatch.setenv("CTDP_NOW", "2026-04-29T08:00:00+07:00")
    again = ctdp("release", "2026-04", "--json").document
    assert (again["released"], again["number"], again["released_at"]) == (True, 1, "2026-04-27T17:00:00Z")
    assert (again["who"], again["override"], again["reasons"]) == ("ctdp", False, [])
    assert dump(april) == before
    board = ctdp("status", "2026-04", "--json").document
    assert {line["state"] for line in board["board"]} == {"accepted"}
    assert board["release"]["released"]


def test_a_shut_gate_says_every_reason_and_an_override_has_a_name(april: Path, ctdp: Command, tmp_path: Path) -> None:
    (april / "sources.toml").write_text(TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY, encoding="utf-8")
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"<html>")
    ctdp("submit", broken, "--area", TAY_NINH, "--received-at", "2026-04-22T08:00")
    shut = ctdp("release", "2026-04", "--json")
    assert (shut.code, shut.document["held"], codes(shut.document)) == (1, True, ["coverage", "errors"])
    assert "2/3 báo cáo thuộc biểu chính (IIP, RETAIL), cần từ 90%" in shut.err
    assert "Còn 1 lỗi chưa xử lý" in shut.err
    assert ctdp("release", "2026-04", "--override", "--who", "Nguyễn An").code == 2
    assert not ctdp("status", "2026-04", "--json").document["release"]["released"]
    signed = ctdp("release", "2026-04", "--override", "--who", "Nguyễn An", "--reason", "Lãnh đạo Cục duyệt", "--json")
    assert signed.code == 0
    assert {signed.document[name] for name in ("who", "reason", "override")} == {
        "Nguyễn An",
        "Lãnh đạo Cục duyệt",
        True,
    }
    assert "đã phát hành ngày 28/04/2026 theo quyết định của Nguyễn An" in ctdp("status", "2026-04").err
    with sqlite3.connect(april / "warehouse.db") as connection:
        audited = connection.execute("SELECT who, verb, subject, reason FROM audit WHERE who <> 'ctdp'").fetchall()
    assert audited == [("Nguyễn An", "override", "monthly_briefing:2026-04:2", "Lãnh đạo Cục duyệt")]
    page_one = " ".join(PdfReader(signed.document["pdf"]).pages[0].extract_text().split())
    assert (
        "Kính gửi: Lãnh đạo Bộ Công Thương Phát hành theo quyết định của Nguyễn An khi báo cáo chưa đủ điều kiện phát "
        "hành: mới nhận 2/3 báo cáo thuộc các biểu chính; còn 1 lỗi chưa xử lý. Lý do: Lãnh đạo Cục duyệt."
    ) in page_one
    before = dump(april)
    for again in (("brief",), ("rerun",), ("release", "--override", "--who", "Bình", "--reason", "lần nữa")):
        assert ctdp(again[0], "2026-04", *again[1:]).code == 0
        assert dump(april) == before, again


def test_what_goes_with_a_month_is_released_by_its_name(april: Path, ctdp: Command) -> None:
    assert "--area" in ctdp("release", "2026-04", "--report", "province_brief").err
    assert "--report period_briefing" in ctdp("release", "2026-Q1").err
    early = ctdp("release", "2026-04", "--report", "province_brief", "--area", TAY_NINH)
    assert (early.code, "ctdp release 2026-04" in early.err) == (1, True)
    assert ctdp("release", "2026-04").code == 0
    done = ctdp("release", "2026-04", "--report", "province_brief", "--area", TAY_NINH, "--json")
    assert (done.code, done.document["released"], done.document["number"]) == (0, True, 1)
    assert Path(done.document["pdf"]).name == "bao-cao-2026-04-VN34_80-so-01.pdf"


def test_what_comes_after_a_release_is_a_draft_that_needs_its_own(
    april: Path, ctdp: Command, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Path(ctdp("release", "2026-04").out.strip())
    content = first.read_bytes()
    ctdp("submit", month("2026-04")[0], "--area", TAY_NINH, "--received-at", "2026-04-28T09:00")
    monkeypatch.setenv("CTDP_NOW", "2026-04-28T10:00:00+07:00")
    states = [line["state"] for line in ctdp("status", "2026-04", "--json").document["board"]]
    assert sorted(states) == ["accepted", "accepted"]
    assert ctdp("backfill", "2026-04", "2026-04", "--dry-run", "--json").document["gaps"] == []
    ctdp("brief", "2026-04")
    board = ctdp("status", "2026-04", "--json").document["release"]
    assert (board["released"], board["number"], board["released_number"]) == (False, 2, 1)
    assert ctdp("release", "2026-04", "--json").document["released_number"] == 2
    assert first.read_bytes() == content
    assert ctdp("recall", "2026-04", "--number", "2").code == 2
    recalled = ctdp("recall", "2026-04", "--number", "2", "--who", "An", "--reason", "sai", "--json")
    assert (recalled.code, recalled.document["recalled_by"]) == (0, "An")
    again = ctdp("release", "2026-04", "--json")
    assert (again.code, codes(again.document)) == (1, ["recalled"])
    told = ctdp("status", "2026-04").err
    assert "bản số 2 đã thu hồi." in told
    assert "đã phát hành bản số 1" not in told
    assert again.document["released_number"] == 0


def test_every_changed_number_and_sentence_is_told_before_a_release(
    april: Path, ctdp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (ctdp("diff", "2026-04").code, ctdp("release", "2026-04").code) == (2, 0)
    assert "chưa có gì để so" in ctdp("diff", "2026-04").err
    book = load_workbook(io.BytesIO(tay_ninh_files("2026-04")[0].content))
    assert book.worksheets[0]["D6"].value == 112.32
    book.worksheets[0]["D6"].value = 112.41
    book.save(tmp_path / "IIP.xlsx")
    ctdp("submit", tmp_path / "IIP.xlsx", "--area", TAY_NINH, "--received-at", "2026-04-28T09:00")
    monkeypatch.setenv("CTDP_NOW", "2026-04-28T10:00:00+07:00")
    ctdp("brief", "2026-04")
    found = ctdp("diff", "2026-04", "--json").document
    assert (found["before"]["number"], found["after"]["number"]) == (1, 2)
    (figure,) = found["figures"]
    assert (figure["before"], figure["after"], figure["page"]) == ("12,3", "12,4", 1)
    assert figure["what"] == (
        "Chỉ số sản xuất công nghiệp, Tây Ninh, TOÀN NGÀNH, chỉ số so với cùng kỳ tháng 4 năm 2026"
    )
    (sentence,) = found["sentences"]
    assert sentence["before"].replace("12,3%", "12,4%") == sentence["after"]
    text = ctdp("diff", "2026-04", "--from", "1", "--to", "2")
    assert f"- {sentence['before']}\n+ {sentence['after']}" in text.out
    assert "1 số và 1 câu đổi" in text.err
    assert "không có bản số 7" in ctdp("diff", "2026-04", "--to", "7").err


def test_leadership_finds_what_is_released_and_what_a_reissue_changes(
    april: Path, ctdp: Command, month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = april / "released"
    monkeypatch.setenv(
        "CTDP_READERS", "lanh-dao@bo.example.vn, province_brief:VN34_80=a@so.example.vn, tinh=b@bo.example.vn"
    )
    assert ctdp("release", "2026-04").code == 0
    letters = ctdp("deliver", "2026-04", "--list", "--json").document["letters"]
    assert {one["recipient"]: one["subject"] for one in letters} == {
        "lanh-dao@bo.example.vn": "Báo cáo tháng 4 năm 2026, bản số 1",
        "a@so.example.vn": "Báo cáo tỉnh Tây Ninh tháng 4 năm 2026, bản số 1",
    }
    assert "CTDP_READERS, mục 'tinh=b@bo.example.vn': Không có báo cáo 'tinh'" in ctdp("deliver").err
    first = (released / "2026-04" / "bao-cao-2026-04-so-01.pdf").read_bytes()
    assert first == (april / "published" / "2026-04" / "bao-cao-2026-04-so-01.pdf").read_bytes()
    book = load_workbook(io.BytesIO(tay_ninh_files("2026-04")[0].content))
    book.worksheets[0]["D6"].value = 112.41
    book.save(tmp_path / "IIP.xlsx")
    ctdp("submit", tmp_path / "IIP.xlsx", "--area", TAY_NINH, "--received-at", "2026-04-28T09:00")
    monkeypatch.setenv("CTDP_NOW", "2026-04-28T10:00:00+07:00")
    ctdp("brief", "2026-04")
    assert [path.name for path in sorted(released.rglob("*")) if path.is_file()] == [
        "bao-cao-2026-04-so-01.pdf",
        "chat-luong-2026-04-so-01.pdf",
        "bao-cao-2026-04-VN34_80-so-01.pdf",
        "index.html",
    ], "a draft is nobody's business"
    signing = ("--override", "--who", "<i>An</i>", "--reason", "sửa & phát hành lại")
    ctdp("release", "2026-04", *signing)
    page = (released / "index.html").read_text(encoding="utf-8")
    for part in (
        "Năm 2026",
        "số 2",
        "28/04/2026",
        'href="2026-04/bao-cao-2026-04-so-02.pdf"',
        "Đã có bản số 2 thay thế.",
        'href="2026-04/bao-cao-2026-04-so-02-thay-doi.html"',
    ):
        assert part in page, part
    assert "theo quyết định của" not in page, "the gate is open: nothing is overridden, nothing marked"
    changed = (released / "2026-04" / "bao-cao-2026-04-so-02-thay-doi.html").read_text(encoding="utf-8")
    struck = "<del>Địa phương: Chỉ số sản xuất công nghiệp (IIP) tháng 4 so với cùng kỳ năm trước tăng ở 1 địa phương"
    assert struck in changed
    assert "Chỉ số sản xuất công nghiệp, Tây Ninh, TOÀN NGÀNH" in changed
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in released.rglob("*") if path.is_file()}
    ctdp("release", "2026-04")
    assert before == {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in released.rglob("*") if path.is_file()
    }
    for folder in ("published", "released"):
        (april / folder / "2026-04" / "bao-cao-2026-04-so-01.pdf").write_bytes(first[:-1])
    broken = ctdp("release", "2026-04")
    assert broken.code == 2
    assert "không còn nguyên vẹn" in broken.err


def test_nobody_signs_what_he_has_not_read(april: Path, ctdp: Command, month: Month) -> None:
    (april / "sources.toml").write_text(TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY, encoding="utf-8")
    ctdp("brief", "2026-04")
    ctdp("submit", month("2026-04")[0], "--area", TAY_NINH, "--received-at", "2026-04-27T09:00")
    signing = ("release", "2026-04", "--override", "--who", "An", "--reason", "duyệt")
    unread = ctdp(*signing)
    assert (unread.code, unread.out) == (1, "")
    assert "vừa in bản số 2" in unread.err
    assert ctdp(*signing).code == 0


def test_a_month_without_reports_cannot_be_released_by_anybody(april: Path, ctdp: Command) -> None:
    answer = ctdp("release", "2026-03", "--override", "--who", "An", "--reason", "duyệt", "--json")
    assert (answer.code, answer.document["number"]) == (1, 0)
    assert "not printed" in codes(answer.document)


def test_backfill_modes_leave_alone_what_they_do_not_name(
    home: Path, ctdp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "2026-03")
    put(home, "2026-04")
    broken = home / "inbox" / "SCT_VN34_80" / "2026-04" / "hong.xlsx"
    broken.write_bytes(b"<html>")
    os.utime(broken, (1_776_736_800, 1_776_736_800))
    assert ctdp("backfill", "2026-03", "2026-04").code == 0
    before, briefings = dump(home), sorted((home / "published").rglob("*.pdf"))

    def planned(mode: str) -> list[list[str]]:
        answer = ctdp("backfill", "2026-03", "2026-04", "--dry-run", "--mode", mode, "--json").document
        assert answer["mode"] == mode
        return [gap["files"] for gap in answer["gaps"]]

    assert planned("missing") == []
    assert planned("missing-and-failed") == [["SCT_VN34_80: hong.xlsx"]]
    assert [len(files) for files in planned("all")] == [2, 3]
    for arguments in (["--mode", "missing"], ["--mode", "missing-and-failed"], ["--mode", "all"], ["--force"]):
        monkeypatch.setenv("CTDP_NOW", f"2026-05-0{len(arguments)}T09:00:00+07:00")
        assert ctdp("backfill", "2026-03", "2026-04", *arguments).code == 0
        assert dump(home) == before
    assert ctdp("rerun", "2026-04", "--force").code == 0
    assert dump(home) == before
    assert sorted((home / "published").rglob("*.pdf")) == briefings
    assert "Tháng đầu 2026-04 sau tháng cuối 2026-03" in ctdp("backfill", "2026-04", "2026-03").err


def test_a_month_that_fails_stops_no_other(home: Path, ctdp: Command) -> None:
    put(home, "2026-03")
    put(home, "2026-04")
    (home / "published").mkdir()
    (home / "published" / "2026-03").write_text("", encoding="utf-8")
    answer = ctdp("backfill", "2026-03", "2026-04")
    assert (answer.code, answer.out.count(".pdf")) == (2, 1)
    assert "1 tháng chưa xong: 2026-03" in answer.err
    (home / "published" / "2026-03").unlink()
    assert ctdp("backfill", "2026-03", "2026-04", "--mode", "missing").code == 0
    assert len(list((home / "published").rglob("*.pdf"))) == 2


def put(home: Path, period: str) -> None:
    """Register Tây Ninh and put what it sent for the month into its folder, with the time at which it came."""
    folder = home / "inbox" / "SCT_VN34_80" / period
    folder.mkdir(parents=True)
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    for file in tay_ninh_files(period):
        (folder / file.name).write_bytes(file.content)
        moment = file.received_at.timestamp()
        os.utime(folder / file.name, (moment, moment))
