"""The call list of a period: open findings by their influence on the country's total, and whom to phone."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from ctdp_etl.checks.ranking import call_list
from ctdp_etl.model import LEVEL_MEASURES
from ctdp_etl.period import Period
from ctdp_etl.pipeline.check import findings
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.read import current_observations

_SAID = (
    *("source", "dataflow", "ref_area", "indicator", "label", "time_period", "measure", "sheet", "cell", "observed"),
    *("expected", "influence", "remaining", "first", "severity", "code", "id", "message"),
)


def calls(site: Site, period: Period, *, as_of: str | None = None) -> tuple[list[dict[str, Any]], int]:
    """Return the calls as JSON objects, the most influential first, and how many open findings have no influence.

    ``influence`` and ``remaining`` are shares of one; ``name`` and ``contacts`` are those of the registered sender.
    """
    still_open = [one for one in findings(site, period, as_of=as_of) if one["decision"] is None]
    if not still_open:
        return [], 0
    with reading(site.engine) as connection:
        figures = current_observations(
            connection,
            vintage_to=str(period),
            as_of=as_of,
            measures=sorted(LEVEL_MEASURES),
            periods=[str(period), str(period.previous), str(period.year)],
        )
    ranked = call_list(pd.DataFrame(still_open), figures)
    rows = cast(list[dict[str, Any]], ranked[list(_SAID)].to_dict("records"))
    unranked = sum(one["expected"] is None or one["observed"] is None for one in still_open)
    return [_with_sender(site, row) for row in rows], unranked


def _with_sender(site: Site, row: dict[str, Any]) -> dict[str, Any]:
    sender = site.registered(row["source"])
    name, contacts = (sender.name, list(sender.contacts)) if sender else (row["source"], [])
    return {"name": name, "contacts": contacts, **row}
