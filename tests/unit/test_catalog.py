"""The catalog: real labels mean what they meant, areas change with time, and what is faulty is refused."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ctdp_etl.catalog import FOLDER, HEADING, Catalog, label_key, load_catalog
from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.catalog.dictionary import data_dictionary
from ctdp_etl.errors import AreaError, CatalogError
from ctdp_etl.model import Measure

FACTS = read_csv(Path(__file__).with_name("label_facts.csv"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['year']} {fact['label'][:40]} {fact['code']}")
def test_a_published_label_means_its_code(catalog: Catalog, fact: dict[str, str]) -> None:
    codelist = catalog.codelists[fact["codelist"]]
    inside = codelist.ancestry(fact["inside"]) if fact["inside"] else ()
    assert codelist.resolve(fact["label"], inside) == fact["code"]


def test_facts_cover_the_years() -> None:
    assert len(FACTS) >= 300
    assert {"2000", "2004", "2009", "2012", "2017", "2021", "2024", "2026"} <= {fact["year"] for fact in FACTS}


@pytest.mark.parametrize(
    ("text", "period", "code"),
    [
        ("Cả nước", "2024-05", "VN"),
        ("CẢ NƯỚC ", "2026-05", "VN"),
        ("Toàn quốc", "2000-01", "VN"),
        ("Hà Tây", "2004-08", "VN63_28"),
        ("Bắc Giang", "2025-06", "VN63_24"),
        ("Bắc Ninh", "2025-06", "VN63_27"),
        ("Bắc Ninh", "2025-07", "VN34_24"),
        ("Tây Ninh", "2024-01", "VN63_72"),
        ("Tỉnh Tây Ninh", "2026-01", "VN34_80"),
        ("Long An", "2024-01", "VN63_80"),
        ("Gia Lai", "2024-01", "VN63_64"),
        ("Gia Lai", "2026-01", "VN34_52"),
        ("TP. Hồ Chí Minh", "2024-01", "VN63_79"),
        ("Tp. Hồ Chí Minh", "2000-01", "VN63_79"),
        ("T.p. Hồ Chí Minh", "2009-05", "VN63_79"),
        ("Hồ Chí Minh", "2026-01", "VN34_79"),
        ("TPHCM", "2026-01", "VN34_79"),
        ("Thành phố Hồ Chí Minh", "2026-01", "VN34_79"),
        ("Thừa Thiên - Huế", "2021-08", "VN63_46"),
        ("Thừa Thiên Huế", "2024-10", "VN63_46"),
        ("Huế", "2025-02", "VN63_46"),
        ("TP. Huế", "2026-01", "VN34_46"),
        ("Bà Rịa-Vũng Tàu", "2004-08", "VN63_77"),
        ("Bà Rịa - Vũng Tàu ", "2021-08", "VN63_77"),
        ("Đắc Lắc", "2000-01", "VN63_66"),
        ("Đắk Nông", "2021-08", "VN63_67"),
        ("Hoà Bình", "2021-08", "VN63_17"),
        ("Khánh Hoà", "2004-08", "VN63_56"),
        ("Thanh Hoá", "2026-01", "VN34_38"),
        ("TP Đồng Nai", "2026-05", "VN34_75"),
        ("Tỉnh Đồng Nai", "2025-08", "VN34_75"),
    ],
)
def test_an_area_is_found_by_name_and_month(catalog: Catalog, text: str, period: str, code: str) -> None:
    assert catalog.areas.named(text, period).code == code


@pytest.mark.parametrize(
    ("text", "period"), [("Hà Tây", "2008-08"), ("Bắc Giang", "2025-07"), ("Điện Biên", "2003-12")]
)
def test_a_name_out_of_force_is_refused(catalog: Catalog, text: str, period: str) -> None:
    with pytest.raises(AreaError):
        catalog.areas.named(text, period)


@pytest.mark.parametrize(("period", "provinces"), [("2000-01", 61), ("2007-01", 64), ("2025-06", 63), ("2025-07", 34)])
def test_number_of_provinces(catalog: Catalog, period: str, provinces: int) -> None:
    assert len(catalog.areas.at(period)) == provinces


def test_every_old_province_lies_in_one_new_one(catalog: Catalog) -> None:
    old = {code for code, area in catalog.areas.by_code.items() if area.code_list == "VN63"}
    new = {code for code, area in catalog.areas.by_code.items() if area.code_list == "VN34"}
    assert set(catalog.areas.crosswalk) == old
    assert set(catalog.areas.crosswalk.values()) == new
    for code in ("15", "24", "44", "52", "80", "82", "91"):
        assert catalog.areas.by_code[f"VN63_{code}"].name != catalog.areas.by_code[f"VN34_{code}"].name


def test_regions_have_the_published_sizes(catalog: Catalog) -> None:
    def sizes(period: str, field: str) -> list[int]:
        return sorted(Counter(getattr(area, field) for area in catalog.areas.at(period)).values())

    assert sizes("2025-06", "region") == [5, 6, 11, 13, 14, 14]
    assert sizes("2025-07", "region") == [3, 5, 5, 6, 6, 9]
    assert sizes("2025-06", "promotion_region") == [15, 20, 28]
    for area in catalog.areas.at("2025-06") + catalog.areas.at("2025-07"):
        assert (area.code_list, area.region) in catalog.regions
        if area.promotion_region:
            assert ("PROMOTION", area.promotion_region) in catalog.regions


@pytest.mark.parametrize(
    ("text", "unit", "mult"),
    [
        ("Nghìn \ntỷ đồng", "VND", 12),
        ("Tỷ đồng", "VND", 9),
        ("Tr.đồng", "VND", 6),
        ("1000 tấn", "T", 3),
        ("1.000 tấn", "T", 3),
        ("Triệu m³", "M3", 6),
        ("Tỷ kwh", "KWH", 9),
        ("Triệu kw giờ", "KWH", 6),
        ("Nghìn chiếc", "PIECE", 3),
        ("Tr. USD", "USD", 6),
        ("TRIỆU ĐÔI", "PAIR", 6),
        ("%", "PCT", 0),
        ("Triệu viên", "ITEM", 6),
        ("Nghìn kwh", "KWH", 3),
    ],
)
def test_units(catalog: Catalog, text: str, unit: str, mult: int) -> None:
    found = catalog.unit(text)
    assert found is not None
    assert (found.code, found.mult) == (unit, mult)


def test_an_unknown_unit_is_not_guessed(catalog: Catalog) -> None:
    assert catalog.unit("10.000 tấn") is None
    assert catalog.unit("Triệu") is None


def test_codes_have_units_that_exist_and_parents_without_circles(catalog: Catalog) -> None:
    known = {(unit.code, unit.mult) for unit in catalog.units.values()}
    for codelist in catalog.codelists.values():
        for code in codelist.codes.values():
            assert not code.unit or (code.unit, code.unit_mult) in known, code.code
            assert codelist.codes[codelist.ancestry(code.code)[-1]].parent == "", code.code


def test_the_name_of_a_code_is_one_of_its_aliases(catalog: Catalog) -> None:
    for codelist in catalog.codelists.values():
        for code in codelist.codes.values():
            assert codelist.resolve(code.name, codelist.ancestry(code.parent)) == code.code, code.code


def test_products_name_existing_industries(catalog: Catalog) -> None:
    industries = catalog.codelists["industries"].codes
    for code in catalog.codelists["products"].codes.values():
        assert code.extra["industry"] in industries, code.code


def test_a_heading_is_no_code(catalog: Catalog) -> None:
    assert catalog.codelists["retail"].resolve("Phân theo loại hình kinh tế") == HEADING
    assert catalog.codelists["industries"].resolve("Vận tải đường sắt") is None


def test_aliases_are_written_once() -> None:
    for path in sorted((FOLDER / "aliases").glob("*.csv")):
        rows = read_csv(path)
        keys = Counter(
            (label_key(row["alias"]), row.get("within", ""), row.get("code" if path.stem == "areas" else "", ""))
            for row in rows
        )
        assert [key for key, times in keys.items() if times > 1] == [], path.name
        assert all(None not in row and None not in row.values() for row in rows), path.name


def test_a_faulty_catalog_is_refused_with_every_fault(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree(FOLDER, folder)
    with (folder / "aliases" / "retail.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Bán lẻ hàng hóa", "OTHER", ""), ("Chợ phiên", "KHONG_CO", "")])
    with (folder / "aliases" / "areas.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(("Hà Nam Ninh", "VN63_99"))
    with pytest.raises(CatalogError) as refused:
        load_catalog(folder)
    message = str(refused.value)
    assert "KHONG_CO" in message
    assert "VN63_99" in message
    assert "Chợ phiên" in message


def test_the_dictionary_names_everything(catalog: Catalog) -> None:
    text = data_dictionary(catalog)
    for flow in catalog.dataflows.values():
        assert f"### {flow.code}: {flow.name}" in text
    for codelist in catalog.codelists.values():
        for code in codelist.codes.values():
            assert f"| `{code.code}` | {code.name} |" in text
    for measure in Measure:
        assert f"| `{measure}` |" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {row.count("|") - row.count("\\|") for row in rows} <= {3, 4, 5, 6, 7}


def test_the_published_dictionary_is_the_generated_one(catalog: Catalog) -> None:
    path = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    assert path.read_text(encoding="utf-8") == data_dictionary(catalog), (
        "sinh lại: .venv/bin/python -m ctdp_etl.catalog.dictionary > docs/data-dictionary.md"
    )
