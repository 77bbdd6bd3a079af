"""The tables that offices send: their rows as codes of the catalog, what adds up to what, and their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ctdp_etl.catalog import Catalog, Code, load_catalog

PROVINCIAL = ("plan", "last_month", "month", "ytd", "mom", "yoy", "ytd_yoy", "plan_pct")
NATIONAL = ("last_month", "month", "ytd", "yoy", "ytd_yoy")
SHARED = ("last_month", "month", "ytd", "share", "yoy", "ytd_yoy")
TRADED = ("month", "ytd", "yoy", "ytd_yoy")
INDICES = ("last_yoy", "mom", "yoy", "ytd_yoy")
STOCKS = ("mom", "yoy")
_OWNERS = {"TOTAL": "", "STATE": "TOTAL", "STATE_CENTRAL": "STATE", "STATE_LOCAL": "STATE"}
_OWNERS |= {"NONSTATE": "TOTAL", "FDI": "TOTAL"}
_SECTORS = {"TOTAL": "", "DOMESTIC": "TOTAL", "FDI": "TOTAL"}
_SHOPS = {"TOTAL": "", "GOODS": "TOTAL", "ACCOMMODATION_FOOD": "TOTAL", "ACCOMMODATION": "ACCOMMODATION_FOOD"}
_SHOPS |= {"FOOD": "ACCOMMODATION_FOOD", "TRAVEL": "TOTAL", "OTHER": "TOTAL"}
_BRANCHES, _PRODUCTS, _COMMODITIES = 34, 38, 32


@dataclass(frozen=True, eq=False)
class Rows:
    """A table: ``sums`` (rows by leaves) says which leaves a row adds up.

    ``follows`` is the leaf of which a leaf is the value (quantity times price), -1 where it stands for itself.
    """

    form: str
    dataflow: str
    indicators: tuple[str, ...]
    labels: tuple[str, ...]
    units: tuple[tuple[str, int], ...]
    sums: np.ndarray
    follows: tuple[int, ...]
    roles: tuple[str, ...]

    @property
    def is_index(self) -> bool:
        """Whether the table tells indices without levels."""
        return "month" not in self.roles


@cache
def provincial() -> tuple[Rows, ...]:
    """Return the eight tables of a province: seven forms, trade has two."""
    catalog = load_catalog()
    return (
        _indices(catalog, "IIP", INDICES),
        _output(catalog),
        _products(catalog, PROVINCIAL),
        _retail(catalog, PROVINCIAL),
        _trade(catalog, "EXPORT", PROVINCIAL, with_quantity=False),
        _trade(catalog, "IMPORT", PROVINCIAL, with_quantity=False),
        _electricity(catalog),
        _indices(catalog, "LABOUR", STOCKS),
    )


@cache
def national() -> tuple[Rows, ...]:
    """Return the six tables of the statistics office."""
    catalog = load_catalog()
    return (
        _indices(catalog, "IIP", INDICES),
        _products(catalog, NATIONAL),
        _retail(catalog, SHARED),
        _trade(catalog, "EXPORT", TRADED, with_quantity=True),
        _trade(catalog, "IMPORT", TRADED, with_quantity=True),
        _indices(catalog, "LABOUR", STOCKS),
    )


def _indices(catalog: Catalog, dataflow: str, roles: tuple[str, ...]) -> Rows:
    codes = [code for code in _codes(catalog, "industries") if code.extra["level"] in "012" and code.code != "DE"]
    codes = codes[:_BRANCHES] + [code for code in codes[_BRANCHES:] if code.code in "DE" or code.parent in "DE"]
    parents = {code.code: code.parent for code in codes}
    return _table(dataflow, dataflow, parents, {code.code: code.name for code in codes}, ("PCT", 0), roles)


def _output(catalog: Catalog) -> Rows:
    names = {code.code: code.name for code in _codes(catalog, "ownership")}
    labels, parents, follows = {}, {}, {}
    for basis in ("P2010", "CURRENT"):
        for code, parent in _OWNERS.items():
            labels[f"{code}.{basis}"] = names[code]
            parents[f"{code}.{basis}"] = f"{parent}.{basis}" if parent else ""
            follows[f"{code}.{basis}"] = f"{code}.P2010" if basis == "CURRENT" else ""
    return _table("OUTPUT", "OUTPUT", parents, labels, ("VND", 9), PROVINCIAL, follows)


def _products(catalog: Catalog, roles: tuple[str, ...]) -> Rows:
    codes = [code for code in _codes(catalog, "products") if not code.parent and code.unit][:_PRODUCTS]
    units = [(code.unit, code.unit_mult or 0) for code in codes]
    labels = {code.code: code.name for code in codes}
    return _table("PRODUCTS", "PRODUCTS", dict.fromkeys(labels, ""), labels, units, roles)


def _retail(catalog: Catalog, roles: tuple[str, ...]) -> Rows:
    names = {code.code: code.name for code in _codes(catalog, "retail")}
    return _table("RETAIL", "RETAIL", _SHOPS, {code: names[code] for code in _SHOPS}, ("VND", 9), roles)


def _electricity(catalog: Catalog) -> Rows:
    names = {code.code: code for code in _codes(catalog, "electricity") if code.unit == "KWH"}
    parents = {code: names[code].parent if names[code].parent in names else "" for code in names}
    labels = {code: one.name for code, one in names.items()}
    return _table("ELECTRICITY", "ELECTRICITY", parents, labels, ("KWH", 6), PROVINCIAL)


def _trade(catalog: Catalog, flow: str, roles: tuple[str, ...], *, with_quantity: bool) -> Rows:
    names = {code.code: code for code in _codes(catalog, "commodities")}
    goods = [code for code, one in names.items() if one.parent == "TOTAL" and not one.extra["flow"]]
    goods = [code for code in goods if code not in _SECTORS and not code.startswith("GROUP")][:_COMMODITIES]
    parents = {f"{flow}.{code}.VALUE": f"{flow}.{up}.VALUE" if up else "" for code, up in _SECTORS.items()}
    units, follows = [("USD", 6)] * len(parents), {}
    for number, code in enumerate(goods):
        if with_quantity and number % 3:
            parents[f"{flow}.{code}.QUANTITY"] = ""
            units.append(("T", 3))
            follows[f"{flow}.{code}.VALUE"] = f"{flow}.{code}.QUANTITY"
        parents[f"{flow}.{code}.VALUE"] = ""
        units.append(("USD", 6))
    labels = {indicator: names[indicator.split(".")[1]].name for indicator in parents}
    return _table(f"TRADE_{flow}", "TRADE", parents, labels, units, roles, follows)


def _codes(catalog: Catalog, name: str) -> list[Code]:
    return list(catalog.codelists[name].codes.values())


def _table(
    form: str,
    dataflow: str,
    parents: dict[str, str],
    labels: dict[str, str],
    units: tuple[str, int] | Sequence[tuple[str, int]],
    roles: tuple[str, ...],
    follows: dict[str, str] | None = None,
) -> Rows:
    indicators = tuple(parents)
    leaves = [code for code in indicators if code not in set(parents.values())]
    sums = np.array([[code in _line(leaf, parents) for leaf in leaves] for code in indicators], dtype=float)
    followed = [(follows or {}).get(leaf, "") for leaf in leaves]
    return Rows(
        f"{form}.M",
        dataflow,
        indicators,
        tuple(labels[code] for code in indicators),
        tuple([units] * len(indicators) if isinstance(units, tuple) else units),
        sums,
        tuple(leaves.index(code) if code in leaves else -1 for code in followed),
        roles,
    )


def _line(code: str, parents: dict[str, str]) -> Iterable[str]:
    line = [code]
    while parents[line[-1]]:
        line.append(parents[line[-1]])
    return line
