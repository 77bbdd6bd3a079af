"""Vietnamese before Unicode, told by the font: TCVN3 (.VnTime, capitals in .VnTimeH) and VNI (VNI-Times)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LETTERS = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở "
    "ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3 = {int(pair[:2], 16): pair[2:] for pair in _LETTERS.split()}
_UNICODE_LATIN1 = set("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý")
_CERTAIN = re.compile(f"[{''.join(re.escape(chr(code)) for code in TCVN3 if chr(code) not in _UNICODE_LATIN1)}]")
_CAPITAL_INSIDE = re.compile("(?<=[a-zß-ÿ])[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ]|[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ](?=[a-z])(?<=[a-z].)")
_SUSPECT = re.compile(f"{_CERTAIN.pattern}|{_CAPITAL_INSIDE.pattern}")
_MAYBE = re.compile("[\u00a1-\u00ff]")
_WORD = re.compile(r"\S+")
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _ROOF, _BREVE = "\u0301\u0300\u0309\u0303\u0323\u0302\u0306"
VNI_MARKS = (
    dict(zip("ùøûõï", (_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT), strict=True))
    | dict(zip("âáàåãä", (_ROOF + tone for tone in ("", _ACUTE, _GRAVE, _HOOK, _TILDE, _DOT)), strict=True))
    | dict(zip("êéèúüë", (_BREVE + tone for tone in ("", _ACUTE, _GRAVE, _HOOK, _TILDE, _DOT)), strict=True))
)
"""Letters that VNI writes behind a vowel, as the marks that they put on it."""
VNI_LETTERS = dict(zip("ôöñæóòîÔÖÑÆÓÒÎ", "ơưđỉĩịỵƠƯĐỈĨỊỴ", strict=True))
_VNI = re.compile(f"([aeouyôö])([{''.join(VNI_MARKS)}])|[{''.join(VNI_LETTERS)}]", re.IGNORECASE)


def looks_legacy(text: str) -> bool:
    """Say whether ``text`` holds letters that Unicode Vietnamese never has."""
    return _SUSPECT.search(text) is not None and any(_certain(word) for word in _WORD.findall(text))


def may_be_legacy(text: str) -> bool:
    """Say whether ``text`` holds letters that TCVN3 would read otherwise than Unicode."""
    return _MAYBE.search(text) is not None


def decode(text: str) -> str:
    """Return TCVN3 ``text`` as Unicode; characters outside the table stay."""
    return text.translate(TCVN3)


def decode_runs(runs: Iterable[tuple[str, str]]) -> str:
    """Return the text of (text, font name) runs as NFC Unicode: the font of each run decides."""
    parts = []
    for text, font in runs:
        if font.lower().startswith("vni"):
            text = decode_vni(text)
        elif font.lower().startswith(".vn"):
            text = text if _has_unicode(text) and not looks_legacy(text) else decode(text)
            if font.lower().rstrip("0123456789 ").endswith("h"):
                text = text.upper()
        elif looks_legacy(text):
            text = decode_words(text)
        parts.append(text)
    return unicodedata.normalize("NFC", "".join(parts))


def decode_vni(text: str) -> str:
    """Return VNI ``text`` as Unicode: a vowel and the letter behind it that stands for its marks, or one letter."""
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def _vni_letter(match: re.Match[str]) -> str:
    if not match[1]:
        return VNI_LETTERS[match[0]]
    return VNI_LETTERS.get(match[1], match[1]) + VNI_MARKS[match[2].lower()]


def decode_words(text: str) -> str:
    """Return ``text`` decoded word by word where no font can be asked.

    Of a word that holds Unicode Vietnamese letters too ("Đ¬n") only the letters that Unicode never has are decoded.
    """
    if not looks_legacy(text):
        return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _WORD.sub(lambda word: _decode_word(word[0]), text))


def _decode_word(word: str) -> str:
    if not _has_unicode(word):
        return decode(word)
    return _CERTAIN.sub(lambda letter: decode(letter[0]), word)


def _certain(word: str) -> bool:
    word = word.rstrip("®")
    return _CERTAIN.search(word) is not None or _CAPITAL_INSIDE.search(word) is not None


def _has_unicode(word: str) -> bool:
    return any(ord(letter) > 0xFF and letter.isalpha() for letter in word)
