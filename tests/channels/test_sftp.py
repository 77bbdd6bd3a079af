"""The SFTP channel against a real OpenSSH server."""

from __future__ import annotations

import os
from pathlib import Path

import asyncssh
import pytest
from sites import JUST_NOW, NOW, OLD, QUICK, look, names, put, site, workbook
from sshd import Sshd

from ctdp_etl.collect import archive, sftp
from ctdp_etl.collect.arrivals import Arrival, NotKeptError, Reception
from ctdp_etl.collect.sources import Source
from ctdp_etl.pipeline import collect as step
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site


def visit(place: Site, take: object, **more: object) -> object:
    source: Source = place.sources[0]
    return sftp.visit(source, source.endpoint, Reception(now=NOW, take=take, patience=QUICK, **more))  # type: ignore[arg-type]


def test_files_are_taken_once_with_their_name_time_and_month(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "2026-04/Số liệu Tây Ninh.xlsx", workbook("a"))
    put(sftp_server.inbox, "IIP.xlsx", workbook("b"))
    place = site(home, sftp_server.entry())
    first = look(place)
    assert (first.new, first.known, first.waiting, first.failures) == (2, 0, (), ())
    assert (look(place).new, look(place).known) == (0, 2)
    receipts = {receipt.locator: receipt for receipt in known_receipts(place)}
    receipt = receipts["2026-04/Số liệu Tây Ninh.xlsx"]
    assert (receipt.source, receipt.ref_area, receipt.channel) == ("SCT_VN34_80", "VN34_80", "sftp")
    assert (receipt.file_name, receipt.state) == ("Số liệu Tây Ninh.xlsx", "received")
    assert receipt.received_at == "2026-04-12T13:20:00Z"
    assert archive.load(place.settings.archive, receipt.sha256) == workbook("a")


def test_a_file_that_is_known_is_not_fetched_again_unless_the_ledger_lost_it(sftp_server: Sshd, home: Path) -> None:
    path = put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry())
    look(place)
    path.write_bytes(b"\0" * path.stat().st_size)
    os.utime(path, (OLD, OLD))
    assert (look(place).new, look(place).known) == (0, 1)
    path.write_bytes(workbook("a"))
    os.utime(path, (OLD, OLD))
    place.engine.dispose()
    (home / "warehouse.db").unlink()
    assert look(site(home, sftp_server.entry())).new == 1


def test_a_changed_file_comes_again(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry())
    look(place)
    put(sftp_server.inbox, "IIP.xlsx", workbook("b"), OLD + 60)
    assert look(place).new == 1
    assert names(place) == ["IIP.xlsx", "IIP.xlsx"]


def test_what_is_safe_here_is_moved_there(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "2026-04/IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry(done="da-nhan"))
    assert look(place).new == 1
    assert [path.name for path in (sftp_server.inbox / "da-nhan").iterdir()] == [
        f"2026-04-12T132000Z-{len(workbook('a'))}-IIP.xlsx"
    ]
    assert not (sftp_server.inbox / "2026-04/IIP.xlsx").exists()
    again = look(place)
    assert (again.new, again.known, again.failures) == (0, 0, ())


def test_nothing_is_moved_before_archive_and_ledger_have_it(
    sftp_server: Sshd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry(done="da-nhan"))

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, "store", full)
        with pytest.raises(OSError, match="No space left"):
            look(place)
    assert path.exists()
    assert known_receipts(place) == []
    assert look(place).new == 1
    assert not path.exists()


def test_a_crash_between_receipt_and_move_takes_nothing_twice(sftp_server: Sshd, home: Path) -> None:
    path = put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    look(site(home, sftp_server.entry()))
    assert path.exists()
    after = look(site(home, sftp_server.entry(done="da-nhan")))
    assert (after.new, after.known) == (0, 1)
    assert not path.exists()


def test_a_file_replaced_while_it_is_taken_is_not_moved_away(sftp_server: Sshd, home: Path) -> None:
    path = put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry(done="da-nhan"))
    taken: list[Arrival] = []

    def take(arrival: Arrival) -> None:
        taken.append(arrival)
        put(sftp_server.inbox, "IIP.xlsx", workbook("b"), OLD + 60)

    visit(place, take)
    assert [arrival.content for arrival in taken] == [workbook("a")]
    assert path.read_bytes() == workbook("b")
    assert look(place).new == 1


def test_a_file_still_being_written_is_left_alone(sftp_server: Sshd, home: Path) -> None:
    whole = workbook("a")
    path = put(sftp_server.inbox, "IIP.xlsx", whole[: len(whole) // 2], JUST_NOW)
    put(sftp_server.inbox, "IIP.xlsx.part", whole)
    put(sftp_server.inbox, "~$IIP.xlsx", b"lock")
    place = site(home, sftp_server.entry(done="da-nhan"))
    assert look(place).waiting == ("SCT_VN34_80/IIP.xlsx",)
    assert names(place) == []
    assert path.exists()
    put(sftp_server.inbox, "IIP.xlsx", whole, JUST_NOW)
    assert look(place).new == 1


def test_a_file_that_grows_between_two_looks_is_left_alone(sftp_server: Sshd, home: Path) -> None:
    path = put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry())
    taken: list[Arrival] = []

    def write_more(_seconds: float) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    found = visit(place, taken.append, pause=write_more)
    assert found.waiting == ["IIP.xlsx"]  # type: ignore[attr-defined]
    assert taken == []


def test_names_that_are_not_unicode_and_things_that_are_no_files(sftp_server: Sshd, home: Path, tmp_path: Path) -> None:
    strange = sftp_server.inbox / os.fsdecode(b"S\xe8 li\xd6u.xlsx")
    strange.write_bytes(workbook("a"))
    secret = tmp_path / "secret.xlsx"
    secret.write_bytes(workbook("b"))
    (sftp_server.inbox / "link.xlsx").symlink_to(secret)
    os.mkfifo(sftp_server.inbox / "pipe.xlsx")
    place = site(home, sftp_server.entry(done="da-nhan"))
    found = look(place)
    assert found.new == 1
    assert names(place) == ["S\ufffd li\ufffdu.xlsx"]
    assert not strange.exists()
    assert [failure.locator for failure in found.failures] == ["link.xlsx", "pipe.xlsx"]
    assert all("liên kết hoặc tệp đặc biệt" in failure.message for failure in found.failures)


def test_another_host_key_ends_the_visit_before_the_login(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    before = sftp_server.server.log.read_text().count("Accepted publickey")
    found = look(site(home, sftp_server.entry(host_key=other)))
    assert found.new == 0
    assert "không khớp host_key đã ghi" in found.failures[0].message
    assert sftp_server.server.log.read_text().count("Accepted publickey") == before


def test_a_host_key_of_another_kind_does_not_fit_either(sftp_server: Sshd, home: Path) -> None:
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode().strip()
    assert "không khớp host_key" in look(site(home, sftp_server.entry(host_key=other))).failures[0].message


def test_a_wrong_account_key_is_named(sftp_server: Sshd, home: Path, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "other")
    found = look(site(home, sftp_server.entry(key_file=str(tmp_path / "other"))))
    assert "không nhận tài khoản" in found.failures[0].message
    (tmp_path / "other").write_text("no key")
    found = look(site(home, sftp_server.entry(key_file=str(tmp_path / "other"))))
    assert "Không đọc được khoá đăng nhập" in found.failures[0].message


def test_a_missing_folder_and_a_missing_secret_are_named(sftp_server: Sshd, home: Path) -> None:
    entry = sftp_server.entry()
    found = look(site(home, {**entry, "url": f"{entry['url']}/none"}))
    assert "không có thư mục" in found.failures[0].message
    found = look(site(home, sftp_server.entry(password_env="CTDP_TEST_NOT_SET")))
    assert "Chưa đặt biến CTDP_TEST_NOT_SET" in found.failures[0].message


def test_where_nothing_may_be_moved_the_file_is_taken_and_that_is_said(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, sftp_server.entry(done="IIP.xlsx/da-nhan"))
    found = look(place)
    assert found.new == 1
    assert any("không chuyển được vào IIP.xlsx/da-nhan" in failure.message for failure in found.failures)
    assert look(place).new == 0


def test_a_failing_take_is_no_failure_of_the_server(sftp_server: Sshd, home: Path) -> None:
    put(sftp_server.inbox, "IIP.xlsx", workbook("a"))

    def take(_arrival: Arrival) -> None:
        raise NotKeptError

    with pytest.raises(NotKeptError):
        visit(site(home, sftp_server.entry()), take)
