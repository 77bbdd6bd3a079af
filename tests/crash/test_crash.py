"""A month that is killed anywhere and begun again ends like one that was never killed, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from points import astray, killed

CRASHING = Path(__file__).parent / "crashing.py"


def crashed(folder: Path, server: str = "") -> dict[str, Any]:
    """Return what the kills left behind."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CTDP_", "PREFECT_"))}
    done = subprocess.run(
        [sys.executable, str(CRASHING), str(folder)],
        env=environment | {"CTDP_TEST_SERVER": server, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    print(killed(told))
    return told


def kinds(told: dict[str, Any]) -> set[tuple[str, str]]:
    return {(kill["point"][0], kill["point"][1]) for kill in told["kills"]}


def test_a_month_killed_at_any_point_and_begun_again_ends_the_same(tmp_path: Path) -> None:
    told = crashed(tmp_path)
    assert astray(told) == 0, killed(told)
    assert kinds(told) >= {(step, "commit") for step in ("open", "collect", "load", "check", "brief", "release")}
    assert kinds(told) >= {("collect", "fsync"), ("collect", "replace"), ("brief", "replace")}
    assert kinds(told) == {(step, kind) for step, kind, _ in told["points"]}
    assert told["repeated"]


def test_a_month_killed_around_any_commit_to_a_server_ends_the_same(tmp_path: Path, postgres_template: str) -> None:
    told = crashed(tmp_path, postgres_template)
    assert astray(told) == 0, killed(told)
    assert kinds(told) == {(step, "commit") for step in ("collect", "load", "check", "brief", "release")}
    assert told["repeated"]


@pytest.mark.parametrize("fault", ["code", "again", "same"])
def test_the_table_says_what_went_astray(fault: str) -> None:
    kill = {"point": ["load", "commit", "after"], "code": -9, "again": 0, "same": True}
    told = {"points": [kill["point"]], "kills": [kill, {**kill, fault: 1 if fault != "same" else False}]}
    assert astray(told) == 1
    assert "2 kills    1 astray" in killed(told)
