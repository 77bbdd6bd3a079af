"""Each submission is answered once for each state; nothing old, simulated or foreign is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desks import CATALOG, SENDER

from ctdp_etl.collect.sources import read_sources
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.model import Delivery, Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline import check
from ctdp_etl.pipeline.answer import answer
from ctdp_etl.pipeline.load import load_receipt
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.receipts import FAILED, QUARANTINED, known_receipts
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.pipeline.withdraw import withdraw
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt
from ctdp_etl.warehouse.outbox import deliveries
from registered import TAY_NINH_ENTRY

MONTH, CAME, NOW = "2026-04", "2026-05-04T02:00:00Z", "2026-05-05T02:00:00Z"
CONTACT, OPERATOR = "tonghop@tayninh.example.vn", "lan@cuc.example.vn"
SOURCE = TAY_NINH_ENTRY + f'contacts = ["{CONTACT}"]'


def site_of(home: Path, register: str = SOURCE, now: str = NOW) -> Site:
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text(register, encoding="utf-8")
    url = f"sqlite:///{home / 'warehouse.db'}"
    return open_site(Settings(home, url, now=lambda: now, mail_from=SENDER, operators=OPERATOR))


def take(site: Site, folder: Path, *, at: str = CAME) -> Receipt:
    """Take Tây Ninh's industry figures by hand."""
    file = tay_ninh_files(MONTH)[0]
    path = folder / file.name
    path.write_bytes(file.content)
    outcome = submit(site, path, Sender("SCT_VN34_80", "VN34_80", ""), received_at=at)
    return next(one for one in known_receipts(site) if one.id == outcome.receipt_id)


def letters(site: Site) -> list[Delivery]:
    with site.engine.connect() as connection:
        return deliveries(connection)


def test_a_loaded_file_is_answered_once_without_a_figure(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    receipt = take(site, tmp_path)
    check.check(site, Period.parse(MONTH))
    assert (answer(site), answer(site)) == (1, 0)
    load_receipt(site, receipt)
    assert answer(site) == 0
    (letter,) = letters(site)
    assert (letter.recipient, letter.time_period, letter.source) == (CONTACT, MONTH, "SCT_VN34_80")
    for told in (receipt.id[:12], receipt.file_name, "tháng 4 năm 2026", "đã nạp", "04/05/2026 09:00", "cảnh báo"):
        assert told in letter.body
    assert re.findall(r"\d+[,.]\d+", letter.body.replace(receipt.file_name, "")) == []


def test_counts_are_those_of_the_file(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    receipt = take(site, tmp_path)
    check.check(site, Period.parse(MONTH))
    mine = [one for one in check.findings(site, Period.parse(MONTH)) if one["sha256"] == receipt.sha256]
    answer(site)
    count = check.counts(mine)
    assert f"{count['error']} lỗi, {count['warning']} cảnh báo, {count['notice']} lưu ý" in letters(site)[0].body


def test_a_refused_file_is_answered_with_its_reason_and_a_withdrawn_one_too(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    path = tmp_path / "hong.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    assert submit(site, path, Sender("SCT_VN34_80", "VN34_80", ""), received_at=CAME).state == FAILED
    assert answer(site) == 1
    (letter,) = letters(site)
    assert "hong.xlsx" in letter.body
    assert "gửi lại" in letter.body
    receipt = take(site, tmp_path)
    answer(site)
    withdraw(site, receipt.id, who="Lan", reason="nhầm tệp, 108,30", at=NOW)
    assert answer(site) == 1
    last = next(one for one in letters(site) if one.event.endswith(":withdrawn"))
    assert "đã rút" in last.body
    assert "108,30" not in last.body


def test_the_same_bytes_again_are_answered_as_known(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    first = take(site, tmp_path)
    second = take(site, tmp_path, at="2026-05-04T05:00:00Z")
    assert answer(site) == 2
    bodies = {one.event.split(":")[1]: one.body for one in letters(site)}
    assert "đã nhận trước đó" not in bodies[first.id]
    assert f"đã nhận trước đó (phiếu nhận {first.id[:12]})" in bodies[second.id]


@pytest.mark.parametrize(
    ("register", "now"),
    [
        (SOURCE.replace("contacts", "simulated = true\ncontacts"), NOW),
        (SOURCE.replace('contacts = ["tonghop@tayninh.example.vn"]', ""), NOW),
        ("", NOW),
        (SOURCE, "2026-05-09T02:00:01Z"),
    ],
    ids=["simulated", "no contacts", "not registered", "old"],
)
def test_nobody_is_answered(tmp_path: Path, register: str, now: str) -> None:
    take(site_of(tmp_path, register), tmp_path)
    assert answer(site_of(tmp_path, register, now)) == 0


def test_quarantine_is_told_to_operators_once_a_day_and_never_to_the_sender(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    for number, at in enumerate(("2026-05-04T02:00:00Z", "2026-05-04T03:00:00Z", "2026-05-05T01:00:00Z")):
        forged = Receipt(
            f"{number:032x}",
            "0" * 64,
            "SCT_VN34_80",
            "VN34_80",
            "mail",
            str(number),
            "a.xlsx",
            1,
            at,
            QUARANTINED,
            "lạ",
        )
        with writing(site.engine) as connection:
            record_receipt(connection, forged)
    assert (answer(site), answer(site)) == (2, 0)
    assert {one.recipient for one in letters(site)} == {OPERATOR}
    assert sorted(one.event for one in letters(site)) == ["quarantine:2026-05-04", "quarantine:2026-05-05"]


def test_a_mailbox_without_contacts_answers_those_who_may_send(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        TAY_NINH_ENTRY.replace('path = "inbox/SCT_VN34_80"', "")
        + 'channel = "mail"\nurl = "imaps://a@mail.example.vn"\npassword_env = "CTDP_X"\n'
        + 'senders = ["Chung@tayninh.example.vn"]\nauthserv_id = "mx.example.vn"\n',
        encoding="utf-8",
    )
    (source,) = read_sources(tmp_path / "sources.toml", CATALOG)
    assert source.addresses == ("chung@tayninh.example.vn",)
