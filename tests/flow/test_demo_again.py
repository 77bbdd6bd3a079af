"""The demo, shortened to its last month: again it gives the same bytes and adds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prefect_api import Server

SHORT = "import ctdp_etl.demo as demo; demo.PERIODS = demo.PERIODS[-1:]; from ctdp_etl.cli import main; main(['demo'])"


def run(server: Server, home: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", SHORT], env=server.environment(home), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done


def row(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the cells of the month's row: month, new files, loaded files, new figures ..."""
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("2026-04 ")]
    return line.split()


def test_the_demo_repeated_is_the_same_to_the_byte(server: Server, tmp_path: Path) -> None:
    first = run(server, tmp_path)
    pdf = Path(first.stdout.splitlines()[-1])
    content = pdf.read_bytes()
    assert pdf.is_relative_to(tmp_path / "demo")
    assert content.startswith(b"%PDF-")
    assert int(row(first)[1]) > 34
    assert int(row(first)[3]) > 5000
    before = {path: path.read_bytes() for path in (tmp_path / "demo").rglob("*") if path.suffix in {".pdf", ".xlsx"}}

    again = run(server, tmp_path)
    assert again.stdout.splitlines()[-1] == str(pdf)
    assert row(again)[1:4] == ["0", "0", "0"]
    assert {path: path.read_bytes() for path in before} == before
    assert len(list(pdf.parent.iterdir())) == 1
