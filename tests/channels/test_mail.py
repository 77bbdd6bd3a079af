"""The mail channel against a real Dovecot over TLS: what is taken, from whom, and what is put aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from dovecot import Dovecot, mail
from sites import NOW, look, names, site, workbook

import certificates
from ctdp_etl.collect import archive
from ctdp_etl.pipeline import collect as step
from ctdp_etl.pipeline.receipts import known_receipts

SO, OTHER = "tonghop@so.example.vn", "phong@khac.example.vn"
PASS = "mx.bo.example.vn; dmarc=pass header.from=so.example.vn"
BOOK = ("Số liệu Tây Ninh.xlsx", workbook("a"))


def test_attachments_of_a_vouched_mail_are_taken_and_the_mail_is_moved(
    mail_server: Dovecot, account: str, home: Path
) -> None:
    mail_server.deliver(account, mail(f"Phòng Tổng hợp <{SO}>", BOOK, ("IIP.xlsx", workbook("b")), results=PASS))
    place = site(home, mail_server.entry(account, SO))
    first = look(place)
    assert (first.new, first.known, first.quarantined, first.failures) == (2, 0, 0, ())
    receipts = {receipt.file_name: receipt for receipt in known_receipts(place)}
    receipt = receipts["Số liệu Tây Ninh.xlsx"]
    assert (receipt.source, receipt.ref_area, receipt.channel) == ("SCT_VN34_80", "VN34_80", "mail")
    assert (receipt.state, receipt.received_at) == ("received", "2026-04-20T01:30:00Z")
    assert archive.load(place.settings.archive, receipt.sha256) == workbook("a")
    assert mail_server.subjects(account) == []
    assert mail_server.subjects(account, "Đã nhận") == ["Số liệu"]
    again = look(place)
    assert (again.new, again.known, again.failures) == (0, 0, ())


def test_two_sources_share_a_mailbox_and_each_gets_its_own(mail_server: Dovecot, account: str, home: Path) -> None:
    other = PASS.replace("so.example.vn", "khac.example.vn")
    mail_server.deliver(account, mail(SO, BOOK, results=PASS), mail(OTHER, ("b.xlsx", workbook("b")), results=other))
    place = site(
        home,
        mail_server.entry(account, SO),
        {**mail_server.entry(account, OTHER), "id": "SCT_VN34_01", "area": "VN34_01"},
    )
    assert look(place).new == 2
    assert {receipt.source: receipt.file_name for receipt in known_receipts(place)} == {
        "SCT_VN34_80": "Số liệu Tây Ninh.xlsx",
        "SCT_VN34_01": "b.xlsx",
    }


@pytest.mark.parametrize(
    ("sent", "source", "reason"),
    [
        (mail(OTHER, BOOK, results=PASS), "", f"Địa chỉ {OTHER} chưa được đăng ký"),
        (mail(SO, BOOK), "SCT_VN34_80", "không có kết quả xác thực của máy chủ nhận"),
        (
            mail(SO, BOOK, results="mx.bo.example.vn; dmarc=fail header.from=so.example.vn"),
            "SCT_VN34_80",
            "không qua xác thực DMARC (fail)",
        ),
        (mail(f"{SO}, {OTHER}", BOOK, results=PASS), "", "không có đúng một địa chỉ người gửi"),
        (mail(SO, results=PASS), "SCT_VN34_80", "không có tệp đính kèm"),
    ],
    ids=["stranger", "unvouched", "forged", "two senders", "nothing attached"],
)
def test_what_nobody_vouches_for_is_put_aside_with_its_reason(
    mail_server: Dovecot, account: str, home: Path, sent: bytes, source: str, reason: str
) -> None:
    mail_server.deliver(account, sent)
    place = site(home, mail_server.entry(account, SO))
    found = look(place)
    assert (found.new, found.quarantined) == (1, 1)
    (receipt,) = known_receipts(place)
    assert (receipt.state, receipt.source) == ("quarantined", source)
    assert reason in receipt.message
    assert archive.load(place.settings.archive, receipt.sha256)
    assert mail_server.subjects(account, "Đã nhận") == ["Số liệu"]


def test_a_mail_without_workbook_is_kept_whole(mail_server: Dovecot, account: str, home: Path) -> None:
    sent = mail(SO, results=PASS)
    mail_server.deliver(account, sent)
    place = site(home, mail_server.entry(account, SO))
    look(place)
    (receipt,) = known_receipts(place)
    assert receipt.file_name == "thu-khong-co-tep.eml"
    assert archive.load(place.settings.archive, receipt.sha256) == sent


def test_nothing_is_moved_before_archive_and_ledger_have_it(
    mail_server: Dovecot, account: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.deliver(account, mail(SO, BOOK, ("IIP.xlsx", workbook("b")), results=PASS))
    place = site(home, mail_server.entry(account, SO))
    calls: list[object] = []
    store = step.store

    def full(folder: Path, content: bytes) -> str:
        calls.append(content)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return store(folder, content)

    with monkeypatch.context() as patch:
        patch.setattr(step, "store", full)
        with pytest.raises(OSError, match="No space left"):
            look(place)
    assert mail_server.subjects(account) == ["Số liệu"]
    after = look(place)
    assert (after.new, after.known) == (1, 1)
    assert names(place) == ["IIP.xlsx", "Số liệu Tây Ninh.xlsx"]
    assert mail_server.subjects(account) == []


def test_a_mail_that_may_not_be_moved_is_taken_once(mail_server: Dovecot, account: str, home: Path) -> None:
    mail_server.deliver(account, mail(SO, BOOK, results=PASS))
    place = site(home, mail_server.entry(account, SO, done=""))
    assert look(place).new == 1
    again = look(place)
    assert (again.new, again.known) == (0, 1)
    assert mail_server.subjects(account) == ["Số liệu"]
    assert look(site(home, mail_server.entry(account, SO, done="Lưu trữ"))).new == 0
    assert mail_server.subjects(account) == []


def test_the_same_mail_sent_again_is_a_receipt_of_its_own(mail_server: Dovecot, account: str, home: Path) -> None:
    place = site(home, mail_server.entry(account, SO))
    for _ in range(2):
        mail_server.deliver(account, mail(SO, BOOK, results=PASS))
        assert look(place).new == 1
    assert len({receipt.sha256 for receipt in known_receipts(place)}) == 1


def test_names_of_attachments_are_only_text(mail_server: Dovecot, account: str, home: Path) -> None:
    bad = ("../../etc/passwd.xlsx", "C:\\So\\b.xlsx", "a\u202exslx.exe", "")
    mail_server.deliver(account, mail(SO, *((name, workbook(name)) for name in bad), results=PASS))
    place = site(home, mail_server.entry(account, SO))
    assert look(place).new >= 3
    assert not any(mark in name for name in names(place) for mark in ("/", "\\", "\u202e"))
    assert {"passwd.xlsx", "b.xlsx"} <= set(names(place))
    stored = [path.name for path in place.settings.archive.rglob("*") if path.is_file()]
    assert all(len(name) == 64 for name in stored)


def test_a_wrong_password_a_wrong_folder_and_a_wrong_certificate_are_named(
    mail_server: Dovecot, account: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = mail_server.entry(account, SO)
    (failure,) = look(site(home, {**entry, "url": str(entry["url"]).replace("INBOX", "Khac")})).failures
    assert "không có thư mục Khac" in failure.message
    other, _, _ = certificates.write(tmp_path)
    (failure,) = look(site(home, {**entry, "ca_file": str(other)})).failures
    assert "Không tin được chứng thư TLS" in failure.message
    monkeypatch.setenv("CTDP_TEST_PASSWORD", "sai-mat-khau")
    (failure,) = look(site(home, entry)).failures
    assert f"không nhận tài khoản {account}" in failure.message
    assert "sai-mat-khau" not in failure.message


def test_a_mail_of_the_future_came_now(mail_server: Dovecot, account: str, home: Path) -> None:
    from datetime import UTC, datetime

    mail_server.deliver(account, mail(SO, BOOK, results=PASS), at=datetime(2030, 1, 1, tzinfo=UTC))
    place = site(home, mail_server.entry(account, SO))
    look(place)
    assert known_receipts(place)[0].received_at == NOW
