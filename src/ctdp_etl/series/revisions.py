"""How much figures were revised: size, bias and changes of sign (OECD/Eurostat; McKenzie and Gamba, 2008)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from ctdp_etl.model import INDEX_MEASURES, KEY, LEVEL_MEASURES
from ctdp_etl.series.vintages import SERIES, aligned

FEWEST = 8
"""Below this number of months nothing is said about bias: the test would find nothing or anything."""

_INDICES = [str(measure) for measure in INDEX_MEASURES]
_LEVELS = [str(measure) for measure in LEVEL_MEASURES]
_MAX_LAG = 12


def revised(released: DataFrame) -> DataFrame:
    """Return the figures that were released at least twice, one row each: ``first``, ``latest``, ``revision``.

    ``revision`` is latest less first, in the unit; ``size`` is that in per cent of the first value for levels, in
    points for indices and other ratios. ``base`` is what a revision is held against: the latest value, for an index
    the latest growth. ``turned`` says whether an index changed from growth to fall or back, NaN where it is none.
    """
    alike = aligned(released)
    told = alike[alike["key"].duplicated(keep=False)]
    both = told[~told["key"].duplicated()].reset_index(drop=True)
    latest = told[~told["key"].duplicated(keep="last")][["value", "release"]].reset_index(drop=True)
    both = both.assign(value_latest=latest["value"], release_latest=latest["release"])
    both = both[both["value"].notna() & both["value_latest"].notna()]
    old, new = both["value"], both["value_latest"]
    index, level = both["measure"].isin(_INDICES), both["measure"].isin(_LEVELS)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = pd.Series(np.where(old != 0, (new - old) / old.abs() * 100, np.nan), index=both.index)
    turned = (np.sign(old - 100) != np.sign(new - 100)).astype(float).where(index)
    found = both.assign(
        first=old,
        latest=new,
        first_release=both["release"],
        latest_release=both["release_latest"],
        revision=new - old,
        size=relative.where(level, new - old),
        base=new.where(~index, new - 100),
        turned=turned,
    )
    columns = ["first", "latest", "first_release", "latest_release", "revision", "size", "base", "turned"]
    return found[[*KEY, "label", "unit", "unit_mult", *columns]].reset_index(drop=True)


def statistics(found: DataFrame, by: Sequence[str] = SERIES, of: str = "revision") -> DataFrame:
    """Return the statistics of the revisions ``of`` (``revision`` or ``size``) of each group ``by``.

    n: how many; changed: share that changed at all; mean: mean revision (bias); mar: mean absolute revision; rmar: the
    sum of absolute revisions over that of ``base``; sd: standard deviation; turned: share of changes of sign. t and p
    test the mean of the months' mean revisions against zero with Newey and West's standard error (Bartlett, lag
    4(n/100)^(2/9)); NaN for fewer than ``FEWEST`` months. Shares are between 0 and 1.
    """
    groups = list(by)
    told = found.assign(r=found[of], size_of=found[of].abs(), moved=found[of] != 0, base_size=found["base"].abs())
    told = told[told["r"].notna()]
    grouped = told.groupby(groups, sort=True)
    table = DataFrame(
        {
            "n": grouped.size(),
            "changed": grouped["moved"].mean(),
            "mean": grouped["r"].mean(),
            "mar": grouped["size_of"].mean(),
            "rmar": _over(grouped["size_of"].sum(), grouped["base_size"].sum()),
            "sd": grouped["r"].std(),
            "turned": grouped["turned"].mean(),
        }
    )
    return table.join(_bias(told, groups)).reset_index()


def _bias(told: DataFrame, groups: list[str]) -> DataFrame:
    """Return t and p of the mean revision of each group, over months."""
    from scipy.special import stdtr

    months = told.groupby([*groups, "time_period"], sort=True)["r"].mean().reset_index()
    code = months.groupby(groups, sort=True).ngroup()
    n, mean = months.groupby(code)["r"].size(), months.groupby(code)["r"].mean()
    error = months["r"] - code.map(mean)
    spread = _long_run(error, code, n)
    enough = (n >= FEWEST) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (mean / np.sqrt(spread / (n * (n - 1)))).where(enough)
    p = Series(2 * stdtr(n - 1, -t.abs()), index=t.index)
    keys = months.drop_duplicates(groups)[groups].reset_index(drop=True)
    return keys.assign(months=n.to_numpy(), t=t.to_numpy(), p=p.to_numpy()).set_index(groups)


def _long_run(error: Series, code: Series, n: Series) -> Series:
    """Return the sum of squares of each group's errors with their Bartlett-weighted autocovariances."""
    lags = np.floor(4 * (n / 100) ** (2 / 9)).clip(upper=_MAX_LAG)
    total = (error**2).groupby(code).sum()
    for lag in range(1, int(lags.max() if len(lags) else 0) + 1):
        weight = (1 - lag / (lags + 1)).clip(lower=0)
        product = error * error.groupby(code).shift(lag)
        total = total + 2 * weight * product.groupby(code).sum()
    return total


def _over(above: Series, below: Series) -> Series:
    return above / below.where(below > 0)
