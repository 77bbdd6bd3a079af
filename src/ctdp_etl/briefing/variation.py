"""The same phrase does not come again and again down a page: a stock phrase takes its turns by rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ctdp_etl.briefing.document import Block, Briefing, Paragraph, Run, Runs, Strong
from ctdp_etl.briefing.narrative import LAST_MONTH, LAST_YEAR
from ctdp_etl.period import Period

_YEAR = "cùng kỳ năm 2"
"""How a year is named; it is not named twice where the growth of that year follows in brackets."""
Turns = Mapping[str, Sequence[str]]


def turns(period: Period) -> Turns:
    """Return the ways of saying each stock phrase of a month's report, the full one first; {} where it is no month."""
    if period.freq != "M":
        return {}
    so_far, last = f"{period.number} tháng", period.previous
    return {
        f"so với {LAST_YEAR}": (f"so với {LAST_YEAR}", "so với cùng kỳ", f"so với cùng kỳ năm {period.year - 1}"),
        f"so với {LAST_MONTH}": (f"so với {LAST_MONTH}", f"so với tháng {last.number}"),
        f"tính chung {so_far}": (f"tính chung {so_far}", f"lũy kế {so_far}"),
        "tăng cao nhất là": ("tăng cao nhất là", "dẫn đầu mức tăng là"),
        "giảm sâu nhất là": ("giảm sâu nhất là", "giảm nhiều nhất là"),
    }


def in_full(text: str, ways: Turns) -> str:
    """Return the text with each stock phrase said in its full way, so that a turn alone is no difference."""
    full = {way.lower(): phrase for phrase, own in ways.items() for way in own}
    if not full:
        return text
    said = "|".join(re.escape(way) for way in sorted(full, key=len, reverse=True))
    return re.sub(said, lambda found: full[found[0].lower()], text, flags=re.IGNORECASE)


def in_turns(briefing: Briefing, period: Period) -> Briefing:
    """Return the briefing with its stock phrases in turns: on page one, and anew in each section."""
    ways = turns(period)
    if not ways:
        return briefing
    points = tuple(block for block in varied(briefing.points, ways) if isinstance(block, Paragraph))
    sections = tuple(replace(one, blocks=varied(one.blocks, ways)) for one in briefing.sections)
    return replace(briefing, points=points, sections=sections)


def varied(blocks: Iterable[Block], ways: Turns) -> tuple[Block, ...]:
    """Return the blocks with the stock phrases of their paragraphs in turns, from the first of each on.

    What is said stays the same, and the same blocks are always said the same way.
    """
    said: Counter[str] = Counter()
    phrases = re.compile("|".join(map(re.escape, ways)), re.IGNORECASE)
    return tuple(
        replace(block, runs=_runs(block.runs, phrases, ways, said)) if isinstance(block, Paragraph) else block
        for block in blocks
    )


def _runs(runs: Runs, phrases: re.Pattern[str], ways: Turns, said: Counter[str]) -> Runs:
    def turn(found: re.Match[str], after: Run) -> str:
        phrase = found[0].lower()
        own = ways[phrase]
        if _YEAR in own[said[phrase] % len(own)] and str(after).startswith(f" ({_YEAR}"):
            said[phrase] += 1
        way = own[said[phrase] % len(own)]
        said[phrase] += 1
        return way if found[0][0].islower() else way[:1].upper() + way[1:]

    def of(run: Run, after: Run) -> Run:
        if not isinstance(run, str) or isinstance(run, Strong):
            return run
        return phrases.sub(lambda found: turn(found, after if found.end() == len(run) else ""), run)

    return tuple(of(run, after) for run, after in zip(runs, (*runs[1:], ""), strict=True))
