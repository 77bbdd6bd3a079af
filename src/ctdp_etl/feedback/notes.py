"""Notes at cells (Excel's classic comments): the sender's own stay, ours are added, those of an earlier round go."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from ctdp_etl.feedback import words
from ctdp_etl.feedback.package import Package, document
from ctdp_etl.feedback.sheet import Place, Sizes, address, place
from ctdp_etl.feedback.splice import Edit, Element, appended, ascii_bytes, prefix, spliced, text, tree, with_attributes

_SHAPE = re.compile(rb"<((?:[\w.-]+:)?)shape\b.*?</\1shape>", re.DOTALL)
_ROOT = re.compile(rb"<xml\b[^>]*>")
_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*<"), re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*<")
_ANCHOR = re.compile(rb"<x:Anchor>[^<]*</x:Anchor>")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_KIND = "ctdp_note"
_WIDTH, _LINE, _LETTERS = 340, 16, 50
"""Pixels of a note's width and of a line, and the letters that a line holds."""
_FARTHEST = 200
"""Columns or rows that a note may reach over; hidden ones take no room."""
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_EMPTY_DRAWING = b'<xml><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_SHAPE_KIND = (
    f'<v:shapetype id="{_KIND}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def add_comments(package: Package, sheet: str, notes: Mapping[Place, str]) -> set[Place]:
    """Put notes into the comments of a sheet's part; return the cells whose own note of an earlier round is gone."""
    part = package.related(sheet, "comments")
    if not part and not notes:
        return set()
    if not part:
        part = package.free_name("xl/comments{}.xml")
        empty = f'<comments xmlns="{package.main}"><authors></authors><commentList></commentList></comments>'
        package.add(sheet, "comments", part, document(empty))
    comments = _Comments(package.parts[part])
    package.parts[part] = comments.changed(notes)
    return comments.gone


class _Comments:
    """The comments of one sheet, and what has to change in them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        root = tree(content)
        self._prefix = prefix(content, root).decode()
        authors, listed = root.first("authors"), root.first("commentList")
        if authors is None or listed is None:
            raise ValueError("comments without authors or list")
        self._authors, self._listed = authors, listed
        names = [one.text for one in authors.children]
        self._own = names.index(words.AUTHOR) if words.AUTHOR in names else len(names)
        self._is_new = self._own == len(names)
        self.gone: set[Place] = set()

    def changed(self, notes: Mapping[Place, str]) -> bytes:
        """Return the part with ``notes``."""
        edits: list[Edit] = []
        left = dict(notes)
        for comment in self._listed.all("comment"):
            at = place(comment.attributes.get("ref", ""))
            if at is None:
                continue
            said = left.pop(at, "")
            if _is_ours(_words(comment.first("text"))):
                edits.append((comment.start, comment.end, self._comment(at, said) if said else b""))
                if not said:
                    self.gone.add(at)
            elif (body := comment.first("text")) is not None:
                edits += self._extended(body, said)
        new = b"".join(self._comment(at, said) for at, said in sorted(left.items()))
        if new:
            edits.append(appended(self._content, self._listed, new))
        if self._is_new and notes:
            author = f"<{self._prefix}author>{text(words.AUTHOR)}</{self._prefix}author>"
            edits.append(appended(self._content, self._authors, ascii_bytes(author)))
        return spliced(self._content, edits)

    def _comment(self, at: Place, said: str) -> bytes:
        p = self._prefix
        head = ascii_bytes(f'<{p}comment ref="{address(*at)}" authorId="{self._own}"><{p}text>')
        return head + self._run(said) + ascii_bytes(f"</{p}text></{p}comment>")

    def _run(self, said: str) -> bytes:
        p = self._prefix
        look = f'<{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Tahoma"/><{p}family val="2"/></{p}rPr>'
        return ascii_bytes(f'<{p}r>{look}<{p}t xml:space="preserve">{text(said)}</{p}t></{p}r>')

    def _extended(self, body: Element, said: str) -> list[Edit]:
        """Return the edits that put ``said`` behind the sender's own words, instead of what was there of ours."""
        ours = [run for run in body.all("r") if _is_ours(_words(run))]
        edits: list[Edit] = [(run.start, run.end, b"") for run in ours]
        if said:
            run = self._run(f"\n{said}")
            after = [one.start for one in body.children if one.name in {"rPh", "phoneticPr"}]
            edits.append((min(after), min(after), run) if after else appended(self._content, body, run))
        return edits


def _words(element: Element | None) -> str:
    """Return the text of a note or of one of its runs."""
    if element is None:
        return ""
    return "".join(one.text if one.name == "t" else _words(one) for one in element.children if one.name in {"t", "r"})


def _is_ours(said: str) -> bool:
    """Say whether words are ours; they say it themselves, for not every program keeps the authors of notes."""
    return said.lstrip().startswith(words.OURS)


def drawing(content: bytes, notes: Mapping[Place, str], gone: set[Place], sizes: Sizes) -> bytes:
    """Return the drawing with a box for each note, as large as its text; boxes of notes that are gone go too."""
    content = content or _EMPTY_DRAWING
    edits: list[Edit] = [_prefixes(content)]
    known = set()
    for shape in _SHAPE.finditer(content):
        row, column = _ROW.search(shape[0]), _COLUMN.search(shape[0])
        if row is None or column is None:
            continue
        at = int(row[1]) + 1, int(column[1]) + 1
        if at in gone:
            edits.append((shape.start(), shape.end(), b""))
        elif at in notes:
            known.add(at)
            box = _ANCHOR.sub(_anchor(at, notes[at], sizes, more=6).encode(), shape[0])
            edits.append((shape.start(), shape.end(), box))
    last = max((int(number[1]) for number in _NUMBER.finditer(content)), default=1024)
    new = [at for at in sorted(notes) if at not in known]
    shapes = "".join(_shape(last + number, at, notes[at], sizes) for number, at in enumerate(new, start=1))
    if new and _KIND.encode() not in content:
        shapes = _SHAPE_KIND + shapes
    end = content.rindex(b"</xml>")
    return spliced(content, [*edits, (end, end, ascii_bytes(shapes))])


def _prefixes(content: bytes) -> Edit:
    """Return the edit that declares the prefixes of our shapes; the sender's program may have used others."""
    root = _ROOT.search(content)
    if root is None:
        raise ValueError("a drawing without its root")
    lacking = {f"xmlns:{name}": uri for name, uri in _PREFIXES.items() if f"xmlns:{name}=".encode() not in root[0]}
    return root.start(), root.end(), with_attributes(root[0], lacking)


def _shape(number: int, at: Place, said: str, sizes: Sizes) -> str:
    row, column = at
    return (
        f'<v:shape id="_x0000_s{number}" type="#{_KIND}" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"{_anchor(at, said, sizes)}<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


def _anchor(at: Place, said: str, sizes: Sizes, more: int = 0) -> str:
    """Return where the box is: beside the cell, over as many columns and rows as its text takes, and ``more`` lines."""
    lines = more + sum(max(1, math.ceil(len(line) / _LETTERS)) for line in said.split("\n"))
    first_column, first_row = at[1], max(at[0] - 2, 0)
    last_column, right = _reach(first_column, _WIDTH, sizes.width)
    last_row, bottom = _reach(first_row, lines * _LINE + 12, sizes.height)
    return f"<x:Anchor>{first_column},15,{first_row},4,{last_column},{right},{last_row},{bottom}</x:Anchor>"


def _reach(first: int, pixels: int, size_of: Callable[[int], int]) -> tuple[int, int]:
    """Return the column or row (from 0) that so many pixels from ``first`` reach, and the pixels into it."""
    at = first
    while at < first + _FARTHEST and pixels > (size := size_of(at + 1)):
        pixels -= size
        at += 1
    return at, min(pixels, size_of(at + 1))
