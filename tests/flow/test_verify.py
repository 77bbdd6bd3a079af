"""What is looked at each night: archived bytes and published briefings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import Printed, brief
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.pipeline.verify import verify
from ctdp_etl.settings import Settings

MONTH = "2026-04"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Printed]:
    home = tmp_path_factory.mktemp("verified")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}"))
    for file in tay_ninh_files(MONTH):
        (home / file.name).write_bytes(file.content)
        submit(site, home / file.name, Sender("SCT_VN34_80", "VN34_80", ""), received_at=f"{MONTH}-20T02:00:00Z")
    return site, brief(site, Period.parse(MONTH))


def test_nothing_is_told_of_what_is_whole(month: tuple[Site, Printed]) -> None:
    assert verify(month[0]) == ()


def test_a_changed_and_a_lost_file_of_the_archive_are_named(month: tuple[Site, Printed]) -> None:
    site, _ = month
    first, second = sorted(path for path in site.settings.archive.rglob("*") if path.is_file())
    whole = {path: path.read_bytes() for path in (first, second)}
    first.chmod(0o644)
    first.write_bytes(whole[first][:-1])
    second.rename(second.with_suffix(".gone"))
    found = verify(site)
    assert {one.subject for one in found} == {file.name for file in tay_ninh_files(MONTH)}
    assert sorted(("hỏng" in one.message, "không có tệp" in one.message) for one in found) == [
        (False, True),
        (True, False),
    ]
    second.with_suffix(".gone").rename(second)
    first.write_bytes(whole[first])
    assert verify(site) == ()


def test_an_edited_and_a_lost_briefing_are_named(month: tuple[Site, Printed]) -> None:
    site, printed = month
    content = printed.path.read_bytes()
    printed.path.write_bytes(content + b"\n")
    (edited,) = verify(site)
    printed.path.unlink()
    (lost,) = verify(site)
    assert edited.subject == lost.subject == printed.path.name
    assert "đã bị sửa" in edited.message
    assert "không còn" in lost.message
    Path(printed.path).write_bytes(content)
    assert verify(site) == ()
