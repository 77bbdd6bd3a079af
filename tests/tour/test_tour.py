"""docs/tour.md is run as it is written: what stands under a command is in what the command says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh\n(?P<commands>.*?)^```\n(?:```text\n(?P<said>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
STEPS = list(BLOCK.finditer((ROOT / "docs" / "tour.md").read_text(encoding="utf-8")))
MARK = "@@ step "


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each step of the tour says, in one shell, in a folder that looks like the repository."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (folder / "tests").symlink_to(ROOT / "tests")
    script = "set -eu\n" + "".join(f"echo '{MARK}'\n{step['commands']}" for step in STEPS)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.split(MARK)[1:]


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_a_step_says_what_the_tour_says(said: list[str], number: int) -> None:
    expected = (STEPS[number]["said"] or "").splitlines()
    assert [line for line in expected if line not in said[number]] == [], said[number]


def test_the_tour_has_its_steps() -> None:
    assert len([step for step in STEPS if step["said"]]) >= 7
