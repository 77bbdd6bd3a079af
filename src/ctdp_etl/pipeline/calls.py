"""The call list of a period: open findings by their influence on the total of the country or a region."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from ctdp_etl.catalog.labels import label_key
from ctdp_etl.checks.ranking import call_list
from ctdp_etl.errors import CtdpError
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


def calls(
    site: Site, period: Period, *, region: str = "", as_of: str | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return the calls as JSON objects, the most influential first, and how many open findings have no influence.

    With a ``region`` (its code or name) these are its areas' findings by their influence on its total. ``influence``
    and ``remaining`` are shares of one; ``name`` and ``contacts`` are those of the registered sender.
    """
    areas = _areas_of(site, period, region) if region else None
    still_open = [one for one in findings(site, period, as_of=as_of) if one["decision"] is None]
    if areas:
        still_open = [one for one in still_open if one["ref_area"] in areas]
    if not still_open:
        return [], 0
    with reading(site.engine) as connection:
        figures = current_observations(
            connection,
            vintage_to=str(period),
            as_of=as_of,
            measures=sorted(LEVEL_MEASURES),
            periods=[str(period), str(period.previous), str(period.year)],
            areas=areas,
        )
    ranked = call_list(pd.DataFrame(still_open), figures)
    rows = cast(list[dict[str, Any]], ranked[list(_SAID)].to_dict("records"))
    unranked = sum(one["expected"] is None or one["observed"] is None for one in still_open)
    return [_with_sender(site, row) for row in rows], unranked


def _areas_of(site: Site, period: Period, region: str) -> list[str]:
    """Return the areas of the region in the month; raise ``CtdpError`` where it has no such region."""
    areas, names = site.catalog.areas.at(str(period)), site.catalog.regions
    found = [
        area.code
        for area in areas
        if label_key(region) in (label_key(area.region), label_key(names.get((area.code_list, area.region), "")))
    ]
    if not found:
        known = sorted({f"{one.region} ({names[one.code_list, one.region]})" for one in areas if one.region})
        raise CtdpError(f"Không có vùng {region} trong kỳ {period}. Các vùng: {', '.join(known)}.")
    return found


def _with_sender(site: Site, row: dict[str, Any]) -> dict[str, Any]:
    sender = site.registered(row["source"])
    name, contacts = (sender.name, list(sender.contacts)) if sender else (row["source"], [])
    return {"name": name, "contacts": contacts, **row}
