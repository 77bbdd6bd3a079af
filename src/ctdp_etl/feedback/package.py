"""The parts of an .xlsx and how they point to each other; the same parts give the same bytes."""

from __future__ import annotations

import io
import posixpath
import re
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ctdp_etl.errors import WorkbookError
from ctdp_etl.feedback.splice import appended, ascii_bytes, attribute, spliced, tree

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "[Content_Types].xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = {"worksheet": f"{_TYPE}.worksheet+xml", "comments": f"{_TYPE}.comments+xml", "styles": f"{_TYPE}.styles+xml"}


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: ``kind`` is the last word of its type, ``target`` a part's name."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a workbook by name; what is not changed keeps its bytes."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        book = [one.target for one in self.relations("") if one.kind == "officeDocument"]
        if not book or book[0] not in self.parts:
            raise WorkbookError("F04", "Tệp Excel hỏng, không đánh dấu được. Hãy mở bằng Excel, lưu lại rồi gửi lại.")
        self.book = book[0]
        strict = _STRICT in self.parts[self.book][:4096]
        base = "http://purl.oclc.org/ooxml" if strict else "http://schemas.openxmlformats.org"
        self.main = f"{base}/spreadsheetml/main" if strict else f"{base}/spreadsheetml/2006/main"
        self.office = f"{base}/officeDocument{'' if strict else '/2006'}/relationships"

    def relations(self, part: str) -> list[Relation]:
        """Return what ``part`` ('' is the package) points to inside the package."""
        content = self.parts.get(_relations_of(part))
        if content is None:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(
                one.attributes.get("Id", ""),
                one.attributes.get("Type", "").rpartition("/")[2],
                self._named(folder, one.attributes.get("Target", "")),
            )
            for one in tree(content).children
            if one.attributes.get("TargetMode") != "External"
        ]

    def _named(self, folder: str, target: str) -> str:
        name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if name in self.parts:
            return name
        return next((one for one in self.parts if one.lower() == name.lower()), name)

    def related(self, part: str, kind: str) -> str:
        """Return the name of the part of a kind that ``part`` points to, or ''."""
        return next((one.target for one in self.relations(part) if one.kind == kind), "")

    def add(self, part: str, kind: str, name: str, content: bytes) -> str:
        """Add a part of a kind (``worksheet``, ``comments``, ``vmlDrawing``) to ``part``; return the relation's id."""
        self.parts[name] = content
        self._declare(name, TYPES.get(kind, ""))
        where = _relations_of(part)
        known = self.parts.setdefault(
            where, f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode()
        )
        taken = {one.attributes.get("Id", "") for one in tree(known).children}
        free = next(f"ctdp{number}" for number in range(1, len(taken) + 2) if f"ctdp{number}" not in taken)
        root = tree(known)
        prefix = _prefix(known, root.start)
        link = f'<{prefix}Relationship Id="{free}" Type="{self.office}/{kind}" Target={attribute("/" + name)}/>'
        self.parts[where] = spliced(known, [appended(known, root, ascii_bytes(link))])
        return free

    def free_name(self, pattern: str) -> str:
        """Return the first name of ``pattern``, in which {} is a number, that no part has."""
        taken = {name.lower() for name in self.parts}
        return next(
            name for number in range(1, len(taken) + 2) if (name := pattern.format(number)).lower() not in taken
        )

    def _declare(self, name: str, content_type: str) -> None:
        known = self.parts[_TYPES]
        root = tree(known)
        prefix = _prefix(known, root.start)
        if content_type:
            new = f'<{prefix}Override PartName={attribute("/" + name)} ContentType="{content_type}"/>'
        elif any(one.attributes.get("Extension", "").lower() == "vml" for one in root.all("Default")):
            return
        else:
            kind = "application/vnd.openxmlformats-officedocument.vmlDrawing"
            new = f'<{prefix}Default Extension="vml" ContentType="{kind}"/>'
        edit = appended(known, root, ascii_bytes(new))
        if not content_type and root.children:
            edit = (root.inner, root.inner, ascii_bytes(new))
        self.parts[_TYPES] = spliced(known, [edit])

    def to_bytes(self) -> bytes:
        """Return the package."""
        target = io.BytesIO()
        with ZipFile(target, "w") as archive:
            for name in sorted(self.parts, key=lambda name: (name != _TYPES, name)):
                entry = ZipInfo(name, _EARLIEST)
                entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
                archive.writestr(entry, self.parts[name])
        return target.getvalue()


def document(markup: str) -> bytes:
    """Return markup as a part of its own."""
    return (_HEAD + markup).encode()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _prefix(content: bytes, start: int) -> str:
    found = re.match(rb"<([\w.-]+:)?", content[start:])
    return (found[1] or b"").decode() if found else ""
