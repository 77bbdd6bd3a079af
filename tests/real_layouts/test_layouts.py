"""Every layout that real workbooks showed, rebuilt from data: all figures, exactly, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_book import Book, load, names, told_nothing
from layout_build import build
from layout_compare import differences, read
from layout_moves import Move, moved, renamed, renumbered, spread, stacked

NAMES = names()
DATED = [name for name in NAMES if name not in {"export_form_empty", "tayninh_2022_text"}]
MOVES: dict[str, Move] = {
    "five rows lower": lambda book: moved(book, rows=5),
    "two columns to the right": lambda book: moved(book, columns=2),
    "empty columns between": spread,
    "sheets renamed and reversed": renamed,
    "titles renumbered": renumbered,
    "one below the other": stacked,
}


def wrong(book: Book) -> str:
    """Return the differences, a line each, between the facts of ``book`` and what the reader makes of it."""
    found = differences(book, read(book))
    return "\n".join([f"{len(found)} differences in {book.name}", *found[:60]]) if found else ""


@pytest.mark.parametrize("name", NAMES)
def test_layout_gives_its_facts(name: str) -> None:
    assert not wrong(load(name))


@pytest.mark.parametrize("name", DATED)
def test_layout_tells_its_period_itself(name: str) -> None:
    assert not wrong(told_nothing(load(name)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("move", MOVES)
def test_layout_may_drift(name: str, move: str) -> None:
    assert not wrong(MOVES[move](load(name)))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(DATED), st.integers(0, 12), st.integers(0, 4), st.sampled_from([spread, renamed, renumbered]))
def test_layout_may_drift_in_many_ways_at_once(name: str, rows: int, columns: int, change: Move) -> None:
    assert not wrong(change(moved(load(name), rows, columns)))


@pytest.mark.parametrize("name", NAMES)
def test_workbook_is_built_alike_each_time(name: str) -> None:
    first, second = read(load(name)), read(load(name))
    assert first == second


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1.0},
        {"time_period": "2024-08"},
        {"measure": "plan"},
        {"obs_status": "P"},
        {"indicator": "99"},
        {"ref_area": "VN63_01"},
        {"dataflow": "LABOUR"},
        {"conflict": True},
        {"cell": "Z99"},
        {"sheet": "elsewhere"},
        {"form": "IIP.Q"},
    ],
    ids=str,
)
def test_a_wrong_reading_is_seen(change: dict[str, Any]) -> None:
    book = load("gso_2024_10")
    right = read(book)
    wrong = (replace(right.observations[0], **change), *right.observations[1:])
    assert differences(book, replace(right, observations=wrong))
    assert differences(book, replace(right, observations=right.observations[1:]))
    assert differences(book, replace(right, forms=right.forms[1:]))


def test_layouts_hold_facts() -> None:
    books = [load(name) for name in NAMES]
    assert sum(len(book.facts) for book in books) > 3000
    assert all(len(build(book)) > 4000 for book in books)
