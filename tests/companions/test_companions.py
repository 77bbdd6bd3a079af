"""What goes with a month: printed and released once the month is, each by its own gate; listed under the month."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from province_room import MONTH, room
from pypdf import PdfReader

from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.collect import collect
from ctdp_etl.pipeline.companions import Companion, companions, follow, publish_companions, summary
from ctdp_etl.pipeline.diff import diff
from ctdp_etl.pipeline.editions import published_path
from ctdp_etl.pipeline.gate import Reason
from ctdp_etl.pipeline.load import load
from ctdp_etl.pipeline.recall import recall
from ctdp_etl.pipeline.release import due_companions, publish, publish_due
from ctdp_etl.pipeline.release_companion import publish_companion
from ctdp_etl.pipeline.released import tend
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.settings import Settings

LATER = "2026-04-28T02:00:00Z"


SIGNED = Decision("An", "đã đọc", LATER)
BRIEF = "province_brief"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which two provinces reported, one of them without one of its forms, and the month is released."""
    made = room(tmp_path_factory.mktemp("home"), without="Dien")
    site = replace(made, settings=replace(made.settings, now=lambda: LATER))
    assert not any(one.printed for one in companions(site, MONTH))
    assert publish(site, MONTH, SIGNED).is_released
    site.engine.dispose()
    return site.settings.home


@pytest.fixture
def site(released: Path, tmp_path: Path) -> Iterator[Site]:
    """The site in a copy of the home."""
    home = tmp_path / "home"
    shutil.copytree(released, home)
    found = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}", now=lambda: LATER))
    yield found
    found.engine.dispose()


def briefs(site: Site) -> dict[str, Companion]:
    """Return how the provinces' briefs stand."""
    return {one.area: one for one in companions(site, MONTH) if one.report.name == BRIEF}


def receive_held(site: Site) -> None:
    """Let the form come that lacked."""
    held = next((site.settings.home / "held").iterdir())
    os.utime(held, (datetime(2026, 4, 27, 3, tzinfo=UTC).timestamp(),) * 2)
    held.rename(site.settings.home / "inbox" / "SCT_VN34_46" / "2026-04" / held.name)
    collect(site, MONTH)
    if any(outcome.message for outcome in load(site, MONTH)):
        raise RuntimeError("a sample could not be loaded")


def test_each_is_released_with_its_month_by_its_own_gate(site: Site) -> None:
    complete, lacking = (briefs(site)[area] for area in ("VN34_80", "VN34_46"))
    assert (complete.is_released, complete.reasons) == (True, ())
    assert not lacking.is_released
    assert lacking.reasons == (
        Reason("coverage", "Mới nhận 4/5 báo cáo phải gửi, cần từ 100%", "mới nhận 4/5 báo cáo phải gửi"),
    )
    assert lacking.is_current
    assert due_companions(site) == []
    page = (site.settings.released / "index.html").read_text(encoding="utf-8")
    file = "2026-04/tinh/bao-cao-2026-04-VN34_80-so-01.pdf"
    assert f'<a href="{file}">Tây Ninh</a>' in page
    assert "VN34_46" not in page
    copied = (site.settings.released / file).read_bytes()
    assert [hashlib.sha256(copied).hexdigest()] == [one.content_sha256 for one in complete.printed]
    assert "- Huế 2026-04: Mới nhận 4/5 báo cáo phải gửi, cần từ 100%." in summary(site, MONTH)


def test_a_late_form_is_told_by_what_waited_for_it_and_what_is_released_stays(site: Site) -> None:
    receive_held(site)
    assert due_companions(site) == [MONTH]
    found = publish_due(site, MONTH)
    assert found.newest is not None
    assert (found.newest.number, found.is_released) == (2, True)
    stands = briefs(site)
    assert stands["VN34_46"].is_released
    changed = diff(site, MONTH, name=BRIEF, area="VN34_46")
    assert (changed["ref_area"], changed["before"]["number"], changed["after"]["number"]) == ("VN34_46", 1, 2)
    assert {one["what"].split(",")[0] for one in changed["figures"]} == {"Điện sản xuất và điện thương phẩm"}
    assert ([one.number for one in stands["VN34_80"].printed], stands["VN34_80"].is_current) == ([1], False)
    assert publish_companions(site, MONTH) == []
    assert due_companions(site) == []


def test_after_a_recall_a_person_releases_or_nobody(site: Site) -> None:
    recall(site, MONTH, 1, SIGNED, BRIEF, "VN34_80")
    receive_held(site)
    assert due_companions(site) == [MONTH], "for the brief that waited"
    recall(site, MONTH, 2, SIGNED)
    assert due_companions(site) == []
    before = companions(site, MONTH)
    found = publish_due(site, MONTH)
    assert (found.newest and found.newest.number, found.released) == (2, None)
    assert companions(site, MONTH) == before
    follow(site, MONTH, is_asked=True)
    tend(site)
    page = (site.settings.released / "index.html").read_text(encoding="utf-8")
    changes = "2026-04/tinh/bao-cao-2026-04-VN34_80-so-02-thay-doi.html"
    assert f'thay bản số 1: <a href="{changes}">các số và câu đã đổi</a>' in page
    told = (site.settings.released / changes).read_text(encoding="utf-8")
    assert "<h1>Báo cáo tỉnh Tây Ninh tháng 4 năm 2026: bản số 2 thay bản số 1</h1>" in told
    assert '<a href="../../index.html">' in told
    newest = {area: one.newest for area, one in briefs(site).items()}
    assert {area: (one.number, one.is_in_force) for area, one in newest.items() if one} == {
        "VN34_80": (2, True),
        "VN34_46": (2, True),
    }


def test_one_that_waits_is_released_by_a_decision_with_its_mark(site: Site) -> None:
    place = (site, MONTH, BRIEF, "VN34_46")
    waits = publish_companion(*place)
    assert (waits.is_released, [one.code for one in waits.reasons]) == (False, ["coverage"])
    found = publish_companion(*place, SIGNED)
    assert found.newest is not None
    assert (found.newest.number, found.newest.is_override, found.is_released) == (2, True, True)
    path = published_path(site.settings, str(MONTH), 2, BRIEF, "VN34_46")
    first = " ".join(PdfReader(path).pages[0].extract_text().split())
    assert (
        "Phát hành theo quyết định của An khi báo cáo chưa đủ điều kiện phát hành: mới nhận 4/5 báo cáo phải gửi. "
        "Lý do: đã đọc."
    ) in first
    page = (site.settings.released / "index.html").read_text(encoding="utf-8")
    assert "bao-cao-2026-04-VN34_46-so-02.pdf" in page
    assert "phát hành theo quyết định của An: đã đọc" in page
    stands = briefs(site)
    assert publish_companion(*place, SIGNED) == found
    assert publish_companions(site, MONTH) == []
    assert briefs(site) == stands
    recall(site, MONTH, 2, SIGNED, BRIEF, "VN34_46")
    after = publish_companion(*place, SIGNED)
    assert (after.released, [one.code for one in after.reasons]) == (None, ["recalled"])
    assert "ctdp brief 2026-04 --report province_brief --area VN34_46" in after.reasons[0].message


def test_what_goes_with_a_month_is_not_released_before_it_nor_unread(site: Site) -> None:
    receive_held(site)
    with pytest.raises(GateShutError, match="vừa in bản số 2"):
        publish_companion(site, MONTH, BRIEF, "VN34_80", SIGNED)
    assert publish_companion(site, MONTH, BRIEF, "VN34_80", SIGNED).is_released
    recall(site, MONTH, 2, SIGNED, BRIEF, "VN34_80")
    after = publish_companion(site, MONTH, BRIEF, "VN34_80", SIGNED)
    assert (after.released, after.words) == (None, "bản số 2 đã thu hồi"), "what it replaced does not come back"
    with pytest.raises(CtdpError, match="không đi kèm tháng 2026-04"):
        publish_companion(site, MONTH, "period_briefing", "VN")
    recall(site, MONTH, 2, SIGNED)
    with pytest.raises(GateShutError, match="chưa phát hành"):
        publish_companion(site, MONTH, BRIEF, "VN34_46", SIGNED)


def test_a_report_is_due_at_the_end_of_its_periods() -> None:
    assert [str(one) for one in report("province_brief").periods(Period.parse("2026-03"))] == ["2026-03"]
