"""A month of 34 provinces as workbooks in the demo's ten layouts, and where everything stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from benchmarks.forms import Office, offices
from ctdp_etl.catalog import Catalog
from ctdp_etl.demo.layouts import TEXT_COLUMNS, Layout, layouts
from ctdp_etl.demo.sheets import lay_out
from ctdp_etl.demo.tables import Table
from ctdp_etl.demo.workbook import Sheet
from ctdp_etl.period import Period


@dataclass(frozen=True)
class Place:
    """Where a table stands, as somebody knows who laid it out: what a reader without understanding has to be told.

    Rows and columns count from 1; ``columns`` maps a column to its name; ``growth`` and ``text`` say how rates and
    numbers are written; ``unit`` is empty where every row has its own; ``units`` is the column of units, or 0.
    """

    sheet: str
    form: str
    first: int
    last: int
    label: int
    units: int
    columns: dict[int, str]
    unit: str
    growth: bool
    text: bool

    @property
    def width(self) -> int:
        """The last column."""
        return max(self.columns)


@dataclass(frozen=True)
class Book:
    """One province's workbook; ``cells`` counts its numbers."""

    area: str
    period: str
    content: bytes
    places: tuple[Place, ...]
    cells: int

    @property
    def source(self) -> str:
        """The id of the sender."""
        return f"SCT_{self.area}"

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"So lieu {self.area} {self.period}.xlsx"


def month(period: str, catalog: Catalog, *, provinces: int = 34, rows: int = 45) -> list[Book]:
    """Return the workbooks of the first ``provinces`` offices; the same figures every time."""
    known = layouts()
    digits = {name: layout.digits for name, layout in known.items()}
    made = offices(Period.parse(period), catalog, digits, count=provinces, rows=rows)
    return [_book(office, known[office.province.layout], catalog) for office in made]


def _book(office: Office, layout: Layout, catalog: Catalog) -> Book:
    place = f"{office.province.kind} {catalog.areas.by_code[office.province.area].name}"
    sheets, places, cells = [], [], 0
    for number, table in enumerate(office.tables(), start=1):
        name = f"{number}. {table.form}"
        sheet = lay_out(table, layout, office.month, number=number, name=name, place=place, numbers=True)
        sheets.append(sheet)
        places.append(_place(sheet, table, layout))
        cells += sum(cell.role == "number" for cell in sheet.cells.values())
    return Book(office.province.area, str(office.month), _written(sheets, office.month), tuple(places), cells)


def _place(sheet: Sheet, table: Table, layout: Layout) -> Place:
    numbers = [place for place, cell in sheet.cells.items() if cell.role == "number"]
    columns = layout.columns(is_index=table.is_index, unit=table.unit)
    measures = [column for column in columns if column not in TEXT_COLUMNS]
    first = min(row for row, _ in numbers)
    before = [column for column in columns if column in TEXT_COLUMNS]
    label = min(column for _, column in numbers) - len(before) + before.index("label")
    if "unit" in layout.after and "unit" in before:
        label -= 1
    return Place(
        sheet=sheet.name,
        form=table.form,
        first=first,
        last=max(row for row, _ in numbers),
        label=label,
        units=label + before.index("unit") - before.index("label") if "unit" in before else 0,
        columns=dict(zip(sorted({column for _, column in numbers}), measures, strict=True)),
        unit=table.unit,
        growth=layout.growth,
        text=layout.numbers == "text",
    )


def _written(sheets: list[Sheet], month: Period) -> bytes:
    """Return the workbook as an ordinary program writes it: packed, texts in a table of their own."""
    book = Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = datetime(month.year, month.number, 20)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for (row, column), cell in sheet.cells.items():
            page.cell(row, column, cell.value)
        for row, column, last_row, last_column in sheet.merges:
            page.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def placed(books: list[Book]) -> Iterator[tuple[Book, Place]]:
    """Yield every table with its workbook."""
    for book in books:
        for place in book.places:
            yield book, place
