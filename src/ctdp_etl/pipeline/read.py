"""Step: bytes to a reading, without storing anything; refused bytes have a named error (GSBPM 5.2)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ctdp_etl.catalog import NATIONAL, Catalog
from ctdp_etl.catalog.areas import default_source
from ctdp_etl.collect import intake
from ctdp_etl.model import Finding, Scope, Severity, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.pipeline.parsing import parsers
from ctdp_etl.warehouse.finding_ids import identified

WRONG_EXTENSION, LINKED = "F06", "F16"
_GRAVEST = tuple(Severity)
_READ_COLUMNS = (
    *("source", "dataflow", "ref_area", "indicator", "item", "label", "time_period", "measure", "obs_status"),
    *("value", "text", "unit", "unit_mult", "sheet", "cell", "raw"),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a workbook is from and which month it reports; ``period`` is empty where nothing says so."""

    source: str
    area: str
    period: str


def read_bytes(content: bytes, file_name: str, sender: Sender, catalog: Catalog) -> WorkbookReading:
    """Return what a workbook says; raise ``WorkbookError`` with its code for bytes that cannot be read.

    The bytes are parsed in a child process with limits of memory and time: a file that breaks or exceeds it is refused
    by name, and never stops the others.
    """
    intake.inspect(content, file_name)
    reading = parsers(catalog).read(content, file_name, sender.source, sender.area or None, sender.period or None)
    sha256 = hashlib.sha256(content).hexdigest()
    found = [replace(finding, sha256=sha256) for finding in reading.findings]
    for code, notice in (
        (WRONG_EXTENSION, intake.extension_notice(content, file_name)),
        (LINKED, intake.linked_notice(content, file_name)),
    ):
        if notice:
            found.append(_notice(code, notice, sender, sha256))
    return replace(reading, findings=tuple(found))


def _notice(code: str, notice: str, sender: Sender, sha256: str) -> Finding:
    return Finding(
        code,
        Severity.NOTICE,
        Scope.SUBMISSION,
        notice,
        source=sender.source,
        ref_area=sender.area,
        time_period=sender.period,
        sha256=sha256,
    )


def identify(content: bytes, file_name: str, given: Sender, catalog: Catalog) -> Sender:
    """Return who a workbook is from; what is not given comes from its own words and is '' where they do not say.

    ``given.area`` may be a code or a name. Raise ``WorkbookError`` for bytes that cannot be read, ``AreaError`` for a
    name of no area.
    """
    area = given.area
    if area not in catalog.areas.by_code:
        first = read_bytes(content, file_name, replace(given, area=""), catalog)
        newest = max(known.valid_from for known in catalog.areas.by_code.values())
        month = given.period or reported_month(first) or newest
        area = catalog.areas.named(area, month).code if area else reported_area(first)
    return Sender(given.source or (default_source(area) if area else ""), area, given.period)


def reported_month(reading: WorkbookReading) -> str:
    """Return the month that a workbook reports as its own: that of most of its tables, the newest of equals, or ''.

    A table may speak of another month than its workbook (labour at the first day of the next month).
    """
    months = Counter(str(Period.parse(form.time_period).last_month) for form in reading.forms if form.time_period)
    return max(months, key=lambda month: (months[month], month), default="")


def reported_area(reading: WorkbookReading) -> str:
    """Return the area whose workbook it is: the country where any table is national, else the only province, or ''."""
    areas = {form.ref_area for form in reading.forms} - {""}
    if NATIONAL in areas:
        return NATIONAL
    return areas.pop() if len(areas) == 1 else ""


def read_file(path: Path, given: Sender, catalog: Catalog) -> tuple[str, Sender, WorkbookReading]:
    """Return (sha256, sender, reading) of a file on disk; nothing is stored."""
    content = path.read_bytes()
    sender = identify(content, path.name, given, catalog)
    return hashlib.sha256(content).hexdigest(), sender, read_bytes(content, path.name, sender, catalog)


def document(file_name: str, sha256: str, reading: WorkbookReading) -> dict[str, Any]:
    """Return a reading as the JSON document of ``ctdp read``."""
    return {
        "file": file_name,
        "sha256": sha256,
        "forms": [
            {"dataflow": form.dataflow, "sheet": form.sheet, "ref_area": form.ref_area, "time_period": form.time_period}
            for form in reading.forms
        ],
        "observations": [
            {name: getattr(observation, name) for name in _READ_COLUMNS} for observation in reading.observations
        ],
        "findings": finding_documents(reading.findings),
    }


def finding_documents(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as JSON objects, the gravest first; an id stays the same while the finding stays at its place."""
    return gravest_first(
        {"id": name, **asdict(finding), "cells": [asdict(cell) for cell in finding.cells], "decision": None}
        for name, finding in identified(findings)
    )


def gravest_first(documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings in the order in which they are shown: by severity, code and place."""
    place = ("code", "source", "sha256", "sheet", "id")
    return sorted(documents, key=lambda one: (_GRAVEST.index(one["severity"]), *(one[name] for name in place)))
