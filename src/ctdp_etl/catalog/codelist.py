"""Code lists and their aliases: ``codelists/<name>.csv`` and ``aliases/<name>.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ctdp_etl.catalog.labels import label_key

HEADING = "-"
"""The alias code of a row that is a heading without figures of its own ("Mặt hàng chủ yếu")."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: ``parent`` is the code that it is part of, ``order`` its place in print."""

    code: str
    name: str
    short_name: str
    parent: str
    unit: str
    unit_mult: int | None
    order: int
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes by code, and the ways in which offices write them.

    ``aliases`` maps a label key to (within, code) pairs; ``within`` names the row in whose group the label has that
    meaning ("Trung ương" within STATE), or is empty where it has it anywhere.
    """

    name: str
    codes: Mapping[str, Code]
    aliases: Mapping[str, tuple[tuple[str, str], ...]]

    def ancestry(self, code: str) -> tuple[str, ...]:
        """Return ``code`` and what it is part of, the nearest first."""
        chain: list[str] = []
        while code in self.codes and code not in chain:
            chain.append(code)
            code = self.codes[code].parent
        return tuple(chain)

    def resolve(self, label: str, inside: Sequence[str] = ()) -> str | None:
        """Return the code that ``label`` names in the group ``inside`` (nearest first), ``HEADING``, or None."""
        candidates = self.aliases.get(label_key(label), ())
        for within in (*inside, ""):
            for group, code in candidates:
                if group == within:
                    return code
        return None


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file (UTF-8); lines that start with # are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def read_codelist(folder: Path, name: str, faults: list[str]) -> CodeList:
    """Return the code list ``name`` with its aliases; what is wrong with them is added to ``faults``."""
    where = f"codelists/{name}.csv"
    codes: dict[str, Code] = {}
    for order, row in enumerate(read_csv(folder / "codelists" / f"{name}.csv")):
        code = row["code"]
        if code in codes:
            faults.append(f"{where}: mã {code} có hai lần")
        mult = row.get("unit_mult") or ""
        known = {"code", "name", "short_name", "parent", "unit", "unit_mult"}
        codes[code] = Code(
            code=code,
            name=row["name"],
            short_name=row.get("short_name") or row["name"],
            parent=row.get("parent") or "",
            unit=row.get("unit") or "",
            unit_mult=int(mult) if mult.lstrip("-").isdigit() else None,
            order=order,
            extra={key: value for key, value in row.items() if key not in known},
        )
        if not row["name"]:
            faults.append(f"{where}: mã {code} không có tên")
    faults += [
        f"{where}: {code.code} thuộc mã không có: {code.parent}"
        for code in codes.values()
        if code.parent and code.parent not in codes
    ]
    return CodeList(name, codes, _aliases(folder, name, codes, faults))


def _aliases(
    folder: Path, name: str, codes: Mapping[str, Code], faults: list[str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    where = f"aliases/{name}.csv"
    found: dict[str, dict[str, str]] = {}

    def add(alias: str, within: str, code: str, *, own_name: bool = False) -> None:
        known = found.setdefault(label_key(alias), {})
        if own_name and known:
            return
        if known.setdefault(within, code) != code:
            faults.append(f"{where}: {alias!r} chỉ cả {known[within]} lẫn {code}")

    path = folder / "aliases" / f"{name}.csv"
    for row in read_csv(path) if path.exists() else ():
        within = row.get("within") or ""
        if row["code"] != HEADING and row["code"] not in codes:
            faults.append(f"{where}: {row['alias']!r} chỉ mã không có: {row['code']}")
        if within and within not in codes:
            faults.append(f"{where}: {row['alias']!r} đứng trong mã không có: {within}")
        add(row["alias"], within, row["code"])
    for label, code in _own_names(codes.values()):
        add(label, "", code, own_name=True)
    return {key: tuple(pairs.items()) for key, pairs in found.items()}


def _own_names(codes: Iterable[Code]) -> Iterable[tuple[str, str]]:
    for code in codes:
        yield code.name, code.code
        yield code.short_name, code.code
