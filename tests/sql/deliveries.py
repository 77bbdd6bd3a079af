"""Deliveries to a warehouse, as short as a table of cases needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Engine, delete

from ctdp_etl.model import Finding, Form, Observation, Submission, WorkbookReading
from ctdp_etl.warehouse.load import LoadResult, load_submission, withdraw_submission
from ctdp_etl.warehouse.tables import metadata

DEPARTMENT = "SCT_VN34_80"


def day(number: int, month: int = 10) -> str:
    """Return the instant at 02:00 UTC of a day of 2026."""
    return f"2026-{month:02d}-{number:02d}T02:00:00Z"


def figure(indicator: str, value: float | None, **fields: object) -> Observation:
    """Return an observation of IIP in October 2026 by its indicator and value; ``fields`` say what else differs."""
    usual = Observation(
        source=DEPARTMENT,
        dataflow="IIP",
        form="IIP.M",
        ref_area="VN34_80",
        indicator=indicator,
        item="",
        label=f"Ngành {indicator}",
        time_period="2026-10",
        measure="yoy",
        obs_status="E",
        value=value,
        text="",
        unit="PCT",
        unit_mult=0,
        qualifier="",
        reported_form="",
        conflict=False,
        sheet="IIP",
        cell="",
        raw=str(value),
    )
    return replace(usual, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sent:
    """A workbook that arrives; ``bytes`` names its content, so that the same content is the same file."""

    bytes: str
    at: str
    figures: tuple[Observation, ...]
    period: str = "2026-10"
    source: str = DEPARTMENT
    ref_area: str = "VN34_80"
    file_name: str = "bao-cao.xlsx"
    simulated: bool = False
    empty_forms: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def sha256(self) -> str:
        """The file's hash; a content that is one already is taken as it is."""
        return self.bytes if len(self.bytes) == 64 else hashlib.sha256(self.bytes.encode()).hexdigest()

    @property
    def submission(self) -> Submission:
        """The submission."""
        identity = hashlib.sha256(f"{self.source} {self.period} {self.sha256}".encode()).hexdigest()[:32]
        return Submission(
            id=identity,
            source=self.source,
            ref_area=self.ref_area,
            time_period=self.period,
            sha256=self.sha256,
            file_name=self.file_name,
            received_at=self.at,
            state="received",
            simulated=self.simulated,
        )

    @property
    def reading(self) -> WorkbookReading:
        """What the workbook says: its figures stand in cells of their own, their tables on sheets of their own."""
        rows = tuple(
            replace(item, source=self.source, cell=item.cell or f"D{number}")
            for number, item in enumerate(self.figures, start=10)
        )
        tables = {(item.dataflow, item.form, item.sheet): item for item in rows}
        forms = [Form(*table, self.ref_area, self.period, f"Biểu {table[1]}") for table in tables]
        forms += [Form(name.split(".")[0], name, name, self.ref_area, self.period, "") for name in self.empty_forms]
        return WorkbookReading(tuple(forms), rows, self.findings)


@dataclass(frozen=True)
class TakenOut:
    """A submission that is withdrawn at an instant."""

    sent: Sent
    at: str


def deliver(engine: Engine, events: Iterable[Sent | TakenOut]) -> list[LoadResult]:
    """Load and withdraw in the order given; return the results of the loads."""
    results = []
    for event in events:
        if isinstance(event, Sent):
            results.append(load_submission(engine, event.submission, event.reading))
        else:
            withdraw_submission(
                engine, event.sent.submission.id, received_at=event.at, who="Nguyễn Văn A", reason="nhầm địa phương"
            )
    return results


def empty(engine: Engine) -> None:
    """Remove everything from the warehouse."""
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
