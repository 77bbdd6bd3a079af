"""The forms' own rules: every code that a form sets is a check, and every bound rises with severity."""

from __future__ import annotations

from ctdp_etl.catalog import Rule, load_catalog
from ctdp_etl.checks import CHECKS


def bounds(rule: Rule) -> list[float]:
    """Return the sizes of notice, warning and error, where they are set."""
    return [bound for bound in (rule.notice, rule.warning, rule.error) if bound is not None]


def test_the_forms_set_rules_of_checks_that_exist() -> None:
    for flow in load_catalog().dataflows.values():
        assert set(flow.checks or {}) <= set(CHECKS), flow.code


def test_a_bigger_break_is_never_less_severe() -> None:
    rules = [check.rule for check in CHECKS.values()]
    rules += [rule for flow in load_catalog().dataflows.values() for rule in (flow.checks or {}).values()]
    assert all(bounds(rule) and bounds(rule) == sorted(bounds(rule)) for rule in rules)


def test_identities_name_codes_of_the_form() -> None:
    catalog = load_catalog()
    for flow in catalog.dataflows.values():
        known = {code for name in flow.codelists for code in catalog.codelists[name].codes}
        for additive in flow.additive:
            assert {additive.total, *additive.parts} - {""} <= known, flow.code
            assert set(flow.expected) <= known, flow.code
