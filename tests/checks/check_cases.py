"""One case per check: clean figures, and the same figures with the one mistake that the check is for.

Figures marked with a month are the General Statistics Office's, and Tây Ninh's, as published.
"""

from __future__ import annotations

from collections.abc import Callable

from check_cases_growth import (
    between_neighbours,
    between_sections,
    chain,
    cumulative_year_on_year,
    growth_of_other_row,
    implied,
    implied_cumulative,
    january_index,
    month_on_month,
    plan_share,
    year_on_year,
)
from check_cases_levels import (
    falling,
    inside_table,
    january,
    months_of_quarter,
    parts_and_total,
    quarters_of_cumulative,
    shares,
    suspected_part,
    with_restatement,
    without_restatement,
)
from check_cases_plausibility import growth_of_one_area, one_plant, own_usual_month
from check_cases_revision import closed_month, large_restatement, turned_growth
from check_cases_slips import (
    GOODS,
    cell_of_other_month,
    column_of_other_month,
    echoed_slip,
    goods,
    index_slip,
    level_slip,
    other_area_again,
    own_month_again,
    swapped_digits,
    wrong_sign,
)
from check_cases_sources import country_and_areas, implied_deflator, two_sources
from check_cases_structure import (
    empty_form,
    expected_missing,
    row_gone,
    unit_changed,
    unit_not_of_code,
    withdrawn_row,
    written_twice,
    wrong_month,
)

from ctdp_etl.checks import CheckInput

__all__ = [
    "CASES",
    "GOODS",
    "Case",
    "goods",
    "growth_of_one_area",
    "level_slip",
    "months_of_quarter",
    "one_plant",
    "own_usual_month",
    "quarters_of_cumulative",
]

Case = Callable[[bool], CheckInput]

CASES: dict[str, Case] = {
    "K01": wrong_month,
    "K02": unit_changed,
    "K03": unit_not_of_code,
    "K04": written_twice,
    "C01": empty_form,
    "C02": expected_missing,
    "C03": row_gone,
    "A01": parts_and_total,
    "A02": shares,
    "A03": with_restatement,
    "A04": without_restatement,
    "A05": inside_table,
    "A06": january,
    "A07": falling,
    "A08": month_on_month,
    "A09": year_on_year,
    "A10": cumulative_year_on_year,
    "A11": implied,
    "A12": plan_share,
    "A13": between_sections,
    "A14": between_neighbours,
    "A15": january_index,
    "A16": chain,
    "A17": implied_cumulative,
    "U01": level_slip,
    "U02": index_slip,
    "U03": echoed_slip,
    "D01": own_month_again,
    "D02": other_area_again,
    "A18": months_of_quarter,
    "A19": quarters_of_cumulative,
    "P01": column_of_other_month,
    "P02": cell_of_other_month,
    "A23": growth_of_other_row,
    "H01": one_plant,
    "H02": own_usual_month,
    "H03": growth_of_one_area,
    "L01": suspected_part,
    "T01": swapped_digits,
    "T02": wrong_sign,
    "R01": withdrawn_row,
    "R02": large_restatement,
    "R03": closed_month,
    "R04": turned_growth,
    "N01": two_sources,
    "N02": country_and_areas,
    "A20": implied_deflator,
}
