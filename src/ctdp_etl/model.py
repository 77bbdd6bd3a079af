"""The nouns of the data room: frozen values without any input or output (SDMX and GSBPM terms)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Measure(StrEnum):
    """What a number measures; units are in ``Observation.unit``."""

    MONTH = "month"
    """Level in the period (a month, or a quarter where time_period is one)."""
    YTD = "ytd"
    """Cumulative level from January."""
    PLAN = "plan"
    """Plan of the year; time_period is the year."""
    MOM = "mom"
    """Index, previous period = 100."""
    YOY = "yoy"
    """Index, same period of last year = 100."""
    YTD_YOY = "ytd_yoy"
    """Index, same months of last year = 100."""
    PLAN_PCT = "plan_pct"
    """Cumulative level over the plan, per cent."""
    SHARE = "share"
    """Part of the total ("cơ cấu"), per cent."""
    VALUE = "value"
    """A register's field, or a stock at the end of the period."""


INDEX_MEASURES = frozenset({Measure.MOM, Measure.YOY, Measure.YTD_YOY})
LEVEL_MEASURES = frozenset({Measure.MONTH, Measure.YTD, Measure.PLAN, Measure.VALUE})


class ObsStatus(StrEnum):
    """SDMX observation status: official over preliminary over estimate."""

    OFFICIAL = "A"
    PRELIMINARY = "P"
    ESTIMATE = "E"


class Severity(StrEnum):
    """How much a finding matters; only errors block."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Scope(StrEnum):
    """What a finding is about."""

    RECORD = "record"
    SUBMISSION = "submission"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Area:
    """A territory for as long as its code meant that: ``VN``, ``VN63_24`` (Bắc Giang), ``VN34_24`` (Bắc Ninh).

    ``valid_from`` and ``valid_to`` are months, both inclusive; ``valid_to`` is empty while the code is in force.
    """

    code: str
    code_list: str
    name: str
    full_name: str
    type: str
    parent: str
    region: str
    promotion_region: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One number or text of one cell, as reported; never changed after it is stored.

    Its identity is (submission, sheet, cell, measure); its key is ``KEY``. ``value`` is a double in the reported
    unit (``unit`` times ten to the ``unit_mult``), or None where the cell holds only text. ``raw`` is the cell as
    written, ``label`` the decoded Unicode row label. ``form`` names the table inside the dataflow (``IIP.M``).
    ``reported_form`` is ``growth`` where the cell said +5.2 for an index of 105.2; ``qualifier`` keeps ≈, >, <, lần.
    ``conflict`` marks a key that stands twice in the submission with unequal values: neither is current.
    """

    source: str
    dataflow: str
    form: str
    ref_area: str
    indicator: str
    item: str
    label: str
    time_period: str
    measure: str
    obs_status: str
    value: float | None
    text: str
    unit: str
    unit_mult: int
    qualifier: str
    reported_form: str
    conflict: bool
    sheet: str
    cell: str
    raw: str


OBSERVATION_COLUMNS = tuple(field.name for field in fields(Observation))
KEY = ("source", "dataflow", "ref_area", "indicator", "item", "time_period", "measure")


@dataclass(frozen=True, slots=True)
class CellRef:
    """A cell of an archived workbook."""

    sha256: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure of one check, at its cell. ``cells`` are the other cells of the identity. Codes are stable for ever.

    ``observed``, ``expected`` and ``tolerance`` are in the observation's own unit. ``message`` is Vietnamese.
    """

    code: str
    severity: str
    scope: str
    message: str
    source: str = ""
    dataflow: str = ""
    ref_area: str = ""
    indicator: str = ""
    label: str = ""
    time_period: str = ""
    measure: str = ""
    observed: float | None = None
    expected: float | None = None
    tolerance: float | None = None
    sheet: str = ""
    cell: str = ""
    cells: tuple[CellRef, ...] = ()
    sha256: str = ""


class DecisionKind(StrEnum):
    """What was decided about a finding."""

    WAIVE = "waive"
    """The figure stands as reported; the finding no longer blocks."""
    CORRECT = "correct"
    """Another value counts instead of an observation's."""
    UNDO = "undo"
    """An earlier decision holds no more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry about ``finding`` as it stood in the reports of ``vintage``; never changed, undone by another entry.

    ``until`` is the last day in Vietnam on which a waiver holds ("YYYY-MM-DD"), '' without end. ``value`` replaces
    ``obs_value`` of the observation that the other ``obs_`` fields name, in its unit; ``value_source`` says where it is
    from. ``undoes`` is the id of the entry that this one undoes.
    """

    id: str
    kind: str
    vintage: str
    finding_id: str
    finding: Finding
    who: str
    reason: str
    decided_at: str
    until: str = ""
    obs_submission_id: str = ""
    obs_sheet: str = ""
    obs_cell: str = ""
    obs_measure: str = ""
    obs_value: float | None = None
    value: float | None = None
    value_source: str = ""
    undoes: str = ""

    def is_in_force(self, today: str) -> bool:
        """Say whether it holds on the day ``today`` ("YYYY-MM-DD"), where nothing undid it."""
        return self.kind != DecisionKind.UNDO and (not self.until or today <= self.until)


@dataclass(frozen=True, slots=True)
class Form:
    """One recognised table of a workbook: which dataflow it delivers, where, for whom and when.

    ``form`` is the table's key inside the dataflow (``IIP.M``, ``IIP.Q``, ``LABOUR_AREA.M``): a resend replaces
    the earlier submission form by form.
    """

    dataflow: str
    form: str
    sheet: str
    ref_area: str
    time_period: str
    title: str


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """What a workbook says: its tables, observations and the findings of reading it (structure, never figures)."""

    forms: tuple[Form, ...]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That certain bytes arrived from a source by a channel. ``received_at`` is the sender server's time, UTC text.

    ``id`` is derived from (sha256, source, channel, locator): the same file from the same place is one receipt.
    """

    id: str
    sha256: str
    source: str
    ref_area: str
    channel: str
    locator: str
    file_name: str
    size: int
    received_at: str
    state: str
    message: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """One archived workbook read as one source's report for one period; ``id`` derives from (source, period, sha256).

    ``simulated`` marks invented figures: whatever is printed from them carries "SỐ LIỆU MINH HỌA".
    """

    id: str
    source: str
    ref_area: str
    time_period: str
    sha256: str
    file_name: str
    received_at: str
    state: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter in the outbox: one for each (event, recipient), from which ``id`` is derived.

    Instants are UTC text, '' where it has not happened; ``attempts`` counts those that reached the mail server.
    ``attachment`` is the id of the released publication that goes with it, '' for none.
    """

    id: str
    event: str
    kind: str
    time_period: str
    source: str
    recipient: str
    subject: str
    body: str
    message_id: str
    state: str
    attempts: int
    queued_at: str
    tried_at: str = ""
    sent_at: str = ""
    message: str = ""
    attachment: str = ""
