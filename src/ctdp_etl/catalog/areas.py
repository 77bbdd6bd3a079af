"""Areas by code, name and time: 63 provinces until 2025-06, 34 since 2025-07 (Nghị quyết 202/2025/QH15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.catalog.labels import label_key
from ctdp_etl.errors import AreaError
from ctdp_etl.model import Area

NATIONAL = "VN"


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas, their aliases per code list, and the crosswalk from the 63 to the 34.

    ``splits`` maps an area to the one that it was part of until it came into force.
    """

    by_code: Mapping[str, Area]
    aliases: Mapping[str, tuple[str, ...]]
    crosswalk: Mapping[str, str]
    splits: Mapping[str, str] = field(default_factory=dict)

    def at(self, period: str) -> tuple[Area, ...]:
        """Return the provinces in force in the month ``period``, in the order of their codes."""
        return tuple(area for area in self.by_code.values() if area.code != NATIONAL and _in_force(area, period))

    def members(self, code: str, first: str, last: str) -> tuple[str, ...]:
        """Return the old areas that ``code`` was made of and that were in force between two months; () for none."""
        old = (self.by_code[member] for member, new in self.crosswalk.items() if new == code)
        return tuple(
            area.code for area in old if area.valid_from <= last and (not area.valid_to or first <= area.valid_to)
        )

    def spanning(self, code: str, month: str) -> tuple[str, ...]:
        """Return the old areas that held land of ``code`` and of another new area in ``month``, before they split."""
        return tuple(
            whole
            for part, whole in self.splits.items()
            if month < self.by_code[part].valid_from
            if self.crosswalk[part] != self.crosswalk[whole] and code in (self.crosswalk[part], self.crosswalk[whole])
        )

    def find(self, text: str, period: str) -> Area | None:
        """Return the area that a code or a name means in the month ``period``, or None."""
        exact = self.by_code.get(text.strip())
        if exact is not None:
            return exact
        for code in self.aliases.get(label_key(text), ()):
            if _in_force(self.by_code[code], period):
                return self.by_code[code]
        return None

    def named(self, text: str, period: str) -> Area:
        """Return the area that ``text`` means in the month ``period``; raise ``AreaError`` where there is none."""
        area = self.find(text, period)
        if area is None:
            raise AreaError(text, period)
        return area


def _in_force(area: Area, period: str) -> bool:
    return area.valid_from <= period and (not area.valid_to or period <= area.valid_to)


def read_areas(folder: Path, faults: list[str]) -> Areas:
    """Return the areas as ``areas``, ``area_crosswalk`` and ``area_splits`` (code lists) and the aliases name them."""
    by_code = {row["code"]: Area(**row) for row in read_csv(folder / "codelists" / "areas.csv")}
    aliases: dict[str, list[str]] = {}
    for area in by_code.values():
        for name in (area.name, area.full_name):
            aliases.setdefault(label_key(name), []).append(area.code)
    for row in read_csv(folder / "aliases" / "areas.csv"):
        if row["code"] not in by_code:
            faults.append(f"aliases/areas.csv: {row['alias']!r} chỉ mã không có: {row['code']}")
            continue
        aliases.setdefault(label_key(row["alias"]), []).append(row["code"])
    crosswalk = {row["from_code"]: row["to_code"] for row in read_csv(folder / "codelists" / "area_crosswalk.csv")}
    splits = {row["code"]: row["from_code"] for row in read_csv(folder / "codelists" / "area_splits.csv")}
    faults += [
        f"codelists/{name}.csv: mã không có: {code}"
        for name, pairs in (("area_crosswalk", crosswalk), ("area_splits", splits))
        for pair in pairs.items()
        for code in pair
        if code not in by_code
    ]
    faults += [
        f"codelists/areas.csv: {area.code} thuộc mã không có: {area.parent}"
        for area in by_code.values()
        if area.parent and area.parent not in by_code
    ]
    return Areas(by_code, {key: tuple(dict.fromkeys(codes)) for key, codes in aliases.items()}, crosswalk, splits)


def default_source(area: str) -> str:
    """Return the id of an area's usual sender: the statistics office for the country, else its department."""
    return "NSO" if area == NATIONAL else f"SCT_{area}"
