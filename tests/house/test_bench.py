"""The benchmarks run, on the smallest month, and the plain way checks in earnest; nothing here measures time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from house_files import ROOT

from ctdp_etl.catalog import load_catalog


def test_the_benchmarks_run_on_the_smallest_month(tmp_path: Path) -> None:
    out = tmp_path / "README.md"
    command = [sys.executable, "-m", "benchmarks.run", "--provinces", "1", "--rows", "6", "--rounds", "1"]
    command += ["--observations", "0", "--without-peers", "--sqlite-only", "--without-prefect", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    written = out.read_text(encoding="utf-8")
    assert "the sums agree" in written
    assert len(re.findall(r"^\|.*\*\*\d+\.\d\d\*\*", written, re.MULTILINE)) == 16
    assert re.search(r"Of (\d+) lines with a planted mistake told: ctdp_etl \1 \(and 0 others\)", written)
    assert "The libraries were not measured: left out on request." in written
    assert len(re.findall(r"^- .*320 figures loaded, .*PDF of \d+ pages", written, re.MULTILINE)) == 2


def test_the_libraries_measured_beside_are_pinned_by_hash_and_name_no_host() -> None:
    lock = re.sub(r"\s*\\\n\s+", " ", (ROOT / "benchmarks" / "peers.lock").read_text(encoding="utf-8"))
    pattern = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+")
    blocks = lock.strip().splitlines()
    assert [block[:80] for block in blocks if not pattern.fullmatch(block)] == []
    assert {"pandera", "great-expectations"} <= {block.split("==")[0] for block in blocks}
    assert "://" not in lock


@pytest.fixture(scope="module")
def months() -> Iterator[dict[str, Any]]:
    """One office's month and the month before as the plain way has them: a row of a table a row."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        from benchmarks import month, plain_checks, plain_month, plain_reading
    books = {period: month.month(period, load_catalog(), provinces=1) for period in ("2026-03", "2026-04")}
    wide = {period: plain_month.by_row(plain_reading.pandas_addressed(found)) for period, found in books.items()}
    yield {"now": wide["2026-04"], "before": wide["2026-03"], "books": books["2026-04"], "check": plain_checks.check}


def test_the_plain_way_finds_nothing_in_a_clean_month(months: dict[str, Any]) -> None:
    assert months["check"](months["now"], months["before"], months["books"]).empty


@pytest.mark.parametrize(
    ("form", "line", "column", "spoil", "rule", "cell"),
    [
        ("OUTPUT", 0, "est", lambda value: value * 1000, "unit", "F9"),
        ("OUTPUT", 0, "est", lambda value: value + 10, "parts", "F9"),
        ("OUTPUT", 9, "mom", lambda value: value + 1, "mom", "H18"),
        ("OUTPUT", 9, "plan_pct", lambda value: value + 1, "plan_pct", "K18"),
        ("RETAIL", 7, "ytd", lambda value: value + 100, "ytd", "G16"),
        ("RETAIL", 7, "ytd", lambda value: value / 2, "falling", "G16"),
        ("RETAIL", 7, "act_prev", lambda value: value * 1.5, "restated", "E16"),
        ("TRADE_EXPORT", 5, "yoy", lambda value: value + 9, "yoy", "I14"),
        ("TRADE_EXPORT", 5, "ytd_yoy", lambda value: value + 9, "ytd_yoy", "J14"),
        ("PRODUCTS", 3, "yoy", lambda value: value - 100, "rate", "I12"),
        ("PRODUCTS", 3, "unit", lambda unit: "Kg", "unit_changed", "F12"),
        ("IIP", 0, "mom", lambda value: value + 30, "sections", "D9"),
        ("LABOUR", 8, "ytd_yoy", lambda value: value + 30, "between", "F17"),
    ],
)
def test_the_plain_way_finds_a_spoiled_number_at_its_cell(
    months: dict[str, Any], form: str, line: int, column: str, spoil: Callable[[Any], Any], rule: str, cell: str
) -> None:
    spoiled = months["now"].copy()
    at = (spoiled["form"] == form) & (spoiled["line"] == line)
    spoiled.loc[at, column] = spoiled.loc[at, column].map(spoil)
    found = months["check"](spoiled, months["before"], months["books"])
    (message,) = found.loc[(found["rule"] == rule) & (found["cell"] == cell), "message"]
    assert f"ô {cell}" in message


def test_the_plain_way_finds_rows_that_are_gone_or_stand_twice_and_empty_tables(months: dict[str, Any]) -> None:
    now = months["now"]
    twin = now[(now["form"] == "PRODUCTS") & (now["line"] == 8)]
    twin = twin.assign(est=twin["est"] + 5)
    left = now[(now["form"] != "LABOUR") & ~((now["form"] == "RETAIL") & (now["line"] == 0))]
    found = months["check"](pd.concat([left, twin]), months["before"], months["books"])
    assert {"missing", "expected", "twice", "empty"} <= set(found["rule"])
