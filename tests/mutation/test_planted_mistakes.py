"""Mistakes planted in clean months are found at their cells, and clean months are left alone."""

from __future__ import annotations

from collections import Counter

import pytest
from mutation_kind import ARITHMETIC, COPY, SCALE, TYPING
from mutation_kinds import KINDS
from mutation_report import CODES, NEEDED, REPORT
from mutation_session import Session

from ctdp_etl.checks import CHECKS

JUDGED = {name: kind for name, kind in KINDS.items() if kind.family in {ARITHMETIC, SCALE}}
GROUPS = Counter(kind.group for kind in JUDGED.values())
_SEED, _OF_A_GROUP = 11, 12


@pytest.fixture(scope="module")
def session() -> Session:
    """Some four hundred mistakes, and a year of the country's clean months."""
    played = Session(_SEED)
    played.spoil_cells({name: -(-_OF_A_GROUP // GROUPS[kind.group]) for name, kind in JUDGED.items()}, economies=3)
    played.leave_clean(national=12, provincial=1)
    return played


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_mistakes_are_found_at_their_cell(session: Session, group: str) -> None:
    scores = [(kind, session.board.score(kind)) for kind in JUDGED.values() if kind.group == group]
    planted = sum(score.planted for _, score in scores)
    found = sum(score.found for _, score in scores)
    assert planted >= _OF_A_GROUP
    assert found >= NEEDED * planted, [missed for _, score in scores for missed in score.missed]


def test_nothing_else_is_called_wrong_beside_a_mistake(session: Session) -> None:
    assert sum(session.board.stray.values()) < session.board.runs


def test_clean_months_of_the_country_have_less_than_one_error(session: Session) -> None:
    assert session.national.months == 12
    assert session.national.each_month("error") < 1, session.national.findings


def test_clean_months_of_34_provinces_have_less_than_one_error_for_ten_senders(session: Session) -> None:
    assert session.provincial.each_month("error") <= 3, session.provincial.findings


def test_the_report_names_the_checks_that_it_measured() -> None:
    line = next(line for line in REPORT.read_text(encoding="utf-8").splitlines() if line.startswith(CODES))
    told = set(line.removeprefix(CODES).rstrip(".").split(", "))
    measured = {code for code, check in CHECKS.items() if check.family in {ARITHMETIC, SCALE, TYPING, COPY}}
    assert told <= set(CHECKS)
    assert measured <= told
