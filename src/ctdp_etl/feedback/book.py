"""The workbook part: which sheets there are, and the list put before them."""

from __future__ import annotations

from dataclasses import dataclass

from ctdp_etl.catalog.returned_list import LIST_HEADER_ROW, LIST_TITLE
from ctdp_etl.feedback.package import Package
from ctdp_etl.feedback.splice import Edit, Element, appended, ascii_bytes, attribute, prefix, spliced, text, tree
from ctdp_etl.feedback.splice import with_attributes as with_values

_MARK = "ctdp_danh_sach"
"""A hidden name for the list, by which it is known again when the sender sends the marked workbook back."""
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet of the workbook: its name and its part."""

    name: str
    part: str


class Book:
    """The workbook part of a package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._content = package.parts[package.book]
        self._root = tree(self._content)
        self._prefix = prefix(self._content, self._root).decode()
        parts = {one.id: one.target for one in package.relations(package.book) if one.kind == "worksheet"}
        self._sheets = [one for part in self._root.all("sheets") for one in part.all("sheet")]
        listed = self._own_list()
        known = [(one.attributes.get("name", ""), parts.get(one.attributes.get("id", ""), "")) for one in self._sheets]
        found = [BookSheet(*one) for one in known if one[1] in package.parts]
        self.sheets = [one for one in found if one.name != listed]
        """The sheets of the sender, in their order."""
        self._list = next((one for one in found if one.name == listed), None)

    def _names(self) -> list[Element]:
        return [one for part in self._root.all("definedNames") for one in part.children]

    def _own_list(self) -> str:
        """Return the name of the list of an earlier round, or ''."""
        for one in self._names():
            if one.attributes.get("name") == _MARK:
                return one.text.rpartition("!")[0].strip("'").replace("''", "'")
        return ""

    def put_list(self, content: bytes) -> None:
        """Put the list before the sheets, or in the place of that of an earlier round, and show it first."""
        if self._list is not None:
            self._package.parts[self._list.part] = content
            position = [one.attributes.get("name") for one in self._sheets].index(self._list.name)
            self._package.parts[self._package.book] = spliced(self._content, self._shown(position))
            return
        part = self._package.free_name("xl/worksheets/sheet{}.xml")
        relation = self._package.add(self._package.book, "worksheet", part, content)
        edits = [*self._shown(0), *self._shifted(), *self._listed(relation), self._named()]
        self._package.parts[self._package.book] = spliced(self._content, edits)

    def _shown(self, position: int) -> list[Edit]:
        views = [one for part in self._root.all("bookViews") for one in part.all("workbookView")]
        return [self._set(one, {"activeTab": position, "firstSheet": 0}) for one in views[:1]]

    def _shifted(self) -> list[Edit]:
        """Return the edits of names that belong to a sheet by its number: every sheet is one farther now."""
        return [
            self._set(one, {"localSheetId": int(number) + 1})
            for one in self._names()
            if (number := one.attributes.get("localSheetId", "")).isdecimal()
        ]

    def _listed(self, relation: str) -> list[Edit]:
        part = self._root.first("sheets")
        if part is None:
            return []
        numbers = [int(one.attributes.get("sheetId", "0")) for one in self._sheets]
        new = (
            f'<{self._prefix}sheet name={attribute(self.list_name)} sheetId="{max(numbers, default=0) + 1}" '
            f'xmlns:r="{self._package.office}" r:id="{relation}"/>'
        )
        return [(part.inner, part.inner, ascii_bytes(new))]

    def _named(self) -> Edit:
        p = self._prefix
        place = f"'{self.list_name}'!"
        title = f"{place}${LIST_HEADER_ROW}:${LIST_HEADER_ROW}"
        names = (
            f'<{p}definedName name="_xlnm.Print_Titles" localSheetId="0">{text(title)}</{p}definedName>'
            f'<{p}definedName name="{_MARK}" hidden="1">{text(place)}$A$1</{p}definedName>'
        )
        part = self._root.first("definedNames")
        if part is not None:
            return appended(self._content, part, ascii_bytes(names))
        at = max(one.end for one in self._root.children if one.name in _BEFORE_NAMES)
        return at, at, ascii_bytes(f"<{p}definedNames>{names}</{p}definedNames>")

    @property
    def list_name(self) -> str:
        """The name of the list's sheet, which no other sheet has."""
        if self._list is not None:
            return self._list.name
        taken = {one.attributes.get("name", "").casefold() for one in self._sheets}
        if LIST_TITLE.casefold() not in taken:
            return LIST_TITLE
        tries = (f"{LIST_TITLE} ({number})" for number in range(2, len(taken) + 3))
        return next(name for name in tries if name.casefold() not in taken)

    def _set(self, element: Element, values: dict[str, str | int]) -> Edit:
        return element.start, element.inner, with_values(self._content[element.start : element.inner], values)


def target(sheet: str, cell: str) -> str:
    """Return the place of a cell as a link names it: the sheet in quotes, whatever its name."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"
