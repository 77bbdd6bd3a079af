"""A consistent month breaks no rule, whatever its levels, rounding and columns; and all rules can be kept at once."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mutation_economy import HANDS, Hand, Levels
from mutation_forms import Rows, national, provincial
from mutation_months import Office, departments, simulated, statistics_office
from scipy.optimize import linprog

from ctdp_etl.catalog import Dataflow, load_catalog
from ctdp_etl.checks import CheckInput, run_checks
from ctdp_etl.checks.edits import firm_edits, sums_off
from ctdp_etl.checks.evidence import dues
from ctdp_etl.model import Finding
from ctdp_etl.period import Period

TABLES = {rows.form: rows for rows in (*provincial(), *national())}
_START, _MONTHS = Period(2022, 1, "M"), 48
_FULL = Hand(None, None)


class Consistent(NamedTuple):
    """What makes a month of one table: its columns, the logarithm of its levels, how they swing and are restated."""

    form: str
    columns: frozenset[str]
    period: str
    size: float
    swing: float
    restated: float
    hand: Hand
    seed: int

    def month(self) -> CheckInput:
        """Return the month with a year of history."""
        rows = replace(TABLES[self.form], roles=tuple(one for one in TABLES[self.form].roles if one in self.columns))
        levels = drawn(np.random.default_rng(self.seed), rows, 10.0**self.size, self.swing, self.restated)
        return simulated(self.period, (Office("SCT_VN34_01", "VN34_01", ((rows, levels),), self.hand),))


@st.composite
def consistent(draw: st.DrawFn) -> Consistent:
    """Draw a table with any of its columns, levels of any size that swing, restatements and any rounding."""
    form = draw(st.sampled_from(sorted(TABLES)))
    columns = st.frozensets(st.sampled_from(TABLES[form].roles), min_size=2)
    return Consistent(
        form,
        draw(columns.filter(lambda chosen: bool(chosen & {"month", "yoy"}))),
        str(Period(2025, draw(st.integers(1, 12)), "M")),
        draw(st.floats(-1, 7)),
        draw(st.floats(0.02, 0.5)),
        draw(st.floats(0, 0.1)),
        draw(st.sampled_from(HANDS)),
        draw(st.integers(0, 10_000)),
    )


def drawn(rng: np.random.Generator, rows: Rows, size: float, swing: float, restated: float) -> Levels:
    """Return levels of four years; every month is restated once, by ``restated`` in the middle."""
    shape = rows.sums.shape[1], _MONTHS
    final = size * np.exp(rng.normal(0, 1.5, (shape[0], 1)) + swing * rng.standard_normal(shape))
    estimate = final * np.exp(restated * np.clip(rng.standard_normal(shape), -2, 2))
    plans = {year: rows.sums @ (final[:, :12].sum(axis=1) * 1.1) for year in (2023, 2024, 2025)}
    return Levels(_START, *(rows.sums @ values for values in (estimate, final, final, final)), plans)


def wrong(month: CheckInput) -> list[Finding]:
    """Return the errors of a month."""
    return [one for one in run_checks(month) if one.severity == "error"]


@given(made=consistent())
@settings(max_examples=15, deadline=None, derandomize=True, phases=(Phase.generate,))
def test_a_consistent_month_has_no_error(made: Consistent) -> None:
    assert not wrong(made.month())


@pytest.fixture(scope="module", params=["2026-01", "2025-09"])
def whole(request: pytest.FixtureRequest) -> CheckInput:
    """All tables of a province and of the country, in full doubles, with nothing restated but the month before."""
    offices = (departments(5, 1)[0], statistics_office(5))
    return simulated(request.param, tuple(replace(office, hand=_FULL, tables=calm(office)) for office in offices))


def calm(office: Office) -> tuple[tuple[Rows, Levels], ...]:
    """Return the tables of an office whose official figures stay as they are."""
    return tuple((rows, replace(levels, official=levels.final, base=levels.final)) for rows, levels in office.tables)


def test_a_month_that_keeps_every_rule_exists(whole: CheckInput) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        edits = list(firm_edits(whole, whole.sound_rows))
        broken = {edit.identity for edit in edits if edit.broken(whole.sound_rows).any()}
    assert len(whole.sound_rows.places) > 300
    assert len(whole.sums.totals) > 20
    assert not broken
    assert not sums_off(whole, whole.sums)[2].any()


def test_no_two_rules_want_different_numbers_of_one_cell(whole: CheckInput) -> None:
    rows = whole.sound_rows
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = [due for due in dues(rows) if np.isfinite(due.slack)]
    assert {due.identity for due in wanted} >= {"restated roll", "mom", "plan", "bases"}
    for role in {due.role for due in wanted}:
        mine = [due for due in wanted if due.role == role]
        low = np.fmax.reduce([due.value - due.allowed for due in mine])
        high = np.fmin.reduce([due.value + due.allowed for due in mine])
        assert not (low > high * (1 + 1e-9)).any(), role


@pytest.mark.parametrize(
    "flow", [flow for flow in load_catalog().dataflows.values() if flow.additive], ids=lambda flow: flow.code
)
def test_totals_and_parts_of_a_form_can_all_be_positive(flow: Dataflow) -> None:
    """The sums of a form contradict each other where only noughts keep them all."""
    names = sorted({name for one in flow.additive for name in (one.total, *one.parts)})
    sums = [[(name == one.total) - float(name in one.parts) for name in names] for one in flow.additive]
    assert linprog(np.ones(len(names)), A_eq=sums, b_eq=np.zeros(len(sums)), bounds=(1, None)).success
