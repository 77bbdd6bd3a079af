"""A released briefing goes to its readers: to ten of them, whatever the mail server does, with the PDF as released."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from released_months import MONTH, PDF, READERS, issue, site_of, states
from test_phases import NEXT_DAY, ROWS

from ctdp_etl.pipeline.announce import announce
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.deliver import NEED_SOMEBODY, deliver
from ctdp_etl.pipeline.release import due_releases, release
from ctdp_etl.pipeline.released import tend
from post_office import PostOffice


def test_each_reader_gets_the_released_bytes_once(published: Path, tmp_path: Path, office: PostOffice) -> None:
    site = site_of(published, tmp_path, office)
    assert deliver(site).sent == len(READERS)
    issue(site)
    assert (announce(site), deliver(site).sent) == (0, 0)
    arrived = office.arrived()
    assert sorted(recipient for recipient, _ in arrived) == sorted(READERS)
    released = (site.settings.released / "2026-04" / PDF).read_bytes()
    for _, message in arrived:
        (attached,) = message.iter_attachments()
        assert (attached.get_filename(), attached.get_content_type()) == (PDF, "application/pdf")
        assert attached.get_payload(decode=True) == released
        assert message["Subject"] == "Báo cáo tháng 4 năm 2026, bản số 1"
        body = message.get_body(("plain",))
        assert body is not None
        assert "phát hành ngày 28/04/2026" in body.get_content()
        assert "%" not in body.get_content(), "no figure stands in a letter"
    site.engine.dispose()


@pytest.mark.parametrize(("phase", "how"), [row[:2] for row in ROWS])
def test_whatever_fails_nobody_gets_two_and_nobody_is_forgotten_silently(
    published: Path, tmp_path: Path, office: PostOffice, phase: str, how: str
) -> None:
    site = site_of(published, tmp_path, office)
    office.fails(phase, how)
    deliver(site, seconds=0.3 if how == "silent" else 30)
    office.fails()
    later = site_of(published, tmp_path, office, now=NEXT_DAY.replace("04-21", "04-29"))
    deliver(later)
    arrived = Counter(recipient for recipient, _ in office.arrived())
    assert set(arrived.values()) <= {1}
    told = states(later)
    assert set(told) == set(READERS)
    assert all(arrived[reader] == 1 for reader, state in told.items() if state == "sent")
    assert {state for state in told.values() if state != "sent"} <= set(NEED_SOMEBODY)
    site.engine.dispose()
    later.engine.dispose()


def test_killed_between_release_and_letters_the_next_morning_queues_them(
    month: Path, tmp_path: Path, office: PostOffice
) -> None:
    site = site_of(month, tmp_path, office)
    brief(site, MONTH)
    assert release(site, MONTH).is_released
    assert (states(site), due_releases(site)) == ({}, [])
    tend(site)
    assert set(states(site)) == set(READERS)
    assert (site.settings.released / "index.html").is_file()
    site.engine.dispose()


def test_what_is_no_longer_as_released_is_sent_to_nobody(published: Path, tmp_path: Path, office: PostOffice) -> None:
    site = site_of(published, tmp_path, office)
    for folder in (site.settings.published, site.settings.released):
        (folder / "2026-04" / PDF).write_bytes(b"%PDF-1.7 other")
    assert deliver(site).sent == 0
    assert set(states(site).values()) == {"failed"}
    assert office.arrived() == []
    site.engine.dispose()


def test_an_old_release_goes_to_nobody_new(published: Path, tmp_path: Path, office: PostOffice) -> None:
    site = site_of(published, tmp_path, office, now="2026-05-28T01:00:00Z", readers="moi@bo.example.vn")
    assert announce(site) == 0
    site.engine.dispose()
