"""Which months are due for release, when the release day passed for several."""

from __future__ import annotations

from pathlib import Path

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import release_instant
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.release import due_releases, publish
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.resources import REPORT
from ctdp_etl.settings import Settings

SOURCES = """
[[source]]
id = "SCT_VN34_80"
area = "VN34_80"
name = "Sở Công Thương tỉnh Tây Ninh"
forms = ["IIP", "RETAIL"]
path = "inbox"
"""


def site_at(home: Path, now: str) -> Site:
    return open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: now))


def due(home: Path, now: str) -> list[str]:
    site = site_at(home, now)
    months = [str(period) for period in due_releases(site)]
    site.engine.dispose()
    return months


def test_the_release_day_moves_over_days_on_which_nobody_works() -> None:
    assert report(REPORT).gate.day == 25
    days = {month: release_instant(Period.parse(month), 25) for month in ("2026-03", "2026-04", "2025-01", "2026-Q2")}
    assert days == {
        "2026-03": "2026-03-24T17:00:00Z",
        "2026-04": "2026-04-27T17:00:00Z",  # a Saturday, Giỗ Tổ, and the day in lieu of it
        "2025-01": "2025-02-02T17:00:00Z",  # Tết
        "2026-Q2": "2026-06-24T17:00:00Z",
    }


def test_each_of_the_last_months_is_due_until_it_is_released(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    assert due(tmp_path, "2026-05-30T01:00:00Z") == []
    site = site_at(tmp_path, "2026-05-30T01:00:00Z")
    for month in ("2026-03", "2026-04"):
        for file in tay_ninh_files(month):
            path = tmp_path / file.name
            path.write_bytes(file.content)
            submit(site, path, Sender("", "VN34_80", ""), received_at=f"{month}-21T01:00:00Z")
    assert due(tmp_path, "2026-03-24T16:59:59Z") == []
    assert due(tmp_path, "2026-03-24T17:00:00Z") == ["2026-03"]
    assert due(tmp_path, "2026-05-30T01:00:00Z") == ["2026-03", "2026-04", "2026-05"]
    assert due(tmp_path, "2026-06-30T01:00:00Z") == ["2026-04", "2026-05", "2026-06"]
    released = {str(period): publish(site, period) for period in due_releases(site)}
    assert {month: one.is_released for month, one in released.items()} == {
        "2026-03": True,
        "2026-04": True,
        "2026-05": False,
    }
    assert released["2026-05"].is_held
    assert [str(period) for period in due_releases(site)] == ["2026-05"]
    site.engine.dispose()
