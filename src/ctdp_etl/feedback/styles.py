"""Looks for marked cells: the cell's own look, with a fill and a border that also tell the severities apart in grey."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ctdp_etl.feedback.package import Package, document
from ctdp_etl.feedback.splice import Edit, Element, appended, prefix, spliced, tree, with_attributes
from ctdp_etl.model import Severity

RELATED, CLEARED = "related", "cleared"
_MARKS: dict[str, tuple[str, str, str]] = {
    Severity.ERROR: ("FFFFC7CE", "thick", "FFC00000"),
    Severity.WARNING: ("FFFFEB9C", "medium", "FF9C5700"),
    Severity.NOTICE: ("FFDDEBF7", "mediumDashed", "FF1F4E79"),
    RELATED: ("FFF2F2F2", "dotted", "FF7F7F7F"),
    CLEARED: ("", "thin", "FF7F7F7F"),
}
"""Fill, border style and border colour of each mark; ``CLEARED`` was marked before and is not any more."""
_COLOUR = re.compile(rb"<(?:\w+:)?color\b[^>]*?(?:/>|>\s*</(?:\w+:)?color>)")
_EMPTY = (
    '<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
_BEFORE = ("cellStyleXfs", "cellXfs")
"""What the lists of fonts, fills and borders stand before, in this order."""
_FIRST = {
    "fonts": '<{p}font><{p}sz val="11"/><{p}name val="Calibri"/></{p}font>',
    "fills": '<{p}fill><{p}patternFill patternType="none"/></{p}fill>'
    '<{p}fill><{p}patternFill patternType="gray125"/></{p}fill>',
    "borders": "<{p}border><{p}left/><{p}right/><{p}top/><{p}bottom/><{p}diagonal/></{p}border>",
}
"""What stands first in such a list where the workbook has none; programs take the first two fills for granted."""


@dataclass(slots=True)
class _List:
    element: Element
    items: list[bytes]
    new: list[bytes]

    def add(self, item: bytes) -> int:
        """Return the number of an item, put last unless it is among the new ones."""
        if item not in self.new:
            self.new.append(item)
        return len(self.items) + self.new.index(item)


class Styles:
    """The looks of a workbook's cells; new ones are added, those that are there keep their numbers."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = package.related(package.book, "styles")
        if not self._has_formats():
            self._start_anew()
        self._complete()
        self._content = package.parts[self._part]
        root = tree(self._content)
        self._prefix = prefix(self._content, root).decode()
        self._lists = {name: self._list(root, name) for name in (*_FIRST, "cellXfs")}
        self._marked: dict[tuple[int, str], int] = {}

    def _has_formats(self) -> bool:
        content = self._package.parts.get(self._part)
        formats = tree(content).first("cellXfs") if content is not None else None
        return formats is not None and bool(formats.children)

    def _start_anew(self) -> None:
        empty = document(_EMPTY.format(main=self._package.main))
        if self._part in self._package.parts:
            self._package.parts[self._part] = empty
        else:
            self._part = self._package.free_name("xl/styles{}.xml")
            self._package.add(self._package.book, "styles", self._part, empty)

    def _complete(self) -> None:
        """Add the lists that a workbook may lack."""
        content = self._package.parts[self._part]
        root = tree(content)
        mark = prefix(content, root).decode()
        place = min(one.start for one in root.children if one.name in _BEFORE)
        edits: list[Edit] = [
            (place, place, f"<{mark}{name}>{first.format(p=mark)}</{mark}{name}>".encode())
            for name, first in _FIRST.items()
            if root.first(name) is None
        ]
        self._package.parts[self._part] = spliced(content, edits)

    def _list(self, root: Element, name: str) -> _List:
        element = root.first(name)
        if element is None:
            raise AssertionError(name)
        return _List(element, [self._content[one.start : one.end] for one in element.children], [])

    def marked(self, base: int, mark: str) -> int:
        """Return the look ``base`` with a mark (a severity, or ``RELATED``); letters become dark on the light fill."""
        if (base, mark) not in self._marked:
            formats = self._lists["cellXfs"]
            own = formats.items[base if base < len(formats.items) else 0]
            fill, style, colour = _MARKS[mark]
            chosen: dict[str, str | int] = {
                "fillId": self._fill(fill) if fill else 0,
                "borderId": self._border(style, colour),
            }
            chosen |= {"applyFill": 1, "applyBorder": 1}
            if (font := self._dark_font(own)) is not None:
                chosen |= {"fontId": font, "applyFont": 1}
            tag = re.match(rb"<[^>]*>", own)
            head = tag[0] if tag else own
            self._marked[base, mark] = formats.add(with_attributes(head, chosen) + own[len(head) :])
        return self._marked[base, mark]

    def for_list(self) -> dict[str, int]:
        """Return the numbers of the looks of the list's own cells by name, and by severity."""
        p = self._prefix
        plain = self._font("")
        thin = self._border("thin", "FF7F7F7F")
        grey = self._fill("FFD9D9D9")
        wrap = f'<{p}alignment vertical="top" wrapText="1"/>'
        looks = {
            "title": (self._font("<{p}b/>", 14), 0, 0, ""),
            "line": (plain, 0, 0, f'<{p}alignment vertical="top" wrapText="1"/>'),
            "header": (self._font("<{p}b/>"), grey, thin, f'<{p}alignment horizontal="center" wrapText="1"/>'),
            "text": (plain, 0, thin, wrap),
            "link": (self._font("<{p}u/>", colour="FF0563C1"), 0, thin, wrap),
            "number": (plain, 0, thin, f'<{p}alignment horizontal="right" vertical="top" wrapText="1"/>'),
        }
        looks |= {name: (self._font("<{p}b/>"), self._fill(_MARKS[name][0]), thin, wrap) for name in Severity}
        return {name: self._format(*look) for name, look in looks.items()}

    def _format(self, font: int, fill: int, border: int, alignment: str) -> int:
        p = self._prefix
        tag = (
            f'<{p}xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" applyFont="1" applyFill="1" '
            f'applyBorder="1" applyAlignment="1">{alignment}</{p}xf>'
        )
        return self._lists["cellXfs"].add(tag.encode())

    def _font(self, look: str, size: int = 11, colour: str = "FF000000") -> int:
        font = (
            '<{p}font>{look}<{p}sz val="{size}"/><{p}color rgb="{colour}"/><{p}name val="Times New Roman"/></{p}font>'
        )
        markup = font.format(p=self._prefix, look=look.format(p=self._prefix), size=size, colour=colour)
        return self._lists["fonts"].add(markup.encode())

    def _fill(self, colour: str) -> int:
        p = self._prefix
        pattern = f'<{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/>'
        return self._lists["fills"].add(f"<{p}fill>{pattern}</{p}patternFill></{p}fill>".encode())

    def _border(self, style: str, colour: str) -> int:
        p = self._prefix
        sides = "".join(
            f'<{p}{side} style="{style}"><{p}color rgb="{colour}"/></{p}{side}>'
            for side in ("left", "right", "top", "bottom")
        )
        return self._lists["borders"].add(f"<{p}border>{sides}<{p}diagonal/></{p}border>".encode())

    def _dark_font(self, look: bytes) -> int | None:
        """Return the look's font without its colour, or None where it has none."""
        number = re.search(rb"""\sfontId\s*=\s*["'](\d+)["']""", look)
        fonts = self._lists["fonts"]
        own = fonts.items[int(number[1])] if number and int(number[1]) < len(fonts.items) else b""
        plain = _COLOUR.sub(b"", own)
        return None if plain == own else fonts.add(plain)

    def write(self) -> None:
        """Put what was added into the package."""
        edits: list[Edit] = []
        for one in self._lists.values():
            if not one.new:
                continue
            tag = self._content[one.element.start : one.element.inner]
            count = {"count": len(one.items) + len(one.new)}
            first, last, new = appended(self._content, one.element, b"".join(one.new))
            if first > one.element.start:
                edits.append((one.element.start, one.element.inner, with_attributes(tag, count)))
            edits.append((first, last, new))
        self._package.parts[self._part] = spliced(self._content, edits)
