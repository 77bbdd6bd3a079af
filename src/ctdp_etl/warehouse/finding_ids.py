"""What a finding is called for as long as it stays at its place."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from ctdp_etl.model import Finding

_IDENTITY = ("code", "scope", "source", "dataflow", "ref_area", "indicator", "label", "time_period", "measure")


def identified(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Return (id, finding) without repetition; an id stays the same while what was found stays at the same place."""
    unique = sorted({_as_text(item): item for item in findings}.items())
    taken: Counter[str] = Counter()
    named = []
    for _, item in unique:
        name = finding_id(item)
        taken[name] += 1
        named.append((f"{name}-{taken[name]}" if taken[name] > 1 else name, item))
    return named


def finding_id(item: Finding) -> str:
    """Return the id of a finding: the same check at the same place, whatever the numbers, has the same id."""
    identity = [getattr(item, name) for name in (*_IDENTITY, "sha256", "sheet", "cell")]
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:12]


def _as_text(item: Finding) -> str:
    return json.dumps(asdict(item), ensure_ascii=False, sort_keys=True)
