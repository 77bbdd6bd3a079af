"""The words of column headings, as compiled patterns: ``vocabulary.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Patterns over heading text (lower case, only words, % and /); ``status`` is asked in the order E, P, A."""

    abbreviations: tuple[tuple[re.Pattern[str], str], ...]
    status: Mapping[str, re.Pattern[str]]
    roles: Mapping[str, re.Pattern[str]]
    cumulative: re.Pattern[str]
    comparison: re.Pattern[str]
    previous: re.Pattern[str]
    same_period: re.Pattern[str]
    plan: re.Pattern[str]
    share: re.Pattern[str]
    difference: re.Pattern[str]
    forecast: re.Pattern[str]
    contribution: re.Pattern[str]
    growth: re.Pattern[str]
    index: re.Pattern[str]
    percent: re.Pattern[str]
    quantity: re.Pattern[str]
    value: re.Pattern[str]
    this_month: re.Pattern[str]
    footer: re.Pattern[str]
    title_prefix: re.Pattern[str]
    ditto: frozenset[str]
    absent: frozenset[str]


def read_vocabulary(folder: Path, faults: list[str]) -> Vocabulary | None:
    """Return the vocabulary of ``vocabulary.yaml``; what is wrong is added to ``faults``."""
    content: dict[str, Any] = yaml.safe_load((folder / "vocabulary.yaml").read_text(encoding="utf-8"))
    try:
        return Vocabulary(
            abbreviations=tuple((re.compile(key), value) for key, value in content.pop("abbreviations").items()),
            status={key: re.compile(value) for key, value in content.pop("status").items()},
            roles={key: re.compile(value) for key, value in content.pop("roles").items()},
            ditto=frozenset(content.pop("ditto")),
            absent=frozenset(content.pop("absent")),
            **{key: re.compile(value) for key, value in content.items()},
        )
    except (re.error, KeyError, TypeError, AttributeError) as error:
        faults.append(f"vocabulary.yaml: {error}")
        return None
