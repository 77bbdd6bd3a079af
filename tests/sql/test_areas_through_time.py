"""The series of the 34 areas out of the warehouse: who reported what, in which month, on both databases."""

from __future__ import annotations

import csv
import io

import pytest
from deliveries import Sent, deliver, figure
from sqlalchemy import Engine

from ctdp_etl.catalog import load_catalog
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.export import FORMATS
from ctdp_etl.pipeline.geography import export_on
from ctdp_etl.series.geography import SERIES_COLUMNS
from ctdp_etl.warehouse.engine import reading

RETAIL = {"dataflow": "RETAIL", "form": "RETAIL.M", "sheet": "TM", "unit": "VND", "unit_mult": 9}


def retail(area: str, period: str, month: float, yoy: float) -> Sent:
    """Return a department's workbook with its retail sales of a month."""
    place = {"ref_area": area, "time_period": period}
    figures = (
        figure("TOTAL", month, **RETAIL, **place, measure="month"),
        figure("TOTAL", yoy, **{**RETAIL, "unit": "PCT", "unit_mult": 0}, **place, measure="yoy"),
    )
    return Sent(f"{area} {period}", f"{period}-20T02:00:00Z", figures, period, f"SCT_{area}", area)


YEAR_AGO = (retail("VN63_24", "2024-10", 100.1, 108.0), retail("VN63_27", "2024-10", 40.2, 103.0))
NOW = (retail("VN34_24", "2025-10", 154.33, 384.0), retail("VN34_20", "2025-10", 9.0, 105.0))


def exported(engine: Engine, period: str, code_list: str = "VN34") -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of the CSV export by area and measure."""
    with reading(engine) as connection:
        content = export_on(connection, load_catalog(), Period.parse(period), code_list, "csv", "RETAIL")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert all(tuple(row) == SERIES_COLUMNS for row in rows)
    return {(row["ref_area"], row["measure"]): row for row in rows}


def test_old_months_add_up_and_new_ones_grow_on_the_sum(warehouse: Engine) -> None:
    deliver(warehouse, (*YEAR_AGO, *NOW))
    old, new = exported(warehouse, "2024-10"), exported(warehouse, "2025-10")
    assert old["VN34_24", "month"]["value"] == "140.3"
    assert old["VN34_24", "month"]["members"] == "VN63_24 VN63_27"
    implied = old["VN34_24", "yoy"]
    assert float(implied["value"]) == pytest.approx(140.3 / (100.1 / 1.08 + 40.2 / 1.03) * 100)
    assert implied["note"] == "tính lại từ mức và tỷ lệ của từng tỉnh cũ"
    growth = new["VN34_24", "yoy"]
    assert float(growth["value"]) == pytest.approx(110.0)
    assert (growth["reported"], growth["origin"]) == ("384.0", "recomputed")
    assert growth["note"] == "tính lại từ mức; cơ sở so sánh: cộng các tỉnh cũ"
    assert new["VN34_20", "yoy"]["origin"] == "reported"


def test_without_one_old_province_there_is_no_sum_and_no_growth_on_it(warehouse: Engine) -> None:
    deliver(warehouse, (YEAR_AGO[0], *NOW))
    old = exported(warehouse, "2024-10")
    assert old["VN34_24", "month"]["note"] == "thiếu Bắc Ninh (VN63_27)"
    assert (old["VN34_24", "yoy"]["value"], old["VN34_24", "yoy"]["obs_status"]) == ("", "M")
    assert old["VN34_24", "yoy"]["note"] == "thiếu mức để tính lại"
    growth = exported(warehouse, "2025-10")["VN34_24", "yoy"]
    assert (growth["value"], growth["origin"]) == ("384.0", "reported")
    assert growth["note"] == "nơi gửi tự tính; chưa đủ số các tỉnh cũ để tính lại"
    assert exported(warehouse, "2025-10", "VN63")["VN63_27", "month"]["note"] == "không tách được từ Bắc Ninh (VN34_24)"


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_and_no_other_list(warehouse: Engine, fmt: str) -> None:
    deliver(warehouse, (*YEAR_AGO, *NOW))
    with reading(warehouse) as connection:
        contents = {export_on(connection, load_catalog(), Period.parse("2025-10"), "VN34", fmt) for _ in range(2)}
        with pytest.raises(CtdpError, match="VN63, VN34"):
            export_on(connection, load_catalog(), Period.parse("2025-10"), "VN64", fmt)
    assert len(contents) == 1
    if fmt == "sdmx-csv":
        rows = list(csv.DictReader(io.StringIO(contents.pop().decode())))
        assert {row["COMMENT_OBS"] for row in rows if row["ORIGIN"] == "recomputed"} == {
            "tính lại từ mức; cơ sở so sánh: cộng các tỉnh cũ"
        }
