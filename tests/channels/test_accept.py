"""Quarantine, accept and reassign: nothing is loaded unless somebody answers for it, and every word is on record."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from dovecot import Dovecot, mail
from sites import APRIL, NOW, look, site

from ctdp_etl.cli import ctdp
from ctdp_etl.collect.archive import store
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Receipt
from ctdp_etl.pipeline.accept import Decision, accept, reassign
from ctdp_etl.pipeline.load import Mode, due_receipts, load
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import board, receipts_of
from ctdp_etl.warehouse.ledger import audit_trail, record_receipt
from ctdp_etl.warehouse.read import submissions

WORKBOOK = tay_ninh_files("2026-04")[0]
DECISION = Decision("Nguyễn An", "Đã gọi điện xác nhận", NOW)
NOBODY = Sender("", "", "")


def received(place: Site, state: str = "quarantined", source: str = "SCT_VN34_80", **more: object) -> Receipt:
    """Put the published April workbook of Tây Ninh into archive and ledger."""
    receipt = Receipt(
        id="1f" * 16,
        sha256=store(place.settings.archive, WORKBOOK.content),
        source=source,
        ref_area="VN34_80" if source else "",
        channel="mail",
        locator="solieu@imap.example.vn:993/INBOX/1.1/1",
        file_name=WORKBOOK.name,
        size=len(WORKBOOK.content),
        received_at="2026-04-21T02:00:00Z",
        state=state,
        message="có thể là giả mạo" if state == "quarantined" else "",
    )
    receipt = replace(receipt, **more)  # type: ignore[arg-type]
    with place.engine.begin() as connection:
        record_receipt(connection, receipt)
    return receipt


def loaded(place: Site) -> list[tuple[str, str, str]]:
    """Return (source, month, state) of the submissions in the warehouse."""
    with place.engine.connect() as connection:
        frame = submissions(connection)
    return list(zip(frame["source"], frame["time_period"], frame["state"], strict=True))


def audited(place: Site) -> list[tuple[str, str, str]]:
    """Return (who, verb, reason) of the audit trail."""
    with place.engine.connect() as connection:
        frame = audit_trail(connection)
    return list(zip(frame["who"], frame["verb"], frame["reason"], strict=True))


@pytest.fixture
def place(home: Path) -> Site:
    return site(home, {"path": "inbox/80"}, {"id": "SCT_VN34_01", "area": "VN34_01", "path": "inbox/01"})


def test_what_is_in_quarantine_is_shown_and_never_loaded(place: Site) -> None:
    received(place)
    assert due_receipts(place, APRIL) == []
    assert list(load(place, APRIL, mode=Mode.ALL)) == []
    (line,) = [line for line in board(place, APRIL) if line.source == "SCT_VN34_80"]
    assert line.state == "quarantined"
    (row,) = receipts_of(place, APRIL)
    assert (row["trạng thái"], row["ghi chú"]) == ("cách ly", "có thể là giả mạo")


def test_accept_lets_it_in_and_says_who_and_why(place: Site) -> None:
    receipt = received(place)
    outcome = accept(place, receipt.id[:6], DECISION, NOBODY)
    assert (outcome.state, outcome.time_period, outcome.message) == ("loaded", "2026-04", "")
    assert outcome.added > 0
    assert loaded(place) == [("SCT_VN34_80", "2026-04", "received")]
    assert audited(place) == [("Nguyễn An", "accept", "Đã gọi điện xác nhận")]
    with pytest.raises(CtdpError, match="không bị cách ly"):
        accept(place, receipt.id, DECISION, NOBODY)


def test_nobody_s_file_needs_an_area(place: Site) -> None:
    receipt = received(place, source="")
    with pytest.raises(CtdpError, match="Hãy thêm --area"):
        accept(place, receipt.id, DECISION, NOBODY)
    assert audited(place) == []
    outcome = accept(place, receipt.id, DECISION, Sender("", "Tây Ninh", ""))
    assert (outcome.source, outcome.ref_area) == ("SCT_VN34_80", "VN34_80")
    (stored,) = known_receipts(place)
    assert (stored.source, stored.state) == ("SCT_VN34_80", "loaded")


@pytest.mark.parametrize(("who", "reason"), [("", "x"), ("x", " ")])
def test_a_decision_has_a_name_and_a_reason(who: str, reason: str) -> None:
    with pytest.raises(CtdpError, match="phải có người quyết định"):
        Decision(who, reason, NOW)


def test_reassign_gives_a_file_to_another_area_and_takes_it_from_the_first(place: Site) -> None:
    receipt = received(place, state="received", source="SCT_VN34_01", ref_area="VN34_01")
    list(load(place, APRIL))
    before = [row for row in loaded(place) if row[2] != "withdrawn"]
    outcome = reassign(place, receipt.id, DECISION, Sender("", "VN34_80", ""))
    assert outcome.state == "loaded"
    now = loaded(place)
    assert ("SCT_VN34_80", "2026-04", "received") in now
    assert all((source, month, "withdrawn") in now for source, month, _ in before)
    assert ("Nguyễn An", "reassign", "Đã gọi điện xác nhận") in audited(place)
    with pytest.raises(CtdpError, match="không có gì để chuyển"):
        reassign(place, receipt.id, DECISION, Sender("", "VN34_80", ""))


def test_reassign_gives_a_file_to_another_month(place: Site) -> None:
    receipt = received(place, state="received", locator="2026-04/IIP.xlsx")
    list(load(place, APRIL))
    outcome = reassign(place, receipt.id, DECISION, Sender("", "", "2026-03"))
    assert (outcome.state, outcome.time_period) == ("loaded", "2026-03")
    assert sorted(loaded(place)) == [("SCT_VN34_80", "2026-03", "received"), ("SCT_VN34_80", "2026-04", "withdrawn")]


def test_a_file_in_quarantine_is_not_reassigned_by_the_back_door(place: Site) -> None:
    receipt = received(place)
    with pytest.raises(CtdpError, match="đang bị cách ly"):
        reassign(place, receipt.id, DECISION, Sender("", "VN34_01", ""))


def test_a_forged_mail_waits_for_the_operator(
    mail_server: Dovecot, account: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, file = "tonghop@so.example.vn", (WORKBOOK.name, WORKBOOK.content)
    forged = "Authentication-Results: mx.bo.example.vn; dmarc=pass header.from=so.example.vn\r\n"
    judged = "mx.bo.example.vn; dmarc=fail header.from=so.example.vn"
    sent = mail(sender, file, results=judged).replace(b"From:", forged.encode() + b"From:", 1)
    mail_server.deliver(account, sent)
    place = site(home, mail_server.entry(account, sender))
    assert look(place).quarantined == 1
    assert list(load(place, APRIL)) == []
    place.engine.dispose()
    monkeypatch.setenv("CTDP_HOME", str(home))
    monkeypatch.setenv("CTDP_NOW", NOW)
    monkeypatch.delenv("CTDP_WAREHOUSE_URL", raising=False)
    listed = json.loads(CliRunner().invoke(ctdp, ["status", "2026-04", "--receipts", "--json"]).stdout)
    (row,) = listed["receipts"]
    assert "DMARC (fail)" in row["ghi chú"]
    answer = CliRunner().invoke(ctdp, ["accept", row["phiếu nhận"], "--by", "An", "--reason", "đã gọi", "--json"])
    assert json.loads(answer.stdout)["files"][0]["state"] == "loaded"
