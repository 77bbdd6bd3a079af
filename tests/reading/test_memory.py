"""What the reader keeps in memory between texts, and what it loads only when a workbook needs it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from ctdp_etl.catalog import load_catalog
from ctdp_etl.reading.cells import unit_text
from ctdp_etl.reading.memory import remembered


def test_an_answer_is_worked_out_once_for_each_text() -> None:
    asked = []

    @remembered
    def length(text: str, known: dict[str, int]) -> int:
        asked.append(text)
        return known["more"] + len(text)

    known = {"more": 1}
    assert [length("thép", known), length("than", known), length("thép", known)] == [5, 5, 5]
    assert asked == ["thép", "than"]


def test_another_catalog_gets_its_own_answers_though_it_looks_the_same() -> None:
    asked = []

    @remembered
    def first(text: str, known: list[str]) -> str:
        asked.append(text)
        return known[0]

    one, same, other = ["a"], ["a"], ["b"]
    assert [first("x", known) for known in (one, other, one, same)] == ["a", "b", "a", "a"]
    assert asked == ["x"] * 4


def test_answers_about_long_texts_are_not_kept() -> None:
    asked = []

    @remembered
    def size(text: str, known: None) -> int:
        asked.append(text)
        return len(text)

    assert [size("x" * 1000, None), size("x" * 1000, None)] == [1000, 1000]
    assert len(asked) == 2


def test_a_catalog_without_units_knows_none_that_the_catalog_before_it_knew() -> None:
    catalog = load_catalog()
    assert unit_text("Đơn vị tính: Nghìn tấn", catalog) == "Nghìn tấn"
    assert unit_text("Nghìn tấn", catalog) == "Nghìn tấn"
    assert unit_text("Nghìn tấn", replace(catalog, units={})) == ""
    assert unit_text("Nghìn tấn", catalog) == "Nghìn tấn"


def test_readers_of_old_workbooks_and_of_fonts_are_not_loaded_before_one_comes() -> None:
    command = "import sys, ctdp_etl.reading; print(sorted({'xlrd', 'openpyxl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
