"""Step: the checks of a period, recorded; the findings in force (GSBPM 5.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, cast

import pandas as pd
from sqlalchemy import Connection

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks import CHECKS, HISTORY_MONTHS, CheckInput, run_checks
from ctdp_etl.model import LEVEL_MEASURES, CellRef, Finding, Measure, Receipt, Scope, Severity
from ctdp_etl.period import Period
from ctdp_etl.pipeline import collector
from ctdp_etl.pipeline.calendar import local_month
from ctdp_etl.pipeline.decided import as_decided, document, today
from ctdp_etl.pipeline.geography import with_old_units
from ctdp_etl.pipeline.lapsed import lapsed
from ctdp_etl.pipeline.muted import muted
from ctdp_etl.pipeline.read import finding_documents, gravest_first
from ctdp_etl.pipeline.receipts import FAILED, filed_month, known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.decisions import corrections, decisions
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.findings import findings as stored_findings
from ctdp_etl.warehouse.findings import record_findings
from ctdp_etl.warehouse.read import (
    current,
    standing_observations,
    submission_forms,
    submissions,
    submitted_observations,
    withdrawn_rows,
)

_FIELDS = tuple(field.name for field in fields(Finding))


@collector.held()
def check(site: Site, period: Period, *, latest: bool = False) -> list[dict[str, Any]]:
    """Run the checks of ``period`` and return its findings in force as JSON objects, those of reading among them.

    The checks see the reports of periods up to this one, and are recorded; with ``latest`` nothing is recorded.
    """
    inputs = _inputs(site, period)
    with muted():
        judged = run_checks(inputs)
    found = [*judged, *_about_refused(site, period), *_lapsed(site, inputs)]
    if not latest:
        record_findings(site.engine, str(period), found, site.settings.now())
        return findings(site, period)
    known = findings(site, period)
    read = [as_finding(one) for one in known if one["code"] not in CHECKS]
    return gravest_first(as_decided(finding_documents([*found, *read]), known))


def findings(site: Site, period: Period, *, as_of: str | None = None) -> list[dict[str, Any]]:
    """Return the findings of ``period`` in force, as they were last recorded, as JSON objects, the gravest first.

    ``decision`` is what holds about a finding; it is None where the finding is open. All of it as it was known, and
    held, at the instant ``as_of`` (None: now).
    """
    with reading(site.engine) as connection:
        frame = stored_findings(connection, str(period), today=today(site, as_of), as_of=as_of)
    rows = cast(list[dict[str, Any]], frame.astype(object).where(frame.notna(), None).to_dict("records"))
    return gravest_first(
        {**row, "cells": [asdict(cell) for cell in row["cells"]], "decision": document(row["decision"])} for row in rows
    )


def as_finding(document: dict[str, Any]) -> Finding:
    """Return the finding that a JSON object says."""
    cells = tuple(CellRef(**cell) for cell in document["cells"])
    return Finding(**{name: document[name] for name in _FIELDS} | {"cells": cells})


def counts(documents: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return the number of open findings by severity."""
    found = Counter(one["severity"] for one in documents if one["decision"] is None)
    return {str(severity): found[severity] for severity in Severity}


def is_blocked(documents: Iterable[dict[str, Any]]) -> bool:
    """Say whether an error is open among the findings."""
    return counts(documents)[Severity.ERROR] > 0


def known_before(conn: Connection, period: Period, catalog: Catalog) -> pd.DataFrame:
    """Return what the checks compare a month with, as it was known before.

    These are all figures of the month before, the levels of the months that ``HISTORY_MONTHS`` counts back, and the
    growth over the previous month of a year ago; of areas merged since then, the sums of the old ones.
    """
    before = str(period.previous)
    growth = sorted(set(Measure) - LEVEL_MEASURES)
    chosen: tuple[dict[str, Any], ...] = (
        {"time_from": str(period.shift(-HISTORY_MONTHS)), "measures": sorted(LEVEL_MEASURES)},
        {"periods": [before], "measures": growth},
        {"periods": [str(period.year_ago)], "measures": [Measure.MOM]},
    )
    found = [standing_observations(conn, vintage_to=before, **one) for one in chosen]
    known = current(pd.concat([one for one in found if len(one)] or found[:1], ignore_index=True))
    return with_old_units(known, period, catalog)


def _inputs(site: Site, period: Period) -> CheckInput:
    name = str(period)
    with reading(site.engine) as connection:
        return CheckInput(
            period=name,
            submitted=submitted_observations(connection, name),
            previous=known_before(connection, period, site.catalog),
            forms=submission_forms(connection, name),
            catalog=site.catalog,
            withdrawn=withdrawn_rows(connection, name),
        )


def _lapsed(site: Site, inputs: CheckInput) -> list[Finding]:
    with reading(site.engine) as connection:
        corrected = corrections(connection)
        entries = {one.id: one for one in decisions(connection)} if len(corrected) else {}
    return lapsed(corrected[corrected["vintage"] == inputs.period], inputs.submitted, entries)


def refused(site: Site, period: Period) -> list[Receipt]:
    """Return the receipts of ``period`` whose file was refused and whose sender sent nothing better since.

    They count for the month after which their folder is named, else for that of their arrival.
    """
    month = str(period.last_month)
    with site.engine.connect() as connection:
        good = submissions(connection, period=str(period))
    since = good.groupby("source")["last_received_at"].max().to_dict()
    return [
        receipt
        for receipt in known_receipts(site)
        if receipt.state == FAILED
        and receipt.source
        and (filed_month(receipt) or local_month(receipt.received_at)) == month
        and since.get(receipt.source, "") < receipt.received_at
    ]


def _about_refused(site: Site, period: Period) -> list[Finding]:
    found = []
    for receipt in refused(site, period):
        code, _, message = receipt.message.partition(": ")
        found.append(
            Finding(
                code,
                Severity.ERROR,
                Scope.SUBMISSION,
                message,
                source=receipt.source,
                ref_area=receipt.ref_area,
                time_period=str(period),
                sha256=receipt.sha256,
            )
        )
    return found
