"""Sentences by rules: the verb follows the printed number, and what cannot be said is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ctdp_etl.briefing.document import Runs
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.month import Month

LAST_MONTH = "tháng trước"
LAST_YEAR = "cùng kỳ năm trước"
TET = (
    "Tết Nguyên đán rơi vào những ngày khác nhau giữa các năm nên số liệu riêng tháng 1 và tháng 2 khó so sánh với "
    "cùng kỳ; cần xem cùng số cộng dồn hai tháng."
)


def moved(month: Month, growth: Figure, against: str = "") -> Runs:
    """Return "tăng 7,0% so với …", "giảm …" or "tương đương …" by the growth as printed."""
    if growth.sign == 0:
        return (f"tương đương {against or 'kỳ so sánh'}",)
    verb = "tăng" if growth.sign > 0 else "giảm"
    return (f"{verb} ", month.figures.size(growth), f"% so với {against}" if against else "%")


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


def comparison(month: Month, mom: Figure | None, yoy: Figure | None, ytd: Figure | None) -> Runs:
    """Return "tăng … so với tháng trước và tăng … so với cùng kỳ năm trước; tính chung 10 tháng tăng …"."""
    here = joined(
        [
            moved(month, mom, LAST_MONTH) if mom else (),
            moved(month, yoy, LAST_YEAR) if yoy else (),
        ]
    )
    if ytd is None or month.period.number == 1:
        return here
    so_far = (f"tính chung {month.so_far} ", *moved(month, ytd, "" if yoy and yoy.sign and ytd.sign else LAST_YEAR))
    return joined([here, so_far], last="; ")


def estimated(facts: Sequence[Fact]) -> str:
    """Return "ước " where a fact of the period is an estimate."""
    return "ước " if any(fact.obs_status == "E" for fact in facts) else ""


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


def directions(month: Month, about: str, parts: Split) -> Runs:
    """Return "tăng ở 49 địa phương, giảm ở 12 địa phương và tương đương ở 2 địa phương"; the counts add up."""
    named = [("tăng ở ", parts.up), ("giảm ở ", parts.down), ("tương đương ở ", parts.level)]
    counted: list[Runs] = [
        (words, month.figures.count(f"{about}.{index}", facts), " địa phương")
        for index, (words, facts) in enumerate(named)
        if facts
    ]
    if parts.doubtful:
        doubtful = month.figures.count(f"{about}.doubtful", parts.doubtful)
        counted.append((doubtful, " địa phương chưa xếp vì số liệu đang có lỗi chưa xử lý"))
    return joined(counted)


def extremes(month: Month, parts: Split, count: int = 3) -> tuple[Runs, Runs]:
    """Return the localities with the highest growth and with the deepest fall, each as an enumeration."""

    def named(facts: Sequence[Fact]) -> Runs:
        return joined(
            [
                (f"{month.area_name(fact.ref_area)} (", *moved(month, month.figures.growth(fact)), ")")
                for fact in facts[:count]
            ]
        )

    highest = named(parts.up)
    deepest = named(parts.down)
    return (("tăng cao nhất là ", *highest) if highest else (), ("giảm sâu nhất là ", *deepest) if deepest else ())


def lower_first(name: str) -> str:
    """Return a name as it stands inside a sentence; abbreviations keep their capitals."""
    word = name.split(" ", 1)[0]
    return name if len(word) > 1 and word.upper() == word else name[:1].lower() + name[1:]
