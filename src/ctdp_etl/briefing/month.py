"""The material of one month's briefing: facts, figures and the names of things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ctdp_etl.briefing.facts import Fact, Facts
from ctdp_etl.briefing.figures import Figure, Figures
from ctdp_etl.briefing.inputs import Received
from ctdp_etl.catalog import NATIONAL, Catalog, Code
from ctdp_etl.model import Area, Decision, Finding
from ctdp_etl.period import Period

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_LAST = 10**6


@dataclass(frozen=True)
class Month:
    """What the sections are written from. ``before`` are the facts as the briefing of the month before knew them.

    ``home`` is the area that the report is about: the whole country, or a province in its own brief.
    """

    period: Period
    catalog: Catalog
    facts: Facts
    before: Facts
    findings: tuple[Finding, ...]
    receipts: tuple[Received, ...]
    figures: Figures
    waived: tuple[Decision, ...] = ()
    home: str = NATIONAL
    worked_out: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def now(self) -> str:
        """The period as a key."""
        return str(self.period)

    @cached_property
    def last(self) -> str:
        """The period before as a key."""
        return str(self.period.previous)

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The provinces in force in the period; none where the report is about one of them."""
        return self.catalog.areas.at(str(self.period.last_month)) if self.home == NATIONAL else ()

    @cached_property
    def of_country(self) -> Month:
        """The same material for a look at the whole country and its provinces; the figures are shared."""
        return replace(self, home=NATIONAL, worked_out={})

    @property
    def home_name(self) -> str:
        """The area that the report is about, in words: "cả nước", "Tây Ninh"."""
        return "cả nước" if self.home == NATIONAL else self.area_name(self.home)

    @property
    def words(self) -> str:
        """The period in words without its year: "tháng 10"."""
        return self.period.vietnamese.removesuffix(f" năm {self.period.year}")

    @property
    def cumulates(self) -> bool:
        """Whether since January is more than the month itself."""
        return self.period.number > 1

    @property
    def so_far(self) -> str:
        """The months since January in words: "10 tháng"."""
        return f"{self.period.number} tháng"

    def area_name(self, code: str) -> str:
        """Return the area's name, or its code where the catalog does not know it."""
        area = self.catalog.areas.by_code.get(code)
        return area.name if area else code

    def code(self, dataflow: str, indicator: str) -> Code | None:
        """Return the code of the code lists that names the indicator; constants such as EXPORT are passed over."""
        for part in indicator.split("."):
            for name in self.catalog.dataflows[dataflow].codelists:
                if name not in _CONSTANT_LISTS and part in self.catalog.codelists[name].codes:
                    return self.catalog.codelists[name].codes[part]
        return None

    def name(self, fact: Fact) -> str:
        """Return the short name of what a fact is about; the label as reported where there is no code."""
        code = self.code(fact.dataflow, fact.indicator)
        return f"{code.short_name if code else fact.label.strip()}{self.price_base(fact.indicator)}"

    def price_base(self, indicator: str) -> str:
        """Return " (giá 1994)" for an indicator at prices of 1994; nothing where it names no price base."""
        known = self.catalog.codelists["price_bases"].codes
        named = [known[part].short_name for part in indicator.split(".") if part in known]
        return f" ({named[0][:1].lower()}{named[0][1:]})" if named else ""

    def form_name(self, dataflow: str) -> str:
        """Return a dataflow in a word or two ("Bán lẻ")."""
        flow = self.catalog.dataflows.get(dataflow)
        return _FORM_NAMES.get(dataflow) or (flow.name if flow else dataflow)

    def order(self, fact: Fact) -> tuple[int, int, str]:
        """Return the place of a fact in print: by code list of its form (ownership, then industries), then in it."""
        code = self.code(fact.dataflow, fact.indicator)
        lists = self.catalog.dataflows[fact.dataflow].codelists
        place = next((at for at, name in enumerate(lists) if code and self._codes(name).get(code.code) is code), _LAST)
        return (place, code.order if code else _LAST, fact.indicator)

    def _codes(self, codelist: str) -> Mapping[str, Code]:
        return self.catalog.codelists[codelist].codes

    def unit_name(self, unit: str, mult: int) -> str:
        """Return the printed name of a unit ("Triệu USD"), or its code where the catalog has no name."""
        for known in self.catalog.units.values():
            if (known.code, known.mult) == (unit, mult):
                return known.name
        return unit if not mult else f"{unit} × 10^{mult}"

    def provinces(self, dataflow: str, indicator: str, measure: str, period: str = "") -> tuple[Fact, ...]:
        """Return the provinces' facts of one indicator in the order of their codes."""
        found = (self.facts.get(dataflow, area.code, indicator, period or self.now, measure) for area in self.areas)
        return tuple(fact for fact in found if fact is not None)

    @cached_property
    def merged(self) -> frozenset[str]:
        """The areas that were several old ones a year before the period."""
        parts = self._members(self.period.year_ago)
        return frozenset(area for area, codes in parts.items() if len(codes) > 1)

    def pro_forma(self, facts: Sequence[Fact], then: Period) -> dict[str, tuple[Fact, ...]]:
        """Return the same levels in ``then`` of the old areas of each area, where all of these stand.

        ``facts`` are of one dataflow, indicator and measure.
        """
        if not facts or not self.facts.told(facts[0].dataflow, str(then), facts[0].measure):
            return {}
        if facts[0].measure not in self.catalog.dataflows[facts[0].dataflow].across_areas.additive:
            return {}
        parts = self._members(then)
        found = {fact.ref_area: self._of_old(fact, parts.get(fact.ref_area, ()), str(then)) for fact in facts}
        return {area: old for area, old in found.items() if old}

    def _of_old(self, fact: Fact, codes: Sequence[str], then: str) -> tuple[Fact, ...]:
        found = (self.facts.get(fact.dataflow, code, fact.indicator, then, fact.measure) for code in codes)
        alike = [one for one in found if one and (one.unit, sender_kind(one)) == (fact.unit, sender_kind(fact))]
        return tuple(alike) if len(alike) == len(codes) else ()

    def _members(self, then: Period) -> dict[str, tuple[str, ...]]:
        """Return the old areas of each province that were in force in ``then``."""
        key = ("members", self.now, then)
        if key not in self.worked_out:
            first, last = str(then.first_month), str(then.last_month)
            members = self.catalog.areas.members
            self.worked_out[key] = {
                area.code: codes for area in self.areas if (codes := members(area.code, first, last))
            }
        found: dict[str, tuple[str, ...]] = self.worked_out[key]
        return found

    def country(self, dataflow: str, indicator: str, measure: str, period: str = "") -> Fact | None:
        """Return one indicator's fact of the area that the report is about, the whole country in most."""
        return self.facts.get(dataflow, self.home, indicator, period or self.now, measure)

    def growth(self, fact: Fact | None) -> Figure | str:
        """Return an index fact as growth for a cell, or the sign for "no figure"."""
        return NO_FIGURE if fact is None else self.figures.growth(fact)

    def sources(self, facts: Collection[Fact]) -> str:
        """Return the line that names who reported ``facts``; mixed sources are named one by one."""
        counts = Counter(source.split("_")[0] for source in {fact.source for fact in facts})
        named = sorted({fact.source for fact in facts})
        parts = [statistics_office(self.now)] if counts["NSO"] else []
        departments = [source for source in named if source.startswith("SCT_")]
        if len(departments) == 1:
            parts.append(self.source_name(departments[0]))
        elif departments:
            parts.append(f"báo cáo của {len(departments)} Sở Công Thương")
        parts += [source for source in named if source != "NSO" and not source.startswith("SCT_")]
        return "Nguồn: " + "; ".join(parts) + "."

    def source_name(self, source: str, vintage: str = "") -> str:
        """Return a registered sender in words, by the name that it had in the month ``vintage``, or has now."""
        if source == "NSO":
            return statistics_office(vintage or self.now)
        if source.startswith("SCT_"):
            return f"{DEPARTMENT}{self.area_name(source.removeprefix('SCT_'))}"
        return source


def once(work: Callable[Concatenate[Month, _Given], _Result], /) -> Callable[Concatenate[Month, _Given], _Result]:
    """Return ``work`` so that it is done once for each month and arguments: several sections ask for the same."""

    @wraps(work)
    def asked(month: Month, /, *given: _Given.args, **named: _Given.kwargs) -> _Result:
        key = (work.__qualname__, month.now, given, *sorted(named.items()))
        if key not in month.worked_out:
            month.worked_out[key] = work(month, *given, **named)
        result: _Result = month.worked_out[key]
        return result

    return asked


DEPARTMENT = "Sở Công Thương "
"""How the name of a province's department begins."""

NO_FIGURE = "\u2026"
"""The sign for a number that nobody reported (as in the statistical yearbooks)."""

NOT_COMPARED = "x"
"""The sign for a number that there cannot be."""

_FORM_NAMES = {
    "IIP": "IIP",
    "OUTPUT": "Giá trị sản xuất",
    "PRODUCTS": "Sản phẩm",
    "RETAIL": "Bán lẻ",
    "TRADE": "Xuất nhập khẩu",
    "ELECTRICITY": "Điện",
    "LABOUR": "Lao động",
}

_CONSTANT_LISTS = frozenset({"flows", "aspects", "price_bases"})


def sender_kind(fact: Fact) -> str:
    """Return who reported a fact: the statistics office (NSO) or a department (SCT)."""
    return fact.source.split("_")[0]


def statistics_office(period: str) -> str:
    """Return the name of the statistics office: Tổng cục until 2025-02, Cục since (Nghị định 29/2025/NĐ-CP)."""
    return "Tổng cục Thống kê" if period < "2025-03" else "Cục Thống kê"


def listed(parts: Sequence[str]) -> str:
    """Return words joined as in a sentence: "a, b và c"."""
    return " và ".join(filter(None, (", ".join(parts[:-1]), parts[-1] if parts else "")))
