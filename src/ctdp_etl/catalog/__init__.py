"""What is collected, as data: dataflows, code lists, aliases (GSBPM 2).

``load_catalog`` returns one frozen ``Catalog``; a faulty one is refused with every fault listed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ctdp_etl.catalog.areas import NATIONAL, Areas, read_areas
from ctdp_etl.catalog.codelist import HEADING, Code, CodeList, read_codelist, read_csv
from ctdp_etl.catalog.dataflow import HOLD, AcrossAreas, Additive, Dataflow, Rule, TableSpec, read_dataflow
from ctdp_etl.catalog.labels import label_key
from ctdp_etl.catalog.units import Unit, read_units
from ctdp_etl.catalog.vocabulary import Vocabulary, read_vocabulary
from ctdp_etl.errors import CatalogError

__all__ = [
    "HEADING",
    "HOLD",
    "NATIONAL",
    "AcrossAreas",
    "Additive",
    "Areas",
    "Catalog",
    "Code",
    "CodeList",
    "Dataflow",
    "Rule",
    "TableSpec",
    "Unit",
    "Vocabulary",
    "label_key",
    "load_catalog",
]

FOLDER = Path(__file__).resolve().parent
_NOT_CODELISTS = {"areas", "area_crosswalk", "area_splits", "regions", "units"}


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the data room knows of before a file arrives. ``regions`` maps (scheme, code) to a name."""

    areas: Areas
    regions: Mapping[tuple[str, str], str]
    units: Mapping[str, Unit]
    codelists: Mapping[str, CodeList]
    dataflows: Mapping[str, Dataflow]
    vocabulary: Vocabulary

    def unit(self, text: str) -> Unit | None:
        """Return the unit that ``text`` names ("Nghìn tấn"), or None."""
        return self.units.get(label_key(text))

    def code(self, dataflow: str, indicator: str) -> Code | None:
        """Return the first part of ``indicator`` that stands in a code list of the dataflow, or None."""
        for name in self.dataflows[dataflow].codelists:
            for part in indicator.split("."):
                if part in self.codelists[name].codes:
                    return self.codelists[name].codes[part]
        return None


@cache
def load_catalog(folder: Path = FOLDER) -> Catalog:
    """Return the catalog of ``folder``; raise ``CatalogError`` with every fault."""
    faults: list[str] = []
    areas = read_areas(folder, faults)
    units = read_units(folder, faults)
    names = sorted(path.stem for path in (folder / "codelists").glob("*.csv") if path.stem not in _NOT_CODELISTS)
    codelists = {name: read_codelist(folder, name, faults) for name in names}
    flows = [
        read_dataflow(path, frozenset(codelists), faults) for path in sorted((folder / "dataflows").glob("*.yaml"))
    ]
    regions = {(row["scheme"], row["code"]): row["name"] for row in read_csv(folder / "codelists" / "regions.csv")}
    vocabulary = read_vocabulary(folder, faults)
    if faults or vocabulary is None:
        raise CatalogError(faults)
    dataflows = {flow.code: flow for flow in flows if flow is not None}
    return Catalog(areas, regions, units, codelists, dataflows, vocabulary)
