"""Figures: every printed number is made here once, so that text, table and chart never disagree."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.inputs import Received
from ctdp_etl.briefing.numbers import exact, level_decimals, rounded, vietnamese
from ctdp_etl.model import DecisionKind

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
SIGNS = {"\u2020": "số liệu đang có lỗi chưa xử lý", "\u2021": "số đã được sửa theo quyết định"}
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number: ``value`` before rounding in ``unit``, made from ``facts`` or counted from ``receipts``.

    ``counted`` where it is a number of reports or findings. ``how`` says in Vietnamese how the value follows from the
    facts; it is empty where the value is the stored number itself.
    """

    id: str
    printed: str
    value: float
    rounded: Decimal
    unit: str
    how: str
    facts: tuple[Fact, ...]
    receipts: tuple[Received, ...] = ()
    counted: bool = False

    @property
    def simulated(self) -> bool:
        """Whether any number behind it is invented for demonstration."""
        return any(fact.simulated for fact in self.facts) or any(item.simulated for item in self.receipts)

    @property
    def questioned(self) -> bool:
        """Whether an open error speaks of any number behind it; a count of reports is not in question."""
        return not self.counted and any(fact.questioned for fact in self.facts)

    @property
    def corrected(self) -> bool:
        """Whether any number behind it was corrected by a decision; a count of reports is as it is."""
        kinds = {one.kind for fact in self.facts for one in fact.decisions}
        return not self.counted and DecisionKind.CORRECT in kinds

    @property
    def marks(self) -> str:
        """The signs that stand behind it in print: a dagger where it is in question, two where it was corrected."""
        return ("\u2020" if self.questioned else "") + ("\u2021" if self.corrected else "")

    @property
    def sign(self) -> int:
        """-1, 0 or 1 by the number as printed."""
        return (self.rounded > 0) - (self.rounded < 0)


def signs_in(figures: Iterable[Figure]) -> str:
    """Return what the signs behind these numbers mean, '' where none of them has one."""
    signs = {sign for figure in figures for sign in figure.marks}
    return "; ".join(f"{sign} {words}" for sign, words in SIGNS.items() if sign in signs) + "." * bool(signs)


class Figures:
    """The figures of one briefing by id. The same number asked for twice is the same figure."""

    def __init__(self) -> None:
        self._by_id: dict[str, Figure] = {}

    def __iter__(self) -> Iterable[Figure]:
        return iter(self._by_id.values())

    def number(
        self,
        about: str,
        value: Decimal,
        facts: Sequence[Fact],
        *,
        decimals: int,
        unit: str = "",
        how: str = "",
        receipts: Sequence[Received] = (),
        counted: bool = False,
    ) -> Figure:
        """Return the figure about ``about``; raise ``ValueError`` where the same words would mean another number."""
        figure = Figure(
            id=f"f-{_plain(about)}",
            printed=vietnamese(value, decimals),
            value=float(value),
            rounded=rounded(value, decimals),
            unit=unit,
            how=how,
            facts=tuple(facts),
            receipts=tuple(receipts),
            counted=counted,
        )
        known = self._by_id.setdefault(figure.id, figure)
        if (known.printed, known.value) != (figure.printed, figure.value):
            raise ValueError(f"two numbers are both called {about}: {known.printed} and {figure.printed}")
        return known

    def growth(self, fact: Fact) -> Figure:
        """Return an index fact as growth in per cent with its sign, one decimal."""
        return self.number(
            f"{fact.key}.growth", exact(fact.value) - 100, [fact], decimals=1, unit="%", how="chỉ số \u2212 100"
        )

    def size(self, growth: Figure) -> Figure:
        """Return the size of a growth figure, for a sentence whose verb already says the direction."""
        value = abs(exact(growth.value))
        about = growth.id.removeprefix("f-") + ".size"
        return self.number(about, value, growth.facts, decimals=1, unit=growth.unit, how=f"|{growth.how}|")

    def index(self, fact: Fact, version: str = "") -> Figure:
        """Return an index fact as reported, two decimals; ``version`` tells an earlier value from the present one."""
        return self.number(f"{fact.key}.index{version}", exact(fact.value), [fact], decimals=2, unit="%")

    def level(self, fact: Fact, unit_mult: int, unit: str, *, decimals: int | None = None, version: str = "") -> Figure:
        """Return a level fact in the unit times ten to the ``unit_mult``."""
        shift = fact.unit_mult - unit_mult
        value = exact(fact.value).scaleb(shift)
        places = level_decimals(value) if decimals is None else decimals
        how = f"số báo cáo × 10^{shift}" if shift else ""
        about = f"{fact.key}.level{f'.e{unit_mult}' if shift else ''}{version}"
        return self.number(about, value, [fact], decimals=places, unit=unit, how=how)

    def count(self, about: str, facts: Sequence[Fact]) -> Figure:
        """Return how many facts there are."""
        return self.number(f"count.{about}", Decimal(len(facts)), facts, decimals=0, how="đếm", counted=True)

    def tally(self, about: str, number: int, receipts: Sequence[Received]) -> Figure:
        """Return a number counted from what arrived, with the receipts behind it."""
        return self.number(
            f"count.{about}", Decimal(number), [], decimals=0, how="đếm", receipts=receipts, counted=True
        )


def change(new: Decimal, old: Decimal) -> Decimal:
    """Return the growth from ``old`` to ``new`` in per cent, to ten decimals."""
    return rounded((new / old - 1) * 100, 10)


def _plain(about: str) -> str:
    if _PLAIN.fullmatch(about):
        return about
    digest = hashlib.sha256(about.encode()).hexdigest()[:8]
    return f"{_NOT_PLAIN.sub('-', about)}-{digest}"
