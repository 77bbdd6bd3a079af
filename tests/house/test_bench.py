"""The benchmarks run, on the smallest month; nothing here measures time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from house_files import ROOT


@pytest.mark.xdist_group("bench")
def test_the_benchmarks_run_on_the_smallest_month(tmp_path: Path) -> None:
    out = tmp_path / "README.md"
    command = [sys.executable, "-m", "benchmarks.run", "--provinces", "1", "--rows", "6", "--rounds", "1"]
    done = subprocess.run(
        [*command, "--sqlite-only", "--out", str(out)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-4000:]
    written = out.read_text(encoding="utf-8")
    assert "the sums agree" in written
    assert len(re.findall(r"^\|.*\*\*\d+\.\d\d\*\*", written, re.MULTILINE)) == 10
    assert len(re.findall(r"^- .*320 figures loaded, .*PDF of \d+ pages", written, re.MULTILINE)) == 2
