"""The ratio edit of Hidiroglou and Berthelot (1986, Survey Methodology 12), by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctdp_etl.checks.figures import Flags, Numbers, Places
from ctdp_etl.checks.grouped import counted, quantile

SIZE = 0.5
"""U, between 0 and 1: how much the size of a unit tells; the paper and the statistics offices use 0.3 to 0.5."""
FLOOR = 0.05
"""A: the distance to a quartile is at least this share of the median effect, lest units that hardly differ be told."""
WIDTH = 4.0
"""C: how many distances to the quartiles an effect may lie off the median; the paper begins with 4."""


@dataclass(frozen=True, eq=False)
class RatioEdit:
    """What the edit says of each unit: ``ratio`` now to before, ``middle`` of its group, ``effect``, bounds ``low`` and
    ``high``; ``usable`` is how many units of its group were judged.

    Units with a figure that is missing, 0 or negative are ``excluded``: all their numbers but the group's are NaN.
    """

    ratio: Numbers
    middle: Numbers
    effect: Numbers
    low: Numbers
    high: Numbers
    usable: Places
    outlier: Flags
    excluded: Flags


def hidiroglou_berthelot(
    before: Numbers,
    now: Numbers,
    groups: Places,
    *,
    size: float | Numbers = SIZE,
    floor: float = FLOOR,
    width: float | Numbers = WIDTH,
) -> RatioEdit:
    """Return the edit of ``now`` against ``before``; ``groups`` has a code for each unit.

    s = 1 - median/ratio below the median of the ratios, ratio/median - 1 from it on; E = s * max(before, now)^U; the
    bounds lie C * max(distance of the median of E to a quartile, |A * median of E|) from the median of E.
    """
    excluded = ~((before > 0) & (now > 0))
    before, now = np.where(excluded, np.nan, before), np.where(excluded, np.nan, now)
    ratio = now / before
    middle = quantile(ratio, groups, 0.5)
    moved = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect = moved * np.maximum(before, now) ** size
    first, centre, third = (quantile(effect, groups, share) for share in (0.25, 0.5, 0.75))
    least = np.abs(floor * centre)
    low = centre - width * np.maximum(centre - first, least)
    high = centre + width * np.maximum(third - centre, least)
    outlier = (effect < low) | (effect > high)
    return RatioEdit(ratio, middle, effect, low, high, counted(~excluded, groups), outlier, excluded)
