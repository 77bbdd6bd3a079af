"""All checks over a period: findings in a fixed order; a check that breaks is a finding, never an exception."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import CHECKS, Break, Check, rule_of, severity
from ctdp_etl.model import CellRef, Finding, Scope, Severity

_SAID = (
    *("source", "dataflow", "ref_area", "indicator", "label", "time_period", "measure"),
    *("sheet", "cell", "sha256"),
)
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)


def run_checks(inputs: CheckInput, checks: Mapping[str, Check] = CHECKS) -> list[Finding]:
    """Return the findings of ``checks`` (every registered one), errors first, then by code, source, sheet and cell."""
    found = [finding for code in sorted(checks) for finding in _run(inputs, checks[code])]
    return sorted(dict.fromkeys(found), key=_order)


def _run(inputs: CheckInput, check: Check) -> Iterator[Finding]:
    try:
        yield from list(_findings(inputs, check))
    except Exception as error:  # any fault of one check must leave the others their say
        yield Finding(
            code=check.code,
            severity=Severity.ERROR,
            scope=Scope.PERIOD,
            time_period=inputs.period,
            message=f"Phép kiểm {check.code} ({check.title}) không chạy được: {type(error).__name__}. "
            "Kết quả kiểm tra kỳ này chưa đầy đủ; hãy báo người quản trị hệ thống.",
        )


def _findings(inputs: CheckInput, check: Check) -> Iterator[Finding]:
    for broken in check.function(inputs):
        rule = rule_of(inputs, check, str(broken.at.get("dataflow", "")))
        grade = severity(rule, broken.size, broken.at_most)
        if grade is not None:
            yield _finding(check, grade, broken)


def _finding(check: Check, grade: Severity, broken: Break) -> Finding:
    at = broken.at
    said = {name: "" if _missing(at.get(name)) else str(at[name]) for name in _SAID}
    return Finding(
        code=check.code,
        severity=grade,
        scope=broken.scope,
        message=broken.message,
        observed=_number(at.get("value")),
        expected=_number(broken.expected),
        tolerance=_number(broken.tolerance),
        cells=tuple(
            CellRef(str(other.get("sha256", "")), str(other["sheet"]), str(other["cell"]))
            for other in broken.others
            if other["cell"]
        ),
        **said,
    )


def _missing(value: object) -> bool:
    return not isinstance(value, str) and bool(pd.isna(value))  # type: ignore[call-overload]


def _number(value: object) -> float | None:
    if _missing(value) or value == "":
        return None
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _order(finding: Finding) -> tuple[object, ...]:
    rank = _SEVERITIES.index(Severity(finding.severity))
    return (
        rank,
        finding.code,
        finding.source,
        finding.ref_area,
        finding.sheet,
        len(finding.cell),
        finding.cell,
        finding.indicator,
        finding.time_period,
        finding.measure,
        finding.message,
    )
