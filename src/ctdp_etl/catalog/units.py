"""Units of measure: how offices write them, and what they are with their power of ten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.catalog.labels import label_key


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as reported: ``code`` (VND, T, PCT ...) times ten to the ``mult``; ``name`` as printed."""

    code: str
    mult: int
    name: str


def read_units(folder: Path, faults: list[str]) -> dict[str, Unit]:
    """Return units by label key from ``codelists/units.csv`` (name, unit, unit_mult) and ``aliases/units.csv``."""
    by_name: dict[str, Unit] = {}
    units: dict[str, Unit] = {}
    for row in read_csv(folder / "codelists" / "units.csv"):
        unit = Unit(row["unit"], int(row["unit_mult"]), row["name"])
        by_name[unit.name] = unit
        if units.setdefault(label_key(unit.name), unit) != unit:
            faults.append(f"codelists/units.csv: {unit.name!r} có hai nghĩa")
    for row in read_csv(folder / "aliases" / "units.csv"):
        known = by_name.get(row["name"])
        if known is None:
            faults.append(f"aliases/units.csv: {row['alias']!r} chỉ đơn vị không có: {row['name']}")
        elif units.setdefault(label_key(row["alias"]), known) != known:
            faults.append(f"aliases/units.csv: {row['alias']!r} có hai nghĩa")
    return units
