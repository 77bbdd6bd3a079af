"""Quantiles, medians and counts of groups are those of pandas, to the last digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ctdp_etl.checks.grouped import counted, middle_of, quantile


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Numbers in groups of one to some dozen, a fifth of them missing; the last group has none."""
    rng = np.random.default_rng(7)
    values, groups = rng.normal(size=400) * 10.0 ** rng.integers(-3, 6, 400), rng.integers(0, 40, 400)
    values[rng.random(400) < 0.2] = np.nan
    values[groups == 39] = np.nan
    return values, groups


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_quantile_lies_between_its_neighbours(drawn: tuple[np.ndarray, np.ndarray], share: float) -> None:
    values, groups = drawn
    due = pd.Series(values).groupby(groups).quantile(share).reindex(groups)
    np.testing.assert_array_equal(quantile(values, groups, share), due)


def test_the_middle_is_the_median(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    values, groups = drawn
    np.testing.assert_array_equal(middle_of(values, groups), pd.Series(values).groupby(groups).transform("median"))


def test_the_marked_ones_of_a_group_are_counted(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    values, groups = drawn
    due = pd.Series(values).groupby(groups).transform("count")
    np.testing.assert_array_equal(counted(~np.isnan(values), groups), due)


def test_groups_may_be_passed_over_and_nothing_has_no_group() -> None:
    values, groups = np.array([3.0, 1.0]), np.array([4, 4])
    assert quantile(values, groups, 0.5).tolist() == [2.0, 2.0]
    assert middle_of(np.empty(0), np.empty(0, dtype=np.int64)).size == 0
