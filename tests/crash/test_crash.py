"""A month that is killed anywhere and begun again ends like one that was never killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CRASHING = Path(__file__).parent / "crashing.py"


def test_a_month_killed_at_any_point_and_begun_again_ends_the_same(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CTDP_", "PREFECT_"))}
    done = subprocess.run(
        [sys.executable, str(CRASHING), str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["points"] >= 30
    assert [kill["point"] for kill in told["kills"]] == list(range(1, told["points"] + 1))
    assert {kill["code"] for kill in told["kills"]} == {-9}
    assert {kill["again"] for kill in told["kills"]} == {0}
    assert [kill["point"] for kill in told["kills"] if not kill["same"]] == []
    assert told["repeated"]
