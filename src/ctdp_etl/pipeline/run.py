"""A whole month through the Prefect flow, as the schedule does."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

from ctdp_etl import resources
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings, exported


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
    importlib.import_module("ctdp_etl.briefing.press")


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
