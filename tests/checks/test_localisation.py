"""Where the error is, in published figures and with errors planted: the cell, what it should be, and doubt."""

from __future__ import annotations

import pandas as pd
import pytest
from check_cases import level_slip
from check_frames import found, inputs, line, report
from test_check_months import months

from ctdp_etl.checks import CheckInput, suspects
from ctdp_etl.checks.localisation import located
from ctdp_etl.checks.suspects import Suspect
from ctdp_etl.model import Finding, Severity

THREE = ("2026-01", "2026-02", "2026-03")


def cells(case: CheckInput, ones: tuple[Suspect, ...]) -> list[str]:
    """Return the cells of suspects."""
    return [str(case.figures["cell"].iloc[one.place]) for one in ones]


def march(spoiled: dict[str, float], *, alone: bool = False) -> CheckInput:
    """Return Tây Ninh's retail of March 2026 with some cells changed, with the months before or ``alone``."""
    *before, now = months(*THREE)
    for cell, value in spoiled.items():
        now.loc[now["cell"] == cell, "value"] = value
    return inputs("2026-03", now, *([] if alone else before))


def only(case: CheckInput) -> Finding:
    """Return the one finding of localisation."""
    (finding,) = found(case, "L01")
    return finding


def test_the_cumulative_of_petrol_2021_09_is_the_one_wrong_cell() -> None:
    """Its growth does not fit either: that witness is passed over before a second cell is."""
    before = report("2021-08", line("PETROL", 12, month=997.5555, ytd=9509.274302315644, ytd_yoy=105.836))
    levels = {"last_month": 985.9417551823001, "month": 1018.7120361070486, "ytd": 16830.148294464245}
    now = line("PETROL", 12, **levels, yoy=152.8227554358415, ytd_yoy=116.05394000969322)
    case = inputs("2021-09", report("2021-09", now), before)
    (tangle,) = located(case)
    assert cells(case, tangle.certain) == ["E12"]
    assert tangle.certain[0].right == pytest.approx(10516.37e3, rel=1e-6)
    assert tangle.choices == ()


def test_what_the_arithmetic_finding_says_at_the_cell_is_not_said_again() -> None:
    case = march({"E12": 65553610.67})
    assert [(finding.code, finding.cell) for finding in found(case)] == [("A01", "E12"), ("A03", "E12")]


def test_parts_of_telephones_a_thousand_times_too_large_are_a_matter_of_units_alone() -> None:
    assert [(f.code, f.cell) for f in found(level_slip(True))] == [("U01", cell) for cell in ("C36", "D36", "E36")]


def test_a_wrong_month_clears_the_cumulative_at_which_the_roll_forward_stands() -> None:
    case = march({"D12": 19546476.93})
    assert {(f.code, f.cell) for f in found(case)} >= {("A01", "D12"), ("A03", "E12")}
    finding = only(case)
    assert (finding.cell, finding.severity) == ("D12", Severity.NOTICE)
    assert finding.expected == pytest.approx(18546476.93, abs=0.05)
    assert "ô D12 nhiều khả năng là ô sai" in finding.message
    assert "nếu là 18.546.477 thì mọi đẳng thức liên quan đều khớp" in finding.message
    assert "một chữ số bị gõ nhầm" in finding.message
    assert "Khi đó E12 không phải sửa" in finding.message


def test_a_wrong_part_is_told_from_its_total_by_its_own_line() -> None:
    finding = only(march({"D15": 2397789.96}))
    assert finding.cell == "D15"
    assert finding.expected == pytest.approx(2347789.66, abs=0.5)
    assert {"D12", "E15", "C15"} <= {cell.cell for cell in finding.cells}
    assert "2026-02" in {cell.sha256[:7] for cell in finding.cells}


def test_a_power_of_ten_singles_out_a_part_without_any_history() -> None:
    case = march({"E15": 70137199.7}, alone=True)
    finding = only(case)
    assert finding.cell == "E15"
    assert finding.expected == pytest.approx(7013719.97)
    assert "sai đơn vị ×10" in finding.message
    assert "Khả năng khác, ít hơn: ô E12" in finding.message


def test_swapped_digits_that_two_cells_may_have_are_told_as_doubt() -> None:
    """In goods 16 became 61; the same gap is 49 for 94 in the last part."""
    finding = only(march({"D13": 12361386.15}, alone=True))
    assert finding.expected is None
    assert "Chưa chắc ô nào sai" in finding.message
    assert "ô D13 nếu là 12.316.386 (hai chữ số cạnh nhau bị đảo); hoặc ô D17" in finding.message


def test_where_any_cell_may_be_wrong_nothing_is_added() -> None:
    case = march({"D12": 18654321.98}, alone=True)
    assert [finding.code for finding in found(case)] == ["A01"]
    (tangle,) = located(case)
    assert len(tangle.choices) > 2


def test_two_errors_in_one_table_are_both_located() -> None:
    case = march({"D13": 12516386.15, "C17": 3547065.38})
    (tangle,) = located(case)
    assert set(cells(case, tangle.certain)) == {"D13", "C17"}
    assert {finding.cell for finding in found(case, "L01")} == {"D13", "C17"}


def test_wrong_growth_is_no_wrong_level() -> None:
    before = report("2026-01", line("COAL", month=3427.9, ytd=3427.9))
    now = line("COAL", last_month=3427.9, month=3743.8, mom=119.2, ytd=7171.7)
    case = inputs("2026-02", report("2026-02", now), before)
    (tangle,) = located(case)
    assert cells(case, tangle.certain) == ["I8"]
    assert tangle.certain[0].right == pytest.approx(109.216, abs=0.01)
    assert [(finding.code, finding.cell) for finding in found(case)] == [("A08", "I8")]


def test_a_level_that_growth_and_cumulative_both_accuse() -> None:
    now = line("COAL", last_month=3427.9, month=3943.8, mom=109.2, ytd=7171.7, last_ytd=3427.9)
    finding = only(inputs("2026-02", report("2026-02", now)))
    assert (finding.cell, finding.expected) == ("D8", pytest.approx(3743.8))
    assert "Khi đó I8, E8 không phải sửa" in finding.message


@pytest.mark.parametrize("factor", [0.83, 1.37])
def test_an_error_in_any_cell_of_the_table_is_located(factor: float) -> None:
    """Every level of total and parts: the planted cell is always among the suspects, and nearly always alone."""
    clean = march({})
    planted = clean.figures[clean.figures["measure"].isin(["month", "ytd"])]
    alone = 0
    for cell, value in zip(planted["cell"], planted["value"], strict=True):
        case = march({cell: round(value * factor, 2)})
        told = located(case)
        suspected = {name for one in told for name in cells(case, one.certain)}
        doubted = {name for one in told for choice in one.choices for name in cells(case, choice)}
        assert cell in suspected | doubted, cell
        alone += suspected == {cell}
    assert alone >= 0.9 * len(planted)


def test_a_table_too_tangled_is_owned_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "_MOST_CELLS", 3)
    finding = only(march({"D12": 19546476.93}))
    assert finding.severity == Severity.NOTICE
    assert "Chưa định vị được ô sai" in finding.message


def test_a_clean_table_and_nothing_at_all_need_no_search() -> None:
    assert located(march({})) == []
    assert located(inputs("2026-03", report("2026-03"))) == []


def test_proposals_change_no_figure() -> None:
    case = march({"D12": 19546476.93})
    before = case.submitted.copy()
    assert only(case).expected == pytest.approx(18546476.93, abs=0.05)
    pd.testing.assert_frame_equal(case.submitted, before)
    assert case.figures.loc[case.figures["cell"] == "D12", "value"].item() == 19546476.93
