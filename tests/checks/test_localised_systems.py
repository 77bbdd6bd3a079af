"""Localisation beside brute force in exact arithmetic: every subset of cells, by Fourier-Motzkin elimination."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from ctdp_etl.checks import fellegi_holt
from ctdp_etl.checks.fellegi_holt import System, localise

Row = tuple[tuple[Fraction, ...], Fraction]
"""Coefficients and bound: sum of coefficients times unknowns <= bound."""


def system(matrix: list, values: list, **over: object) -> System:
    """Return equalities to nought over ``values``, unless ``over`` says otherwise."""
    edits, cells = np.shape(matrix)
    usual = {
        "values": np.array(values, dtype=float),
        "half": np.zeros(cells),
        "weights": np.ones(cells),
        "lower": np.full(cells, -np.inf),
        "matrix": np.array(matrix, dtype=float),
        "low": np.zeros(edits),
        "high": np.zeros(edits),
        "lifts": np.zeros((edits, cells), dtype=bool),
        "cost": np.full(edits, np.inf),
    }
    return System(**{**usual, **{name: np.asarray(value) for name, value in over.items()}})


def drawn(random: np.random.Generator) -> System:
    """Return a small system: sums, inequalities and ratios, some soft, of values over sixteen powers of ten."""
    cells, edits = int(random.integers(2, 6)), int(random.integers(1, 6))
    matrix = random.choice([-2, -1, 0, 0, 1, 1], (edits, cells))
    scale = 2.0 ** random.integers(-10, 44)
    right = random.integers(0, 9, cells)
    due = matrix @ right
    values = np.where(random.random(cells) < 0.4, random.integers(-9, 99, cells), right)
    allowed = random.choice([0.0, 0.0, 0.5, 2.0], edits)
    open_above = random.random(edits) < 0.25
    contradicted = random.random() < 0.3
    due = due + contradicted * random.integers(-3, 4, edits)
    return system(
        matrix,
        values * scale,
        half=random.choice([0.0, 0.5], cells) * scale,
        weights=random.choice([1.0, 1.0, 1.5, 2.0], cells),
        lower=np.where(random.random(cells) < 0.5, 0.0, -np.inf),
        low=(due - allowed) * scale,
        high=np.where(open_above, np.inf, (due + allowed) * scale),
        lifts=(random.random((edits, cells)) < 0.08) & (matrix == 0),
        cost=np.where(random.random(edits) < 0.2, 0.75, np.inf),
    )


def solvable(rows: list[Row]) -> bool:
    """Say whether the inequalities have a solution: unknowns are eliminated one after the other."""
    while rows and rows[0][0]:
        above = [row for row in rows if row[0][-1] > 0]
        below = [row for row in rows if row[0][-1] < 0]
        rest = {(row[0][:-1], row[1]) for row in rows if row[0][-1] == 0}
        for (one, first), (other, second) in itertools.product(above, below):
            up, down = 1 / one[-1], -1 / other[-1]
            joined = tuple(a * up + b * down for a, b in zip(one[:-1], other[:-1], strict=True))
            rest.add((joined, first * up + second * down))
        rows = list(rest)
    return all(bound >= 0 for _, bound in rows)


def holds(given: System, free: tuple[int, ...], broken: tuple[int, ...]) -> bool:
    """Say whether the cells that are ``free`` have values with which all edits but the ``broken`` hold."""
    values, half = ([Fraction(float(value)) for value in column] for column in (given.values, given.half))
    rows: list[Row] = []
    for edit, coefficients in enumerate(given.matrix):
        if edit in broken or given.lifts[edit, list(free)].any():
            continue
        terms = [Fraction(float(value)) for value in coefficients]
        fixed = sum((terms[j] * values[j] for j in range(len(values)) if j not in free), Fraction(0))
        slack = sum((abs(term) * part for term, part in zip(terms, half, strict=True)), Fraction(0))
        move = tuple(terms[j] for j in free)
        if np.isfinite(given.high[edit]):
            rows.append((move, Fraction(float(given.high[edit])) + slack - fixed))
        rows.append((tuple(-term for term in move), fixed + slack - Fraction(float(given.low[edit]))))
    for at, cell in enumerate(free):
        if np.isfinite(given.lower[cell]):
            unit = tuple(Fraction(-1 if other == at else 0) for other in range(len(free)))
            rows.append((unit, -Fraction(float(given.lower[cell]))))
    return solvable(rows)


def by_brute_force(given: System) -> tuple[float, set[tuple[int, ...]]]:
    """Return the least weight and the sets of cells that have it; nothing where no set will do.

    A set that holds another one (and breaks a soft edit less) is no answer of its own.
    """
    cells, soft = range(len(given.values)), np.flatnonzero(np.isfinite(given.cost)).tolist()
    choices = [
        (float(given.weights[list(free)].sum() + given.cost[list(broken)].sum()), free, broken)
        for size in range(len(cells) + 1)
        for free in itertools.combinations(cells, size)
        for count in range(len(soft) + 1)
        for broken in itertools.combinations(soft, count)
    ]
    best, found = np.inf, set()
    for weight, free, broken in sorted(choices):
        if weight > best + 1e-9:
            break
        if holds(given, free, broken):
            best = weight
            found.add(free)
    return best, {cells for cells in found if not any(set(other) < set(cells) for other in found)}


def misfit(given: System, cells: tuple[int, ...], broken: tuple[int, ...], values: np.ndarray) -> float:
    """Return by what share of the largest value the edits that must hold do not, with ``values`` in the cells."""
    held = ~given.lifts[:, list(cells)].any(axis=1)
    held[list(broken)] = False
    matrix, slack = given.matrix[held], np.abs(given.matrix[held]) @ given.half
    left = np.maximum(given.low[held] - slack - matrix @ values, matrix @ values - given.high[held] - slack)
    size = max(np.abs(values).max(), np.abs(given.values).max(), 1e-9)
    return float(max(left.max(initial=0.0), (given.lower - values)[list(cells)].max(initial=0.0)) / size)


def test_a_thousand_small_systems_are_localised_as_brute_force_does() -> None:
    random = np.random.default_rng(1976)
    contradictory = several = 0
    for number in range(1000):
        given = drawn(random)
        weight, sets = by_brute_force(given)
        found = localise(given, most=200)
        assert found.complete, number
        assert {one.cells for one in found.solutions} == sets, number
        for one in found.solutions:
            assert one.weight == pytest.approx(weight)
            assert misfit(given, one.cells, one.broken, one.values) < 1e-9, number
            assert (one.values == given.values)[[at for at in range(len(given.values)) if at not in one.cells]].all()
        contradictory += not sets
        several += len(sets) > 1
    assert contradictory > 30
    assert several > 100


def only(given: System) -> tuple[int, ...]:
    """Return the cells of the one cheapest solution."""
    (solution,) = localise(given).solutions
    return solution.cells


def test_cells_that_hold_change_nothing() -> None:
    (solution,) = localise(system([[1, -1, -1]], [10, 6, 4])).solutions
    assert (solution.cells, solution.weight) == ((), 0.0)


def test_the_cell_in_both_broken_edits_is_the_one() -> None:
    """The cumulative stands in the roll-forward and in the sum of its column."""
    both = system([[1, -1, 0, 0], [1, 0, -1, -1]], [130.0, 100.0, 60.0, 40.0])
    (solution,) = localise(both).solutions
    assert solution.cells == (0,)
    assert solution.values[0] == pytest.approx(100.0)


@pytest.mark.parametrize("large", [1e7, 1e10, 1e13])
def test_size_does_not_hide_the_error(large: float) -> None:
    """profit = turnover - cost, cost >= 0.6 turnover, turnover >= 0: large values mislead where bounds are guessed."""
    matrix = [[1, -1, 1], [0, -0.6, 1], [0, 1, 0]]
    given = system(matrix, [large, 300.0, 200.0], high=[0.0, np.inf, np.inf])
    assert only(given) == (0,)
    (solution,) = localise(given).solutions
    assert solution.values[0] == pytest.approx(100.0)


def test_a_thousandth_beside_ten_million_millions_is_told() -> None:
    """Two sums share a cell; the small one is off by one hundredth of a thousandth."""
    values = [9.5e12, 4e12, 5.5e12, 0.00301, 0.001, 0.002]
    given = system([[1, -1, -1, 0, 0, 0], [0, 0, 0, 1, -1, -1]], values, half=[0.5, 0.5, 0.5, 5e-9, 5e-9, 5e-9])
    assert {one.cells for one in localise(given).solutions} == {(3,), (4,), (5,)}


def test_the_less_reliable_cell_is_changed_first() -> None:
    assert only(system([[1, -1, -1]], [11, 6, 4], weights=[1.0, 0.9, 1.0])) == (1,)


def test_a_negative_level_is_no_way_out() -> None:
    assert only(system([[1, -1, -1]], [3, 6, 1], lower=[0.0, 0.0, 0.0], weights=[3.0, 1.0, 1.0])) == (1,)


def test_a_changed_growth_lifts_its_edit() -> None:
    """mom = 120 between 100 and 150, while the sum of the month holds: it is the growth."""
    matrix = [[0, 1, -1.2], [0, 1, -1]]
    lifts = [[True, False, False], [False, False, False]]
    assert only(system(matrix, [120, 150, 100], low=[0, 50], high=[0, 50], lifts=lifts)) == (0,)


def test_an_edit_that_may_be_broken_decides_between_cells() -> None:
    usual = system([[1, -1], [0, 1]], [300, 100], low=[0, 80], high=[0, 120], cost=[np.inf, 0.3])
    assert only(usual) == (0,)


def test_contradictory_edits_have_no_solution() -> None:
    found = localise(system([[1, 0], [1, 0]], [5, 1], low=[1, 2], high=[1, 2]))
    assert found.solutions == ()
    assert found.complete


def test_more_solutions_than_asked_for_are_owned_up_to() -> None:
    found = localise(system([[1] + [-1] * 9], [90] + [1] * 9), most=4)
    assert len(found.solutions) == 4
    assert not found.complete


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    several_rounds = system([[1, -1, -1], [0, 1, 1]], [9, 1, 1], low=[0, 5], high=[0, 5])
    assert len(localise(several_rounds).solutions) == 2
    monkeypatch.setattr(fellegi_holt, "MOST_WORK", 1)
    given_up = localise(several_rounds)
    assert (given_up.solutions, given_up.complete) == ((), False)


def test_a_table_with_several_errors_is_solved() -> None:
    """Sixty cells, twenty sums by row and three by column, four cells wrong."""
    right = np.random.default_rng(5).integers(100, 999, (20, 2)).astype(float)
    table = np.column_stack([right.sum(axis=1), right])
    table[[2, 7, 11, 18], [0, 1, 2, 1]] += [1000.0, 333.0, 71.0, 555.0]
    cells = np.arange(60).reshape(20, 3)
    matrix = np.zeros((23, 60))
    for row in range(20):
        matrix[row, cells[row]] = 1, -1, -1
    for column in range(3):
        matrix[20 + column, cells[:, column]] = 1
    totals = np.concatenate([np.zeros(20), [right.sum(), right[:, 0].sum(), right[:, 1].sum()]])
    (solution,) = localise(system(matrix, table.ravel().tolist(), low=totals, high=totals, half=[0.5] * 60)).solutions
    assert solution.cells == tuple(cells[[2, 7, 11, 18], [0, 1, 2, 1]].tolist())
