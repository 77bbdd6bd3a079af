"""The published workbooks themselves, where they lie beside the repository: every figure of every table we collect."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from layout_book import Address, Fact, address, cell_name, load, names
from python_calamine import CalamineWorkbook

from ctdp_etl.catalog import load_catalog
from ctdp_etl.errors import WorkbookError
from ctdp_etl.model import KEY, Observation, WorkbookReading
from ctdp_etl.reading import read_workbook

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
FILES = sorted(path.name for path in (REAL / "gso").glob("*.xls*")) if REAL.is_dir() else []
pytestmark = pytest.mark.skipif(not FILES, reason="published workbooks are not here")

TABLES = {  # file -> the sheets that hold tables we collect; nothing else in the file may become a figure
    "2000-01": "2gtcn 3sp Tiep1 Tiep2 TM XuatKhau NhapKhau",
    "2004-08": "02GTCN6|03SPCN (2)|Tongmuc|XK (2)|NK (2)",
    "2009-05": "02GTCN 5|gia tri tinh|03SPCN|Tongmuc|XK|NK",
    "2012-05": "02IIP 03SPCN tongmuc XK NK",
    "2017-05": "IIP|SP|LAO DONG|tongmuc-OK|XK|NK",
    "2021-08": "7.IIPthang|9.SPCNthang|12.LĐCN|5. LĐCN_DP|Tongmuc|xuat khau thang|nhập khẩu tháng",
    "2021-09": "7.IIPthang|8.IIPquy|9.SPCNthang|10.SPCNquy|12.LĐCN|6. LĐCN_DP|22-23.Tongmuc|24.XK thang|25.XKquy|"
    "26.NKthang|27.NKquy",
    "2023-09": "7.IIPthang|8.IIPquy|9.SPCNthang|10.SPCNquy|21.Tongmuc|22.TM_Quy|23.xuất khẩu tháng|24.XK quy|"
    "25.nhập khẩu tháng|26.NK quy",
    "2024-01": "2. IIP|3. SP CN|4. LĐ CN|5. LĐCN_DP|13. Tongmuc|14. XK|15. NK",
    "2024-02": "2.IIPthang|3.SPCNthang|4. LĐ DN|5. LĐCN_DP|13. Tongmuc|14.XK|15.NK",
    "2024-03": "6.IIP|7.SPCN|9.LĐCN|10.LĐCN_DP|19. Tongmuc|20. XK hh|21. NK hh",
    "2024-04": "2.IIPthang|3.SPCNthang|4.LĐCN|5. LĐCN_DP|13. Tongmuc|14.XK|15.NK",
    "2024-09": "7.IIPthang|8.IIPquy|9.SPCNthang|10.SPCNquy|21.Tongmuc|22.TM_Quy|23.XK tháng|24.XK quý|25.NK tháng|"
    "26.NK quý",
    "2024-10": "2.IIPthang|3.SPCNthang|4.LĐCN|5. LĐCN_DP|13. Tongmuc|14.XK|15.NK",
}


@dataclass(frozen=True)
class Told:
    """A fact that is known of a published workbook."""

    month: str
    sheet: str
    cell: str
    dataflow: str
    indicator: str
    measure: str
    period: str
    status: str
    value: float


KNOWN = [
    Told("2000-01", "2gtcn", "C10", "OUTPUT", "TOTAL.P1994", "month", "1999-12", "A", 17149.8),
    Told("2000-01", "2gtcn", "D10", "OUTPUT", "TOTAL.P1994", "month", "2000-01", "E", 16720.6),
    Told("2000-01", "2gtcn", "C28", "OUTPUT", "TOTAL.P1994", "month", "1999-12", "A", 1699.9),
    Told("2000-01", "2gtcn", "D28", "OUTPUT", "TOTAL.P1994", "month", "2000-01", "E", 1238.0),
    Told("2000-01", "2gtcn", "D96", "OUTPUT", "TOTAL.P1994", "month", "2000-01", "E", 4137.2),
    Told("2012-05", "02IIP", "B9", "IIP", "TOTAL", "mom", "2012-05", "E", 104.41241869749578),
    Told("2012-05", "02IIP", "C9", "IIP", "TOTAL", "yoy", "2012-05", "E", 106.78450702067903),
    Told("2012-05", "02IIP", "D9", "IIP", "TOTAL", "ytd_yoy", "2012-05", "E", 104.1755878799115),
    Told("2017-05", "IIP", "B9", "IIP", "TOTAL", "ytd_yoy", "2017-04", "A", 105.23752487149021),
    Told("2017-05", "IIP", "D9", "IIP", "TOTAL", "mom", "2017-05", "E", 101.69),
    Told("2017-05", "IIP", "F9", "IIP", "TOTAL", "yoy", "2017-05", "E", 107.2),
    Told("2017-05", "IIP", "H9", "IIP", "TOTAL", "ytd_yoy", "2017-05", "E", 105.7),
    Told("2021-09", "9.SPCNthang", "C12", "PRODUCTS", "", "month", "2021-08", "A", 985.9417551823001),
    Told("2021-09", "9.SPCNthang", "D12", "PRODUCTS", "", "month", "2021-09", "E", 1018.7120361070486),
    Told("2021-09", "9.SPCNthang", "E12", "PRODUCTS", "", "ytd", "2021-09", "E", 16830.148294464245),
    Told("2024-04", "3.SPCNthang", "C36", "PRODUCTS", "", "month", "2024-03", "A", 40143.8181189609),
    Told("2024-04", "3.SPCNthang", "D36", "PRODUCTS", "", "month", "2024-04", "E", 35546.4941934445),
    Told("2024-04", "3.SPCNthang", "E36", "PRODUCTS", "", "ytd", "2024-04", "E", 141975.842295033),
    Told("2024-04", "3.SPCNthang", "F36", "PRODUCTS", "", "yoy", "2024-04", "E", 98.5324267300918),
    Told("2024-09", "7.IIPthang", "D9", "IIP", "TOTAL", "yoy", "2024-09", "E", 110.84),
    Told("2024-10", "2.IIPthang", "B10", "IIP", "TOTAL", "yoy", "2024-09", "A", 108.30),
    Told("2024-10", "13. Tongmuc", "F12", "RETAIL", "TOTAL", "yoy", "2024-10", "E", 107.118222961278732),
]
SAME_KEY = [  # what one month estimated and the next restated or continued: the same series
    (("2021-08", "9.SPCNthang", "D13"), ("2021-09", "9.SPCNthang", "C12")),
    (("2024-03", "7.SPCN", "D36"), ("2024-04", "3.SPCNthang", "C36")),
    (("2024-09", "7.IIPthang", "D9"), ("2024-10", "2.IIPthang", "B10")),
    (("2024-03", "7.SPCN", "D13"), ("2024-04", "3.SPCNthang", "C13")),
    (("2024-03", "7.SPCN", "D22"), ("2024-04", "3.SPCNthang", "C22")),
]


@cache
def reading(month: str) -> WorkbookReading:
    """Return the reading of the published workbook of ``month``."""
    name = next(name for name in FILES if name.startswith(month))
    content = (REAL / "gso" / name).read_bytes()
    return read_workbook(content, file_name=name, source="NSO", area="VN", period=month, catalog=load_catalog())


@cache
def by_cell(month: str) -> dict[tuple[str, Address], Observation]:
    """Return the observations of a workbook by (sheet, address)."""
    return {(item.sheet, address(item.cell)): item for item in reading(month).observations}


def sheets(month: str) -> set[str]:
    """Return the sheets of a workbook that hold tables we collect."""
    return set(TABLES[month].split("|") if "|" in TABLES[month] else TABLES[month].split())


@pytest.mark.parametrize("name", FILES)
def test_no_workbook_is_refused(name: str) -> None:
    content = (REAL / "gso" / name).read_bytes()
    for period in (name[:7], None):
        read = read_workbook(content, file_name=name, source="NSO", area="VN", period=period, catalog=load_catalog())
        assert len(read.observations) > 500


def test_what_is_no_workbook_is_refused_by_name() -> None:
    content = (REAL / "gso" / FILES[0]).read_bytes()
    with pytest.raises(WorkbookError):
        read_workbook(
            content[:600], file_name="a.xls", source="NSO", area="VN", period="2000-01", catalog=load_catalog()
        )


@pytest.mark.parametrize("fact", KNOWN, ids=lambda fact: f"{fact.month} {fact.sheet}!{fact.cell}")
def test_known_fact(fact: Told) -> None:
    found = by_cell(fact.month)[fact.sheet, address(fact.cell)]
    expected = (fact.dataflow, fact.indicator or found.indicator, fact.measure, fact.period, fact.status)
    assert (found.dataflow, found.indicator, found.measure, found.time_period, found.obs_status) == expected
    assert found.value == pytest.approx(fact.value, rel=1e-15)


@pytest.mark.parametrize("month", sorted(TABLES))
def test_only_the_tables_that_we_collect_become_figures(month: str) -> None:
    assert {item.sheet for item in reading(month).observations} == sheets(month) - {"TM"}
    assert {form.sheet for form in reading(month).forms} == sheets(month)


@pytest.mark.parametrize("month", sorted(TABLES))
def test_other_sheets_are_listed(month: str) -> None:
    name = next(name for name in FILES if name.startswith(month))
    book = CalamineWorkbook.from_path(REAL / "gso" / name)
    filled = {sheet for sheet in book.sheet_names if len(book.get_sheet_by_name(sheet).to_python()) > 3}
    findings = reading(month).findings
    unsaid = [
        sheet
        for sheet in filled - sheets(month)
        if not any(sheet == finding.sheet or sheet in finding.message for finding in findings)
    ]
    assert not unsaid


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("gso_")])
def test_every_figure_of_the_retyped_tables(name: str) -> None:
    book = load(name)
    month = str(book.period)
    if not any(file.startswith(month) for file in FILES) or not book.file_name[:4].isdigit():
        pytest.skip(f"the workbook of {month} is not here")
    found = [line for page in book.pages for line in _wrong_figures(month, page.name, page.facts)]
    assert not found, f"{len(found)} figures\n" + "\n".join(found[:60])


def _wrong_figures(month: str, sheet: str, facts: tuple[Fact, ...]) -> Iterator[str]:
    columns: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        columns[fact.at[1]].append(fact)
    said = {address(finding.cell)[0] for finding in reading(month).findings if finding.sheet == sheet and finding.cell}
    for at, value in _figures(month, sheet):
        above = [fact for fact in columns.get(at[1], ()) if fact.at[0] <= at[0]]
        got = by_cell(month).get((sheet, at))
        if not above or (got is None and at[0] in said):
            continue
        like, where = above[-1], f"{sheet}!{cell_name(at)}"
        if got is None:
            yield f"{where}: {value} is neither a figure nor spoken of"
            continue
        wanted = (like.dataflow, like.measure, like.period)
        if (got.dataflow, got.measure, got.time_period) != wanted or got.obs_status not in like.status:
            yield f"{where}: {wanted} {like.status}, is {got.dataflow} {got.measure} {got.time_period} {got.obs_status}"
        if got.value != pytest.approx(100 + value if like.growth else value, rel=1e-15):
            yield f"{where}: value {value}, is {got.value}"


def _figures(month: str, sheet: str) -> Iterator[tuple[Address, float]]:
    name = next(name for name in FILES if name.startswith(month))
    book = CalamineWorkbook.from_path(REAL / "gso" / name)
    for row, line in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), 1):
        for column, value in enumerate(line, 1):
            if isinstance(value, float):
                yield (row, column), value


@pytest.mark.parametrize(("earlier", "later"), SAME_KEY)
def test_the_next_month_continues_the_series(earlier: tuple[str, str, str], later: tuple[str, str, str]) -> None:
    first, second = (by_cell(month)[sheet, address(cell)] for month, sheet, cell in (earlier, later))
    assert [getattr(first, name) for name in KEY] == [getattr(second, name) for name in KEY]
    assert (first.unit, first.unit_mult) == (second.unit, second.unit_mult)
    assert (first.obs_status, second.obs_status) == ("E", "A")


def test_products_keep_their_codes_over_the_year() -> None:
    lists = {
        month: {item.indicator for item in reading(month).observations if item.form == "PRODUCTS.M"}
        for month in ("2024-02", "2024-03", "2024-04", "2024-10")
    }
    assert len(lists["2024-02"]) > 30
    assert all(codes == lists["2024-02"] for codes in lists.values()), lists


def test_ownership_adds_up_to_the_province() -> None:
    hanoi = {
        item.indicator: item.value or 0.0
        for item in reading("2000-01").observations
        if (item.dataflow, item.ref_area, item.measure, item.time_period) == ("OUTPUT", "VN63_01", "month", "2000-01")
    }
    total = hanoi.pop("TOTAL.P1994")
    assert len(hanoi) == 4
    assert sum(hanoi.values()) == pytest.approx(total)


def test_labour_of_every_province_as_extracted_from_the_same_workbooks() -> None:
    with (REAL / "series" / "labour_index_by_province_2019_2025.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["workbook"] in FILES]
    assert len(rows) > 200
    for row in rows:
        cells = by_cell(row["workbook"][:7])
        for column, value, measure in ((2, row["so_thang_truoc_pct"], "mom"), (3, row["so_cung_ky_pct"], "yoy")):
            found = cells.get((row["sheet"], (int(row["excel_row"]), column)))
            if row["label"] == "CẢ NƯỚC" and found is None:
                continue  # said once already, by the table of industries
            assert found is not None, row
            assert (found.value, found.measure, found.indicator) == (float(value), measure, "TOTAL")
    areas = {item.ref_area for item in reading("2024-10").observations if item.form == "LABOUR_AREA.M"}
    assert len(areas - {"VN"}) == 63


def test_empty_form_has_no_figure() -> None:
    content = (REAL / "empty_form" / "bc_xk022020.xlsx").read_bytes()
    read = read_workbook(
        content,
        file_name="bc_xk022020.xlsx",
        source="SCT_VN63_74",
        area="VN63_74",
        period="2020-02",
        catalog=load_catalog(),
    )
    assert not read.observations
    assert read.forms or read.findings
