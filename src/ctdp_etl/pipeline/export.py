"""Data out: the current values about one period, and nothing of the run that stored them (GSBPM 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pandas import DataFrame
from sqlalchemy import Connection

from ctdp_etl.period import Period
from ctdp_etl.pipeline.tabular import as_parquet, as_sheet, comma_separated, writer_of
from ctdp_etl.warehouse.decisions import applicable, corrections, is_corrected
from ctdp_etl.warehouse.read import current_observations

COLUMNS = (
    *("source", "dataflow", "form", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status"),
    *("value", "text", "unit", "unit_mult", "qualifier", "reported_form", "vintage", "simulated"),
    *("sha256", "sheet", "cell", "raw", "corrected"),
)
"""What an export says of each value; (sha256, sheet, cell) leads to the archived workbook.

Where ``corrected``, ``value`` is that of a decision, and ``raw`` what the workbook says.
"""

AGENCY = "CTDP"
STRUCTURE_VERSION = "1.0.0"
NOT_APPLICABLE = "_Z"
"""SDMX's code for a dimension that does not apply: the item of what is no register."""

_ATTRIBUTES = {
    "text": "OBS_TEXT",
    "simulated": "SIMULATED",
    "corrected": "CORRECTED",
    "origin": "ORIGIN",
    "members": "MEMBERS",
    "note": "COMMENT_OBS",
}


def export(
    conn: Connection, period: Period | str, fmt: str, dataflow: str | None = None, as_of: str | None = None
) -> bytes:
    """Return the current values whose time_period is ``period``, of one dataflow or of all, as a file.

    They are those that were known at the instant ``as_of`` (None: now). ``fmt`` is a key of ``FORMATS``. Warehouses
    that were sent the same give the same bytes. Raise ``CtdpError`` for a format that is not known. ``conn`` is one of
    ``reading``.
    """
    write = writer_of(fmt, FORMATS)
    dataflows = [dataflow] if dataflow else None
    about = str(period)
    limits = {"vintage_to": None, "as_of": as_of}
    found = current_observations(conn, **limits, dataflows=dataflows, time_from=about, time_to=about)
    found = found[found["time_period"] == about]
    corrected = is_corrected(found, applicable(corrections(conn, as_of=as_of)))
    return write(found.assign(corrected=corrected)[list(COLUMNS)])


def _sdmx_csv(values: DataFrame) -> bytes:
    """Write SDMX-CSV 2.0: each row names its structure; the action is I, information."""
    times = [_sdmx_time(period) for period in values["time_period"]]
    columns = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": [f"{AGENCY}:{flow}({STRUCTURE_VERSION})" for flow in values["dataflow"]],
        "ACTION": "I",
        "REF_AREA": values["ref_area"],
        "INDICATOR": values["indicator"],
        "ITEM": values["item"].where(values["item"] != "", NOT_APPLICABLE),
        "MEASURE": values["measure"],
        "SOURCE": values["source"],
        "FREQ": [freq for freq, _ in times],
        "TIME_PERIOD": [period for _, period in times],
        "OBS_VALUE": values["value"],
        "OBS_STATUS": values["obs_status"],
        "UNIT_MEASURE": values["unit"],
        "UNIT_MULT": values["unit_mult"],
    }
    attributes = {attribute: values[name] for name, attribute in _ATTRIBUTES.items() if name in values}
    return comma_separated(DataFrame(columns | attributes, index=values.index))


def _sdmx_time(period: str) -> tuple[str, str]:
    """Return frequency and period as SDMX writes them: M and 2026-M10, Q and 2026-Q3, S and 2026-S1, A and 2026."""
    if len(period) == len("2026"):
        return "A", period
    if period[5] in "QS":
        return period[5], period
    return "M", f"{period[:5]}M{period[5:]}"


FORMATS: Mapping[str, Callable[[DataFrame], bytes]] = {
    "csv": comma_separated,
    "xlsx": as_sheet,
    "parquet": as_parquet,
    "sdmx-csv": _sdmx_csv,
}
"""The formats of an export by name."""
