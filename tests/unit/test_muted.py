"""Nothing but a command's document comes out on standard output."""

from __future__ import annotations

import os

import pytest

from ctdp_etl.pipeline.muted import muted


def test_what_a_library_writes_itself_does_not_come_out(capfd: pytest.CaptureFixture[str]) -> None:
    with muted():
        os.write(1, b"HighsMipSolverData")
    os.write(1, b"{}")
    assert capfd.readouterr().out == "{}"
