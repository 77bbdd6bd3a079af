"""Row labels as keys: what offices write in many ways compares alike, without ever guessing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PREFIX = re.compile(
    r"^\s*(?:[-+•*–—]+|(?:\(?\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-eđ])(?:[.)](?!\d)|\s?[:–-]\s|/\s)"
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
_AFTER_Q = {
    unicodedata.normalize("NFC", f"qu{tone}{vowel}"): unicodedata.normalize("NFC", f"qu{vowel}{tone}")
    for tone in "\u0300\u0301\u0303\u0309\u0323"
    for vowel in "aăâeêioơy"
}
_TONE_ON_U = re.compile("|".join(_AFTER_Q))
_TONE_ON_QU = re.compile("q([ùúủũụ])([aăâeêioơôyi])")
_NEW_STYLE = re.compile(rf"(?<!q)(?:{'|'.join(_OLD_STYLE)})\b")


def _tone_after_qu(match: re.Match[str]) -> str:
    tone = unicodedata.normalize("NFD", match[1])[1]
    return "qu" + unicodedata.normalize("NFC", match[2] + tone)


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the key of a label: lower case NFC, no numbering, punctuation or footnote mark, tones in the old place.

    Offices write both "hoá" and "hóa", "thuỷ" and "thủy": the key has the second of each; "qủa" becomes "quả".
    """
    key, previous = unicodedata.normalize("NFC", text).strip().lower().replace("ð", "đ"), None
    while previous != key:
        previous, key = key, _reduced(key)
    return key


def _reduced(text: str) -> str:
    rest, previous = _FOOTNOTE.sub(" ", text), None
    while previous != rest:
        previous, rest = rest, _PREFIX.sub("", rest)
    words = _TONE_ON_U.sub(lambda match: _AFTER_Q[match[0]], " ".join(_NOT_WORD.sub(" ", rest).split()))
    return _NEW_STYLE.sub(lambda match: _OLD_STYLE[match[0]], words)
