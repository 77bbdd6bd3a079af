"""A Prefect server as its API shows it."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from flow_process import FlowProcess, run_flows


class Server:
    """A Prefect server as its API shows it, and a process that works with it."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        self.process = FlowProcess(self._variables())

    def find(self, what: str, **query: object) -> list[dict[str, Any]]:
        """Return objects of one kind, newest runs first."""
        request = urllib.request.Request(
            f"{self.url}/{what}/filter", json.dumps(query).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def environment(self, home: Path) -> dict[str, str]:
        """Return the environment of a process that works in ``home`` with this server."""
        return self._variables() | self._place(home)

    def run(self, home: Path, *steps: dict[str, Any], **variables: str) -> list[dict[str, str]]:
        """Run flows one after another in ``home`` and return how each ended (see ``run_flows``)."""
        answers: list[dict[str, str]] = self.process.ask(run_flows, steps, **self._place(home) | variables)
        return answers

    def _variables(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
        prefect = {"PREFECT_API_URL": self.url, "PREFECT_HOME": str(self.home), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
        return kept | prefect

    def _place(self, home: Path) -> dict[str, str]:
        return {"CTDP_HOME": str(home), "CTDP_NOW": "2026-04-24T09:00:00+07:00"}
