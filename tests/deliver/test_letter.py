"""The letter as mail, and the address of the server: nothing smuggled in, nothing secret let out."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from desks import SENDER, Desk
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.deliver.letter import Letter, as_bytes, is_address
from ctdp_etl.deliver.relay import relay
from ctdp_etl.errors import SettingsError
from ctdp_etl.pipeline.deliver import deliver
from ctdp_etl.pipeline.mail_check import mail_faults
from ctdp_etl.settings import Settings
from post_office import PostOffice

MOMENT = datetime(2026, 4, 20, 2, tzinfo=UTC)
WHO = "a@so.example.vn"


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_adds_a_header_or_changes_with_time(subject: str, body: str) -> None:
    letter = Letter("<1@ctdp.invalid>", WHO, subject, body, MOMENT)
    content = as_bytes(letter, SENDER)
    assert content == as_bytes(letter, SENDER)
    assert content.isascii()
    message = message_from_bytes(content, policy=policy.default)
    names = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    assert set(message.keys()) == names | {"Content-Transfer-Encoding"}
    assert message["To"] == WHO
    assert max(map(len, content.splitlines())) <= 998


@given(
    st.lists(st.sampled_from(["Phiếu", "nhận", "8bd22f0dfb09:", "không", "đọc", "được,", "kỳ", "4/2026"]), max_size=40)
)
def test_no_space_is_lost_where_a_subject_is_folded(words: list[str]) -> None:
    subject = " ".join(words)
    content = as_bytes(Letter("<1@ctdp.invalid>", WHO, subject, subject, MOMENT), SENDER)
    message = message_from_bytes(content, policy=policy.default)
    assert message["Subject"] == subject
    assert message.get_content().strip() == subject
    assert max(map(len, content.splitlines())) <= 78


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a@b.vn\nBcc: c@d.vn",
        "a@b.vn, c@d.vn",
        "Tên <a@b.vn>",
        '"a b"@c.vn',
        "sở@so.vn",
        "a@b.vn\0",
        "-",
    ],
)
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    assert not is_address(text)


def test_a_letter_arrives_as_it_was_written_over_starttls_and_over_tls(
    sqlite_desk: Desk, office: PostOffice, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_desk.write(WHO)
    deliver(sqlite_desk.site)
    other = PostOffice(tmp_path_factory.mktemp("tls"), is_tls=True)
    try:
        monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
        sqlite_desk.smtp_url = other.url("smtps")
        sqlite_desk.write(WHO, event="test:2")
        assert deliver(sqlite_desk.site).reason == ""
        arrived = [*office.arrived(), *other.arrived()]
    finally:
        other.stop()
    assert [recipient for recipient, _ in arrived] == [WHO, WHO]
    for _, message in arrived:
        assert message["Subject"] == "Phiếu nhận"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.get_content().splitlines()[:3] == ["Đã nhận.", ".", ".. hết"]


def test_a_server_with_a_certificate_of_nobody_we_know_gets_no_password(
    sqlite_desk: Desk, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    sqlite_desk.write(WHO)
    told = deliver(sqlite_desk.site)
    assert "chứng thư" in told.reason
    assert (office.arrived(), sqlite_desk.states()) == ([], ["queued"])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.vn",
        "http://mail.example.vn",
        "smtps://",
        "smtps://u:b1@mat@mail.example.vn",
        "smtps://u:b1mat@mail.example.vn/x",
        "smtps://u@mail.example.vn",
        "smtps://u:b1m%E1%BA%ADt@mail.example.vn",
        "smtp://u:b1mat@mail.example.vn",
        "smtp://u:b1mat@mail.example.vn:99999",
        "smtps://u:b1%0Amat@mail.example.vn",
    ],
)
def test_an_unusable_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        relay(url)
    assert "b1" not in str(caught.value)


def test_an_address_says_how_to_connect() -> None:
    found = relay("smtp+starttls://ctdp%40a:p%40ss@mail.example.vn")
    assert (found.user, found.password, found.server) == ("ctdp@a", "p@ss", "mail.example.vn:587")
    assert "p@ss" not in repr(found)
    assert relay("smtp://u:p@localhost").port == 25
    assert relay("smtps://mail.example.vn:4650").server == "mail.example.vn:4650"


def test_the_doctor_says_what_letters_lack(tmp_path: Path, office: PostOffice) -> None:
    def told(**named: str) -> str:
        errors, warnings = mail_faults(Settings(tmp_path, "sqlite://", **named))
        return " ".join(errors) + " | " + " ".join(warnings)

    assert told().startswith(" | ")
    assert "CTDP_SMTP_URL" in told()
    whole = {"smtp_url": office.url(), "mail_from": SENDER, "operators": "lan@cuc.example.vn, nam@cuc.example.vn"}
    assert "CTDP_READERS" in told(**whole)
    assert "CTDP_READERS" in told(**whole | {"readers": "vụ trưởng"})
    whole |= {"readers": "lanhdao@bo.example.vn"}
    assert told(**whole) == " | "
    assert "CTDP_MAIL_FROM" in told(**whole | {"mail_from": "Phòng số liệu"})
    assert "CTDP_OPERATORS" in told(**whole | {"operators": "lan@cuc.example.vn; nam"})
    office.fails("AUTH", "535")
    assert "không chấp nhận" in told(**whole)
    assert "mat-khau" not in told(**whole)
    assert office.arrived() == []
