"""Mistakes of whole tables: columns in another unit, rows or columns shifted, figures copied, rows lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from mutation_kind import COPY, SCALE
from mutation_lines import SUBMITTED
from mutation_months import Office, report, simulated, with_submitted
from mutation_score import graver_findings

from ctdp_etl.checks import CheckInput, run_checks
from ctdp_etl.model import Finding, Severity
from ctdp_etl.period import Period

Draw = np.random.Generator
STRUCTURE = "cấu trúc"
_LEVELS = ("last_month", "month", "ytd")


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the month: its observations now, a month and a year ago, and another area's; row by row alike."""

    month: Period
    now: pd.DataFrame
    before: pd.DataFrame
    year_ago: pd.DataFrame
    elsewhere: pd.DataFrame

    def are(self, *roles: str) -> np.ndarray:
        """Return which observations stand in the columns ``roles``."""
        return np.isin(self.roles, roles)

    @property
    def roles(self) -> np.ndarray:
        """The column of each observation."""
        when = {role: self.month.year if shift is None else self.month.shift(shift)
                for role, (_, shift) in SUBMITTED.items()}  # fmt: skip
        names = {(measure, str(when[role])): role for role, (measure, _) in SUBMITTED.items()}
        return np.array([names[key] for key in zip(self.now["measure"], self.now["time_period"], strict=True)])


@dataclass(frozen=True)
class TableKind:
    """A mistake of a table: ``codes`` are the letters of the families that may name it, '' for any."""

    name: str
    family: str
    title: str
    codes: str
    spoil: Callable[[Draw, Table], pd.DataFrame]
    levels: bool = True


@dataclass
class TableScore:
    """What became of the mistakes of one kind: tables told of, and the share of wrong cells that were marked."""

    planted: int = 0
    found: int = 0
    right: int = 0
    errors: int = 0
    marked: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)


def _said(table: Table, values: np.ndarray) -> pd.DataFrame:
    return table.now.assign(value=values)


def _column(exponent: int, *roles: str) -> Callable[[Draw, Table], pd.DataFrame]:
    def spoil(_: Draw, table: Table) -> pd.DataFrame:
        return _said(table, np.where(table.are(*roles), 10.0**exponent, 1.0) * table.now["value"])

    return spoil


def _rows_shifted(rng: Draw, table: Table) -> pd.DataFrame:
    """Every column of the rows from one on says what the row below should say."""
    values, width = table.now["value"].to_numpy(dtype=float).copy(), len(set(table.roles))
    first = width * int(rng.integers(1, max(2, len(values) // width // 2)))
    values[first:-width] = values[first + width :]
    return _said(table, values)


def _columns_shifted(_: Draw, table: Table) -> pd.DataFrame:
    """Every column says what the column left of it should say."""
    width = len(set(table.roles))
    values = table.now["value"].to_numpy(dtype=float).reshape(-1, width)
    return _said(table, np.roll(values, 1, axis=1).ravel())


def _swapped(_: Draw, table: Table) -> pd.DataFrame:
    values = table.now["value"].to_numpy(dtype=float).copy()
    month, ytd = table.are("month"), table.are("ytd")
    values[month], values[ytd] = values[ytd], values[month]
    return _said(table, values)


def _copied(of: str, *, share: float = 1.0, factor: float = 1.0) -> Callable[[Draw, Table], pd.DataFrame]:
    """Return what says the table of a month ago, a year ago or another area, in ``share`` of the cells."""

    def spoil(rng: Draw, table: Table) -> pd.DataFrame:
        source = getattr(table, of)["value"].to_numpy(dtype=float)
        source = np.where(table.are(*_LEVELS), source * factor, source)
        return _said(table, np.where(rng.random(len(source)) < share, source, table.now["value"]))

    return spoil


def _last_months_file(_: Draw, table: Table) -> pd.DataFrame:
    same = ["submission_id", "sha256", "file_name", "vintage", "received_at"]
    return table.before.assign(**{name: table.now[name].to_numpy() for name in same})


def _row_lost(rng: Draw, table: Table) -> pd.DataFrame:
    return table.now[table.now["indicator"] != rng.choice(table.now["indicator"].unique())]


def _row_doubled(rng: Draw, table: Table) -> pd.DataFrame:
    row = (table.now["indicator"] == rng.choice(table.now["indicator"].unique())).to_numpy()
    again = table.now[row].assign(value=lambda rows: rows["value"] * 1.07, conflict=True)
    again["cell"] = [f"{cell[0]}{int(cell[1:]) + 200}" for cell in again["cell"]]
    return pd.concat([table.now.assign(conflict=row), again])


TABLE_KINDS = {
    kind.name: kind
    for kind in (
        TableKind("column_month", SCALE, "cả cột tháng ×1.000 (tỷ thành triệu)", "U", _column(3, "month")),
        TableKind("column_ytd", SCALE, "cả cột lũy kế ÷1.000 (triệu thành tỷ)", "U", _column(-3, "ytd")),
        TableKind("table_up", SCALE, "cả biểu ×1.000", "U", _column(3, *_LEVELS)),
        TableKind("table_down", SCALE, "cả biểu ÷1.000", "U", _column(-3, *_LEVELS)),
        TableKind("swapped", STRUCTURE, "đổi chỗ cột tháng và cột lũy kế", "", _swapped),
        TableKind("rows_shifted", STRUCTURE, "các dòng bị lệch một dòng", "", _rows_shifted),
        TableKind("columns_shifted", STRUCTURE, "các cột bị lệch một cột", "", _columns_shifted),
        TableKind("row_lost", STRUCTURE, "thiếu một dòng", "C", _row_lost),
        TableKind("row_doubled", STRUCTURE, "một dòng ghi hai lần, số khác nhau", "K", _row_doubled),
        TableKind("last_file", STRUCTURE, "gửi lại tệp của tháng trước", "K", _last_months_file),
        TableKind("copied", COPY, "chép nguyên số tháng trước", "", _copied("before")),
        TableKind("copied_95", COPY, "chép 95% số tháng trước", "", _copied("before", share=0.95)),
        TableKind("copied_scaled", COPY, "chép số tháng trước nhân 1,02", "", _copied("before", factor=1.02)),
        TableKind("copied_area", COPY, "chép số của địa phương khác", "", _copied("elsewhere")),
        TableKind("year_ago", COPY, "ghi số của cùng kỳ năm trước", "", _copied("year_ago")),
    )
}
"""The kinds of mistakes of tables; all of them in tables that hold levels."""


class TableMonth:
    """A simulated month of several offices whose tables can be spoiled, one of each office at a time."""

    def __init__(self, period: str, offices: tuple[Office, ...]) -> None:
        self.clean = simulated(period, offices)
        self.month = Period.parse(period)
        self._usual = frozenset(_keys(graver_findings(self.clean)))
        self._before, self._year_ago = (report(offices, self.month.shift(-back)) for back in (1, 12))
        self._tables: Mapping[tuple[str, str], np.ndarray] = self.clean.submitted.groupby(
            ["source", "form"], sort=False
        ).indices
        self._sources = [office.source for office in offices]

    def judge(self, rng: Draw, kind: TableKind, score: TableScore) -> None:
        """Spoil one table of every office, and count what the checks tell of them."""
        frame, spoiled = self.clean.submitted, []
        for at, source in enumerate(self._sources):
            forms = [form for sender, form in self._tables if sender == source and self._has_levels(sender, form)]
            form = str(rng.choice(forms))
            spoiled.append((source, form, kind.spoil(rng, self._table(source, form, self._sources[at - 1]))))
        left = np.concatenate([self._tables[source, form] for source, form, _ in spoiled])
        month = with_submitted(self.clean, pd.concat([frame.drop(index=left), *(new for *_, new in spoiled)]))
        told = graver_findings(month)
        fresh = [one for one, key in zip(told, _keys(told), strict=True) if key not in self._usual]
        for source, form, new in spoiled:
            _count(score, kind, frame.iloc[self._tables[source, form]], new, _about(fresh, source, form))

    def _has_levels(self, source: str, form: str) -> bool:
        return bool((self.clean.submitted["measure"].iloc[self._tables[source, form]] == "ytd").any())

    def _table(self, source: str, form: str, other: str) -> Table:
        here = self._tables[source, form]
        away = self._tables.get((other, form), here)
        now = self.clean.submitted
        return Table(self.month, now.iloc[here], self._before.iloc[here], self._year_ago.iloc[here], now.iloc[away])


def _count(score: TableScore, kind: TableKind, was: pd.DataFrame, new: pd.DataFrame, about: Sequence[Finding]) -> None:
    before = was.set_index("cell")["value"]
    wrong = [cell for cell, value in zip(new["cell"], new["value"], strict=True) if before.get(cell) != value]
    if not wrong and len(new) == len(was):
        return  # in January the month is the cumulative: columns that changed places say the same
    right = [one for one in about if not kind.codes or one.code[0] in kind.codes]
    score.planted += 1
    score.found += bool(about)
    score.right += bool(right)
    score.errors += any(one.severity == Severity.ERROR for one in right)
    score.codes.update({one.code for one in right})
    cells = {one.cell for one in right}
    if wrong:
        score.marked.append(float(np.mean([cell in cells for cell in wrong])))


def _about(told: Sequence[Finding], source: str, form: str) -> list[Finding]:
    return [one for one in told if one.source == source and one.sheet == form]


def _keys(findings: Sequence[Finding]) -> list[tuple[str, str, str, str, str, str]]:
    return [(one.code, one.severity, one.sha256, one.sheet, one.cell, one.indicator) for one in findings]


def clean_findings(month: CheckInput) -> Counter[tuple[str, str]]:
    """Return the number of findings of a clean month by severity and code: all of them are false."""
    return Counter((str(one.severity), one.code) for one in run_checks(month))
