"""Read and check a workbook before it is sent; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks import CheckInput, run_checks
from ctdp_etl.model import OBSERVATION_COLUMNS, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.pipeline.check import known_before
from ctdp_etl.pipeline.feedback import marked, stored_name
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.read import Sender, finding_documents, read_file, reported_month
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.frames import frame
from ctdp_etl.warehouse.read import WAREHOUSE_COLUMNS

_FORM_COLUMNS = (
    *("submission_id", "source", "ref_area", "dataflow", "form", "sheet", "time_period"),
    *("file_name", "sha256"),
)
UNSENT = "unsent"


def precheck(
    path: Path, given: Sender, catalog: Catalog, warehouse: Engine | None, *, now: str, out: Path | None = None
) -> dict[str, Any]:
    """Return the findings of reading and checking a file, with the history that ``warehouse`` knows if there is one.

    Where there are any, the marked workbook is written into the folder ``out`` under a name of its own.
    """
    sha256, sender, reading = read_file(path, given, catalog)
    period = Period.parse(sender.period or reported_month(reading) or now[:7]).last_month
    found = [*reading.findings]
    if reading.observations:
        found += run_checks(_inputs(path, sha256, sender, reading, period, catalog, warehouse, now))
    documents = finding_documents(found)
    target = out / stored_name(path.name, sha256) if out and documents else None
    if target is not None:
        written = {(one.sheet, one.cell): one.raw for one in reading.observations}
        write_whole(target, marked(path.read_bytes(), path.name, documents, written, catalog))
    return {
        "file": path.name,
        "sha256": sha256,
        "source": sender.source,
        "ref_area": sender.area,
        "period": str(period),
        "findings": documents,
        "annotated": str(target or ""),
    }


def _inputs(
    path: Path,
    sha256: str,
    sender: Sender,
    reading: WorkbookReading,
    period: Period,
    catalog: Catalog,
    warehouse: Engine | None,
    now: str,
) -> CheckInput:
    submission = (UNSENT, sha256, path.name, str(period), now, False)
    rows = [(*(getattr(one, name) for name in OBSERVATION_COLUMNS), *submission) for one in reading.observations]
    submitted = frame(rows, WAREHOUSE_COLUMNS)
    forms = [
        (UNSENT, sender.source, one.ref_area, one.dataflow, one.form, one.sheet, one.time_period, path.name, sha256)
        for one in reading.forms
    ]
    return CheckInput(
        period=str(period),
        submitted=submitted,
        previous=_known(warehouse, period, sender.source),
        forms=frame(forms, _FORM_COLUMNS),
        catalog=catalog,
    )


def _known(warehouse: Engine | None, period: Period, source: str) -> pd.DataFrame:
    if warehouse is None:
        return frame([], WAREHOUSE_COLUMNS)
    with reading(warehouse) as connection:
        return known_before(connection, period, [source])
