"""Row labels as keys: what offices write in many ways compares alike, without ever guessing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PREFIX = re.compile(
    r"^\s*(?:[-+•*–—]+|(?:\(?\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-eđ])(?:[.)](?!\d)|\s?[/:–-]\s)"
    r"|\d{1,2}(?:\.\d{1,2})+\s(?=\s*[^\W\d])|(?:trong đó|chia ra|t\.?đ\.?)\s*:?(?=\s*\w))\s*"
)
_FOOTNOTE = re.compile(r"\(\s*\*+\s*\)|\*+\s*$")
_NOT_WORD = re.compile(r"[^\w%/]+")
_OLD_STYLE = {
    new: old
    for first, second in (("o", "a"), ("o", "e"), ("u", "y"))
    for new, old in (
        (
            unicodedata.normalize("NFC", first + second + tone),
            unicodedata.normalize("NFC", first + tone + second),
        )
        for tone in "\u0300\u0301\u0303\u0309\u0323"
    )
}
_NEW_STYLE = re.compile(rf"(?<!q)(?:{'|'.join(_OLD_STYLE)})\b")


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the key of a label: lower case NFC, no numbering, punctuation or footnote mark, tones in the old place.

    Offices write both "hoá" and "hóa", "thuỷ" and "thủy": the key has the second of each.
    """
    rest = _FOOTNOTE.sub(" ", unicodedata.normalize("NFC", text).lower().replace("ð", "đ"))
    previous = None
    while previous != rest:
        previous, rest = rest, _PREFIX.sub("", rest)
    words = " ".join(_NOT_WORD.sub(" ", rest).split()).replace("qúy", "quý")
    return _NEW_STYLE.sub(lambda match: _OLD_STYLE[match[0]], words)
