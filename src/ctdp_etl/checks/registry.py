"""The checks by their stable codes, and how big a break makes an error, a warning or a notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks.figures import Numbers, Record
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.model import Scope, Severity


@dataclass(frozen=True, eq=False)
class Break:
    """One identity that does not hold: ``at`` is its left-hand side, ``size`` says how far it is from holding.

    ``at`` and ``others`` are rows of an observation frame, or of the forms. ``expected`` and ``tolerance`` are in the
    unit of ``at``. ``at_most`` caps the severity: an echo of an earlier error is a notice whatever its size.
    """

    at: Record
    size: float
    message: str
    expected: float | None = None
    tolerance: float | None = None
    others: tuple[Record, ...] = ()
    scope: Scope = Scope.RECORD
    at_most: Severity = Severity.ERROR


CheckFunction = Callable[[CheckInput], Iterable[Break]]


@dataclass(frozen=True)
class Check:
    """A check: Vietnamese ``title`` and ``family``, the legal or logical ``source`` of its rule.

    ``rule`` holds where the form's YAML has none. ``level`` is the ESS validation level: 1 within a submission, 2
    against other periods and vintages, 3 against other sources.
    """

    code: str
    title: str
    family: str
    level: int
    source: str
    rule: Rule
    function: CheckFunction


CHECKS: dict[str, Check] = {}
"""Every check by code; codes are stable for ever and never reused."""

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)


def check(
    code: str, title: str, *, family: str, level: int, source: str, rule: Rule
) -> Callable[[CheckFunction], CheckFunction]:
    """Register the decorated function as the check ``code``; raise ``ValueError`` where the code is taken."""

    def register(function: CheckFunction) -> CheckFunction:
        if code in CHECKS:
            raise ValueError(f"check code {code} is taken")
        CHECKS[code] = Check(code, title, family, level, source, rule, function)
        return function

    return register


def rule_of(inputs: CheckInput, check: Check, dataflow: str) -> Rule:
    """Return the rule of the dataflow's YAML, or the check's own."""
    flow = inputs.catalog.dataflows.get(dataflow)
    rules = (flow.checks or {}) if flow is not None else {}
    return rules.get(check.code, check.rule)


def worth_telling(inputs: CheckInput, code: str, dataflows: pd.Series, sizes: Numbers) -> npt.NDArray[np.intp]:
    """Return the lines whose size reaches the smallest bound of the rule in their dataflow."""
    told = np.flatnonzero(~np.isnan(sizes))
    return told[sizes[told] >= bounds(inputs, code, dataflows)[told]] if len(told) else told


def bounds(inputs: CheckInput, code: str, dataflows: pd.Series, *, only_errors: bool = False) -> Numbers:
    """Return the size from which the check tells a break, or an error, in the dataflow of each line."""
    column, found = dataflows.array, []
    for dataflow in column.categories:
        rule = rule_of(inputs, CHECKS[code], dataflow)
        sizes = (rule.error,) if only_errors else (rule.error, rule.warning, rule.notice)
        found.append(min((size for size in sizes if size is not None), default=np.inf))
    least: Numbers = np.array(found, dtype=float)[column.codes]
    return least


def severity(rule: Rule, size: float, at_most: Severity = Severity.ERROR) -> Severity | None:
    """Return the severity of a break of ``size``, or None where it is too small to be told."""
    bounds = dict(zip(_ORDER, (rule.error, rule.warning, rule.notice), strict=True))
    for level in _ORDER:
        bound = bounds[level]
        if bound is not None and size >= bound:
            return level if _ORDER.index(level) >= _ORDER.index(at_most) else at_most
    return None
