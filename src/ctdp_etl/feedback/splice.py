"""XML parts changed at places: what is not replaced stays byte for byte as the sender's program wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ctdp_etl.errors import WorkbookError

Edit = tuple[int, int, bytes]
"""First byte, byte after the last, and what stands there instead."""
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(slots=True)
class Element:
    """An element and its place: ``start`` to ``inner`` is its start tag, ``close`` to ``end`` its end tag.

    Without content ``inner``, ``close`` and ``end`` are the same. Names and attribute names are without prefix.
    """

    name: str
    attributes: Mapping[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Element]:
        """Return the children with this name."""
        return [one for one in self.children if one.name == name]

    def first(self, name: str) -> Element | None:
        """Return the first child with this name, or None."""
        return next((one for one in self.children if one.name == name), None)


Started = Callable[[tuple[str, ...], Element], None]


def walk(content: bytes, started: Started, ended: Started, said: Callable[[str], None] | None = None) -> None:
    """Call ``started`` and ``ended`` with the path of names above and the element; nothing is kept of a large part.

    Raise ``WorkbookError`` (F04) for a part that is not XML, or declares entities.
    """
    parser = expat.ParserCreate()
    open_elements: list[Element] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = _TAG.match(content, parser.CurrentByteIndex)
        if tag is None:
            raise _broken()
        local = {key.rpartition(":")[2]: value for key, value in attributes.items() if not key.startswith("xmlns")}
        element = Element(name.rpartition(":")[2], local, tag.start(), tag.end(), tag.end(), tag.end())
        started(tuple(path), element)
        open_elements.append(element)
        path.append(element.name)

    def end(_: str) -> None:
        element = open_elements.pop()
        path.pop()
        if content[element.inner - 2 : element.inner] != b"/>":
            element.close = parser.CurrentByteIndex
            element.end = content.index(b">", element.close) + 1
        ended(tuple(path), element)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse_declarations
    if said is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = said
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _broken() from error


def tree(content: bytes) -> Element:
    """Return the root of a small part, with its children and their texts."""
    stack: list[Element] = []
    roots: list[Element] = []

    def started(_: tuple[str, ...], element: Element) -> None:
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def said(text: str) -> None:
        if stack:
            stack[-1].text += text

    def ended(_path: tuple[str, ...], _element: Element) -> None:
        stack.pop()

    walk(content, started, ended, said)
    return roots[0]


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``content`` with each piece replaced; pieces put in at the same place keep their order."""
    pieces, at = [], 0
    for first, last, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [content[at:first], new]
        at = last
    return b"".join((*pieces, content[at:]))


def appended(content: bytes, parent: Element, new: bytes) -> Edit:
    """Return the edit that puts ``new`` last into ``parent``, also where it is an empty tag."""
    if parent.close > parent.inner or parent.end > parent.close:
        return parent.close, parent.close, new
    tag = content[parent.start : parent.inner]
    name = re.match(rb"<([^\s/>]+)", tag)
    closing = b"</" + (name[1] if name else b"") + b">"
    return parent.start, parent.inner, tag.removesuffix(b"/>").rstrip() + b">" + new + closing


def prefix(content: bytes, element: Element) -> bytes:
    """Return the prefix of the element's name with its colon, or nothing: children in its namespace need it too."""
    name = re.match(rb"<([^\s/>:]+:)?", content[element.start : element.inner])
    return (name[1] or b"") if name else b""


def with_attributes(tag: bytes, values: Mapping[str, str | int]) -> bytes:
    """Return a start tag with attributes set."""
    for name in values:
        tag = re.sub(rb"\s" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""", b"", tag)
    end = b"/>" if tag.endswith(b"/>") else b">"
    added = "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())
    return tag.removesuffix(end).rstrip() + ascii_bytes(added) + end


def text(words: str) -> str:
    """Return words as XML text that says the same to Excel: nothing is a tag, an escape, or a letter XML forbids."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _NOT_XML.sub("\ufffd", words)), {"\r": "&#13;"})


def attribute(words: str) -> str:
    """Return words as an XML attribute in quotes."""
    return quoteattr(_NOT_XML.sub("\ufffd", words))


def ascii_bytes(markup: str) -> bytes:
    """Return markup in letters that every encoding of a part has; the others as references."""
    return markup.encode("ascii", "xmlcharrefreplace")


def _refuse_declarations(*_: object) -> None:
    raise _broken()


def _broken() -> WorkbookError:
    return WorkbookError("F04", "Tệp Excel hỏng, không đánh dấu được. Hãy mở bằng Excel, lưu lại rồi gửi lại.")
