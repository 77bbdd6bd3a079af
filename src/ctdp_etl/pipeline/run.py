"""Whole months: through the Prefect flow as the schedule does, again, or for a range of months."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ctdp_etl import resources
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import load
from ctdp_etl.pipeline.site import Site
from ctdp_etl.settings import Settings, exported
from ctdp_etl.warehouse.publications import publications
from ctdp_etl.warehouse.read import submissions


class RunError(CtdpError):
    """A run that the machine could not finish; running it again does what is missing."""


def run_month(settings: Settings, period: Period, *, now: str = "") -> dict[str, Any]:
    """Run the flow ``run-month`` here, against the Prefect API of the environment, and return its summary.

    ``now`` holds the clock of the run at an instant. Raise ``RunError`` where the run did not complete.
    """
    with exported(settings.variables | ({"CTDP_NOW": now} if now else {})):
        state = flow("run_month").run_month(str(period), return_state=True)
    summary = state.result(raise_on_failure=False)
    if state.is_completed() and isinstance(summary, dict):
        return summary
    raise RunError(f"Lần chạy {period} chưa xong: {_reason(summary, state.message)} Hãy chạy lại `ctdp run {period}`.")


def _reason(summary: object, message: str | None) -> str:
    if isinstance(summary, dict):
        return f"{'; '.join(summary['broken'])}."
    return f"{summary if isinstance(summary, CtdpError) else message}".rstrip(".") + "."


def load_steps() -> None:
    """Load the code of every step, which takes seconds; worth doing while a server starts."""
    for step in ("collect", "load", "check", "brief", "status"):
        importlib.import_module(f"ctdp_etl.pipeline.{step}")


def flow(name: str) -> ModuleType:
    """Return a module of the folder ``flows``; it is the only code that knows Prefect, loaded when it is needed."""
    if "flows" not in sys.modules:
        folder = resources.folder("flows")
        spec = importlib.util.spec_from_file_location(
            "flows", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"no package in {folder}")
        package = importlib.util.module_from_spec(spec)
        sys.modules["flows"] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"flows.{name}")


@dataclass(frozen=True, slots=True)
class Gap:
    """What is due and not done in one month: ``files`` to load, a briefing to print, ``senders`` that sent nothing."""

    period: Period
    files: tuple[str, ...]
    is_printed: bool
    senders: tuple[str, ...]

    @property
    def has_work(self) -> bool:
        """Whether anything can be done here; for a missing sender one can only wait."""
        return bool(self.files) or not self.is_printed


def gaps(site: Site, first: Period, last: Period) -> list[Gap]:
    """Return what is due and not done in each month from ``first`` to ``last``; months in order are left out."""
    found = []
    for period in first.until(last):
        month = str(period)
        with site.engine.connect() as connection:
            came = set(submissions(connection, period=month)["source"])
            is_printed = not came or len(publications(connection, period=month)) > 0
        files = tuple(f"{one.source}: {one.file_name}" for one in load.due_receipts(site, period))
        senders = tuple(source.id for source in site.sources if source.in_force(month) and source.id not in came)
        if files or senders or not is_printed:
            found.append(Gap(period, files, is_printed, senders))
    return found
