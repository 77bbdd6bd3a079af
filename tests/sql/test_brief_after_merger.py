"""The briefing of a month after the merger grows on the sum of the old units, and every figure leads to their cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deliveries import Sent, deliver, figure
from sqlalchemy import Engine

from ctdp_etl.catalog import load_catalog
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import trace
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.ledger import record_receipt

RETAIL = {"dataflow": "RETAIL", "form": "RETAIL.M", "sheet": "TM", "unit": "VND", "unit_mult": 9, "label": "Tổng số"}
NOW = "2025-10"


def sent(area: str, period: str, levels: dict[str, float], yoy: float | None = None) -> Sent:
    """Return a department's workbook with levels by month, and the growth that it tells itself."""
    figures = [
        figure("TOTAL", value, **RETAIL, ref_area=area, time_period=when, measure="month", obs_status="A")
        for when, value in levels.items()
    ]
    if yoy is not None:
        growth: dict[str, Any] = {**RETAIL, "unit": "PCT", "unit_mult": 0, "measure": "yoy"}
        figures.append(figure("TOTAL", yoy, **growth, ref_area=area, time_period=period))
    return Sent(f"{area} {period}", f"{period}-20T02:00:00Z", tuple(figures), period, f"SCT_{area}", area)


def received(engine: Engine, *sent_files: Sent) -> None:
    """Receive and load the workbooks."""
    with engine.begin() as connection:
        for one in sent_files:
            path = ("folder", one.file_name, one.file_name)
            receipt = Receipt(one.bytes, one.sha256, one.source, one.ref_area, *path, 10, one.at, "loaded", "")
            record_receipt(connection, receipt)
    deliver(engine, sent_files)


def printed(engine: Engine, home: Path, period: str = NOW) -> dict[str, dict[str, Any]]:
    """Return the figures of the briefing by id, with the cells that they come from."""
    settings = Settings(home, "", now=lambda: "2025-11-24T02:00:00Z")
    made = brief(Site(settings, load_catalog(), engine, ()), Period.parse(period))
    return {one["id"]: one for one in trace(made.path.read_bytes())["figures"]}


def test_growth_of_a_merged_province_rests_on_its_old_units(warehouse: Engine, tmp_path: Path) -> None:
    namesake = {"2024-10": 40.0}
    received(
        warehouse,
        sent("VN63_24", "2024-10", {"2024-10": 100.0}),
        sent("VN63_27", "2024-10", namesake),
        sent("VN34_24", NOW, {NOW: 154.0, **namesake}, yoy=385.0),
    )
    growth = printed(warehouse, tmp_path)[f"f-SUM.RETAIL.TOTAL.{NOW}.yoy"]
    assert growth["printed"] == "10,0"
    assert [(one["ref_area"], one["value"]) for one in growth["observations"]] == [
        ("VN34_24", 154.0),
        ("VN63_24", 100.0),
        ("VN63_27", 40.0),
    ]
    assert "các tỉnh cũ" in growth["how"]


def test_without_one_old_unit_the_senders_own_growth_is_all_there_is(warehouse: Engine, tmp_path: Path) -> None:
    received(warehouse, sent("VN63_27", "2024-10", {"2024-10": 40.0}), sent("VN34_24", NOW, {NOW: 154.0}, yoy=110.0))
    growth = printed(warehouse, tmp_path)[f"f-SUM.RETAIL.TOTAL.{NOW}.yoy"]
    assert growth["printed"] == "10,0"
    assert {one["ref_area"] for one in growth["observations"]} == {"VN34_24"}


def test_the_first_month_grows_on_the_old_units_of_the_month_before(warehouse: Engine, tmp_path: Path) -> None:
    received(
        warehouse,
        sent("VN63_24", "2025-06", {"2025-06": 100.0}),
        sent("VN63_27", "2025-06", {"2025-06": 40.0}),
        sent("VN63_20", "2025-06", {"2025-06": 60.0}),
        sent("VN34_24", "2025-07", {"2025-07": 147.0}),
        sent("VN34_20", "2025-07", {"2025-07": 63.0}),
    )
    growth = printed(warehouse, tmp_path, "2025-07")["f-SUM.RETAIL.TOTAL.2025-07.mom"]
    assert growth["printed"] == "5,0"
    assert {one["ref_area"] for one in growth["observations"]} == {
        "VN34_24",
        "VN34_20",
        "VN63_24",
        "VN63_27",
        "VN63_20",
    }


def test_the_checks_compare_with_the_sum_of_the_old_units_and_not_with_the_namesake(
    warehouse: Engine, tmp_path: Path
) -> None:
    received(
        warehouse,
        sent("VN63_24", "2024-10", {"2024-10": 100.0}),
        sent("VN63_27", "2024-10", {"2024-10": 40.0}),
        sent("VN34_24", NOW, {NOW: 154.0}, yoy=385.0),
        sent("VN34_20", NOW, {NOW: 63.0}, yoy=105.0),
    )
    site = Site(Settings(tmp_path, "", now=lambda: "2025-11-24T02:00:00Z"), load_catalog(), warehouse, ())
    found = [one for one in check(site, Period.parse(NOW)) if one["code"] == "A09"]
    assert [(one["ref_area"], one["observed"], round(one["expected"], 6)) for one in found] == [
        ("VN34_24", 385.0, 110.0)
    ]
    assert "tổng các tỉnh cũ theo báo cáo 2024-10" in found[0]["message"]
    assert [one["cell"] for one in found[0]["cells"]] == ["D10"]
