"""What a briefing is made from: frames, the catalog and the words of the letterhead; no file, clock or database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from ctdp_etl.catalog import NATIONAL, Catalog
from ctdp_etl.model import Decision, Finding
from ctdp_etl.period import Period
from ctdp_etl.resources import REPORT


class Received(NamedTuple):
    """One workbook that arrived; ``received_at`` is UTC text."""

    source: str
    ref_area: str
    file_name: str
    sha256: str
    received_at: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The elements of the document that belong to the office and the day (Nghị định 30/2020/NĐ-CP, Phụ lục I).

    ``number`` is empty until the registry gives one; ``date`` is "YYYY-MM-DD" or empty while the paper is a draft.
    """

    agency: str
    parent_agency: str
    place: str
    document_sign: str
    signatory: str
    signatory_title: str
    number: str = ""
    date: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The settings that are blank and without which the paper lacks an element of the decree."""
        elements = ("agency", "parent_agency", "place", "document_sign", "signatory_title")
        return tuple(f"CTDP_{name.upper()}" for name in elements if not getattr(self, name).strip())


@dataclass(frozen=True, slots=True)
class BriefingInput:
    """Everything that a briefing of ``period`` says, as known at ``as_of`` (UTC text).

    ``current`` and ``previous`` are frames of current observations (``model.OBSERVATION_COLUMNS`` and submission_id,
    sha256, file_name, vintage, received_at, simulated) seen with vintages up to the period and up to the period
    before. ``findings`` are the open ones. ``board`` has source, ref_area, dataflow, state, received_at: one row for
    each report that is due, ``state`` in the words of ``STATES``. ``submissions`` has source, ref_area, file_name,
    sha256, received_at, simulated. ``decisions`` are the waivers and corrections that hold; values in the frames are
    corrected already. ``report`` is the folder in ``reports``, ``sections`` are the names of its sections in order
    (none: all of its kind), ``home`` is the area that it is about. ``span`` is the quarter, half or year that ends with
    ``period``, where the report is about one. The report on quality has ``senders`` (``SENDER_COLUMNS`` of ``series``)
    and the ``families`` of checks: code to family and title. For a province's brief and for quality the board has
    ``due_at`` too.
    """

    period: Period
    current: pd.DataFrame
    previous: pd.DataFrame
    findings: Sequence[Finding]
    board: pd.DataFrame
    submissions: pd.DataFrame
    catalog: Catalog
    letterhead: Letterhead
    as_of: str
    decisions: Sequence[Decision] = ()
    report: str = REPORT
    sections: Sequence[str] = ()
    home: str = NATIONAL
    span: Period | None = None
    senders: pd.DataFrame | None = None
    families: Mapping[str, tuple[str, str]] = field(default_factory=dict)


STATES = {
    "not due": "chưa đến hạn",
    "awaited": "chưa nhận",
    "late": "quá hạn, chưa nhận",
    "quarantined": "chờ xác nhận người gửi",
    "failed": "tệp không đọc được",
    "received": "đã nhận",
    "with findings": "đã nhận, có phát hiện",
    "accepted": "đã chấp nhận",
    "withdrawn": "đã rút",
}
"""The states of the board (key) and how the report names them."""

IN_HAND = frozenset({"received", "with findings", "accepted"})
"""The states of a report whose figures are in the warehouse."""


def received(frame: pd.DataFrame) -> tuple[Received, ...]:
    """Return the workbooks of a frame of submissions, in the order of source, time and hash."""
    columns = [frame[name].tolist() for name in Received._fields]
    return tuple(sorted(Received._make(row) for row in zip(*columns, strict=True)))
