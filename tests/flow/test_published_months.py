"""What is known of published months, from the workbook to the finding, the printed page and back to the cell."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.print_companions import print_companions
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.site import Site, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.pipeline.trace import trace
from ctdp_etl.settings import Settings
from traced import differences

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "real_layouts"))

from layout_book import load
from layout_build import build

OFFICE, TAY_NINH = Sender("NSO", "VN", ""), Sender("SCT_VN34_80", "VN34_80", "")
MONTHS: dict[str, tuple[Sender, tuple[str, ...]]] = {
    "2021-08": (OFFICE, ("gso_2021_08_industry", "gso_2021_08_trade")),
    "2021-09": (OFFICE, ("gso_2021_09_industry", "gso_2021_09_trade")),
    "2024-01": (OFFICE, ("gso_2024_01",)),
    "2024-02": (OFFICE, ("gso_2024_02",)),
    "2024-03": (OFFICE, ("gso_2024_03",)),
    "2024-04": (OFFICE, ("gso_2024_04",)),
    "2024-09": (OFFICE, ("gso_2024_09_industry", "gso_2024_09_trade")),
    "2024-10": (OFFICE, ("gso_2024_10",)),
    "2026-01": (TAY_NINH, ("tayninh_2026_01",)),
    "2026-02": (TAY_NINH, ("tayninh_2026_02",)),
    "2026-03": (TAY_NINH, ("tayninh_2026_03",)),
    "2026-04": (TAY_NINH, ("tayninh_2026_04",)),
}
PUBLISHED_ERRORS = Path(__file__).with_name("published_errors.csv")
"""The errors that the published workbooks of these months contain, each looked at and worked out by hand."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("published")
    site = open_site(Settings(home, f"sqlite:///{home / 'warehouse.db'}"))
    for month, (sender, names) in MONTHS.items():
        for name in names:
            book = load(name)
            path = home / book.file_name
            path.write_bytes(build(book))
            submit(site, path, sender, received_at=f"{month}-28T02:00:00Z")
    return site


def known_errors(month: str) -> list[tuple[str, str, str]]:
    with PUBLISHED_ERRORS.open(encoding="utf-8", newline="") as file:
        return sorted((row["code"], row["sheet"], row["cell"]) for row in csv.DictReader(file) if row["month"] == month)


@pytest.mark.parametrize("month", MONTHS)
def test_the_errors_of_a_published_month_are_told_and_no_other(site: Site, month: str) -> None:
    found = check(site, Period.parse(month))
    told = sorted((one["code"], one["sheet"], one["cell"]) for one in found if one["severity"] == "error")
    assert told == known_errors(month)


def test_known_errors_are_of_these_months() -> None:
    with PUBLISHED_ERRORS.open(encoding="utf-8", newline="") as file:
        assert {row["month"] for row in csv.DictReader(file)} <= set(MONTHS)


def test_phone_parts_of_april_2024_are_a_unit_error_of_a_thousand(site: Site) -> None:
    found = [one for one in check(site, Period.parse("2024-04")) if one["indicator"] == "PHONE_PARTS"]
    assert {(one["code"], one["severity"], one["cell"]) for one in found} == {
        ("U01", "error", "C18"),
        ("U01", "error", "D18"),
        ("U01", "error", "E18"),
    }
    assert {round(one["observed"] / one["expected"]) for one in found} == {1000}
    assert all("sai đơn vị, ×1.000" in one["message"] for one in found)


def test_the_briefing_of_october_tells_the_revision_and_leads_to_both_cells(site: Site) -> None:
    printed = brief(site, Period.parse("2024-10"))
    words = " ".join(PdfReader(printed.path).pages[0].extract_text().split())
    assert "được điều chỉnh từ 110,84% xuống 108,30%" in words
    figures = trace(printed.path.read_bytes())["figures"]
    revised = next(one for one in figures if one["id"] == "f-NSO.IIP.VN.TOTAL.2024-09.yoy.revision.index")
    assert revised["printed"] == "108,30"
    assert {(one["file"], one["sheet"], one["cell"], one["raw"]) for one in revised["observations"]} == {
        (load("gso_2024_10").file_name, "2.IIPthang", "B10", "108.3"),
        (load("gso_2024_09_industry").file_name, "7.IIPthang", "D9", "110.84"),
    }


def test_the_briefing_of_september_still_says_what_it_said(site: Site) -> None:
    printed = brief(site, Period.parse("2024-09"))
    words = PdfReader(printed.path).pages[0].extract_text()
    assert "110,84" in words
    assert "108,30" not in words
    again = brief(site, Period.parse("2024-09"))
    assert (again.sha256, again.number, again.new) == (printed.sha256, printed.number, False)


@pytest.mark.parametrize("month", ["2021-09", "2024-10"])
def test_every_printed_figure_is_on_its_page_and_what_its_cells_give(site: Site, month: str) -> None:
    printed = brief(site, Period.parse(month))
    assert not differences(printed.path.read_bytes(), site)
    assert printed.figures > 200


@pytest.mark.parametrize(
    ("name", "period", "areas"),
    [
        ("period_briefing", "2024-Q1", ()),
        ("quality_report", "2026-04", ()),
        ("province_brief", "2026-04", ("VN34_80",)),
    ],
)
def test_every_number_of_the_other_reports_has_its_cells_or_is_counted(
    site: Site, name: str, period: str, areas: tuple[str, ...]
) -> None:
    (made,) = print_companions(site, name, Period.parse(period), areas)
    assert made.printed
    assert not differences(made.printed.path.read_bytes(), site)
