"""Fonts, fills, borders and number formats of an .xls, as openpyxl writes them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

_LINES: tuple[Any, ...] = (
    *("", "thin", "medium", "dashed", "dotted", "thick", "double", "hair", "mediumDashed", "dashDot"),
    *("mediumDashDot", "dashDotDot", "mediumDashDotDot", "slantDashDot"),
)
_ACROSS = ("general", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
_DOWN = ("top", "center", "bottom", "justify", "distributed")
_UNDERLINES: dict[int, Any] = {1: "single", 2: "double", 33: "singleAccounting", 34: "doubleAccounting"}
_RAISED: dict[int, Any] = {1: "superscript", 2: "subscript"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TWIPS = 20


def plain(words: str) -> str:
    """Return words without letters that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", words)


class Looks:
    """The looks of an old workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._look = cache(self._made)

    def put(self, cell: Any, number: int | None) -> None:
        """Give a new cell the look with this number."""
        if number is None or number >= len(self._book.xf_list):
            return
        cell.font, cell.fill, cell.border, cell.alignment, cell.protection, cell.number_format = self._look(number)

    def rich(self, words: str, runs: Any) -> CellRichText:
        """Return a text whose parts have fonts of their own; each run is (first letter, font)."""
        starts = [start for start, _ in runs]
        parts: list[Any] = [plain(words[: starts[0]])] if starts[0] else []
        for (start, font), end in zip(runs, (*starts[1:], len(words)), strict=True):
            if end > start:
                parts.append(TextBlock(self._inline(font), plain(words[start:end])))
        return CellRichText(parts)

    def _made(self, number: int) -> tuple[Any, ...]:
        look = self._book.xf_list[number]
        shown = self._book.format_map.get(look.format_key)
        return (
            self._font(look.font_index),
            self._fill(look.background),
            self._border(look.border),
            self._alignment(look.alignment),
            Protection(locked=bool(look.protection.cell_locked), hidden=bool(look.protection.formula_hidden)),
            plain(shown.format_str) if shown is not None and shown.format_str else "General",
        )

    def _font(self, number: int) -> Font:
        old = self._book.font_list[number]
        return Font(
            name=plain(old.name),
            sz=old.height / _TWIPS,
            b=bool(old.bold),
            i=bool(old.italic),
            strike=bool(old.struck_out),
            u=_UNDERLINES.get(old.underline_type),
            vertAlign=_RAISED.get(old.escapement),
            color=self._colour(old.colour_index),
        )

    def _inline(self, number: int) -> InlineFont:
        font = self._font(number)
        return InlineFont(
            rFont=font.name, sz=font.sz, b=font.b, i=font.i, u=font.u, vertAlign=font.vertAlign, color=font.color
        )

    def _colour(self, number: int) -> str | None:
        found = self._book.colour_map.get(number)
        return f"FF{found[0]:02X}{found[1]:02X}{found[2]:02X}" if found else None

    def _fill(self, old: Any) -> PatternFill:
        if old.fill_pattern != 1:
            return PatternFill()
        return PatternFill("solid", fgColor=self._colour(old.pattern_colour_index) or "FFFFFFFF")

    def _border(self, old: Any) -> Border:
        sides: dict[str, Any] = {}
        for name in ("left", "right", "top", "bottom"):
            style = getattr(old, f"{name}_line_style")
            if 0 < style < len(_LINES):
                sides[name] = Side(_LINES[style], color=self._colour(getattr(old, f"{name}_colour_index")))
        return Border(**sides)

    @staticmethod
    def _alignment(old: Any) -> Alignment:
        return Alignment(
            horizontal=_ACROSS[old.hor_align] if old.hor_align < len(_ACROSS) else None,
            vertical=_DOWN[old.vert_align] if old.vert_align < len(_DOWN) else None,
            wrap_text=bool(old.text_wrapped),
            shrink_to_fit=bool(old.shrink_to_fit),
            indent=min(old.indent_level, 15),
        )
