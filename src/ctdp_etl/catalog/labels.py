"""Row labels as keys: what offices write in many ways compares alike, without ever guessing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_PREFIX = re.compile(
    r"^\s*(?:[-+•*–—]+|\(?\d{1,2}(?:\.\d{1,2})*[.)]|[ivx]{1,4}[.)]|[a-eđ][.)]"
    r"|(?:trong đó|chia ra|t\.?đ\.?)\s*:?(?=\s*\S))\s*"
)
_FOOTNOTE = re.compile(r"\(\s*\*+\s*\)|\*+\s*$")
_NOT_WORD = re.compile(r"[^\w%/]+")


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the key of a label: lower case, no numbering, punctuation or footnote mark, tone marks ending each word.

    Tone marks move to the end of the word because offices write both "hoá" and "hóa", "thuỷ" and "thủy".
    """
    rest = _FOOTNOTE.sub(" ", unicodedata.normalize("NFC", text).lower().replace("ð", "đ"))
    previous = None
    while previous != rest:
        previous, rest = rest, _PREFIX.sub("", rest)
    words = _NOT_WORD.sub(" ", rest).split()
    return " ".join(_tone_last(word) for word in words)


@lru_cache(maxsize=16384)
def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(mark for mark in letters if mark in _TONES)
    if not tones:
        return word
    bare = "".join(mark for mark in letters if mark not in _TONES)
    return unicodedata.normalize("NFC", bare) + tones
