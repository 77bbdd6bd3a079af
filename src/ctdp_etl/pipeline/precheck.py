"""Read and check a workbook before it is sent; nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Engine

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks import FORM_COLUMNS, CheckInput, run_checks
from ctdp_etl.model import KEY, OBSERVATION_COLUMNS, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.pipeline.check import known_before
from ctdp_etl.pipeline.feedback import marked, stored_name
from ctdp_etl.pipeline.muted import muted
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.read import Sender, finding_documents, read_file, reported_month
from ctdp_etl.warehouse.engine import reading as opened
from ctdp_etl.warehouse.frames import frame
from ctdp_etl.warehouse.read import WAREHOUSE_COLUMNS, submission_forms, submitted_observations

UNSENT = "unsent"


def precheck(
    path: Path, given: Sender, catalog: Catalog, warehouse: Engine | None, *, now: str, out: Path | None = None
) -> dict[str, Any]:
    """Return the findings of reading and checking a file: those that ``check`` would have of its sender after sending.

    With a ``warehouse`` the file is judged beside its history and what the others have sent; without one, alone. Where
    there are any, the marked workbook is written into the folder ``out`` under a name of its own.
    """
    sha256, sender, reading = read_file(path, given, catalog)
    period = Period.parse(sender.period or reported_month(reading) or now[:7]).last_month
    found = [*reading.findings]
    if reading.observations:
        inputs = _inputs(path, sha256, sender, reading, period, catalog, warehouse, now)
        with muted():
            judged = run_checks(inputs)
        found += [one for one in judged if one.source in {sender.source, ""}]
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
    tables = [
        (UNSENT, sender.source, one.ref_area, one.dataflow, one.form, one.sheet, one.time_period, path.name, sha256)
        for one in reading.forms
    ]
    alone = CheckInput(
        period=str(period),
        submitted=frame(rows, WAREHOUSE_COLUMNS),
        previous=frame([], WAREHOUSE_COLUMNS),
        forms=frame(tables, FORM_COLUMNS),
        catalog=catalog,
    )
    return alone if warehouse is None else _among_others(alone, warehouse, period)


def _among_others(alone: CheckInput, warehouse: Engine, period: Period) -> CheckInput:
    """Return the input as it will be once the file is sent: its tables replace those its sender sent before."""
    with opened(warehouse) as connection:
        standing, forms = submitted_observations(connection, str(period)), submission_forms(connection, str(period))
        previous = known_before(connection, period, alone.catalog)
    place = ["source", "ref_area", "form"]
    again = forms.merge(alone.forms[place].drop_duplicates(), on=place)
    old = _marked(standing, again)
    keys = pd.MultiIndex.from_frame(alone.submitted[list(KEY)])
    gone = standing[old & ~pd.MultiIndex.from_frame(standing[list(KEY)]).isin(keys)]
    return replace(
        alone,
        submitted=pd.concat([standing[~old], alone.submitted], ignore_index=True),
        previous=previous,
        forms=pd.concat([forms.loc[~_marked(forms, again), list(FORM_COLUMNS)], alone.forms], ignore_index=True),
        withdrawn=gone.reset_index(drop=True),
    )


def _marked(rows: pd.DataFrame, tables: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows stand in one of the tables."""
    names = ["submission_id", "form"]
    return np.asarray(pd.MultiIndex.from_frame(rows[names]).isin(pd.MultiIndex.from_frame(tables[names])))
