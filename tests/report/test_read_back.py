"""Every sentence of a hundred generated months reads back as the numbers that it was made from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import report_material as material
from read_back import Claim, read

from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.document import Paragraph, Runs
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.catalog import load_catalog
from ctdp_etl.period import Period

MONTHS = 100
SILENT = ("Tình hình báo cáo", "Phát hiện còn mở", "Số liệu điều chỉnh so với tháng trước")
HEADS = {
    "IIP": "IIP",
    "RETAIL": "tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
    "LABOUR": "lao động của doanh nghiệp công nghiệp",
    "EXPORT": "kim ngạch xuất khẩu hàng hóa",
    "IMPORT": "nhập khẩu",
}
PLANS = ("tổng mức bán lẻ, dịch vụ", "kim ngạch xuất khẩu", "kim ngạch nhập khẩu", "giá trị sản xuất công nghiệp")
BRANCHES = ("TOTAL", "B", "C", "D", "E", "10", "13", "14", "19", "24", "26", "29")
PARTS = ("GOODS", "ACCOMMODATION_FOOD", "TRAVEL", "OTHER")
ITEMS = ("COAL", "NATURAL_GAS", "LPG", "PETROL", "ALUMINA", "COKE")


def words(runs: Runs) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in runs)


@dataclass(frozen=True)
class Said:
    """What a briefing says in its paragraphs, section by section, and the figures in each."""

    texts: list[list[str]]
    figures: list[list[list[Figure]]]
    printed: dict[str, Figure]


def said(briefing: Briefing) -> Said:
    parts = [briefing.points] + [one.blocks for one in briefing.sections if one.title not in SILENT]
    runs = [[block.runs for block in part if isinstance(block, Paragraph) and block.style != "note"] for part in parts]
    figures = [[[run for run in one if isinstance(run, Figure)] for one in part] for part in runs]
    return Said([[words(one) for one in part] for part in runs], figures, {one.id: one for one in briefing.figures})


def grown(random_: random.Random) -> float:
    """Return an index; every fourth about 100, where verbs turn."""
    return round(100 + (random_.gauss(0, 0.6) if random_.random() < 0.25 else random_.gauss(4, 8)), 2)


def month(number: int) -> Briefing:
    """Return the briefing of a generated month: by turns the country's own figures and those of 34 provinces."""
    random_ = random.Random(number)
    period = Period.month(2026, number % 12 + 1)
    status = random_.choice("AEEP")
    rows = list(_national(period, status, random_) if number % 2 else _provincial(period, status, random_))
    return compose(material.inputs(material.frame(rows), str(period), []))


def row(flow: str, area: str, code: str, measure: str, value: float, **more: Any) -> dict[str, Any]:
    unit = ("PCT", 0) if measure in ("mom", "yoy", "ytd_yoy", "plan_pct") else more.pop("unit", ("VND", 9))
    cell = f"{measure}{area}{code}{more['time_period']}"
    place = {"dataflow": flow, "ref_area": area, "indicator": code, "label": code, "sheet": flow, "cell": cell}
    return {**place, "measure": measure, "value": value, "unit": unit[0], "unit_mult": unit[1], **more}


def _indices(flow: str, area: str, code: str, random_: random.Random, more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for measure in ("mom", "yoy", "ytd_yoy"):
        yield row(flow, area, code, measure, grown(random_), **more)


def _national(period: Period, status: str, random_: random.Random) -> Iterator[dict[str, Any]]:
    more = {"time_period": str(period), "vintage": str(period), "obs_status": status}
    for code in BRANCHES:
        yield from _indices("IIP", "VN", code, random_, more)
    for measure in ("yoy", "ytd_yoy"):
        then = more | {"time_period": str(period.year_ago), "obs_status": "A"}
        yield row("IIP", "VN", "TOTAL", measure, grown(random_), **then)
    yield from _retail("VN", random_, more)
    for flow in ("EXPORT", "IMPORT"):
        yield from _trade(flow, random_, more)
    for code in ITEMS:
        yield row("PRODUCTS", "VN", code, "month", round(random_.uniform(1, 5000), 1), unit=("T", 3), **more)
        yield row("PRODUCTS", "VN", code, "yoy", grown(random_), **more)


def _trade(flow: str, random_: random.Random, more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a total and its two sectors, whose levels of this year and of the last add up."""
    now = {code: random_.uniform(1000, 20000) for code in ("DOMESTIC", "FDI")}
    base = {code: level / grown(random_) * 100 for code, level in now.items()}
    now, base = ({"TOTAL": sum(of.values()), **of} for of in (now, base))
    for code, level in now.items():
        name = f"{flow}.{code}.VALUE"
        yield row("TRADE", "VN", name, "month", level, unit=("USD", 6), **more)
        yield row("TRADE", "VN", name, "yoy", level / base[code] * 100, **more)
        if code == "TOTAL":
            yield row("TRADE", "VN", name, "mom", grown(random_), **more)
            yield row("TRADE", "VN", name, "ytd_yoy", grown(random_), **more)


def _retail(
    area: str, random_: random.Random, more: dict[str, Any], parts: Sequence[str] = PARTS
) -> Iterator[dict[str, Any]]:
    """Yield levels whose parts add up, and growths that follow from the levels of a year ago; ``parts`` are told."""
    now = {code: random_.uniform(50, 4000) for code in PARTS}
    base = {code: level / grown(random_) * 100 for code, level in now.items()}
    for code in ("TOTAL", *parts):
        level, before = (sum(of.values()) if code == "TOTAL" else of[code] for of in (now, base))
        yield row("RETAIL", area, code, "month", level, **more)
        yield row("RETAIL", area, code, "yoy", level / before * 100, **more)
        if code == "TOTAL":
            yield row("RETAIL", area, code, "ytd", level * 4, **more)
            yield row("RETAIL", area, code, "ytd_yoy", grown(random_), **more)
            yield row("RETAIL", area, code, "plan_pct", random_.uniform(10, 110), **more)


def _provincial(period: Period, status: str, random_: random.Random) -> Iterator[dict[str, Any]]:
    more = {"time_period": str(period), "vintage": str(period), "obs_status": status}
    for area in load_catalog().areas.at(str(period)):
        place = more | {"source": f"SCT_{area.code}"}
        if random_.random() < 0.9:
            yield row("IIP", area.code, "TOTAL", "yoy", grown(random_), **place)
        yield from _retail(area.code, random_, place, () if period.number % 4 else PARTS)
        plan = {**place, "time_period": str(period.year)}
        yield row("RETAIL", area.code, "TOTAL", "plan", random_.uniform(40000, 60000), **plan)


@cache
def names() -> dict[str, str]:
    """Return every name that a sentence may be about, as it stands there."""
    catalog = load_catalog()
    found = [*HEADS.values(), *PLANS, *(area.name for area in catalog.areas.by_code.values())]
    found += [code.short_name for one in catalog.codelists.values() for code in one.codes.values()]
    return {name.lower(): name for name in found}


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def meant(figure: Figure, one: Said, year_ago: str) -> tuple[str, Decimal, str]:
    """Return subject, signed value and base of a figure by the facts behind it, not by the words around it."""
    fact = figure.facts[0]
    if figure.counted:
        return _counted(figure)
    size = figure.rounded
    if figure.unit == "điểm phần trăm":
        signed = figure.rounded if figure.how.startswith("(mức") or figure.how.startswith("|(") else None
        if signed is None:
            now, then = (tenth(Decimal(repr(value.value)) - 100) for value in figure.facts)
            return subject(figure), now - then, "gap"
        whole = one.printed.get(figure.id.removesuffix(".size"), figure)
        return subject(figure), -size if figure.id.endswith(".size") else whole.rounded, "points"
    if "BALANCE" in figure.id:
        exports, imports = (Decimal(repr(value.value)) for value in figure.facts)
        return "", tenth(exports - imports), "balance"
    if figure.unit != "%":
        return subject(figure), size, "level"
    if figure.id.startswith("f-PLAN") or figure.id.endswith(".percent"):
        return "plan", size, "plan"
    if len(figure.facts) == 1:
        base = "year ago" if fact.time_period == year_ago else fact.measure
        return subject(figure), tenth(Decimal(repr(fact.value)) - 100), base
    whole = one.printed[figure.id.removesuffix(".size")]
    return subject(figure), whole.rounded, whole.id.rsplit(".", 1)[1]


def _counted(figure: Figure) -> tuple[str, Decimal, str]:
    growths = [Decimal(repr(fact.value)) - 100 for fact in figure.facts if fact.measure == "yoy"]
    if not growths or "areas" in figure.id:
        return "cover", figure.rounded, "count"
    signs = {(tenth(growth) > 0) - (tenth(growth) < 0) for growth in growths}
    return {(1,): "tăng", (-1,): "giảm", (0,): "tương đương"}[tuple(signs)], Decimal(len(growths)), "count"


def subject(figure: Figure) -> str:
    """Return how the sentence calls what a figure is about."""
    fact = next((one for one in figure.facts if "TOTAL" not in one.indicator), figure.facts[0])
    if figure.id.startswith("f-SUM"):
        fact = fact._replace(indicator=figure.id.split(".")[2])
    total = "TOTAL" in fact.indicator.split(".")
    if fact.dataflow == "IIP" and total and fact.ref_area != "VN":
        return load_catalog().areas.by_code[fact.ref_area].name.lower()
    if total:
        return HEADS[fact.indicator.split(".")[0] if fact.dataflow == "TRADE" else fact.dataflow].lower()
    lists = load_catalog().dataflows[fact.dataflow].codelists
    codes = [load_catalog().codelists[name].codes for name in lists]
    parts = [part for part in fact.indicator.split(".") if part not in ("EXPORT", "IMPORT", "VALUE")]
    return next(found[part].short_name.lower() for part in parts for found in codes if part in found)


def told(claim: Claim) -> tuple[str, Decimal, str]:
    """Return a claim as ``meant`` tells it."""
    name = "" if claim.base == "balance" else "plan" if claim.base == "plan" else claim.subject
    return name, claim.value, claim.base


@pytest.fixture(scope="module")
def generated() -> list[tuple[Period, Said]]:
    return [(Period.parse(one.period), said(one)) for one in map(month, range(MONTHS))]


def test_every_sentence_reads_back_as_its_figures(generated: list[tuple[Period, Said]]) -> None:
    compared = 0
    for period, one in generated:
        for texts, figures in zip(one.texts, one.figures, strict=True):
            for text, claims, members in zip(texts, read(texts, names()), figures, strict=True):
                wanted = [meant(figure, one, str(period.year_ago)) for figure in members]
                assert [told(claim) for claim in claims] == wanted, text
                compared += len(wanted)
    assert compared > 20 * MONTHS


def test_a_wrong_verb_or_base_does_not_read_back(generated: list[tuple[Period, Said]]) -> None:
    changed = 0
    for _, one in generated[:20]:
        for texts in one.texts:
            before = [[told(claim) for claim in claims] for claims in read(texts, names())]
            for wrong, right in (("giảm", r"\btăng(?= [\d,]+%)"), ("so với tháng trước", r"so với cùng kỳ năm trước")):
                for place, text in enumerate(texts):
                    other = re.sub(right, wrong, text, count=1)
                    if other != text:
                        again = read([*texts[:place], other, *texts[place + 1 :]], names())
                        assert [[told(claim) for claim in claims] for claims in again] != before, other
                        changed += 1
    assert changed > 50


def test_adverbs_and_unchanged_follow_the_size(generated: list[tuple[Period, Said]]) -> None:
    seen = set()
    for _, one in generated:
        for claim in (claim for texts in one.texts for claims in read(texts, names()) for claim in claims):
            size = abs(claim.value)
            seen.add(claim.verb)
            if claim.verb.endswith("nhẹ"):
                assert Decimal(0) < size < 1
            elif claim.verb.endswith("khá"):
                assert 5 <= size < 10
            elif claim.verb.endswith("mạnh"):
                assert size >= 10
            elif claim.verb == "gần như không đổi":
                assert Decimal(0) < size <= Decimal("3.7")
            elif claim.verb in ("tương đương", "không đổi"):
                assert size == 0
    assert {"tăng nhẹ", "tăng khá", "tăng mạnh", "giảm nhẹ", "giảm mạnh", "gần như không đổi"} <= seen


def test_a_change_of_an_estimate_within_its_revisions_claims_no_direction(
    generated: list[tuple[Period, Said]],
) -> None:
    claimed = 0
    for _, one in generated:
        for texts, figures in zip(one.texts, one.figures, strict=True):
            for claims, members in zip(read(texts, names()), figures, strict=True):
                for claim, figure in zip(claims, members, strict=True):
                    fact = figure.facts[0]
                    head = (fact.dataflow, fact.indicator, fact.measure) == ("IIP", "TOTAL", "yoy")
                    if head and fact.obs_status != "A" and claim.verb.startswith(("tăng", "giảm")):
                        assert abs(claim.value) > Decimal("0.6"), claim
                        claimed += 1
    assert claimed > 20


def test_counts_of_localities_add_up_to_all(generated: list[tuple[Period, Said]]) -> None:
    for period, one in generated[::2]:
        (line,) = (text for text in one.texts[0] if text.startswith("Địa phương"))
        counts = re.findall(r"(?:ở )?(\d+) địa phương", line)
        assert sum(map(int, counts)) == len(load_catalog().areas.at(str(period))), line


def test_no_stock_phrase_follows_itself_down_a_page(generated: list[tuple[Period, Said]]) -> None:
    """The last words of "so với cùng kỳ ..." and the first of "tính chung ..." take turns."""
    phrases = (
        r"so với cùng kỳ(?: năm trước| năm \d{4})?",
        r"so với tháng (?:trước|\d+)",
        r"(?:tính chung|lũy kế) \d+ tháng",
    )
    for _, one in generated:
        for texts in one.texts:
            for phrase in phrases:
                found = re.findall(phrase, "\n".join(texts).lower())
                assert all(before != after for before, after in pairwise(found)), found
