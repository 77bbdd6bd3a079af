"""Published figures: what is wrong in them is found, and what is only rounded or restated is not called an error."""

from __future__ import annotations

import pytest
from check_frames import catalog, found, inputs, line, report

from ctdp_etl.catalog import Rule

RETAIL = ("TOTAL", "GOODS", "ACCOMMODATION", "FOOD", "TRAVEL", "OTHER")
TAY_NINH = {
    "2026-01": {
        "month": (18350223.456230618, 12005954.996230619, 67550, 2280345, 17895, 3978478.46),
        "ytd": (18350223.456230618, 12005954.996230619, 67550, 2280345, 17895, 3978478.46),
    },
    "2026-02": {
        "last_month": (18424003.21, 12037706.23, 67574.6, 2282019.5, 17906.3, 4018796.58),
        "month": (18676095.52, 12376582.89, 70297, 2371058.4, 18730, 3839427.23),
        "ytd": (37100098.73, 24414289.12, 137871.6, 4653077.9, 36636.3, 7858223.81),
        "ytd_yoy": (115.1926, 113.7528, 124.7317, 108.1468, 163.6260, 124.5571),
    },
    "2026-03": {
        "last_month": (18583130.53, 12262746.0, 70565.54, 2383910.81, 18842.8, 3847065.38),
        "month": (18546476.93, 12316386.15, 69364, 2347789.66, 18504.29, 3794432.83),
        "ytd": (55553610.67, 36616838.38, 207504.14, 7013719.97, 55253.39, 11660294.79),
        "yoy": (116.43780095, 117.22687362, 124.71226229, 112.08343953, 157.02653897, 116.40473655),
        "ytd_yoy": (115.41154366, 114.53842874, 124.88684575, 109.63671772, 161.68040744, 121.85970331),
    },
}
"""Retail of Tây Ninh (triệu đồng), Sở Công Thương Tây Ninh, as published."""


def tay_ninh(period: str, **over: float) -> list[dict]:
    """Return the lines of a month; ``over`` changes cells of the total."""
    roles = TAY_NINH[period]
    lines = [
        line(code, 12 + at, flow="RETAIL", unit="VND", mult=6, **{role: values[at] for role, values in roles.items()})
        for at, code in enumerate(RETAIL)
    ]
    lines[0]["cells"].update(over)
    return lines


def months(*periods: str, **over: float) -> list:
    """Return the reports of the months; ``over`` changes the total of the last."""
    last = len(periods) - 1
    return [
        report(period, *tay_ninh(period, **(over if at == last else {})), source="SCT_VN34_80", area="VN34_80")
        for at, period in enumerate(periods)
    ]


def test_the_published_months_of_tay_ninh_are_clean() -> None:
    january, february, march = months("2026-01", "2026-02", "2026-03")
    assert not found(inputs("2026-01", january))
    assert not found(inputs("2026-02", february, january))
    assert not found(inputs("2026-03", march, january, february))


def test_a_wrong_cumulative_of_tay_ninh_is_found_at_its_cell() -> None:
    *before, march = months("2026-01", "2026-02", "2026-03", ytd=65553610.67)
    total, finding = found(inputs("2026-03", march, *before))
    assert (total.code, total.severity, total.cell) == ("A01", "error", "E12")
    assert (finding.code, finding.severity, finding.cell) == ("A03", "error", "E12")
    assert finding.expected == pytest.approx(55553610.67, abs=0.05)
    assert {(cell.sha256[:7], cell.cell) for cell in finding.cells} == {
        ("2026-03", "D12"),
        ("2026-03", "C12"),
        ("2026-02", "E12"),
        ("2026-02", "D12"),
    }


def test_petrol_of_2021_09_breaks_the_roll_forward_and_is_no_unit_error() -> None:
    before = report("2021-08", line("PETROL", 12, month=997.5555, ytd=9509.274302315644, ytd_yoy=105.836))
    now = line(
        "PETROL",
        12,
        last_month=985.9417551823001,
        month=1018.7120361070486,
        ytd=16830.148294464245,
        yoy=152.8227554358415,
        ytd_yoy=116.05394000969322,
    )
    (finding,) = found(inputs("2021-09", report("2021-09", now), before))
    assert (finding.code, finding.severity, finding.cell) == ("A03", "error", "E12")
    assert finding.expected == pytest.approx(10516, abs=1)
    assert "nghìn tấn" in finding.message


def test_a_typed_total_off_by_rounding_is_no_finding() -> None:
    """Retail of the country, 2024-04: the total is typed without decimals."""
    parts = {"GOODS": 1594545.89389148, "FOOD": 467805.6497930}
    lines = [line(code, row, flow="RETAIL", ytd=value) for row, (code, value) in enumerate(parts.items(), 13)]
    assert not found(inputs("2024-04", report("2024-04", line("TOTAL", 12, flow="RETAIL", ytd=2062351.0), *lines)))


def test_parts_of_a_composed_code_are_compared_where_the_rest_is_equal() -> None:
    """Exports, 2024-04: quantities have no total, values do."""
    values = {"TOTAL": 30940.0, "DOMESTIC": 8726.99295938821, "FDI": 22213.0070406118}
    lines = [
        line(f"EXPORT.{code}.VALUE", row, flow="TRADE", month=value)
        for row, (code, value) in enumerate(values.items(), 9)
    ]
    lines.append(line("IMPORT.DOMESTIC.VALUE", 20, flow="TRADE", month=1.0))
    assert not found(inputs("2024-04", report("2024-04", *lines)))
    lines[2]["cells"]["month"] = 22313.0070406118
    (finding,) = found(inputs("2024-04", report("2024-04", *lines)))
    assert (finding.code, finding.cell) == ("A01", "D9")
    assert [cell.cell for cell in finding.cells] == ["D10", "D11"]


def test_parts_under_a_product_add_up_to_it() -> None:
    lines = [line("COAL", 9, month=10.0), line("COAL.STATE", 10, month=7.0), line("COAL.FDI", 11, month=5.0)]
    (finding,) = found(inputs("2004-08", report("2004-08", *lines)))
    assert (finding.code, finding.expected) == ("A01", 12.0)


def test_a_missing_part_makes_no_identity() -> None:
    lines = [line("TOTAL", 12, flow="RETAIL", month=100.0), line("GOODS", 13, flow="RETAIL", month=60.0)]
    assert not found(inputs("2024-04", report("2024-04", *lines)))


def test_a_gap_with_which_the_cumulative_index_agrees_is_a_notice() -> None:
    """Petrol, exported value, 2024-02 and 03: earlier months were restated, and not printed."""
    name = "EXPORT.PETROL.VALUE"
    before = report("2024-02", line(name, 25, flow="TRADE", month=90.9939, ytd=284.1164, ytd_yoy=98.27))
    month, ytd = 100.5261, 473.4890
    yoy = month / (ytd / 1.0 - 284.1164 / 0.9827) * 100
    now = line(name, 25, flow="TRADE", month=month, ytd=ytd, yoy=yoy, ytd_yoy=100.0)
    (finding,) = found(inputs("2024-03", report("2024-03", now), before))
    assert (finding.code, finding.severity) == ("A04", "notice")


def test_the_echo_of_a_wrong_cumulative_is_a_notice() -> None:
    july = report("2021-07", line("PETROL", 12, last_month=1090.0, month=1100.0, ytd=8500.0))
    august = report("2021-08", line("PETROL", 12, last_month=1100.0, month=1009.0, ytd=16509.0))
    september = line("PETROL", 12, last_month=1009.0, month=1018.0, ytd=10527.0)
    assert [(f.code, f.severity) for f in found(inputs("2021-08", august, july))] == [("A03", "error")]
    (finding,) = found(inputs("2021-09", report("2021-09", september), july, august))
    assert (finding.code, finding.severity) == ("A03", "notice")


def test_the_form_says_how_big_an_error_is() -> None:
    lenient = {"A13": Rule(error=20.0, warning=5.0, reason="Tỉnh nhỏ, một nhà máy lớn")}
    values = {"TOTAL": 116.33, "B": 93.15, "C": 106.96, "D": 111.31, "E": 106.56}
    now = report(
        "2024-04", *(line(code, 9 + at, flow="IIP", yoy=value) for at, (code, value) in enumerate(values.items()))
    )
    (usual,) = found(inputs("2024-04", now), "A13")
    (set_by_form,) = found(inputs("2024-04", now, catalog=catalog(IIP=lenient)), "A13")
    assert (usual.severity, set_by_form.severity) == ("error", "warning")


def test_a_section_that_the_column_lacks_makes_no_range() -> None:
    now = [line(code, 9 + at, flow="IIP", yoy=106.0 + at) for at, code in enumerate(["C", "D", "E"])]
    total = line("TOTAL", 8, flow="IIP", yoy=80.0)
    mining = line("B", 12, flow="IIP", mom=60.0)
    assert not found(inputs("2024-04", report("2024-04", total, *now, mining)))
    assert found(inputs("2024-04", report("2024-04", total, *now)), "A13")
