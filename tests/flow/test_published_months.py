"""What is known of published months, from the workbook to the finding, the printed page and back to the cell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.pipeline.trace import trace
from ctdp_etl.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real_layouts"))

from layout_book import load
from layout_build import build

MONTHS = {
    "2021-08": "gso_2021_08_industry",
    "2021-09": "gso_2021_09_industry",
    "2024-03": "gso_2024_03",
    "2024-04": "gso_2024_04",
    "2024-09": "gso_2024_09_industry",
    "2024-10": "gso_2024_10",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("published")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}"))
    for month, name in MONTHS.items():
        book = load(name)
        path = home / book.file_name
        path.write_bytes(build(book))
        submit(site, path, Sender("NSO", "VN", ""), received_at=f"{month}-29T02:00:00Z")
    return site


def errors(site: Site, month: str) -> set[tuple[str, str, str]]:
    found = check(site, Period.parse(month))
    return {(one["code"], one["indicator"], one["cell"]) for one in found if one["severity"] == "error"}


def test_phone_parts_of_april_2024_are_a_unit_error_of_a_thousand(site: Site) -> None:
    found = [one for one in check(site, Period.parse("2024-04")) if one["indicator"] == "PHONE_PARTS"]
    assert {(one["code"], one["severity"], one["cell"]) for one in found} == {
        ("U01", "error", "C18"),
        ("U01", "error", "D18"),
        ("U01", "error", "E18"),
    }
    assert {round(one["observed"] / one["expected"]) for one in found} == {1000}
    assert all("sai đơn vị, ×1.000" in one["message"] for one in found)


def test_petrol_of_september_2021_does_not_roll_forward(site: Site) -> None:
    assert ("A03", "PETROL", "E12") in errors(site, "2021-09")


def test_the_briefing_of_october_tells_the_revision_and_leads_to_both_cells(site: Site) -> None:
    printed = brief(site, Period.parse("2024-10"))
    words = " ".join(PdfReader(printed.path).pages[0].extract_text().split())
    assert "được điều chỉnh từ 110,84% xuống 108,30%" in words
    figures = trace(printed.path.read_bytes())["figures"]
    revised = next(one for one in figures if one["id"] == "f-NSO.IIP.VN.TOTAL.2024-09.yoy.revision.index")
    assert revised["printed"] == "108,30"
    assert {(one["file"], one["sheet"], one["cell"], one["raw"]) for one in revised["observations"]} == {
        (load(MONTHS["2024-10"]).file_name, "2.IIPthang", "B10", "108.3"),
        (load(MONTHS["2024-09"]).file_name, "7.IIPthang", "D9", "110.84"),
    }


def test_the_briefing_of_september_still_says_what_it_said(site: Site) -> None:
    printed = brief(site, Period.parse("2024-09"))
    words = PdfReader(printed.path).pages[0].extract_text()
    assert "110,84" in words
    assert "108,30" not in words
    again = brief(site, Period.parse("2024-09"))
    assert (again.sha256, again.number, again.new) == (printed.sha256, printed.number, False)
