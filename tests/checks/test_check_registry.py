"""Every check has a case that it finds and one that it passes; turning any of them off fails here."""

from __future__ import annotations

import pytest
from check_cases import CASES
from check_frames import found

from ctdp_etl.checks import CHECKS
from ctdp_etl.pipeline.lapsed import CODES


def test_every_check_has_its_case() -> None:
    assert set(CASES) == set(CHECKS)


def test_findings_about_our_own_decisions_have_codes_of_their_own() -> None:
    assert not CODES & set(CHECKS)


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_mistake_is_found(code: str) -> None:
    findings = found(CASES[code](True), code)
    assert findings
    assert all(finding.scope != "period" for finding in findings), findings[0].message


@pytest.mark.parametrize("code", sorted(CASES))
def test_clean_figures_pass(code: str) -> None:
    findings = found(CASES[code](False))
    assert not [finding for finding in findings if code == finding.code or finding.severity == "error"]


def test_the_table_of_checks_is_complete() -> None:
    for code, check in CHECKS.items():
        assert check.code == code
        assert check.title and check.family and check.source and check.rule.reason
        assert check.level in {1, 2, 3}
        assert any(bound is not None for bound in (check.rule.error, check.rule.warning, check.rule.notice))
