"""What is known of each sender: how late, how often right at first, how often sent again, how much revised later."""

from __future__ import annotations

import pandas as pd
from pandas import DataFrame

from ctdp_etl.model import INDEX_MEASURES
from ctdp_etl.series.revisions import statistics

REPORT_COLUMNS = ("source", "time_period", "dataflow", "days_late", "is_right", "resends")
"""One report that is due or came: a form of a sender for a month. ``days_late`` is NaN where it did not come.

``is_right`` is 1 where the first file was accepted without an error, 0 where it was not or no file of the sender could
be read that month, NaN where nothing was sent.
"""

SENDER_COLUMNS = (
    *("source", "reports", "missing", "late", "days_late", "first_right", "resends"),
    *("level_n", "level_mean", "level_mar", "level_p", "index_n", "index_mean", "index_mar", "index_p", "turned"),
)
"""Shares are between 0 and 1; levels are revised in per cent, indices in points; ``p`` is that of the mean."""


_TENFOLD, _TENTH = 900.0, -90.0
"""In per cent of what was told first."""


def senders(reports: DataFrame, found: DataFrame) -> DataFrame:
    """Return ``SENDER_COLUMNS`` of each source of ``reports``, with the revisions ``found`` of its figures.

    ``days_late`` is the mean over all reports that came, 0 for one in time; ``first_right`` the share that was right at
    first of those that were sent. ``found`` is what ``revised`` returns; a level that becomes ten times as large or as
    small is a slip of its unit, not a revision, and is left out.
    """
    found = found[~_is_slip(found)]
    came = reports[reports["days_late"].notna()]
    each, told = reports.groupby("source", sort=True), came.groupby("source", sort=True)
    table = DataFrame(
        {
            "reports": told.size(),
            "missing": each["days_late"].agg(lambda days: days.isna().sum()),
            "late": told["days_late"].agg(lambda days: (days > 0).sum()),
            "days_late": told["days_late"].mean(),
            "first_right": each["is_right"].mean(),
            "resends": told["resends"].sum(),
        }
    )
    is_index = found["measure"].isin([str(measure) for measure in INDEX_MEASURES])
    levels, indices = _revisions(found[~is_index], "level"), _revisions(found[is_index], "index")
    turned = indices["turned"] if len(indices) else pd.Series(dtype="float64")
    whole = table.join(levels.drop(columns="turned")).join(indices.drop(columns="turned")).assign(turned=turned)
    counts = ["reports", "missing", "late", "resends", "level_n", "index_n"]
    whole[counts] = whole[counts].fillna(0).astype("int64")
    return whole.rename_axis("source").reset_index()[list(SENDER_COLUMNS)]


def _is_slip(found: DataFrame) -> pd.Series:
    """Tell which levels became ten times as large or as small; one that became nothing is no slip."""
    is_level = ~found["measure"].isin([str(measure) for measure in INDEX_MEASURES])
    return is_level & ((found["size"] >= _TENFOLD) | found["size"].between(-100, _TENTH, inclusive="right"))


def _revisions(found: DataFrame, prefix: str) -> DataFrame:
    """Return n, mean, mar, p and turned of each sender's revisions, the first four under ``prefix``."""
    table = statistics(found, ["source"], "size").set_index("source")[["n", "mean", "mar", "p", "turned"]]
    return table.rename(columns={name: f"{prefix}_{name}" for name in ("n", "mean", "mar", "p")})
