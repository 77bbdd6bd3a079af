"""What is due and not done in one month or in many, and doing it: the ledger decides, not what was run before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctdp_etl.errors import GateShutError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import load
from ctdp_etl.pipeline.editions import is_printed
from ctdp_etl.pipeline.load import Mode, Outcome
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.read import submissions

if TYPE_CHECKING:
    from ctdp_etl.pipeline.brief import Printed


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be done in one month: ``files`` to load, a briefing to print, ``senders`` that sent nothing."""

    period: Period
    files: tuple[str, ...]
    is_printed: bool
    senders: tuple[str, ...]
    is_again: bool = False

    @property
    def has_work(self) -> bool:
        """Whether anything can be done here; for a missing sender one can only wait."""
        return bool(self.files) or not self.is_printed or self.is_again

    @property
    def printing(self) -> str:
        """What is to be done about the briefing, in words."""
        if self.is_again and self.is_printed:
            return "in lại nếu đổi"
        return "phải in" if self.files or not self.is_printed else ""


def gaps(site: Site, first: Period, last: Period, mode: Mode = Mode.FAILED) -> list[Gap]:
    """Return what is to be done in each month from ``first`` to ``last``; months in order are left out.

    A file that names no month by its folder stands with the first month alone: it is read once.
    """
    found, listed = [], set[str]()
    for period in first.until(last):
        due = load.due_receipts(site, period, mode=mode)
        with site.engine.connect() as connection:
            came = {*submissions(connection, period=str(period))["source"], *(one.source for one in due)}
        due = [one for one in due if one.id not in listed]
        listed.update(one.id for one in due)
        expected = dict.fromkeys(one.id for one in site.sources if one.in_force(str(period)))
        senders = tuple(source for source in expected if source not in came)
        files = tuple(f"{one.source}: {one.file_name}" for one in due)
        is_again = mode is Mode.ALL and bool(came)
        gap = Gap(period, files, is_printed(site, period), senders, is_again)
        if gap.has_work or senders:
            found.append(gap)
    return found


@dataclass(frozen=True, slots=True)
class Worked:
    """What was done in one month: files, findings as JSON objects, and the briefing or why there is none (``gate``)."""

    period: Period
    outcomes: tuple[Outcome, ...]
    findings: list[dict[str, Any]]
    printed: Printed | None
    gate: str


def work_off(site: Site, period: Period, *, area: str = "", mode: Mode = Mode.FAILED) -> Worked:
    """Load what is due, check the month and print its briefing where there is one; what is right stays as it is."""
    from ctdp_etl.pipeline.brief import brief
    from ctdp_etl.pipeline.check import check

    outcomes = tuple(load.load(site, period, area=area, mode=mode))
    found = check(site, period)
    try:
        return Worked(period, outcomes, found, brief(site, period, is_checked=True), "")
    except GateShutError as shut:
        return Worked(period, outcomes, found, None, str(shut))
