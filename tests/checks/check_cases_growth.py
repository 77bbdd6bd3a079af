"""Cases of growth, plans and indices, clean and with the one mistake."""

from __future__ import annotations

from check_frames import inputs, line, report

from ctdp_etl.checks import CheckInput


def month_on_month(broken: bool) -> CheckInput:
    """Coal, 2024-01."""
    mom = 119.21534677614888 if broken else 109.21534677614888
    return inputs(
        "2024-01", report("2024-01", line("COAL", last_month=3427.86322547616, month=3743.75270871587, mom=mom))
    )


def year_on_year(broken: bool) -> CheckInput:
    before = report("2023-05", line("COAL", last_month=4055.4))
    return inputs("2024-04", report("2024-04", line("COAL", month=4019.7, yoy=150.1 if broken else 99.12)), before)


def cumulative_year_on_year(broken: bool) -> CheckInput:
    before = report("2023-04", line("COAL", ytd=15506.1))
    return inputs("2024-04", report("2024-04", line("COAL", ytd=15313.3, ytd_yoy=150.1 if broken else 98.76)), before)


def implied(broken: bool) -> CheckInput:
    """Rice, exported quantity, 2021-08 and 09; the broken growth is fibre's of 2024-04, whose formula went astray."""
    name = "EXPORT.RICE.QUANTITY"
    before = report("2021-08", line(name, 21, month=500.0, ytd=3922.313, ytd_yoy=85.196))
    yoy = 181.152011171635 if broken else 137.89873549461416
    now = line(name, 21, month=530.0, ytd=4516.084, yoy=yoy, ytd_yoy=90.53514376196195)
    return inputs("2021-09", report("2021-09", now), before)


def implied_cumulative(broken: bool) -> CheckInput:
    """Rice, exported quantity, 2021-08 and 09."""
    name = "EXPORT.RICE.QUANTITY"
    before = report("2021-08", line(name, 21, month=500.0, ytd=3922.313, ytd_yoy=85.196))
    index = 130.53514376196195 if broken else 90.53514376196195
    now = line(name, 21, month=530.0, ytd=4516.084, yoy=137.89873549461416, ytd_yoy=index)
    return inputs("2021-09", report("2021-09", now), before)


def plan_share(broken: bool) -> CheckInput:
    """Thái Nguyên: 567 634,2 of 803 300 is 70,7 %."""
    now = line("TOTAL", ytd=567634.2, plan=803300.0, plan_pct=77.7 if broken else 70.7)
    return inputs("2026-07", report("2026-07", now))


def between_sections(broken: bool) -> CheckInput:
    """IIP, 2024-04, against the same month a year ago."""
    values = {"TOTAL": 116.33 if broken else 106.33, "B": 93.15, "C": 106.96, "D": 111.31, "E": 106.56}
    lines = [line(code, row, flow="IIP", yoy=value) for row, (code, value) in enumerate(values.items(), 9)]
    return inputs("2024-04", report("2024-04", *lines))


def between_neighbours(broken: bool) -> CheckInput:
    """IIP of the country, cumulative to 2024-03 and 04."""
    before = report(
        "2024-03", line("TOTAL", flow="IIP", yoy=104.1, ytd_yoy=105.7), line("C", 10, flow="IIP", yoy=104.0)
    )
    total = line("TOTAL", flow="IIP", last_yoy=104.1, yoy=106.33, ytd_yoy=109.95 if broken else 105.99)
    return inputs("2024-04", report("2024-04", total, line("C", 10, flow="IIP", yoy=106.96)), before)


def january_index(broken: bool) -> CheckInput:
    """IIP of Tây Ninh, 2026-01."""
    lines = [line(code, row, flow="IIP", yoy=125.95, ytd_yoy=125.95) for row, code in enumerate(["TOTAL", "C"], 9)]
    lines[0]["cells"]["ytd_yoy"] = 129.55 if broken else 125.95
    return inputs("2026-01", report("2026-01", *lines))


def chain(broken: bool) -> CheckInput:
    year_ago = report("2023-04", line("TOTAL", flow="IIP", mom=100.0))
    now = line("TOTAL", flow="IIP", last_yoy=104.78, mom=101.48, yoy=119.9 if broken else 106.33)
    return inputs("2024-04", report("2024-04", now), year_ago)


def growth_of_other_row(broken: bool) -> CheckInput:
    """Coal and oil, 2024-01: coal's growth is computed with oil's base."""
    mom = round(3743.75 / 705.2 * 100, 4) if broken else 109.2153
    coal = line("COAL", 8, last_month=3427.86, month=3743.75, mom=mom)
    oil = line("OIL", 9, last_month=705.2, month=720.11, mom=102.1143)
    return inputs("2024-01", report("2024-01", coal, oil))
