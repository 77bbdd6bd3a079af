"""The sample months: the same bytes everywhere, figures that agree with each other, mistakes only where planted."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctdp_etl import demo
from ctdp_etl.catalog import HEADING, load_catalog
from ctdp_etl.collect import folder, intake
from ctdp_etl.collect.sources import Source, read_sources
from ctdp_etl.demo.planted import kinds, spoil
from ctdp_etl.demo.tables import Row, month_tables, provinces
from ctdp_etl.errors import WorkbookError
from ctdp_etl.period import Period

CATALOG = load_catalog()
PERIODS = (*demo.LABOUR_PERIODS, *demo.PERIODS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home")
    for period in PERIODS:
        demo.write_month(root, period, CATALOG)
    (root / "sources.toml").write_text(demo.sources_toml(CATALOG), encoding="utf-8")
    return root


def files(home: Path) -> dict[str, Path]:
    return {path.relative_to(home).as_posix(): path for path in sorted((home / "inbox").rglob("*")) if path.is_file()}


def sources(home: Path) -> dict[str, Source]:
    return {source.id: source for source in read_sources(home / "sources.toml", CATALOG)}


def rows(area: str, period: str, form: str) -> dict[str, Row]:
    (table,) = [one for one in month_tables(provinces()[area], Period.parse(period), 2) if one.form == form]
    return {row.code: row for row in table.rows if row.code != HEADING}


def test_the_bytes_are_those_of_every_other_machine(home: Path) -> None:
    digest = hashlib.sha256()
    for name, path in files(home).items():
        digest.update(f"{name} {path.stat().st_mtime:.0f} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    # A change of the sample changes this on purpose, and the published briefing with it.
    assert digest.hexdigest() == "09e9a228835dd05e460ac7b684d28adaf92ff98d3242461c836027f6465cd6ea"


def test_writing_again_leaves_every_file_alone(home: Path) -> None:
    before = {name: path.stat().st_ino for name, path in files(home).items()}
    paths = [path for period in PERIODS for path in demo.write_month(home, period, CATALOG)]
    assert {name: path.stat().st_ino for name, path in files(home).items()} == before
    assert len(paths) == len(before)


def test_34_offices_and_the_statistics_office_are_registered_the_invented_ones_marked(home: Path) -> None:
    registered = sources(home)
    assert len(registered) == 35
    assert {one.area for one in registered.values() if not one.simulated} == {"VN", "VN34_80"}
    assert {one.id for one in registered.values() if one.in_force("2026-04")} == set(registered) - {"NSO"}


def test_every_file_arrives_before_its_month_is_run(home: Path) -> None:
    for period in PERIODS:
        found = [
            arrival
            for source in sources(home).values()
            if (source.path / period).is_dir()
            for arrival in folder.scan(source, now=demo.INSTANTS[PERIODS[-1]]).arrivals
            if arrival.period == period
        ]
        assert found
        assert max(arrival.received_at for arrival in found) < demo.INSTANTS[period]
        first = min(datetime.fromisoformat(arrival.received_at) for arrival in found)
        assert first.astimezone(UTC).strftime("%Y-%m") == period


def test_only_the_planted_file_is_no_workbook(home: Path) -> None:
    broken = {}
    for name, path in files(home).items():
        try:
            intake.inspect(path.read_bytes(), path.name)
        except WorkbookError as error:
            broken[name.split("/")[1]] = error.code
        assert intake.extension_notice(path.read_bytes(), path.name) == ""
    (planted,) = [one for one in demo.PLANTED if one.kind == "truncated"]
    assert broken == {f"SCT_{planted.area}": "F04"}


def test_late_wrong_month_and_resent(home: Path) -> None:
    def sent(area: str, period: str) -> list[Path]:
        return sorted((home / "inbox" / f"SCT_{area}" / period).glob("*"))

    by_kind = {one.kind: one.area for one in demo.PLANTED}
    assert [one.area for one in demo.PLANTED if one.kind == "late" and sent(one.area, one.period)] == []
    wrong = by_kind["wrong_month"]
    assert [path.read_bytes() for path in sent(wrong, "2026-04")] == [
        path.read_bytes() for path in sent(wrong, "2026-03")
    ]
    first, second = sorted(sent(by_kind["resent"], "2026-04"), key=lambda path: path.stat().st_mtime)
    assert first.read_bytes() != second.read_bytes()
    assert second.name == f"Sua lai - {first.name}"


def test_invented_sheets_say_so(home: Path) -> None:
    for name, path in files(home).items():
        if "NSO" not in name and "VN34_80" not in name:
            assert "Số liệu minh họa".encode() in path.read_bytes()
        else:
            assert "minh họa".encode() not in path.read_bytes()


@pytest.mark.parametrize("area", sorted(provinces()))
def test_months_of_a_province_agree_with_each_other(area: str) -> None:
    for month, before in zip(demo.PERIODS[1:], demo.PERIODS, strict=False):
        for form in ("PRODUCTS", "RETAIL", "TRADE_EXPORT"):
            now, then = rows(area, month, form), rows(area, before, form)
            for code, row in now.items():
                old, new = then[code].values, row.values
                assert math.isclose(
                    new["ytd"], old["ytd"] - old["est"] + new["act_prev"] + new["est"], abs_tol=0.021
                ), (form, code)
                assert math.isclose(new["mom"], new["est"] / new["act_prev"] * 100, abs_tol=0.0051)


def test_estimates_are_restated_the_month_after() -> None:
    for area in provinces():
        for month, before in zip(demo.PERIODS[1:], demo.PERIODS, strict=False):
            restated = rows(area, month, "RETAIL")["TOTAL"].values["act_prev"]
            assert 0 < abs(restated / rows(area, before, "RETAIL")["TOTAL"].values["est"] - 1) < 0.02


@pytest.mark.parametrize("area", sorted(provinces()))
def test_parts_of_a_province_add_up(area: str) -> None:
    retail, trade = rows(area, "2026-04", "RETAIL"), rows(area, "2026-04", "TRADE_IMPORT")
    for column in ("act_prev", "est", "ytd"):

        def parts(found: dict[str, Row], *codes: str, column: str = column) -> float:
            return sum(found[code].values[column] for code in codes)

        total = parts(retail, "GOODS", "ACCOMMODATION_FOOD", "TRAVEL", "OTHER")
        assert math.isclose(retail["TOTAL"].values[column], total, abs_tol=0.03)
        assert math.isclose(trade["TOTAL"].values[column], parts(trade, "DOMESTIC", "FDI"), abs_tol=0.02)
        goods = [code for code in trade if code not in {"TOTAL", "DOMESTIC", "FDI"}]
        assert parts(trade, *goods) < trade["TOTAL"].values[column]


@pytest.mark.parametrize("area", sorted(provinces()))
def test_the_index_of_a_province_lies_between_its_sections(area: str) -> None:
    industry = rows(area, "2026-04", "IIP")
    for column in ("prev_yoy", "mom", "yoy", "ytd_yoy"):
        sections = [industry[code].values[column] for code in "BCDE"]
        assert min(sections) <= industry["TOTAL"].values[column] <= max(sections)


def test_every_planted_figure_differs_from_the_right_one() -> None:
    for planted in demo.PLANTED:
        assert planted.kind in kinds(planted.area, planted.period)
        if not planted.code:
            continue
        right = month_tables(provinces()[planted.area], Period.parse(planted.period), 2)
        wrong = spoil(right, planted.area, planted.period, resent=True)
        changed = [
            (table.form, row.code)
            for table, spoilt in zip(right, wrong, strict=True)
            for row, other in zip(table.rows, spoilt.rows, strict=True)
            if row.values != other.values
        ]
        assert changed == [(planted.form, planted.code)]
