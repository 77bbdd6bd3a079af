"""Findings with what was decided about them, as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctdp_etl.checks.wording import number
from ctdp_etl.model import Decision, DecisionKind
from ctdp_etl.pipeline.calendar import local_day
from ctdp_etl.pipeline.site import Site


def today(site: Site, at: str | None = None) -> str:
    """Return the day that it is in Vietnam, now or ``at`` ("YYYY-MM-DD"): a waiver holds to the end of its last day."""
    return local_day(at or site.settings.now()).isoformat()


def document(decision: Decision | None) -> dict[str, Any] | None:
    """Return a decision as the JSON object that stands in its finding; None for a finding that is open."""
    if decision is None:
        return None
    return {
        "id": decision.id,
        "kind": decision.kind,
        "who": decision.who,
        "reason": decision.reason,
        "until": decision.until,
        "value": decision.value,
        "source": decision.value_source,
        "decided_at": decision.decided_at,
    }


def words(decision: Mapping[str, Any] | None) -> str:
    """Return a decision (its JSON object) as the operator reads it: what, by whom, why; '' for an open finding."""
    if decision is None:
        return ""
    last = "/".join(reversed(decision["until"].split("-")))
    waived = f"chấp nhận đến hết {last}" if last else "chấp nhận"
    what = waived if decision["kind"] == DecisionKind.WAIVE else f"sửa thành {number(decision['value'])}"
    return f"{what}: {decision['who']} ({decision['reason']})"


def as_decided(documents: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings with the decisions that ``known`` ones have, and the known ones that a correction closed."""
    decided = {(one["id"], one["observed"]): one for one in known if one["decision"] is not None}
    found = {one["id"] for one in documents}
    closed = [one for one in decided.values() if one["decision"]["kind"] == "correct" and one["id"] not in found]
    return [decided.get((one["id"], one["observed"]), one) for one in documents] + closed
