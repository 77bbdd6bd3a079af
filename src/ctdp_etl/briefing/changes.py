"""What changed from one printed content of a briefing to another: numbers by id, sentences by their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_ABOUT = ("dataflow", "ref_area", "label", "measure", "time_period")


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A number that is printed otherwise, newly or no longer; '' stands for not printed, page 0 too.

    ``about`` is what its first stored number is about: dataflow, ref_area, label, measure, time_period.
    """

    id: str
    before: str
    after: str
    page: int
    about: Mapping[str, str]


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
        said_before, said_now = (one["printed"] if one else "" for one in (was, new))
        if said_before != said_now:
            about = _about(after, new) if new else _about(before, known[name])
            found.append(FigureChange(name, said_before, said_now, new["page"] if new else 0, about))
    texts = [[one["text"] for one in content["sentences"]] for content in (before, after)]
    return Changes(tuple(found), tuple(_sentences(*texts)))


def _sentences(before: Sequence[str], after: Sequence[str]) -> Iterator[SentenceChange]:
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, new = before[first:last], after[start:end]
        length = max(len(gone), len(new))
        for place in range(length):
            yield SentenceChange(*(texts[place] if place < len(texts) else "" for texts in (gone, new)))


def _about(content: Mapping[str, Any], figure: Mapping[str, Any]) -> dict[str, str]:
    table = content["observations"]
    for place in figure["observations"]:
        row = dict(zip(table["columns"], table["rows"][place], strict=True))
        return {name: str(row[name]) for name in _ABOUT}
    return dict.fromkeys(_ABOUT, "")
