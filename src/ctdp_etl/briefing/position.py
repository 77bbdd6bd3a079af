"""Section: where a province stands among the provinces, in its region and against the country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ctdp_etl.briefing.document import Block, Chart, Column, Mark, Row, Run, Runs, Section, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.month import NO_FIGURE, Month, listed, once
from ctdp_etl.briefing.narrative import capital, lower_first, moved
from ctdp_etl.briefing.numbers import exact, rounded

_FEWEST = 5
"""Below this many provinces there is no rank: it would say nothing about the country."""
_IIP = "IIP so với cùng kỳ"
_COMPARED = (
    ("IIP", "TOTAL", "yoy", _IIP),
    ("IIP", "TOTAL", "ytd_yoy", "IIP cộng dồn so với cùng kỳ"),
    ("IIP", "C", "yoy", "IIP chế biến, chế tạo so với cùng kỳ"),
    ("RETAIL", "TOTAL", "yoy", "Bán lẻ, dịch vụ so với cùng kỳ"),
    ("RETAIL", "TOTAL", "ytd_yoy", "Bán lẻ, dịch vụ cộng dồn so với cùng kỳ"),
    ("TRADE", "EXPORT.TOTAL.VALUE", "yoy", "Xuất khẩu so với cùng kỳ"),
    ("TRADE", "IMPORT.TOTAL.VALUE", "yoy", "Nhập khẩu so với cùng kỳ"),
    ("LABOUR", "TOTAL", "yoy", "Lao động công nghiệp so với cùng kỳ"),
)
_OWN_BASE = (
    "Chỉ số so với cùng kỳ của các địa phương mới hợp nhất do nơi gửi tự tính, nên thứ hạng chỉ để tham khảo. Trung vị "
    "là mức tăng của địa phương đứng giữa, không phải số của cả nước."
)
_MEDIAN = "Trung vị là mức tăng của địa phương đứng giữa, không phải số của cả nước."


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a province stands by one growth: ``rank`` among ``known`` provinces, the same within its region.

    ``country`` is the country's own growth where it has one. Provinces under an open error are not among ``known``.
    """

    name: str
    growth: Figure
    rank: Figure
    known: Figure
    missing: tuple[str, ...]
    middle: Figure
    country: Figure | None
    region_rank: Figure
    region_known: Figure
    facts: tuple[Fact, ...]
    region_facts: tuple[Fact, ...]


def position(month: Month) -> Section | None:
    """Return the section on the province's place, or None where it or too few others can be placed."""
    found = standings(month)
    if not found:
        return None
    blocks: list[Block] = [_table(month, found)]
    for one in found:
        blocks += _region_bars(month, one) if one.name == _IIP else []
    return Section(f"{month.home_name} so với cả nước và trong vùng", tuple(blocks))


def headline(month: Month) -> Runs:
    """Return the province's place by its industrial index without the full stop; nothing where it has none."""
    one = next((one for one in standings(month) if one.name == _IIP), None)
    return _placed(month, one) if one else ()


@once
def standings(month: Month) -> tuple[Standing, ...]:
    """Return where the province stands by each growth that it and enough others reported, free of open errors."""
    found = (_standing(month, *compared) for compared in _COMPARED)
    return tuple(one for one in found if one is not None)


def _standing(month: Month, dataflow: str, indicator: str, measure: str, name: str) -> Standing | None:
    country = month.of_country
    facts = tuple(one for one in country.provinces(dataflow, indicator, measure) if not one.questioned)
    own = next((one for one in facts if one.ref_area == month.home), None)
    if own is None or len(facts) < _FEWEST:
        return None
    region = _region(month)
    near = tuple(one for one in facts if one.ref_area in region)
    about = f"{dataflow}.{indicator}.{month.now}.{measure}.{month.home}"
    reported = {one.ref_area for one in facts}
    whole = country.country(dataflow, indicator, measure)
    return Standing(
        name,
        month.figures.growth(own),
        _rank(month, about, own, facts),
        month.figures.count(f"ranked.{about}", facts),
        tuple(area.code for area in country.areas if area.code not in reported),
        _middle(month, f"median.{dataflow}.{indicator}.{month.now}.{measure}", facts),
        month.figures.growth(whole) if whole else None,
        _rank(month, f"{about}.region", own, near),
        month.figures.count(f"ranked.{about}.region", near),
        facts,
        near,
    )


def _region(month: Month) -> frozenset[str]:
    """Return the provinces of the region in which the province is."""
    known = month.catalog.areas.by_code
    return frozenset(one.code for one in month.of_country.areas if one.region == known[month.home].region)


def region_name(month: Month) -> str:
    """Return the name of the region in which the province is."""
    area = month.catalog.areas.by_code[month.home]
    return month.catalog.regions.get((area.code_list, area.region), area.region)


def _printed(fact: Fact) -> Decimal:
    return rounded(exact(fact.value) - 100, 1)


def _rank(month: Month, about: str, own: Fact, facts: Sequence[Fact]) -> Figure:
    """Return the place from the highest growth down; growths that print alike share a place."""
    place = 1 + sum(_printed(one) > _printed(own) for one in facts)
    how = "1 + số địa phương có mức tăng in ra cao hơn"
    return month.figures.number(f"rank.{about}", Decimal(place), facts, decimals=0, how=how, counted=True)


def _middle(month: Month, about: str, facts: Sequence[Fact]) -> Figure:
    value = median(exact(one.value) - 100 for one in facts)
    return month.figures.number(about, value, facts, decimals=1, unit="%", how="trung vị của (chỉ số \u2212 100)")


def _placed(month: Month, one: Standing) -> Runs:
    """Return "mức tăng IIP ... xếp thứ 5 trong 33 địa phương đã báo cáo, cao hơn cả nước 1,2 điểm phần trăm"."""
    subject = one.name.removesuffix(" so với cùng kỳ")
    start: Runs = (f"{subject} {month.words} ", *moved(month, one.growth, "cùng kỳ năm trước"))
    total = len(one.facts) + len(one.missing)
    rank: Runs = (", xếp thứ ", one.rank, " trong ", one.known, " địa phương")
    rank = (*rank, f" đã có số liệu (trên {total})") if one.missing else rank
    near: Runs = ()
    if len(one.region_facts) > 1:
        near = (", thứ ", one.region_rank, " trong ", one.region_known, f" địa phương vùng {region_name(month)}")
    return (*start, *rank, *near, *_against(month, one))


def _against(month: Month, one: Standing) -> Runs:
    """Return "; cao hơn cả nước 1,2 điểm phần trăm", by the median where the country has no growth of its own."""
    other, words = (one.country, "cả nước") if one.country else (one.middle, "trung vị các địa phương")
    gap = one.growth.rounded - other.rounded
    if not gap:
        return (f"; bằng {words}",)
    facts = tuple(dict.fromkeys((*one.growth.facts, *other.facts)))
    about = f"gap.{one.growth.id.removeprefix('f-')}"
    figure = month.figures.number(
        about, abs(gap), facts, decimals=1, unit="điểm phần trăm", how="hiệu của hai số đã in"
    )
    return (f"; {'cao' if gap > 0 else 'thấp'} hơn {words} ", figure, " điểm phần trăm")


def _table(month: Month, found: Sequence[Standing]) -> Table:
    whole = any(one.country for one in found)
    rows = []
    for one in found:
        country: tuple[Run, ...] = (one.country or NO_FIGURE,) if whole else ()
        cells = (one.growth, *country, one.middle, one.rank, one.known, one.region_rank, one.region_known)
        rows.append(Row((one.name, *cells)))
    columns = (
        Column("Chỉ tiêu", 1, numeric=False),
        Column(f"{month.home_name} (%)"),
        *((Column("Cả nước (%)"),) if whole else ()),
        Column("Trung vị (%)"),
        Column("Xếp thứ"),
        Column("Trên số địa phương"),
        Column("Trong vùng thứ"),
        Column("Trên số địa phương"),
    )
    facts = [fact for one in found for fact in one.facts]
    return Table(
        title=f"Vị trí của {month.home_name} theo tốc độ tăng {month.period.vietnamese}",
        unit="",
        columns=columns,
        rows=tuple(rows),
        source=month.sources(facts),
        note=" ".join((_note(month, found[0]), _OWN_BASE if _merged(month, facts) else _MEDIAN)).strip(),
    )


def _note(month: Month, one: Standing) -> str:
    """Return which provinces have no place, because they sent nothing or are under an open error."""
    names = listed([month.area_name(code) for code in one.missing])
    why = "chưa có số liệu, hoặc số liệu đang có lỗi chưa xử lý"
    return f"Chưa xếp theo {lower_first(one.name)}: {names} ({why})." if names else ""


def _merged(month: Month, facts: Sequence[Fact]) -> bool:
    merged = month.of_country.merged
    return any(fact.ref_area in merged for fact in facts)


def _region_bars(month: Month, one: Standing) -> list[Block]:
    """Return the growth of the provinces of the region as bars, the highest first; none for a region of one."""
    if len(one.region_facts) < 2:
        return []
    ranked = sorted(one.region_facts, key=lambda fact: (-fact.value, fact.ref_area))
    marks = [
        Mark(month.area_name(fact.ref_area), month.figures.growth(fact), strong=fact.ref_area == month.home)
        for fact in ranked
    ]
    other = ("Cả nước", one.country) if one.country else ("Trung vị các địa phương", one.middle)
    marks.append(Mark(*other))
    unit = f"% tăng, giảm {month.period.vietnamese} so với cùng kỳ năm trước"
    title: Runs = (f"{month.home_name} đứng thứ ", one.region_rank, " trong ", one.region_known)
    title = capital((*title, f" địa phương vùng {region_name(month)} theo mức tăng IIP"))
    alt = f"Biểu đồ cột IIP của các địa phương vùng {region_name(month)} và {other[0].lower()}, {unit}."
    return [Chart("bars", title, unit, tuple(marks), month.sources(one.facts), alt)]
