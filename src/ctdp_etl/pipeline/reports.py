"""What each report's report.yaml says of it: its file, its areas, its sections, when it is due, its gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from ctdp_etl import resources
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Area
from ctdp_etl.period import Period
from ctdp_etl.resources import REPORT

_FREQUENCIES = {"month": "M", "quarter": "Q", "half": "S", "year": "A"}


@dataclass(frozen=True, slots=True)
class Gate:
    """What a release requires: ``coverage`` of the due ``forms`` (none: all) as a share, at most ``errors`` open.

    From ``day`` of the reporting month on a report is released by itself, as long as it is one of the last ``months``;
    both are 0 for a report that waits for the month's briefing.
    """

    coverage: float
    errors: int
    forms: tuple[str, ...] = ()
    day: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """The letter with which a released report goes out: what it calls the report, how it greets.

    ``leadership`` tells that the report goes to every reader who is registered for no other.
    """

    name: str
    greeting: str
    leadership: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One folder of ``reports`` that is printed about periods.

    ``file`` is the name in the folder of a period, without number; ``by_area`` tells a report on each province;
    ``frequencies`` are those of its periods, ``months`` the reporting months at whose end it is due.
    """

    name: str
    title: str
    file: str
    by_area: bool
    sections: tuple[str, ...]
    frequencies: frozenset[str]
    months: frozenset[int]
    gate: Gate
    letter: Cover

    def called(self, period: Period, area: Area) -> str:
        """Return what a letter calls the report: "báo cáo tỉnh Tây Ninh tháng 4 năm 2026"."""
        place = area.full_name[:1].lower() + area.full_name[1:]
        return self.letter.name.format(period=period.vietnamese, area=place)

    @property
    def needs_senders(self) -> bool:
        """Whether it tells what is known of each sender over the year."""
        return "senders" in self.sections

    def periods(self, month: Period) -> list[Period]:
        """Return the periods that end with ``month`` and about which this report is due."""
        if month.number not in self.months:
            return []
        ends = {
            "M": month,
            "Q": Period(month.year, (month.number + 2) // 3, "Q"),
            "S": Period(month.year, (month.number + 5) // 6, "S"),
            "A": Period(month.year, 1, "A"),
        }
        return [one for freq, one in ends.items() if freq in self.frequencies and one.last_month == month]


@cache
def reports() -> Mapping[str, Report]:
    """Return the reports about periods by name, the monthly briefing first; raise ``CtdpError`` for a faulty one."""
    folder = resources.folder("reports")
    found = {}
    for path in sorted(folder.glob("*/report.yaml")):
        name = path.parent.name
        try:
            given = yaml.safe_load(path.read_text(encoding="utf-8"))
            if "calendar" in given or name == REPORT:
                found[name] = _report(name, given)
        except (LookupError, TypeError, ValueError, AttributeError, OSError, yaml.YAMLError) as error:
            why = " ".join(str(error).split())
            raise CtdpError(f"reports/{name}/report.yaml sai hoặc thiếu mục: {why}. Hãy sửa.") from error
    return {name: found[name] for name in (REPORT, *(one for one in found if one != REPORT))}


def report(name: str) -> Report:
    """Return a report by name; raise ``CtdpError`` where there is none."""
    found = reports().get(name)
    if found is None:
        raise CtdpError(f"Không có báo cáo {name!r}. Các báo cáo: {', '.join(reports())}.")
    return found


def printing(name: str, period: Period, area: str) -> str:
    """Return the command that prints a report."""
    of = "" if area == NATIONAL else f" --area {area}"
    return f"ctdp brief {period}" + ("" if name == REPORT else f" --report {name}{of}")


def companions_of(month: Period) -> list[tuple[Report, Period]]:
    """Return the reports that go with ``month``, each with the period that it is about."""
    return [(one, period) for one in reports().values() if one.name != REPORT for period in one.periods(month)]


def _report(name: str, given: Mapping[str, Any]) -> Report:
    calendar = given["calendar"]
    found = Report(
        name,
        str(given["title"]),
        str(given["file"]),
        bool(calendar.get("areas", False)),
        tuple(given.get("sections", ())),
        frozenset(_FREQUENCIES[one] for one in calendar["periods"]),
        frozenset(int(month) for month in calendar["months"]),
        _gate(given["release"], by_itself=name == REPORT),
        _cover(given["letter"]),
    )
    if not found.months <= set(range(1, 13)):
        raise ValueError("calendar có tháng ngoài 1-12")
    return found


def _gate(given: Mapping[str, Any], *, by_itself: bool) -> Gate:
    found = Gate(
        float(given["coverage"]),
        int(given["errors"]),
        tuple(given["forms"] if by_itself else given.get("forms", ())),
        int(given["day"]) if by_itself else 0,
        int(given["months"]) if by_itself else 0,
    )
    is_timed = 1 <= found.day <= 31 and found.months >= 1 and bool(found.forms)
    if not (0 <= found.coverage <= 1 and (is_timed or not by_itself)):
        raise ValueError("release có số ngoài khoảng cho phép")
    return found


def _cover(given: Mapping[str, Any]) -> Cover:
    found = Cover(str(given["name"]), str(given["greeting"]), bool(given["leadership"]))
    found.name.format(period="", area="")
    return found
