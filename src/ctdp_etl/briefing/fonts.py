"""Fonts: a face with the measures of Times New Roman and every Vietnamese letter, or a fallback with a warning."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from ctdp_etl.errors import CtdpError

TIMES_METRIC = ("Liberation Serif", "Tinos", "Times New Roman")
FALLBACK = ("DejaVu Serif", "Noto Serif", "FreeSerif")
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", case(vowel + tone))
    for vowel in _VOWELS
    for tone in _TONES
    for case in (str.lower, str.upper)
) | frozenset("đĐ–—“”…²³\u2212†‡")
"""Every letter of the language in both cases and the signs that briefings use."""


class FontError(CtdpError):
    """No font on this machine can write Vietnamese."""

    def __init__(self) -> None:
        super().__init__("Máy chưa có phông chữ đủ chữ Việt. Hãy cài: apt-get install fonts-liberation2.")


@dataclass(frozen=True, slots=True)
class Typeface:
    """The family to print with, the characters that it has, and what the operator should know of it."""

    family: str
    characters: frozenset[int]
    warning: str

    def printable(self, text: str) -> str:
        """Return ``text`` composed (NFC); a character without a glyph is written as its code, never as a blank."""
        composed = unicodedata.normalize("NFC", text)
        if all(ord(char) in self.characters for char in composed):
            return composed
        return "".join(self._visible(char) for char in composed)

    def lacking(self, text: str) -> frozenset[str]:
        """Return the characters of ``text`` that are written as their codes."""
        composed = set(unicodedata.normalize("NFC", text))
        return frozenset(char for char in composed if ord(char) not in self.characters and not char.isspace())

    def _visible(self, char: str) -> str:
        if char.isspace():
            return " "
        return char if ord(char) in self.characters else f"[U+{ord(char):04X}]"


@cache
def typeface() -> Typeface:
    """Return the first family that is complete; raise ``FontError`` where none is."""
    files = _installed()
    for family in (*TIMES_METRIC, *FALLBACK):
        characters = _common_characters(files.get(family, ()))
        if {ord(char) for char in VIETNAMESE} <= characters:
            return Typeface(family, characters, "" if family in TIMES_METRIC else _warning(family))
    raise FontError


def _warning(family: str) -> str:
    return (
        f"Không có phông cùng số đo với Times New Roman, đang dùng {family}: báo cáo sai thể thức phông chữ. "
        "Hãy cài: apt-get install fonts-liberation2."
    )


def _installed() -> dict[str, list[str]]:
    """Return the font files by family, as fontconfig (which Pango asks too) lists them."""
    program = shutil.which("fc-list")
    if program is None:
        raise FontError
    listing = subprocess.run(  # noqa: S603
        [program, "--format", "%{family[0]}\t%{file}\n"], capture_output=True, text=True, check=True
    ).stdout
    files: dict[str, list[str]] = {}
    for line in sorted(listing.splitlines()):
        family, _, path = line.partition("\t")
        files.setdefault(family, []).append(path)
    return files


def _common_characters(paths: list[str] | tuple[str, ...]) -> frozenset[int]:
    """Return the characters that every face of a family has."""
    faces = []
    for path in paths:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            faces.append(frozenset(font.getBestCmap() or ()))
    return frozenset.intersection(*faces) if faces else frozenset()
