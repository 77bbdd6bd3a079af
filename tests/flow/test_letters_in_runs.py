"""Letters from runs on a real Prefect server: a mail server that is away fails no month, back it gets each once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from prefect_api import Server

from ctdp_etl.demo.published import tay_ninh_files
from post_office import PostOffice
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

SENT, LATE, OPERATOR = "tonghop@tayninh.example.vn", "tonghop@hcm.example.vn", "lan@cuc.example.vn"
REGISTERED = ((TAY_NINH_ENTRY, SENT), (HO_CHI_MINH_ENTRY, LATE))
SOURCES = "".join(f'{entry}due_day = 22\ncontacts = ["{contact}"]\n' for entry, contact in REGISTERED)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home to which Tây Ninh has sent its April, and Hồ Chí Minh City nothing."""
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    for name in ("SCT_VN34_80", "SCT_VN34_79"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
    for file in tay_ninh_files("2026-04"):
        path = tmp_path / "inbox" / "SCT_VN34_80" / file.name
        path.write_bytes(file.content)
        os.utime(path, (1776736800, 1776736800))  # 2026-04-21T02:00:00Z
    return tmp_path


def test_runs_answer_and_remind_once_whatever_the_mail_server_does(
    server: Server, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = PostOffice(tmp_path_factory.mktemp("mail"))
    mail = {
        "CTDP_MAIL_FROM": "solieu@cuc.example.vn",
        "CTDP_OPERATORS": OPERATOR,
        "SSL_CERT_FILE": str(office.authority),
    }
    away, there = ({"CTDP_SMTP_URL": url} for url in ("smtps://a:b@127.0.0.1:1", office.url()))
    month = {"parameters": {"period": "2026-04"}}
    steps = [
        {"flow": "run_month", "variables": away, **month},
        {"flow": "collect_submissions", "variables": there, **month},
        {"flow": "remind_late"},
        {"flow": "remind_late"},
        {"flow": "run_month", **month},
    ]
    try:
        told = server.run(home, *steps, **mail)
        assert [one["name"] for one in told] == ["Có thư chưa gửi được", *["Completed"] * 4]
        assert Counter(who for who, _ in office.arrived()) == {SENT: 2, LATE: 1, OPERATOR: 1}
    finally:
        office.stop()
