"""What changed from one printed content of a briefing to another: numbers by id, sentences by their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ctdp_etl.briefing.variation import Turns, in_full, turns
from ctdp_etl.period import Period

_ABOUT = ("dataflow", "ref_area", "label", "measure", "time_period")


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A number that is printed otherwise, newly or no longer; '' stands for not printed, page 0 too.

    ``about`` is what its stored numbers are about, '' where they differ: dataflow, ref_area, label, measure,
    time_period. ``how`` says how it follows from them, '' where it is the stored number; ``unit`` is that of print;
    ``said`` is the first sentence in which it stands, '' where it stands in none.
    """

    id: str
    before: str
    after: str
    page: int
    about: Mapping[str, str]
    how: str
    unit: str
    said: str


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence that says something else, newly or no longer; '' stands for not printed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs in print; a change of layout alone is none."""

    figures: tuple[FigureChange, ...]
    sentences: tuple[SentenceChange, ...]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return what changed between two lineages, the numbers in the order of print, those no longer printed last."""
    known, now = ({one["id"]: one for one in content["figures"]} for content in (before, after))
    found = []
    for name in [*now, *(name for name in known if name not in now)]:
        was, new = known.get(name), now.get(name)
        printed, prints = (one["printed"] if one else "" for one in (was, new))
        if printed != prints:
            content, one = (after, new) if new else (before, known[name])
            page = new["page"] if new else 0
            said = next((text["text"] for text in content["sentences"] if name in text["figures"]), "")
            about = _about(content, one)
            found.append(FigureChange(name, printed, prints, page, about, one["how"], one["unit"], said))
    said_before, said_now = ([one["text"] for one in content["sentences"]] for content in (before, after))
    ways = turns(Period.parse(after["period"]))
    return Changes(tuple(found), tuple(_sentences(said_before, said_now, ways)))


def _sentences(before: Sequence[str], after: Sequence[str], ways: Turns) -> Iterator[SentenceChange]:
    """Yield the sentences that say something else; which of the ways a stock phrase is said in its turn is nothing."""
    meant, now = ([in_full(text, ways) for text in texts] for texts in (before, after))
    for kind, first, last, start, end in SequenceMatcher(None, meant, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, new = before[first:last], after[start:end]
        length = max(len(gone), len(new))
        for place in range(length):
            yield SentenceChange(*(texts[place] if place < len(texts) else "" for texts in (gone, new)))


def _about(content: Mapping[str, Any], figure: Mapping[str, Any]) -> dict[str, str]:
    table = content["observations"]
    rows = [dict(zip(table["columns"], table["rows"][place], strict=True)) for place in figure["observations"]]
    told = {name: {str(row[name]) for row in rows} for name in _ABOUT}
    return {name: min(values) if len(values) == 1 else "" for name, values in told.items()}
