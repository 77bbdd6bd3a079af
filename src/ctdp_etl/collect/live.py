"""What in a package could act when somebody opens it: macros, embedded objects, connections and what they hide in."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from ctdp_etl.collect.refusals import CONNECTED, EMBEDDED, MACROS, UNSAFE, refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACRO_PART = re.compile(r"(?:.*/)?vba\w*\.(?:bin|xml)|xl/(?:macrosheets|dialogsheets)/.+|userinterface/.+|customui/.+")
_OBJECT_PART = re.compile(r"(?:.*/)?(?:embeddings|activex)/.+|(?:.*/)?oleobject\w*\.bin")
_CONNECTION_PART = re.compile(
    r"xl/connections\w*\.xml|xl/querytables/.+|xl/model/.+|xl/customdata/.+|xl/volatiledependencies\.xml"
    r"|(?:.*/)?webextensions?/.+|(?:.*/)?taskpanes?/.+"
)
_INERT = re.compile(
    r".*/|.*\.(?:xml|rels|vml|bin|dat|data|psmdcp|json|txt|sigs|xsd|xsl|odttf|png|jpg|jpeg|jpe|jfif|gif|bmp|dib|tif|tiff"
    r"|emf|wmf|emz|wmz|svg|webp|wdp|ico|pict|pcz|heic)"
)
_DYNAMIC_LINK = re.compile(rb"<(?:\w+:)?(ddeLink|oleLink)\b")
_POWER_QUERY = b"DataMashup"
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HARMLESS_OUTSIDE = re.compile(r"hyperlink|externalLink\w*|xl\w+")


def inspect_names(names: Collection[str], file_name: str) -> None:
    """Raise ``WorkbookError`` for parts that are live by their (lower-case) names: F11 to F13, F05 if not Excel's."""
    for name in sorted(names):
        if _MACRO_PART.fullmatch(name):
            raise refused(MACROS, file_name)
        if _OBJECT_PART.fullmatch(name):
            raise refused(EMBEDDED, file_name, "tệp, điều khiển hoặc biểu mẫu OLE/ActiveX")
        if _CONNECTION_PART.fullmatch(name):
            raise refused(CONNECTED, file_name, "kết nối cơ sở dữ liệu, web hoặc Power Query")
        if not _INERT.fullmatch(name):
            raise refused(UNSAFE, file_name, "có thành phần không phải của Excel")


def inspect_part(name: str, plain: bytes, file_name: str) -> None:
    """Raise ``WorkbookError`` for a part that is live by its content, whatever its (lower-case) name says."""
    if plain.startswith(_OLE):
        if b"V\0B\0A\0" in plain:
            raise refused(MACROS, file_name)
        raise refused(EMBEDDED, file_name, "tệp OLE")
    if name.startswith("xl/externallinks/") and (found := _DYNAMIC_LINK.search(plain)):
        raise refused(CONNECTED, file_name, "liên kết DDE" if found[1] == b"ddeLink" else "liên kết OLE")
    if name.startswith("customxml/") and (_POWER_QUERY in plain or _POWER_QUERY.decode().encode("utf-16-le") in plain):
        raise refused(CONNECTED, file_name, "truy vấn Power Query")
    if name.endswith(".rels"):
        _inspect_relations(plain, file_name)


def _inspect_relations(plain: bytes, file_name: str) -> None:
    """Links and other workbooks are inert; a picture or template from elsewhere is fetched when the file is opened."""
    for tag in _RELATION.findall(plain):
        said = {name: (one or other).decode("utf-8", "replace") for name, one, other in _ATTRIBUTE.findall(tag)}
        kind = unescape(said.get(b"Type", "")).rpartition("/")[2]
        if kind in {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"}:
            raise refused(MACROS, file_name)
        if kind in {"oleObject", "control", "package"}:
            raise refused(EMBEDDED, file_name, "đối tượng OLE")
        if said.get(b"TargetMode", "").lower() == "external" and not _HARMLESS_OUTSIDE.fullmatch(kind):
            raise refused(UNSAFE, file_name, "có ảnh hoặc thành phần lấy từ địa chỉ bên ngoài")
