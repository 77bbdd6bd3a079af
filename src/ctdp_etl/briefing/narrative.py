"""Sentences by rules: the verb follows the printed number, and what cannot be said is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctdp_etl.briefing.document import Paragraph, Runs, Strong
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.verbs import LEVEL, UNCHANGED, speaks, verb
from ctdp_etl.period import Period

LAST_MONTH = "tháng trước"
LAST_YEAR = "cùng kỳ năm trước"
_POINTS = "hiệu của hai mức tăng đã làm tròn"
TET = (
    "Tết Nguyên đán rơi vào những ngày khác nhau giữa các năm nên số liệu riêng tháng 1 và tháng 2 khó so sánh với "
    "cùng kỳ; cần xem cùng số cộng dồn hai tháng."
)


AFTER_TET = (
    "Tết Nguyên đán làm tháng 1 hoặc tháng 2 có ít ngày làm việc nên mức tăng của tháng 3 so với tháng trước khó nói "
    "lên xu hướng; cần xem số so với cùng kỳ và số cộng dồn."
)


def moved(month: Month, growth: Figure, against: str = "", *, degree: bool = False) -> Runs:
    """Return "tăng 7,0% so với …", "giảm …", "gần như không đổi (+0,3%)" or "tương đương … (0,0%)" as printed.

    What is not larger than the typical revision of an estimate is told as unchanged (``verbs``).
    """
    base = f" so với {against}" if against else ""
    if speaks(growth):
        return (f"{verb(growth, degree=degree)} ", month.figures.size(growth), f"%{base}")
    if growth.sign == 0:
        return (f"{LEVEL} {against} (" if against else "không đổi (", growth, "%)")
    return (f"{UNCHANGED}{base} (" + ("+" if growth.sign > 0 else ""), growth, "%)")


def joined(parts: Sequence[Runs], between: str = ", ", last: str = " và ") -> Runs:
    """Return the parts as one enumeration; empty parts leave no trace."""
    present = [part for part in parts if part]
    runs: list[str | Figure] = []
    for index, part in enumerate(present):
        if index:
            runs.append(last if index == len(present) - 1 else between)
        runs += part
    return tuple(runs)


def capital(runs: Runs) -> Runs:
    """Return the runs with a capital first letter."""
    if not runs or not isinstance(runs[0], str):
        return runs
    return (runs[0][:1].upper() + runs[0][1:], *runs[1:])


def closed(runs: Runs) -> Runs:
    """Return the runs as a sentence: capital first letter, full stop at the end; nothing stays nothing."""
    return (*capital(runs), ".") if runs else ()


def themed(found: Sequence[tuple[str, Runs]]) -> tuple[Paragraph, ...]:
    """Return the sentences of page one, each with its theme in bold; what cannot be said is left out."""
    return tuple(Paragraph(_themed(theme, runs), "point") for theme, runs in found if runs)


def _themed(theme: str, runs: Runs) -> Runs:
    first = str(runs[0])
    if first.lower().startswith(f"{theme.lower()} "):
        return (Strong(theme), first[len(theme) :], *runs[1:], ".")
    return (Strong(f"{theme}: "), *capital(runs), ".")


def introduced(month: Month, points: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the sentences of page one with the index by its name at its first mention, and whose it is."""
    for place, point in enumerate(points):
        for at, run in enumerate(point.runs):
            if not isinstance(run, str) or isinstance(run, Strong) or "IIP" not in run:
                continue
            before, _, after = run.partition("IIP")
            sources = {fact.source for other in point.runs if isinstance(other, Figure) for fact in other.facts}
            whose = f"theo {month.source_name('NSO')}, " if sources == {"NSO"} and not before else ""
            words = f"{whose}chỉ số sản xuất công nghiệp (IIP){after}"
            first = words[:1].upper() + words[1:] if at == 1 and not before else before + words
            runs = (*point.runs[:at], first, *point.runs[at + 1 :])
            return (*points[:place], replace(point, runs=runs), *points[place + 1 :])
    return tuple(points)


def added_up(month: Month, areas: Figure) -> Runs:
    """Return "cộng từ 29 trong 34 địa phương", or "cộng từ cả 34 địa phương"."""
    every = int(areas.value) == len(month.areas)
    rest = " địa phương" if every else f" trong {len(month.areas)} địa phương"
    return ("cộng từ cả " if every else "cộng từ ", areas, rest)


def comparison(month: Month, mom: Figure | None, yoy: Figure | None, ytd: Figure | None) -> Runs:
    """Return "tăng nhẹ … so với tháng trước và tăng khá … so với cùng kỳ năm trước; tính chung 10 tháng tăng …".

    An adverb stands once in a sentence. Growth of a year ago stands beside this year's where it is known.
    """
    said = [
        moved(month, growth, words, degree=True) for growth, words in ((mom, LAST_MONTH), (yoy, LAST_YEAR)) if growth
    ]
    if len(said) > 1 and yoy and said[0][0] == said[1][0]:
        said[1] = moved(month, yoy, LAST_YEAR)
    if yoy:
        said[-1] = (*said[-1], *year_ago(month, yoy))
    here = joined(said)
    if ytd is None or not month.cumulates:
        return here
    told = bool(yoy and speaks(yoy) and speaks(ytd))
    so_far = (f"tính chung {month.so_far} ", *moved(month, ytd, "" if told else LAST_YEAR))
    return joined([here, (*so_far, *beside(month, ytd))], last="; ")


def year_ago(month: Month, growth: Figure) -> Runs:
    """Return " (cùng kỳ năm 2023 tăng 5,8%)" for the growth of one index; nothing where nobody told it."""
    then = before(month, growth)
    if then is None:
        return ()
    words = "không đổi " if then.sign == 0 else f"{verb(then)} "
    return (f" (cùng kỳ năm {month.period.year - 1} {words}", month.figures.size(then), "%)")


def beside(month: Month, growth: Figure) -> Runs:
    """Return ", cao hơn 2,9 điểm phần trăm so với mức của cùng kỳ năm 2023" by the numbers as printed."""
    then = before(month, growth)
    if then is None or then.rounded == growth.rounded:
        return ()
    points = growth.rounded - then.rounded
    about = f"{growth.id.removeprefix('f-')}.points"
    facts = [*growth.facts, *then.facts]
    size = month.figures.number(about, abs(points), facts, decimals=1, unit="điểm phần trăm", how=_POINTS)
    return (
        f", {'cao' if points > 0 else 'thấp'} hơn ",
        size,
        f" điểm phần trăm so với mức của cùng kỳ năm {month.period.year - 1}",
    )


def before(month: Month, growth: Figure) -> Figure | None:
    """Return the same index's growth a year ago; None where it is not one index, or not told, or under an error."""
    if len(growth.facts) != 1:
        return None
    fact = growth.facts[0]
    then = str(Period.parse(fact.time_period).year_ago)
    found = month.facts.get(fact.dataflow, fact.ref_area, fact.indicator, then, fact.measure)
    return None if found is None or found.questioned else month.figures.growth(found)


def estimated(facts: Sequence[Fact]) -> str:
    """Return "ước " where a fact of the period is an estimate, "sơ bộ " where one is preliminary."""
    statuses = {fact.obs_status for fact in facts}
    return "ước " if "E" in statuses else "sơ bộ " if "P" in statuses else ""


@dataclass(frozen=True, slots=True)
class Split:
    """Localities by the direction of an index; the parts add up to ``known``. Highest and lowest growth come first."""

    up: tuple[Fact, ...]
    down: tuple[Fact, ...]
    level: tuple[Fact, ...]
    doubtful: tuple[Fact, ...]
    missing: tuple[str, ...]

    @property
    def known(self) -> tuple[Fact, ...]:
        """Every locality that reported."""
        return self.up + self.level + self.down + self.doubtful


def split(month: Month, facts: Sequence[Fact]) -> Split:
    """Return the localities' facts of one index by direction as printed; those under an open error stand apart."""
    sound = [fact for fact in facts if not fact.questioned]
    signs = {fact: month.figures.growth(fact).sign for fact in sound}
    ranked = sorted(sound, key=lambda fact: (-fact.value, fact.ref_area))
    reported = {fact.ref_area for fact in facts}
    return Split(
        up=tuple(fact for fact in ranked if signs[fact] > 0),
        down=tuple(fact for fact in reversed(ranked) if signs[fact] < 0),
        level=tuple(fact for fact in ranked if signs[fact] == 0),
        doubtful=tuple(fact for fact in facts if fact.questioned),
        missing=tuple(area.code for area in month.areas if area.code not in reported),
    )


def directions(month: Month, about: str, parts: Split, *, whole: bool = False) -> Runs:
    """Return "tăng ở 49 địa phương, giảm ở 12 địa phương và tương đương ở 2 địa phương"; the counts add up.

    With ``whole`` those without a figure are counted too, so that they add up to every locality.
    """
    named = [("tăng ở ", parts.up), ("giảm ở ", parts.down), ("tương đương ở ", parts.level)]
    counted: list[Runs] = [
        (words, month.figures.count(f"{about}.{index}", facts), " địa phương")
        for index, (words, facts) in enumerate(named)
        if facts
    ]
    if parts.doubtful:
        doubtful = month.figures.count(f"{about}.doubtful", parts.doubtful)
        counted.append((doubtful, " địa phương chưa xếp vì số liệu đang có lỗi chưa xử lý"))
    if whole and parts.missing and counted:
        counted.append((f"{len(parts.missing)} địa phương chưa có số liệu",))
    return joined(counted)


def extremes(month: Month, parts: Split, count: int = 3) -> tuple[Runs, Runs]:
    """Return the localities with the highest growth and with the deepest fall, each as an enumeration.

    Who moved by less than the noise is no extreme.
    """

    def named(facts: Sequence[Fact]) -> Runs:
        growths = [(fact, month.figures.growth(fact)) for fact in facts[:count]]
        return joined(
            [
                (f"{month.area_name(fact.ref_area)} (", *moved(month, growth), ")")
                for fact, growth in growths
                if speaks(growth)
            ]
        )

    highest = named(parts.up)
    deepest = named(parts.down)
    return (("tăng cao nhất là ", *highest) if highest else (), ("giảm sâu nhất là ", *deepest) if deepest else ())


def lower_first(name: str) -> str:
    """Return a name as it stands inside a sentence; abbreviations keep their capitals."""
    word = name.split(" ", 1)[0]
    return name if len(word) > 1 and word.upper() == word else name[:1].lower() + name[1:]
