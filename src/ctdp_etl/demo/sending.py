"""What each sender of the sample puts into its folder in a month: file name, bytes, time of receipt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import groupby

from ctdp_etl.catalog import Catalog
from ctdp_etl.demo.chance import draw
from ctdp_etl.demo.layouts import Layout, fill, layouts
from ctdp_etl.demo.planted import kinds, spoil
from ctdp_etl.demo.sheets import lay_out
from ctdp_etl.demo.tables import Province, Table, month_tables
from ctdp_etl.demo.workbook import Cell, Sheet, to_bytes
from ctdp_etl.period import Period

_SHORT = {
    "IIP": "IIP",
    "PRODUCTS": "SPCN",
    "RETAIL": "TMBL",
    "TRADE_EXPORT": "XK",
    "TRADE_IMPORT": "NK",
    "TRADE": "XNK",
    "ELECTRICITY": "Dien",
    "OUTPUT": "GTSXCN",
}
_VIETNAM = timezone(timedelta(hours=7))
_DAYS = {"2026-01": (20, 21, 22), "2026-02": (10, 11, 12), "2026-03": (18, 19, 20), "2026-04": (20, 21, 22)}
"""Working days on which offices send; in February before the Tết holiday of 2026-02-14 to 22."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a sender leaves it; ``received_at`` has its time zone."""

    name: str
    content: bytes
    received_at: datetime


def receipt_time(sender: str, period: str, hours_later: int = 0) -> datetime:
    """Return when the sender's files of the period arrive: a fixed minute of a working day."""
    day = _DAYS[period][int(draw(sender, period, "day") * 3)]
    minutes = int(draw(sender, period, "minute") * 9 * 60)
    start = datetime.fromisoformat(f"{period}-{day:02d}").replace(hour=8, tzinfo=_VIETNAM)
    return start + timedelta(minutes=minutes, hours=hours_later)


def simulated_files(province: Province, period: str, catalog: Catalog) -> Sequence[SentFile]:
    """Return what the province's office sends for the month, planted mistakes included."""
    mistakes = kinds(province.area, period)
    if "late" in mistakes:
        return ()
    right = _books(province, period, catalog, resent=False)
    if "wrong_month" in mistakes:
        old = _books(province, str(Period.parse(period).previous), catalog, resent=False)
        return [replace(new, content=before.content) for new, before in zip(right, old, strict=True)]
    if "truncated" in mistakes:
        return [replace(one, content=one.content[: len(one.content) * 2 // 3]) for one in right]
    if "resent" in mistakes:
        later = receipt_time(province.area, period, hours_later=20)
        corrected = [replace(one, name=f"Sua lai - {one.name}", received_at=later) for one in right]
        return [*_books(province, period, catalog, resent=True), *corrected]
    return right


def _books(province: Province, period: str, catalog: Catalog, *, resent: bool) -> list[SentFile]:
    month = Period.parse(period)
    layout = layouts()[province.layout]
    tables = spoil(month_tables(province, month, layout.digits), province.area, period, resent=resent)
    name = catalog.areas.by_code[province.area].name
    books = [list(tables)]
    if layout.books == "each":
        books = [list(group) for _, group in groupby(tables, key=lambda table: table.dataflow)]
    files = []
    for number, book in enumerate(books, start=1):
        words = {"n": number, "place": _plain(name), "short": _SHORT[book[0].dataflow]}
        sheets = _sheets(book, layout, month, f"{province.kind} {name}", kinds(province.area, period))
        files.append(SentFile(fill(layout.file, month, **words), to_bytes(sheets), receipt_time(province.area, period)))
    return files


def _sheets(
    tables: Iterable[Table], layout: Layout, month: Period, place: str, mistakes: frozenset[str]
) -> Sequence[Sheet]:
    found: list[Sheet] = []
    for number, table in enumerate(tables, start=1):
        name = fill(layout.sheet, month, n=number, short=_SHORT[table.form])
        if name in {sheet.name for sheet in found}:
            name = f"{name} ({number})"
        filled = not ("empty_form" in mistakes and table.form == "TRADE_EXPORT")
        found.append(lay_out(table, layout, month, number=number, name=name, place=place, numbers=filled))
    if layout.hidden:
        found.append(_scratch())
    return found


def _scratch() -> Sheet:
    """Return a hidden sheet of the kind that stays behind in a workbook."""
    cells = {(1, 1): Cell("nháp"), (3, 2): Cell(12.5, "number"), (4, 2): Cell(7.25, "number")}
    return Sheet("nhap", cells, hidden=True)


def _plain(name: str) -> str:
    """Return a Vietnamese name without its marks, as people write file names."""
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in bare if not unicodedata.combining(char))
