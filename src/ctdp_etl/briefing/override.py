"""The mark on page one of a briefing that somebody released while its gate was shut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ctdp_etl.briefing.document import Briefing, Paragraph, Strong
from ctdp_etl.briefing.quality import in_short

_WHO, _REASON = 60, 160
"""Characters of a name and of a reason: page one has to hold them; the audit trail has them whole."""


def marked(briefing: Briefing, who: str, why: str, shut: Sequence[str]) -> Briefing:
    """Return the briefing with who released it and why before its first sentence; ``shut`` says what its gate lacked.

    Nothing else of it changes: the mark holds no figure and comes after the stock phrases have had their turns.
    """
    signed = Strong(f"Phát hành theo quyết định của {_typed(who, _WHO)} khi báo cáo chưa đủ điều kiện phát hành")
    reason = _typed(why, _REASON)
    end = "" if reason.endswith(("…", "!", "?")) else "."
    mark = Paragraph((signed, f": {'; '.join(shut)}. Lý do: {reason}{end}"), "mark")
    return replace(briefing, points=(mark, *briefing.points))


def _typed(text: str, longest: int) -> str:
    """Return on one line what somebody typed, without the characters that only steer how others are shown."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return in_short(" ".join(shown.split()), longest).rstrip(".")
