"""Row labels to codes: by the code beside them, then by alias inside the group that the rows above opened."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ctdp_etl.catalog import HEADING, Catalog, CodeList, TableSpec
from ctdp_etl.reading.grid import Value
from ctdp_etl.reading.labels import readings

_SECTION_LETTER = re.compile(r"^[A-Z](?=\d{2,5}$)")


@dataclass(slots=True)
class Position:
    """Where in a table reading stands; carried over printed pages ("Tiếp theo")."""

    inside: tuple[str, ...] = ()
    product: str = ""
    breakdown: tuple[str, ...] = ()
    area: str = ""
    unit: str = ""
    price_base: str = ""
    noted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What a label means: its code and area, None where nobody knows it; ``unit`` where the label says one."""

    code: str | None = None
    area: str | None = None
    unit: str = ""

    def __bool__(self) -> bool:
        return self.code is not None or self.area is not None


class Mapper:
    """Maps labels to codes inside the group that the rows above opened."""

    def __init__(self, spec: TableSpec, catalog: Catalog, period: str, position: Position) -> None:
        self.spec, self.catalog, self.period, self.at = spec, catalog, period, position
        self.lists = [catalog.codelists[name] for name in spec.rows if name != "areas"]
        """The code lists of the table's rows."""

    def heading(self, label: str) -> None:
        """Take note of a label without figures: it may open a group or an area, or close the one before."""
        for text, _ in readings(label, self.catalog):
            if "areas" in self.spec.rows and (area := self.catalog.areas.find(text, self.period)):
                self.at.area, self.at.inside = area.code, ()
                return
            for codelist in self.lists:
                code = codelist.resolve(text, self.at.inside)
                if code is not None:
                    self.at.inside = () if code == HEADING else codelist.ancestry(code)
                    self.at.product, self.at.breakdown = "" if code == HEADING else code, ()
                    return

    def find(self, label: str, code: Value = "") -> Found:
        """Return what a row with figures is: by its label in any of its readings, else by the code beside it."""
        for text, unit in readings(label, self.catalog):
            if found := self._by_label(text, code):
                return Found(found.code, found.area, unit)
        for codelist in self.lists:
            if own := code_in(codelist, code or label):
                return Found(self._enter(codelist, own), self.at.area or None)
        return Found()

    def _by_label(self, label: str, code: Value) -> Found:
        for name in self.spec.rows:
            if name == "areas":
                if area := self.catalog.areas.find(label, self.period):
                    self.at.area, self.at.inside = area.code, ()
                    return Found(self.spec.area_indicator, area.code)
                continue
            codelist = self.catalog.codelists[name]
            found = codelist.resolve(label, self.at.inside)
            if found is not None and found != HEADING:
                own = code_in(codelist, code)
                return Found(self._enter(codelist, own if same_branch(own, found) else found), self.at.area or None)
        return self._breakdown(label)

    def _breakdown(self, label: str) -> Found:
        if not (self.spec.breakdown and self.at.product):
            return Found()
        codelist = self.catalog.codelists[self.spec.breakdown]
        part = codelist.resolve(label, self.at.breakdown)
        if part is None or part == HEADING:
            return Found()
        self.at.breakdown = codelist.ancestry(part)
        return Found(f"{self.at.product}.{part}", self.at.area or None)

    def lost(self) -> None:
        """Forget the group: the rows below an unknown row may be parts of it."""
        self.at.product, self.at.breakdown = "", ()

    def _enter(self, codelist: CodeList, code: str) -> str:
        self.at.inside = codelist.ancestry(code)
        self.at.product, self.at.breakdown = code, ()
        return code


def code_in(codelist: CodeList, written: Value) -> str:
    """Return the code of ``codelist`` that a cell holds ("05", 5, "C10"), or "" where it holds none of them."""
    text = str(int(written)) if isinstance(written, float) and written.is_integer() else str(written).strip()
    text = _SECTION_LETTER.sub("", text)
    forms = [text, f"0{text}"] if text.isdigit() else [text]
    return next((form for form in forms if form in codelist.codes), "")


def same_branch(own: str, found: str) -> bool:
    """Say whether two codes are the same or one lies inside the other."""
    return bool(own) and (own.startswith(found) or found.startswith(own))
