"""Row labels as offices write them: in one or two columns, with a code in front, a unit behind, English below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctdp_etl.catalog import Catalog
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.memory import remembered

_ORDER_MARK = re.compile(r"^(?:[IVX]{1,5}|\d{1,3}(?:\.\d{1,2})*|[A-Za-zĐđ]|[-+–])[.)]?$")
_CODE_FIRST = re.compile(r"^(?P<code>[A-Z]?\d{1,5}|[A-Z])\s*[-–:.)]?\s+(?=\D)")
_UNIT_LAST = re.compile(
    r"[\s,;:(–-]*(?:\((?P<inside>[^()]+)\)|(?:đvt|đơn vị(?: tính)?)\s*:\s*(?P<told>[^()]+)\)?)\s*$", re.IGNORECASE
)
_TRANSLATION = re.compile(r"\s*(?:\n|/|\s[-–]\s|\()\s*(?P<english>[\x20-\x7e\n]+)$")
_ENGLISH = re.compile(r"\b(?:of|and|the|total|whole|other|\w+ing|\w+tion|\w{3,}s|\w+ry|\w+ment)\b", re.IGNORECASE)


def row_label(sheet: Sheet, row: int, columns: Sequence[int]) -> tuple[str, int]:
    """Return the label of a row and its column; order marks (I, 1.2) are left out, line breaks stay."""
    texts = [(column, text) for column in columns if (text := sheet.text(row, column))]
    words = [(column, text) for column, text in texts if not _ORDER_MARK.match(text)] or texts
    if not words:
        return "", columns[0] if columns else 1
    return " ".join(_lines(text) for _, text in words), words[-1][0]


def _lines(text: str) -> str:
    if "\n" not in text and "\r" not in text and text.isprintable():
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


@remembered
def readings(label: str, catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """Return (label, unit said in it): as written, then without a unit behind, a code in front, its translation."""
    found: dict[str, str] = {}
    untranslated = _without_english(label)
    for text in (label, untranslated):
        bare, unit = split_unit(text, catalog)
        for one, its_unit in (
            (text, ""),
            (bare, unit),
            (_CODE_FIRST.sub("", text), ""),
            (_CODE_FIRST.sub("", bare), unit),
        ):
            if one:
                found.setdefault(one, its_unit)
    return tuple(found.items())


def split_unit(label: str, catalog: Catalog) -> tuple[str, str]:
    """Return a label without the unit behind it ("Than sạch (nghìn tấn)"), and that unit, or ""."""
    match = _UNIT_LAST.search(label)
    if match is None:
        return label, ""
    unit = (match["inside"] or match["told"]).strip()
    unit = re.sub(r"^(?:đvt|đơn vị(?: tính)?)\s*:\s*", "", unit, flags=re.IGNORECASE)
    return (label[: match.start()].strip(), unit) if catalog.unit(unit) else (label, "")


def _without_english(label: str) -> str:
    match = _TRANSLATION.search(label)
    return label[: match.start()].strip() if match and _ENGLISH.search(match["english"]) else label
