"""``ctdp deliver``: what waits is said, a server that is away is no failure, doubt is settled by name and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command import TAY_NINH, Command

from ctdp_etl.warehouse.engine import open_engine, writing
from ctdp_etl.warehouse.ledger import audit_trail
from ctdp_etl.warehouse.outbox import add_delivery, deliveries, move_delivery
from registered import TAY_NINH_ENTRY

PASSWORD, MONTHS = "b1-mat-khau", ("2026-03", "2026-04")
SOURCE = TAY_NINH_ENTRY + 'contacts = ["tonghop@tayninh.example.vn"]'


@pytest.fixture
def answered(ctdp: Command, home: Path, month: Callable[[str], list[Path]]) -> Command:
    """A home in which a file came by hand."""
    home.mkdir()
    (home / "sources.toml").write_text(SOURCE, encoding="utf-8")
    assert ctdp("submit", month("2026-04")[0], "--area", TAY_NINH).code == 0
    return ctdp


def in_doubt(home: Path) -> None:
    """Leave the letters of a home as a connection does that broke at the wrong moment."""
    engine = open_engine(f"sqlite:///{home / 'warehouse.db'}")
    with writing(engine) as connection:
        for letter in deliveries(connection):
            assert move_delivery(connection, letter, replace(letter, state="unknown", attempts=1))
    engine.dispose()


def test_without_a_mail_server_letters_wait_and_everybody_says_so(answered: Command) -> None:
    done = answered("deliver", "2026-04")
    assert (done.code, "1 thư mới, 0 thư đã gửi" in done.err, "Chưa đặt CTDP_SMTP_URL" in done.err) == (0, True, True)
    assert "tonghop@tayninh.example.vn" in done.out
    assert "1 thư mới" not in answered("deliver", "2026-04").err
    assert "1 thư đang chờ gửi" in answered("status", "2026-04").err
    assert "CTDP_SMTP_URL" in answered("doctor").out
    assert answered("deliver", "2026-03", "--list").out == "Chưa có thư nào.\n"


def test_what_is_about_a_quarter_is_listed_with_its_last_month(answered: Command, home: Path) -> None:
    answered("deliver", "2026-04")
    engine = open_engine(f"sqlite:///{home / 'warehouse.db'}")
    with writing(engine) as connection:
        (letter,) = deliveries(connection)
        assert add_delivery(connection, replace(letter, id="q", event="q", time_period="2026-Q1"))
    engine.dispose()
    listed = {month: answered("deliver", month, "--list", "--json").document["letters"] for month in MONTHS}
    assert [[one["time_period"] for one in listed[month]] for month in MONTHS] == [["2026-Q1"], ["2026-04"]]


def test_a_server_that_is_away_is_told_and_shows_no_password(
    answered: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTDP_SMTP_URL", f"smtps://ctdp:{PASSWORD}@127.0.0.1:1")
    monkeypatch.setenv("CTDP_MAIL_FROM", "solieu@cuc.example.vn")
    done = answered("deliver")
    assert (done.code, "từ chối kết nối" in done.err) == (0, True)
    shown = answered("doctor")
    assert PASSWORD not in done.err + done.out + shown.out + shown.err
    assert "ctdp:***@127.0.0.1:1" in shown.out


def test_a_letter_in_doubt_is_settled_by_name_and_reason(answered: Command, home: Path) -> None:
    answered("deliver")
    in_doubt(home)
    (letter,) = answered("deliver", "--json").document["letters"]
    assert letter["state"] == "unknown"
    refused = answered("deliver", "--confirm", letter["id"][:12])
    assert (refused.code, "--by" in refused.err) == (2, True)
    done = answered("deliver", "--confirm", letter["id"][:12], "--by", "Lan", "--reason", "Sở đã nhận")
    assert (done.code, "đã gửi" in done.out) == (0, True)
    engine = open_engine(f"sqlite:///{home / 'warehouse.db'}")
    with engine.connect() as connection:
        (entry,) = audit_trail(connection, subject=letter["id"]).to_dict("records")
    engine.dispose()
    assert (entry["who"], entry["verb"], entry["reason"]) == ("Lan", "confirm-letter", "Sở đã nhận")
    again = answered("deliver", "--resend", letter["id"][:12], "--by", "Lan", "--reason", "gửi lại")
    assert (again.code, "Không có thư" in again.err) == (2, True)
    assert answered("deliver", "--list", "--resend", letter["id"]).code == 2
