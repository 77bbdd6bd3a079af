"""Unicode text that was once converted as if it were TCVN3 ("Thỏng", "Khai khoỏng"): put right where words prove it.

Workbooks of 2008 to 2019 hold such cells. A word is put right only if it is in no label of the catalog and what it was
before the conversion is; a word that may be either is put right only where a whole label of the catalog comes out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ctdp_etl.catalog import Catalog, label_key
from ctdp_etl.reading.grid import Address, Sheet, Value, in_rows
from ctdp_etl.reading.legacy import TCVN3

_LATIN = "áâãèéêìíòóôõùúÈÉÊÌÒÓÔÕÝ"
_CONVERTED = {letter: TCVN3[ord(letter)] for letter in _LATIN if ord(letter) in TCVN3}
_BEFORE = str.maketrans({after: before for before, after in _CONVERTED.items() if before.islower()})
_TELLTALE = re.compile(r"\b(?:thỏng|sỏnh|cụng|tớnh|khoỏng|cựng|tiờu|bỏn|chớnh)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_HEADING_WORDS = "tháng so sánh với cùng kỳ tính ước chính thức quý giá trị lượng số công cộng dồn năm trước đơn vị"
_MOST_DOUBTFUL = 4


def put_right(sheets: Sequence[Sheet], catalog: Catalog) -> tuple[Sheet, ...]:
    """Return the sheets with the text of scrambled cells put right; what the file holds stays in ``raw``."""
    texts = {value for sheet in sheets for value in sheet.cells.values() if isinstance(value, str)}
    if not any(map(_TELLTALE.search, texts)):
        return tuple(sheets)
    words = _Words(catalog)
    right = [(sheet, _cells(sheet.cells, words)) for sheet in sheets]
    return tuple(replace(sheet, cells=cells, rows=in_rows(cells)) for sheet, cells in right)


def _cells(cells: Mapping[Address, Value], words: _Words) -> dict[Address, Value]:
    return {address: words.put_right(value) if isinstance(value, str) else value for address, value in cells.items()}


class _Words:
    """The words and labels of the catalog, against which text is judged."""

    def __init__(self, catalog: Catalog) -> None:
        self.labels: set[str] = {*catalog.areas.aliases, *catalog.units}
        for codelist in catalog.codelists.values():
            self.labels.update(codelist.aliases)
        self.known = {word for label in self.labels for word in _styles(label)} | set(_HEADING_WORDS.split())

    def put_right(self, text: str) -> str:
        """Return ``text`` with its scrambled words as they were."""
        certain = _WORD.sub(lambda match: self._word(match[0]), text)
        if label_key(certain) in self.labels:
            return certain
        return next((one for one in self._others(certain) if label_key(one) in self.labels), certain)

    def _word(self, word: str) -> str:
        before = word.lower().translate(_BEFORE)
        if word.lower() in self.known or before not in self.known:
            return word
        return _as_written(before, word)

    def _others(self, text: str) -> Iterator[str]:
        """Yield the text with words that may be either as they would have been."""
        parts = re.split(r"(\W+)", text)
        choices = [_either(part, self.known) for part in parts]
        if sum(len(choice) > 1 for choice in choices) <= _MOST_DOUBTFUL:
            yield from ("".join(chosen) for chosen in product(*choices))


def _either(word: str, known: Collection[str]) -> tuple[str, ...]:
    before = word.lower().translate(_BEFORE)
    return (word,) if before == word.lower() or before not in known else (word, _as_written(before, word))


def _as_written(before: str, word: str) -> str:
    return before.upper() if word.isupper() and len(word) > 1 else before.capitalize() if word[0].isupper() else before


def _styles(label: str) -> Iterator[str]:
    """Yield the words of a label with their tones in the old place ("hóa") and in the new one ("hoá")."""
    for word in label.split():
        yield word
        for old, new in (("óa", "oá"), ("òa", "oà"), ("ỏa", "oả"), ("úy", "uý"), ("ùy", "uỳ"), ("ủy", "uỷ")):
            if old in word:
                yield word.replace(old, new)
