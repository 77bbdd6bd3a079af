"""A released report goes to those who are registered for it: once each, as released; a wrong entry stops no other."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from desks import PDF, Desk

from ctdp_etl import resources
from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.announce import announce
from ctdp_etl.pipeline.deliver import deliver
from ctdp_etl.pipeline.mail_check import mail_faults
from ctdp_etl.pipeline.recall import follow_up, recall
from ctdp_etl.pipeline.released import arrange
from ctdp_etl.pipeline.reports import reports
from ctdp_etl.settings import Settings
from post_office import PostOffice

READERS = ", ".join(
    (
        "bo-truong@bo.example.vn",
        "quality_report = Thong-ke@cuc.example.vn",
        "province_brief=vung@cuc.example.vn",
        "province_brief:VN34_80=tayninh@so.example.vn",
        "period_briefing=bo-truong@bo.example.vn",
    )
)
REPORTS = (
    ("period_briefing", "2026-Q1", "VN"),
    ("quality_report", "2026-04", "VN"),
    ("province_brief", "2026-04", "VN34_80"),
    ("province_brief", "2026-04", "VN34_46"),
)
AREA = REPORTS[2]


def arrived(office: PostOffice) -> list[tuple[str, str]]:
    """Return recipient and subject of each letter that arrived."""
    return sorted((recipient, str(message["Subject"])) for recipient, message in office.arrived())


def test_each_report_goes_once_to_its_readers_as_released(desk: Desk, office: PostOffice) -> None:
    desk.readers = READERS
    for number, about in enumerate(REPORTS):
        desk.issue(*about, content=PDF + bytes([number]))
    assert (announce(desk.site), announce(desk.site), deliver(desk.site).sent) == (5, 0, 5)
    assert arrived(office) == [
        ("bo-truong@bo.example.vn", "Báo cáo quý I năm 2026, bản số 1"),
        ("tayninh@so.example.vn", "Báo cáo tỉnh Tây Ninh tháng 4 năm 2026, bản số 1"),
        ("thong-ke@cuc.example.vn", "Báo cáo chất lượng số liệu tháng 4 năm 2026, bản số 1"),
        ("vung@cuc.example.vn", "Báo cáo thành phố Huế tháng 4 năm 2026, bản số 1"),
        ("vung@cuc.example.vn", "Báo cáo tỉnh Tây Ninh tháng 4 năm 2026, bản số 1"),
    ]
    files = {}
    for _, message in office.arrived():
        (attached,) = message.iter_attachments()
        files[attached.get_filename()] = attached.get_payload(decode=True)
    assert files == {
        "bao-cao-2026-Q1-so-01.pdf": PDF + b"\0",
        "chat-luong-2026-04-so-01.pdf": PDF + b"\1",
        "bao-cao-2026-04-VN34_80-so-01.pdf": PDF + b"\2",
        "bao-cao-2026-04-VN34_46-so-01.pdf": PDF + b"\3",
    }


def test_a_letter_greets_its_reader_and_a_reissue_says_what_it_replaces(sqlite_desk: Desk, office: PostOffice) -> None:
    sqlite_desk.readers = READERS
    sqlite_desk.issue(*REPORTS[0])
    sqlite_desk.issue(*AREA)
    sqlite_desk.issue(*AREA, content=PDF + b"2")
    assert announce(sqlite_desk.site) == 3, "of two issues that wait the newest goes out"
    leader, area = (
        next(one.body for one in sqlite_desk.letters() if one.recipient.startswith(name)) for name in ("bo", "tay")
    )
    issued = "phát hành ngày 20/04/2026"
    assert leader.splitlines()[:4] == [
        "Kính gửi Lãnh đạo,",
        "",
        f"Phòng số liệu xin gửi kèm báo cáo quý I năm 2026, bản số 1, {issued} (số 01/BC-CTĐP).",
        "",
    ]
    assert area.splitlines()[:4] == [
        "Kính gửi Quý Ông/Bà,",
        "",
        f"Phòng số liệu xin gửi kèm báo cáo tỉnh Tây Ninh tháng 4 năm 2026, bản số 2, {issued} (số 03/BC-CTĐP).",
        "Bản này thay bản số 1.",
    ]
    assert not any("%" in one.body for one in sqlite_desk.letters()), "no figure stands in a letter"


def test_a_recalled_report_is_withdrawn_from_those_who_got_it_and_kept_from_the_others(
    desk: Desk, office: PostOffice
) -> None:
    desk.readers = READERS
    for about in REPORTS:
        desk.issue(*about)
    announce(desk.site)
    deliver(desk.site)
    office.empty()
    desk.readers += ", province_brief:VN34_80=moi@so.example.vn"
    assert announce(desk.site) == 1
    recall(desk.site, Period.parse(AREA[1]), 1, Decision("Trần Bình", "sai đơn vị.", desk.now), AREA[0], AREA[2])
    follow_up(desk.site)
    assert deliver(desk.site).sent == 2
    subject = "THU HỒI báo cáo tỉnh Tây Ninh tháng 4 năm 2026, bản số 1"
    assert arrived(office) == [(who, subject) for who in ("tayninh@so.example.vn", "vung@cuc.example.vn")]
    states = Counter((one.recipient, one.state) for one in desk.letters() if one.state != "sent")
    assert states == {("moi@so.example.vn", "cancelled"): 1}
    notice = next(one for one in desk.letters() if one.kind == "recall")
    assert "Lý do: sai đơn vị.\n" in notice.body
    assert "phát hành ngày 20/04/2026 (số 03/BC-CTĐP). Đề nghị không sử dụng bản này." in notice.body
    assert notice.body.startswith("Kính gửi Quý Ông/Bà,")
    desk.readers += ", province_brief:VN34_80=muon@so.example.vn"
    assert announce(desk.site) == 0, "nobody new gets it"
    desk.issue(*AREA, content=PDF + b"2")
    assert announce(desk.site) == 4, "its replacement goes to all of them"


def test_the_page_of_a_quarters_last_month_names_what_goes_with_it(sqlite_desk: Desk) -> None:
    for about in (
        ("monthly_briefing", "2026-03"),
        REPORTS[0],
        ("quality_report", "2026-03"),
        (AREA[0], "2026-03", AREA[2]),
    ):
        sqlite_desk.issue(*about)
    page = arrange(sqlite_desk.site).read_text(encoding="utf-8")
    assert [
        line.removeprefix("<details><summary>").removesuffix("</summary>")
        for line in page.splitlines()
        if "<summary>" in line
    ] == [
        "Báo cáo quý I năm 2026 (1)",
        "Báo cáo tỉnh tháng 3 năm 2026 (1)",
        "Báo cáo chất lượng số liệu tháng 3 năm 2026 (1)",
    ]


def test_what_was_released_long_ago_goes_to_nobody_new(sqlite_desk: Desk) -> None:
    sqlite_desk.issue(*AREA)
    sqlite_desk.readers = READERS
    sqlite_desk.now = "2026-04-25T02:00:01Z"
    assert announce(sqlite_desk.site) == 0
    sqlite_desk.now = "2026-04-25T02:00:00Z"
    assert announce(sqlite_desk.site) == 2


def test_a_report_yaml_that_is_broken_stops_no_other_letter(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_desk.readers = READERS
    sqlite_desk.issue(*AREA)
    announce(sqlite_desk.site)
    deliver(sqlite_desk.site)
    recall(sqlite_desk.site, Period.parse(AREA[1]), 1, Decision("An", "sai", sqlite_desk.now), AREA[0], AREA[2])
    sqlite_desk.write("so@so.example.vn")
    with monkeypatch.context() as patch:
        shutil.copytree(resources.folder("reports"), tmp_path / "reports")
        (tmp_path / "reports" / "quality_report" / "report.yaml").write_text("calendar: [", encoding="utf-8")
        patch.setattr(resources, "folder", lambda name: tmp_path / name)
        reports.cache_clear()
        told = deliver(sqlite_desk.site)
    reports.cache_clear()
    assert told.sent == 1
    assert "reports/quality_report/report.yaml sai hoặc thiếu mục" in told.trouble
    assert deliver(sqlite_desk.site).sent == 2, "the readers are told of the recall when it is mended"


WRONG = {
    "quality=a@b.vn": "Không có báo cáo 'quality'. Các báo cáo: monthly_briefing,",
    "province_brief:VN34_99=a@b.vn": "không có địa phương 'VN34_99'. Xem mã: ctdp catalog --areas.",
    "province_brief:VN63_24=a@b.vn": "không có địa phương 'VN63_24'",
    "province_brief:VN=a@b.vn": "không có địa phương 'VN'",
    "quality_report:VN34_80=a@b.vn": "báo cáo chất lượng nói về cả nước. Hãy bỏ :VN34_80.",
    "province_brief=vụ trưởng": "'vụ trưởng' không phải địa chỉ thư",
    "lanh-dao": "'lanh-dao' không phải địa chỉ thư",
}


@pytest.mark.parametrize("entry", WRONG)
def test_a_wrong_entry_is_told_and_stops_no_other(sqlite_desk: Desk, office: PostOffice, entry: str) -> None:
    sqlite_desk.readers = f"{entry}, {READERS}"
    sqlite_desk.issue(*AREA)
    assert announce(sqlite_desk.site) == 2
    told = deliver(sqlite_desk.site)
    assert (told.sent, told.reason) == (2, "")
    assert f"CTDP_READERS, mục {entry!r}: {WRONG[entry]}" in told.trouble
    errors, warnings = mail_faults(Settings(Path(), "sqlite://", now=lambda: sqlite_desk.now, readers=entry))
    assert (len(errors), [one for one in warnings if "CTDP_READERS" in one]) == (1, [])
    assert WRONG[entry] in errors[0]
