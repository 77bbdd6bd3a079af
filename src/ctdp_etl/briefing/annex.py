"""Annex: the files behind the printed figures, what was decided about them, and how the figures were made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from operator import itemgetter

from ctdp_etl.briefing.document import Block, Column, Heading, Paragraph, Row, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import SIGNS, Figure
from ctdp_etl.briefing.month import DEPARTMENT, Month
from ctdp_etl.briefing.numbers import vietnamese
from ctdp_etl.briefing.rulings import rulings
from ctdp_etl.briefing.times import vietnam_time
from ctdp_etl.briefing.verbs import REVISED_BY

HASH_SHOWN = 12
_FILES_SHOWN = 72
"""This month's and last month's files of 34 departments, and the statistics office's: three pages."""
_SHEETS_LONGEST = 48
"""Characters: two lines."""
_DECISIONS_SHOWN = 12
"""A page; the report on quality lists them all."""
SENDER = "Sở, cơ quan"
FILES = "Các tệp có số liệu được in trong báo cáo"
"""The title of the table of files."""


def _revised(dataflow: str, level: str) -> str:
    return vietnamese(REVISED_BY[dataflow, level], 1)


_METHOD = (
    "Mỗi con số in trong báo cáo có mã và dẫn được về tệp, trang tính, ô đã báo cáo (tệp lineage.json và so-lieu.csv "
    "đính kèm bản PDF này).",
    "Số của cả nước lấy từ cơ quan thống kê. Nơi chưa có số của cả nước, mức được cộng từ các địa phương đã báo cáo và "
    "ghi rõ số địa phương; chỉ số sản xuất công nghiệp và các tỷ lệ không cộng, không tính bình quân.",
    "Khi hai nguồn cùng báo cáo một chỉ tiêu của một địa phương, báo cáo in một nguồn theo thứ tự ghi trong danh mục.",
    "Tốc độ tăng, giảm làm tròn một lần từ số gốc (từ 5 trở lên thì làm tròn lên); câu chữ, bảng và biểu đồ dùng chung "
    "một số đã làm tròn; hiệu và tổng tính từ số gốc nên có thể lệch một đơn vị ở chữ số cuối. Động từ theo số đã làm "
    "tròn: dưới 0,05% là tương đương, dưới 1% là nhẹ, tăng từ 5% là khá, từ 10% là mạnh; mỗi câu nêu mức độ một lần. "
    "Số ước của cả nước thay đổi không quá mức thường được điều chỉnh về sau "
    f"là gần như không đổi: IIP toàn ngành {_revised('IIP', 'TOTAL')}, ngành cấp 1 {_revised('IIP', 'SECTION')}, ngành "
    f"chi tiết {_revised('IIP', 'PART')} điểm phần trăm; tổng mức bán lẻ {_revised('RETAIL', 'TOTAL')}%, từng nhóm "
    f"{_revised('RETAIL', 'PART')}%; sản phẩm {_revised('PRODUCTS', 'PART')}%.",
    f"Ký hiệu: … không có số liệu; x không áp dụng hoặc không so sánh được; † {SIGNS['†']}.",
)


def annex(month: Month, figures: Iterable[Figure], *, with_decisions: bool = True) -> tuple[Block, ...]:
    """Return the annex: the files that the figures come from, what was decided about them, then the method.

    Without the decisions where a section of the report tells them.
    """
    printed = tuple(figures)
    facts = {fact for figure in printed for fact in figure.facts}
    method = tuple(Paragraph((text,)) for text in (*_METHOD, *_signs(month, printed)))
    if not facts:
        return (Heading("Cách lập số liệu"), *method)
    parts: list[tuple[str, tuple[Block, ...]]] = [("Nguồn số liệu", (_files(month, facts),))]
    if with_decisions and (decided := rulings(month, facts, _DECISIONS_SHOWN)) is not None:
        parts.append(("Quyết định về số liệu", (decided,)))
    parts.append(("Cách lập số liệu", method))
    return tuple(
        block
        for number, (title, blocks) in enumerate(parts, start=1)
        for block in (Heading(f"{number}. {title}"), *blocks)
    )


def _signs(month: Month, figures: Iterable[Figure]) -> Iterator[str]:
    if any(figure.corrected for figure in figures):
        yield "Ký hiệu ‡: số đã được sửa, hoặc tính từ số đã được sửa, theo quyết định nêu trong báo cáo này."
    if month.facts.held:
        forms = ", ".join(month.form_name(name) for name in month.facts.held)
        yield f"Số đang có lỗi chưa xử lý của biểu {forms} được giữ lại, nơi đó in ký hiệu “…”."


def _files(month: Month, facts: Iterable[Fact]) -> Table:
    """Return the files, the statistics office's before the departments', the latest first; of very many, the first."""
    sheets: dict[tuple[str, str, str, str, str, bool], set[str]] = {}
    for fact in facts:
        file = (fact.vintage, fact.source, fact.received_at, fact.file_name, fact.sha256, fact.simulated)
        sheets.setdefault(file, set()).add(fact.sheet)
    latest = sorted(sorted(sheets), key=itemgetter(0), reverse=True)
    files = sorted(latest, key=lambda file: file[1].startswith("SCT_"))
    rows = []
    for number, file in enumerate(files[:_FILES_SHOWN], start=1):
        vintage, source, received_at, name, sha256, simulated = file
        who = month.source_name(source, vintage).removeprefix(DEPARTMENT) + ("*" if simulated else "")
        cells = (str(number), who, name, _sheets(sheets[file]), vietnam_time(received_at), sha256[:HASH_SHOWN])
        rows.append(Row(cells))
    columns = (
        Column("TT"),
        Column(SENDER, 26, numeric=False),
        Column("Tệp", 45, numeric=False),
        Column("Trang tính", 38, numeric=False),
        Column("Nhận lúc", 22, numeric=False),
        Column("SHA-256", 26, numeric=False),
    )
    notes = ["* Số liệu minh họa."] if any(simulated for *_, simulated in files) else []
    if left := len(files) - len(rows):
        notes.append(f"Bảng nêu {len(rows)} tệp; {left} tệp khác có tên trong so-lieu.csv đính kèm.")
    return Table(FILES, "", columns, tuple(rows), "Nguồn: sổ nhận báo cáo.", " ".join(notes))


def _sheets(used: Collection[str]) -> str:
    """Return the names of sheets, the first of very many; the lineage names that of each number."""
    names = sorted(used)
    ends = accumulate(len(name) + 2 for name in names)
    shown = max(1, sum(end <= _SHEETS_LONGEST for end in ends))
    left = f" và {len(names) - shown} trang khác" if len(names) > shown else ""
    return "; ".join(names[:shown]) + left
