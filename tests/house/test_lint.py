"""Ruff, mypy and sqlfluff are clean: the same four commands as ``make lint``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from house_files import ROOT

TOOLS = Path(sys.executable).parent
COMMANDS = re.findall(r"^\t\.venv/bin/(.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_make_lint_runs_the_four_tools() -> None:
    assert [command.split()[0] for command in COMMANDS] == ["ruff", "ruff", "mypy", "sqlfluff"]


@pytest.mark.parametrize("command", COMMANDS)
def test_lint_is_clean(command: str) -> None:
    program, *arguments = command.split()
    done = subprocess.run([str(TOOLS / program), *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
