"""Counts that a report prints, counted again: of reports and findings in the ledger, of localities in the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from ctdp_etl.briefing.quality import in_short, stated
from ctdp_etl.checks import CHECKS
from ctdp_etl.period import Period, days_late
from ctdp_etl.pipeline.check import findings
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.status import Line, board

IN_HAND = ("received", "with findings", "accepted")
SEVERITIES = {"error": "lỗi", "warning": "cảnh báo", "notice": "lưu ý"}
MONTHS = 12
"""The months that the table of senders goes over."""
TITLE = 120
"""Characters of the message that stands for a check of the reader, which has no title."""
SHOWN, ASKED = 14, 6
"""Groups of findings in the table of the country's report, and of a province's."""


@dataclass(frozen=True)
class Ledger:
    """What the ledger of a site says of one report's month: the board, and the open findings, of its area or all."""

    site: Site
    month: Period
    area: str
    as_of: str
    report: str

    @cached_property
    def board(self) -> list[Line]:
        """The lines of the board that are due or came."""
        return [one for one in board(self.site, self.month, at=self.as_of) if one.state != "not due"]

    @cached_property
    def own_board(self) -> list[Line]:
        """The lines of the area that the report is about."""
        return [one for one in self.board if self.area in ("VN", one.ref_area)]

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of the month about the report's area."""
        senders = {one.source for one in self.own_board}
        found = findings(self.site, self.month)
        return [one for one in found if self.area in ("VN", one["ref_area"]) or one["source"] in senders]

    @cached_property
    def open(self) -> list[dict[str, Any]]:
        """The findings that nobody decided about."""
        return [one for one in self.findings if one["decision"] is None]

    @cached_property
    def areas(self) -> int:
        """How many provinces there are."""
        return len(self.site.catalog.areas.at(str(self.month)))

    def of(self, severity: str) -> int:
        """Return how many findings are open."""
        return sum(one["severity"] == severity for one in self.open)

    @cached_property
    def groups(self) -> Mapping[tuple[str, str, str], int]:
        """How many findings are open of one severity, sender and check."""
        return Counter((one["severity"], one["source"], one["code"]) for one in self.open)

    def complete(self, lines: Sequence[Line]) -> tuple[int, int]:
        """Return how many senders sent all that was due, and how many there are."""
        everyone = {one.source for one in lines}
        lacking = {one.source for one in lines if one.state not in IN_HAND}
        return len(everyone - lacking), len(everyone)

    def late(self, lines: Sequence[Line]) -> list[int]:
        """Return by how many days the reports in hand came late, 0 for one in time."""
        return [days_late(one.received_at, one.due_at) for one in lines if one.state in IN_HAND]

    def senders(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield of each sender its reports of a year, from the first of a province: come, not, late, mean days."""
        boards = {
            month: [one for one in board(self.site, month, at=self.as_of) if one.state != "not due"]
            for month in (self.month.shift(-back) for back in range(MONTHS))
        }
        first = min(
            (str(month) for month, lines in boards.items() if any(map(_of_province, lines))), default=str(self.month)
        )
        lines = [one for month, lines in boards.items() if str(month) >= first for one in lines]
        for source in sorted({one.source for one in lines}):
            mine = [one for one in lines if one.source == source]
            days = self.late(mine)
            mean = f"{sum(days) / len(days):.1f}".replace(".", ",") if days else "…"
            yield source, (str(len(days)), str(len(mine) - len(days)), str(sum(day > 0 for day in days)), mean)

    @cached_property
    def branches(self) -> int:
        """How many industries the area's index of the month is told of, by the table of observations."""
        asked = "SELECT COUNT(DISTINCT indicator) FROM observation WHERE dataflow = 'IIP' AND measure = 'yoy'"
        where = f" AND ref_area = '{self.area}' AND time_period = '{self.month}' AND value IS NOT NULL"
        with self.site.engine.connect() as connection:
            return int(connection.exec_driver_sql(asked + where).scalar_one())

    def told_by(self, dataflow: str, measure: str, period: str) -> set[str]:
        """Return the provinces of which an index is told up to the month, by the table of observations."""
        asked = (
            "SELECT DISTINCT o.ref_area FROM observation o JOIN submission s ON s.id = o.submission_id"
            f" WHERE o.dataflow = '{dataflow}' AND o.indicator = 'TOTAL' AND o.measure = '{measure}'"
            f" AND o.time_period = '{period}' AND s.time_period <= '{self.month}' AND s.state <> 'withdrawn'"
            " AND o.value IS NOT NULL AND o.ref_area <> 'VN'"
        )
        with self.site.engine.connect() as connection:
            return set(connection.exec_driver_sql(asked).scalars())


def _of_province(line: Line) -> bool:
    return line.ref_area != "VN" and line.state in IN_HAND


Allowed = set[tuple[str, ...]]


def counts(ledger: Ledger) -> Iterator[tuple[str, Allowed]]:
    """Yield a pattern of words with numbers, and what these numbers may be by the ledger."""
    for pattern, numbers in (*_reports(ledger), *_found(ledger)):
        yield pattern, {tuple(map(str, numbers))}
    yield r"thiếu (\d+)", {(str(number),) for number in _lacking(ledger).values()}
    yield r"(?<!nhất )muộn (\d+) ngày", {(str(day),) for day in ledger.late(ledger.own_board)}
    areas = ledger.site.catalog.areas
    for source, told in ledger.senders() if ledger.report == "quality_report" else ():
        name = "Thống kê" if source == "NSO" else areas.by_code[source.removeprefix("SCT_")].name
        open_ones = [
            sum(number for of, number in ledger.groups.items() if of[:2] == (one, source)) for one in SEVERITIES
        ]
        row = (*told, *map(str, open_ones[:2]))
        yield rf"{name} (\d+) (\d+) (\d+) (\S+) \S+ \S+ \S+ \S+ (\d+) (\d+)(?=\s)", {row}


def _lacking(ledger: Ledger) -> Mapping[str, int]:
    return Counter(one.source for one in ledger.board if one.state not in IN_HAND)


def _reports(ledger: Ledger) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    lines = ledger.own_board
    late = ledger.late(lines)
    bad = sum(day > 0 for day in late) + len(lines) - len(late)
    yield r"(\d+) trong (\d+) đơn vị đã gửi đủ", ledger.complete(lines)
    yield r"Biểu phải gửi Biểu (\d+)", (len(lines),)
    yield r"Biểu đã nhận Biểu (\d+)", (len(late),)
    yield r"Biểu gửi muộn Biểu (\d+)", (sum(day > 0 for day in late),)
    yield r"Biểu chưa nhận Biểu (\d+)", (len(lines) - len(late),)
    yield r"(\d+) biểu đã nhận đúng hạn", (late.count(0),)
    yield r"(\d+) biểu muộn", (sum(day > 0 for day in late),)
    yield r"muộn nhất (\d+) ngày", (max(late, default=0),)
    yield r"đã gửi đúng hạn (\d+) biểu", (len(lines) - bad,)
    yield r"(\d+) trong (\d+) biểu gửi muộn hoặc chưa nhận", (bad, len(lines))
    yield r"\(trên (\d+)\)", (ledger.areas,)
    even = ledger.month.number * 100 / 12
    pace = (ledger.month.number, f"{even:.1f}".replace(".", ","))
    yield from ((pattern, pace) for pattern in (r"nhịp đều của (\d+) tháng là ([\d,]+)%", r"(\d+)/12 tháng: ([\d,]+)%"))


def _found(ledger: Ledger) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    for severity, word in SEVERITIES.items():
        yield rf"còn mở (?:\d+ (?:lỗi|cảnh báo)(?:, | và ))*(\d+) {word}", (ledger.of(severity),)
        yield rf"{word.capitalize()} đang mở Phát hiện (\d+)", (ledger.of(severity),)
    yield r"(\d+) phát hiện được chấp nhận", (len(ledger.findings) - len(ledger.open),)
    yield r"Bảng nêu (\d+) nhóm phát hiện nặng nhất; còn (\d+) nhóm khác", (SHOWN, len(ledger.groups) - SHOWN)
    yield r"Còn (\d+) nhóm phát hiện khác", (len(ledger.groups) - ASKED,)
    for family, number in Counter(_family(one["code"]).lower() for one in ledger.open).items():
        yield rf"{family} \((\d+)\)", (number,)


def told_of_findings(ledger: Ledger) -> Iterator[str]:
    """Yield the lines of the tables of findings as the ledger has them, without spaces, for those that are open."""
    for group, number in ledger.groups.items():
        first = min(
            (one for one in ledger.open if (one["severity"], one["source"], one["code"]) == group),
            key=lambda one: (one["sheet"], one["cell"], one["message"]),
        )
        place = ", ".join(filter(None, (first["sheet"], first["cell"])))
        asked = "".join(map(_short, (first["observed"], first["expected"])))
        for alike, more in (("phát hiện", place or "cả tệp"), ("chỗ", asked)):
            others = f" (và {number - 1} {alike} cùng loại)" if number > 1 else ""
            yield f"{in_short(stated(first['message']))}{others}{more}"
        yield place
    for code in {one["code"] for one in ledger.open}:
        mine = [one for one in ledger.open if one["code"] == code]
        numbers = [sum(one["severity"] == severity for one in mine) for severity in SEVERITIES]
        offices = len({one["source"] for one in mine})
        examples = {f"Ví dụ: {in_short(stated(one['message']), TITLE)}" for one in mine}
        titles = {CHECKS[code].title} if code in CHECKS else examples
        yield from (f"{code}{title}{''.join(map(str, numbers))}{offices}" for title in titles)


def _family(code: str) -> str:
    return CHECKS[code].family if code in CHECKS else "Đọc và nhận tệp"


def _short(value: float | None) -> str:
    if value is None:
        return "…"
    exact = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return f"{exact:,f}".translate(str.maketrans(",.", ".,")).replace("-", "\u2212")
