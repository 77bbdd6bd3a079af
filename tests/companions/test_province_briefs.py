"""Reports on many provinces: side by side, one fault stops no other, the same content is the same report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from province_room import MONTH, REAL, SIMULATED, room

from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import side_by_side
from ctdp_etl.pipeline.brief import stored_ids
from ctdp_etl.pipeline.editions import published_path, standing_reports
from ctdp_etl.pipeline.print_companions import CompanionPrint, gathered_for, print_companions
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.side_by_side import Made, make_each
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import trace
from ctdp_etl.pipeline.verify import verify

SENT = (REAL, SIMULATED)
SILENT = "VN34_96"
NAME = "province_brief"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = room(tmp_path_factory.mktemp("home"))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def printed(site: Site) -> dict[str, CompanionPrint]:
    return {one.area: one for one in print_companions(site, NAME, MONTH)}


def test_each_province_that_reported_has_its_brief_and_the_others_a_word(
    site: Site, printed: dict[str, CompanionPrint]
) -> None:
    assert len(printed) == 34
    assert {area for area, one in printed.items() if one.printed} == set(SENT)
    assert printed[SILENT].why == "Cà Mau: chưa có báo cáo nào của kỳ 2026-04, không in."
    assert not any(one.failed for one in printed.values())
    for area in SENT:
        path = published_path(site.settings, str(MONTH), 1, NAME, area)
        assert path == site.settings.published / "2026-04" / "tinh" / f"bao-cao-2026-04-{area}-so-01.pdf"
        content = trace(path.read_bytes())
        assert (content["report"], content["ref_area"]) == (NAME, area)
        assert {cell["ref_area"] for one in content["figures"] for cell in one["observations"]} == {area}


def test_printed_again_alone_it_is_the_same_report(site: Site, printed: dict[str, CompanionPrint]) -> None:
    before = printed[SIMULATED].printed
    (again,) = print_companions(site, NAME, MONTH, [SIMULATED])
    assert before is not None
    assert again.printed == replace(before, new=False)
    assert before.new


def test_a_fault_in_one_province_stops_no_other_and_a_child_prints_the_same_bytes(
    site: Site, printed: dict[str, CompanionPrint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "PROCESSES", 1)
    monkeypatch.setattr(side_by_side, "FEW", 0)
    known = standing_reports(site, MONTH)
    inputs = gathered_for(site, report(NAME), MONTH, known, is_checked=True)
    done = dict(make_each(inputs, stored_ids(site, known), [SIMULATED, "VN34_99"]))
    assert isinstance(done["VN34_99"], KeyError)
    made, before = done[SIMULATED], printed[SIMULATED].printed
    assert isinstance(made, Made)
    assert before is not None
    assert made.sha256 == before.sha256 == hashlib.sha256(made.pdf).hexdigest()


def test_a_report_that_was_changed_is_found(site: Site, printed: dict[str, CompanionPrint]) -> None:
    assert verify(site) == ()
    path = published_path(site.settings, str(MONTH), 1, NAME, "VN34_80")
    whole = path.read_bytes()
    path.write_bytes(whole + b"x")
    assert [one.subject for one in verify(site)] == [path.name]
    path.write_bytes(whole)


def test_what_cannot_be_asked_is_refused_in_words(site: Site) -> None:
    with pytest.raises(CtdpError, match="Không có báo cáo 'nothing'"):
        list(print_companions(site, "nothing", MONTH))
    with pytest.raises(CtdpError, match="VN không phải tỉnh"):
        list(print_companions(site, NAME, MONTH, ["VN"]))
    with pytest.raises(CtdpError, match=r"Không lập báo cáo tỉnh cho kỳ 2026-Q1\. Hãy viết dạng 2026-10\."):
        list(print_companions(site, NAME, Period.parse("2026-Q1")))
    with pytest.raises(GateShutError, match="chưa có báo cáo nào của kỳ này"):
        list(print_companions(site, NAME, Period.parse("2025-12")))


def test_the_reports_are_those_of_the_folders(tmp_path: Path) -> None:
    assert report(NAME).by_area
    assert [str(one) for one in report(NAME).periods(MONTH)] == ["2026-04"]
