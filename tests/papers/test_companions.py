"""What goes with a month: printed and released once the month is, each by its own gate; listed under the month."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from province_room import MONTH, room

from ctdp_etl.period import Period
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.collect import collect
from ctdp_etl.pipeline.companions import companions, publish_companions, summary
from ctdp_etl.pipeline.diff import diff
from ctdp_etl.pipeline.gate import Reason
from ctdp_etl.pipeline.load import load
from ctdp_etl.pipeline.release import due_companions, publish, publish_due
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site

LATER = "2026-04-28T02:00:00Z"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a room in which two provinces reported, one of them without one of its forms, after the release day."""
    made = room(tmp_path, without="Dien")
    return replace(made, settings=replace(made.settings, now=lambda: LATER))


def test_each_is_released_with_its_month_by_its_own_gate(site: Site) -> None:
    assert not any(one.printed for one in companions(site, MONTH))
    signed = Decision("An", "đã đọc", LATER)
    assert publish(site, MONTH, signed).is_released
    stands = {(one.report.name, one.area): one for one in companions(site, MONTH)}
    complete, lacking = (stands["province_brief", area] for area in ("VN34_80", "VN34_46"))
    assert (complete.is_released, complete.reasons) == (True, ())
    assert not lacking.is_released
    assert lacking.reasons == (Reason("coverage", "Mới nhận 4/5 báo cáo phải gửi, cần từ 100%"),)
    assert lacking.is_current
    assert due_companions(site) == []
    page = (site.settings.released / "index.html").read_text(encoding="utf-8")
    file = "2026-04/tinh/bao-cao-2026-04-VN34_80-so-01.pdf"
    assert f'<a href="{file}">Tây Ninh</a>' in page
    assert "VN34_46" not in page
    copied = (site.settings.released / file).read_bytes()
    assert [hashlib.sha256(copied).hexdigest()] == [one.content_sha256 for one in complete.printed]
    assert "- Huế 2026-04: Mới nhận 4/5 báo cáo phải gửi, cần từ 100%." in summary(site, MONTH)
    _late_form_is_followed(site)
    site.engine.dispose()


def _late_form_is_followed(site: Site) -> None:
    """The form that lacked comes: the month is due for what goes with it, and stays as it was released."""
    held = next((site.settings.home / "held").iterdir())
    os.utime(held, (datetime(2026, 4, 27, 3, tzinfo=UTC).timestamp(),) * 2)
    held.rename(site.settings.home / "inbox" / "SCT_VN34_46" / "2026-04" / held.name)
    collect(site, MONTH)
    assert not any(outcome.message for outcome in load(site, MONTH))
    assert due_companions(site) == [MONTH]
    found = publish_due(site, MONTH)
    assert found.newest is not None
    assert (found.newest.number, found.is_released) == (1, True)
    stands = {one.area: one for one in companions(site, MONTH) if one.report.name == "province_brief"}
    assert stands["VN34_46"].is_released
    changed = diff(site, MONTH, name="province_brief", area="VN34_46")
    assert (changed["ref_area"], changed["before"]["number"], changed["after"]["number"]) == ("VN34_46", 1, 2)
    assert {one["what"].split(",")[0] for one in changed["figures"]} == {"Điện sản xuất và điện thương phẩm"}
    assert [one.number for one in stands["VN34_80"].printed if one.released_at][:1] == [1]
    assert publish_companions(site, MONTH) == []
    assert due_companions(site) == []


def test_a_report_is_due_at_the_end_of_its_periods() -> None:
    assert [str(one) for one in report("province_brief").periods(Period.parse("2026-03"))] == ["2026-03"]
