"""The plain way's briefing: HTML by f-string, bars as SVG, WeasyPrint to PDF/A-3a with JSON and CSV attached."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from weasyprint import HTML, Attachment

from benchmarks import plain_figures
from benchmarks.plain_figures import RANKED, Figures

_TITLE = "Báo cáo tình hình sản xuất công nghiệp và hoạt động thương mại tháng 4 năm 2026"
_NAMES = {
    "IIP": "Chỉ số sản xuất công nghiệp",
    "OUTPUT": "Giá trị sản xuất công nghiệp",
    "PRODUCTS": "Sản phẩm công nghiệp chủ yếu",
    "RETAIL": "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
    "TRADE_EXPORT": "Kim ngạch xuất khẩu hàng hóa",
    "TRADE_IMPORT": "Kim ngạch nhập khẩu hàng hóa",
    "ELECTRICITY": "Điện sản xuất và điện thương phẩm",
    "LABOUR": "Lao động trong doanh nghiệp công nghiệp",
}
_RATES = ("mom", "yoy", "ytd_yoy")
_LEVEL_COLUMNS = ("act_prev", "est", "ytd", *_RATES, "count")
_LEVEL_HEADS = ("Chỉ tiêu", "Tháng 3", "Tháng 4", "Cộng dồn", "So với tháng trước (%)", "So với cùng kỳ (%)")
_HEADS = {
    "key": ("Chỉ tiêu", "Đơn vị tính", "Tháng 4", "So với tháng trước (%)", "So với cùng kỳ (%)", "4 tháng (%)"),
    "level": (*_LEVEL_HEADS, "Cộng dồn so với cùng kỳ (%)", "Số địa phương"),
    "ranking": ("TT", "Địa phương", "So với tháng trước", "So với cùng kỳ", "Cộng dồn so với cùng kỳ"),
    "revised": ("Địa phương", "Biểu", "Chỉ tiêu", "Đã báo cáo", "Nay", "Chênh lệch (%)"),
    "sources": ("TT", "Địa phương", "Tệp", "Trang tính", "Nhận lúc", "SHA-256"),
    "findings": ("Quy tắc", "Địa phương", "Tệp", "Trang tính", "Ô", "Nội dung"),
}
_STYLE = """
@page { size: A4; margin: 20mm 20mm 20mm 30mm; @bottom-center { content: counter(page) } }
body { font: 13pt 'Liberation Serif'; line-height: 1.3 }
p { text-align: justify; text-indent: 1cm; margin: 0 0 6pt }
table { border-collapse: collapse; width: 100%; font-size: 11pt; margin-bottom: 8pt }
th, td { border: 0.5pt solid black; padding: 2pt 3pt } td + td { text-align: right } td.text { text-align: left }
"""


class Report:
    """The parts of one month's briefing as they are written, with the figures, tables and charts counted."""

    def __init__(self, offices: Mapping[str, str]) -> None:
        self.offices, self.figures, self.parts = offices, Figures(), [f"<h1>{_TITLE}</h1>"]
        self.anchors: dict[str, str] = {}
        self.tables = self.cells = self.charts = 0

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.parts.append(f"<p>{escape(text)}</p>")

    def table(self, title: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Add a table; a row is its anchor and its cells, a cell is a figure's id or a text."""
        lines = []
        for anchor, names in rows:
            cells = ""
            for name in names:
                if name in self.figures.entries:
                    self.anchors.setdefault(name, anchor)
                    cells += f"<td>{self.figures.text(name)}</td>"
                else:
                    cells += f'<td class="text">{escape(name)}</td>'
            lines.append(f'<tr id="{escape(anchor)}">{cells}</tr>')
            self.cells += len(names)
        head = "".join(f'<th scope="col">{name}</th>' for name in heads)
        body = "".join(lines)
        self.parts.append(f"<h3>{title}</h3><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        self.tables += 1

    def chart(self, title: str, names: Sequence[tuple[str, str]]) -> None:
        """Add horizontal bars; a bar is its name and a figure's id."""
        largest = max((abs(self.figures.value(name)) for _, name in names), default=0) or 1.0
        bars = ""
        for place, (label, name) in enumerate(names):
            width = abs(self.figures.value(name)) * 60 / largest
            bars += (
                f'<text x="68" y="{6 * place + 4}" text-anchor="end">{escape(label[:40])}</text>'
                f'<rect x="70" y="{6 * place}" width="{width:.2f}" height="4.5" fill="#2f6ea5"/>'
                f'<text x="{72 + width:.2f}" y="{6 * place + 4}">{self.figures.text(name)}</text>'
            )
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 {6 * len(names)}" width="160mm" '
            f'height="{6 * len(names)}mm" font-size="3.5" font-family="Liberation Serif">{bars}</svg>'
        )
        address = base64.b64encode(svg.encode()).decode()
        self.parts.append(f'<h3>{title}</h3><img alt="{title}" src="data:image/svg+xml;base64,{address}">')
        self.charts += 1

    def html(self) -> str:
        """Return the page."""
        head = f'<meta charset="utf-8"><title>{_TITLE}</title><style>{_STYLE}</style>'
        return f'<html lang="vi"><head>{head}</head><body>{"".join(self.parts)}</body></html>'


def compose(
    wide: pd.DataFrame, before: pd.DataFrame, found: pd.DataFrame, files: pd.DataFrame, offices: Mapping[str, str]
) -> Report:
    """Return the briefing of the month ``wide``; every number in it is one of its figures."""
    report = Report(offices)
    rows = plain_figures.national(report.figures, wide)
    totals = rows[rows["line"] == 0]
    areas = {form: plain_figures.ranking(report.figures, wide, form) for form in RANKED}
    for form in RANKED:
        plain_figures.counts(report.figures, wide, form)
        report.say(_places(report, form, areas[form], 3))
    for _, row in totals.iterrows():
        report.say(_sentence(report.figures, row))
    _key_figures(report, totals)
    _ranked(report, "IIP", areas["IIP"])
    for form in plain_figures.PRINTED:
        _levels(report, form, rows[rows["form"] == form])
    _ranked(report, "LABOUR", areas["LABOUR"])
    _revisions(report, *plain_figures.revised(report.figures, wide, before))
    if len(found):
        columns = ["rule", "area", "file", "sheet", "cell", "message"]
        cells = found.head(15)[columns].fillna("").astype(str)
        report.table("Phát hiện", _HEADS["findings"], [(f"x{at}", list(row)) for at, row in enumerate(cells.values)])
    _sources(report, files)
    return report


def _key_figures(report: Report, totals: pd.DataFrame) -> None:
    lines = []
    for _, row in totals.iterrows():
        name = f"{row['form']}.{row['line']}"
        cells = [row["label"], row["unit"], *(f"{name}.{measure}" for measure in ("est", *_RATES))]
        lines.append((f"key.{name}", cells))
    report.table("Một số chỉ tiêu chủ yếu", _HEADS["key"], lines)


def _ranked(report: Report, form: str, areas: Sequence[str]) -> None:
    report.parts.append(f"<h2>{_NAMES[form]} theo địa phương</h2>")
    report.say(_places(report, form, areas, 5))
    names = [(report.offices[area], f"{form}.{area}.yoy") for area in areas]
    report.chart(f"{_NAMES[form]}: tăng, giảm so với cùng kỳ (%)", names)
    lines = []
    for place, area in enumerate(areas, 1):
        cells = [str(place), report.offices[area], *(f"{form}.{area}.{measure}" for measure in _RATES)]
        lines.append((f"{form}.{area}", cells))
    report.table(f"{_NAMES[form]} theo địa phương (%)", _HEADS["ranking"], lines)


def _levels(report: Report, form: str, rows: pd.DataFrame) -> None:
    figures = report.figures
    report.parts.append(f"<h2>{_NAMES[form]}</h2>")
    for _, row in rows.head(3).iterrows():
        report.say(_sentence(figures, row))
    growing = sorted(rows["line"], key=lambda line: figures.value(f"{form}.{line}.yoy"), reverse=True)
    labels = dict(zip(rows["line"], rows["label"], strict=True))
    said = "; ".join(f"{labels[line]} {_moved(figures, f'{form}.{line}.yoy')}" for line in growing[:3])
    report.say(f"Tăng cao nhất so với cùng kỳ: {said}.")
    if form in ("OUTPUT", "PRODUCTS", "TRADE_EXPORT", "TRADE_IMPORT"):
        bars = [(labels[line], f"{form}.{line}.yoy") for line in growing[:12]]
        report.chart(f"{_NAMES[form]}: tăng so với cùng kỳ (%)", bars)
    lines = []
    for _, row in rows.iterrows():
        name = f"{form}.{row['line']}"
        label = f"{row['label']} ({row['unit']})" if form == "PRODUCTS" else row["label"]
        lines.append((name, [label, *(f"{name}.{measure}" for measure in _LEVEL_COLUMNS)]))
    report.table(f"{_NAMES[form]} tháng 4 năm 2026", _HEADS["level"], lines)


def _revisions(report: Report, largest: pd.DataFrame, changed: int) -> None:
    report.parts.append("<h2>Số liệu điều chỉnh so với tháng trước</h2>")
    report.say(f"Có {changed} số liệu của tháng trước được điều chỉnh.")
    lines = []
    for place, row in largest.iterrows():
        name = f"revised.{place}"
        cells = [report.offices[row["area"]], _NAMES[row["form"]], row["label"]]
        lines.append((name, [*cells, f"{name}.old", f"{name}.now", f"{name}.change"]))
    report.table("Các điều chỉnh lớn nhất", _HEADS["revised"], lines)


def _sources(report: Report, files: pd.DataFrame) -> None:
    used: dict[str, set[str]] = {}
    for entry in report.figures.entries.values():
        for file, sheet, _ in entry["sources"]:
            used.setdefault(file, set()).add(sheet)
    lines: list[tuple[str, Sequence[str]]] = []
    for _, row in files[files["file"].isin(list(used))].sort_values("file").iterrows():
        cells = [str(len(lines) + 1), report.offices[row["area"]], row["file"], "; ".join(sorted(used[row["file"]]))]
        lines.append((f"file.{len(lines)}", [*cells, row["received_at"], row["sha256"][:12]]))
    report.parts.append("<h2>Phụ lục: nguồn số liệu</h2>")
    report.table("Các tệp có số liệu được in trong báo cáo", _HEADS["sources"], lines)
    report.say("Mỗi con số dẫn được về tệp, trang tính và ô (tệp figures.json và observations.csv đính kèm).")


def _places(report: Report, form: str, areas: Sequence[str], count: int) -> str:
    figures = report.figures
    first = ", ".join(f"{report.offices[area]} ({_moved(figures, f'{form}.{area}.yoy')})" for area in areas[:count])
    last = ", ".join(f"{report.offices[area]} ({_moved(figures, f'{form}.{area}.yoy')})" for area in areas[-count:])
    return (
        f"{_NAMES[form]} tháng 4 so với cùng kỳ năm trước tăng ở {figures.text(f'{form}.rising')} địa phương và giảm ở "
        f"{figures.text(f'{form}.falling')} địa phương; cao nhất là {first}; thấp nhất là {last}."
    )


def _sentence(figures: Figures, row: pd.Series) -> str:
    name = f"{row['form']}.{row['line']}"
    unit = row["unit"][:1].lower() + row["unit"][1:]
    return (
        f"{row['label']} tháng 4 ước đạt {figures.text(f'{name}.est')} {unit} (cộng từ "
        f"{figures.text(f'{name}.count')} địa phương), {_moved(figures, f'{name}.mom')} so với tháng trước và "
        f"{_moved(figures, f'{name}.yoy')} so với cùng kỳ năm trước; tính chung 4 tháng "
        f"{_moved(figures, f'{name}.ytd_yoy')}."
    )


def _moved(figures: Figures, name: str) -> str:
    return f"{'giảm' if figures.value(name) < 0 else 'tăng'} {figures.text(name).lstrip('−')}%"


def render(report: Report, observations: pd.DataFrame) -> tuple[bytes, dict[str, int], int]:
    """Return (PDF with the figures and the observations attached, page of each figure, number of pages)."""
    document = HTML(string=report.html()).render(pdf_variant="pdf/a-3a")
    where: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for anchor in page.anchors:
            where.setdefault(anchor, number)
    pages = {name: where[report.anchors[name]] if name in report.anchors else 1 for name in report.figures.entries}
    content: list[dict[str, Any]] = []
    for name, entry in report.figures.entries.items():
        content.append({"id": name, "page": pages[name], **entry})
    attachments = [
        _attachment("figures.json", json.dumps(content, ensure_ascii=False), "Nguồn gốc từng con số"),
        _attachment("observations.csv", observations.to_csv(index=False), "Số liệu đã dùng"),
    ]
    pdf = document.write_pdf(pdf_variant="pdf/a-3a", attachments=attachments)
    return pdf, pages, len(document.pages)


def _attachment(name: str, content: str, description: str) -> Attachment:
    return Attachment(string=content, name=name, description=description, relationship="Data")
