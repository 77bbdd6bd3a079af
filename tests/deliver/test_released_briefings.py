"""A released briefing goes to its readers: to ten of them, whatever the mail server does, with the PDF as released."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from desks import CATALOG, SENDER
from test_phases import NEXT_DAY, ROWS

from ctdp_etl.collect.sources import read_sources
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.deliver import NEED_SOMEBODY, deliver
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.release import due_releases, publish, release
from ctdp_etl.pipeline.released import announce, tend
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import open_engine
from ctdp_etl.warehouse.outbox import deliveries
from post_office import PostOffice
from registered import TAY_NINH_ENTRY

MONTH, RELEASED = Period.parse("2026-04"), "2026-04-28T01:00:00Z"
READERS = tuple(f"lanh-dao-{number}@bo.example.vn" for number in range(10))
PDF = "bao-cao-2026-04-so-01.pdf"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which April is in order and due for release."""
    home = tmp_path_factory.mktemp("released") / "home"
    home.mkdir()
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: RELEASED))
    for file in tay_ninh_files("2026-04"):
        path = home.parent / file.name
        path.write_bytes(file.content)
        submit(site, path, Sender("SCT_VN34_80", "VN34_80", ""), received_at="2026-04-21T02:00:00Z")
    check(site, MONTH)
    site.engine.dispose()
    return home


def site_of(
    month: Path, folder: Path, office: PostOffice, now: str = RELEASED, readers: str = ",".join(READERS)
) -> Site:
    """Return the site in a copy of the home, the copy made where it is not there yet."""
    home = folder / "home"
    if not home.exists():
        shutil.copytree(month, home)
    url = f"sqlite:///{home / 'warehouse.db'}"
    settings = Settings(home, url, now=lambda: now, smtp_url=office.url(), mail_from=SENDER, readers=readers)
    return Site(settings, CATALOG, open_engine(url), read_sources(home / "sources.toml", CATALOG))


def states(site: Site) -> dict[str, str]:
    with site.engine.connect() as connection:
        return {letter.recipient: letter.state for letter in deliveries(connection)}


@pytest.fixture(scope="module")
def published(month: Path, running_office: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with April released and its letters queued."""
    folder = tmp_path_factory.mktemp("published")
    site = site_of(month, folder, running_office)
    assert publish(site, MONTH).is_released
    assert set(states(site).values()) == {"queued"}
    site.engine.dispose()
    return folder / "home"


def test_each_reader_gets_the_released_bytes_once(published: Path, tmp_path: Path, office: PostOffice) -> None:
    site = site_of(published, tmp_path, office)
    assert deliver(site).sent == len(READERS)
    publish(site, MONTH)
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
