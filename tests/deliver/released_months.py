"""April as it stands on its release day: a home to copy, its readers, and a site in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from desks import CATALOG, SENDER

from ctdp_etl.collect.sources import read_sources
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.release import release
from ctdp_etl.pipeline.released import tend
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


def month_in_order(folder: Path) -> Path:
    """Return a new home in which April is in order and due for release."""
    home = folder / "home"
    home.mkdir()
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: RELEASED))
    for file in tay_ninh_files("2026-04"):
        path = folder / file.name
        path.write_bytes(file.content)
        submit(site, path, Sender("SCT_VN34_80", "VN34_80", ""), received_at="2026-04-21T02:00:00Z")
    check(site, MONTH)
    site.engine.dispose()
    return home


def month_published(month: Path, folder: Path) -> Path:
    """Return a copy of the home with April released and its letters queued."""
    site = site_of(month, folder, None)
    issue(site)
    assert set(states(site).values()) == {"queued"}
    site.engine.dispose()
    return folder / "home"


def issue(site: Site) -> None:
    """Print and release April as it is known now, and tell its readers."""
    brief(site, MONTH)
    assert release(site, MONTH).is_released
    tend(site)


def site_of(
    month: Path, folder: Path, office: PostOffice | None, now: str = RELEASED, readers: str = ",".join(READERS)
) -> Site:
    """Return the site in a copy of the home, the copy made where it is not there yet."""
    home = folder / "home"
    if not home.exists():
        shutil.copytree(month, home)
    url = f"sqlite:///{home / 'warehouse.db'}"
    smtp = office.url() if office else ""
    settings = Settings(home, url, now=lambda: now, smtp_url=smtp, mail_from=SENDER, readers=readers)
    return Site(settings, CATALOG, open_engine(url), read_sources(home / "sources.toml", CATALOG))


def states(site: Site, kind: str = "briefing") -> dict[str, str]:
    """Return the state of each reader's letter of a kind."""
    with site.engine.connect() as connection:
        return {letter.recipient: letter.state for letter in deliveries(connection, kind=kind)}
