"""The data dictionary: what every field, measure, area, dataflow and code means, as Markdown in Vietnamese."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ctdp_etl.catalog import Catalog, load_catalog
from ctdp_etl.catalog.codelist import CodeList
from ctdp_etl.catalog.dataflow import HOLD, Dataflow, TableSpec
from ctdp_etl.model import Area, Measure, ObsStatus

_FIELDS = (
    ("source", "Nơi gửi: NSO (cơ quan thống kê) hoặc SCT_ và mã địa bàn của Sở Công Thương"),
    ("dataflow", "Dòng dữ liệu (biểu), như ở mục 4"),
    ("ref_area", "Mã địa bàn mà số liệu nói đến, như ở mục 3"),
    ("indicator", "Mã chỉ tiêu; các phần nối bằng dấu chấm, như EXPORT.RICE.VALUE"),
    ("item", "Mã hồ sơ trong sổ theo dõi (dự án, cụm, kiến nghị); trống với biểu số liệu"),
    ("time_period", "Kỳ của số liệu: 2026-10, 2026-Q3, 2026-S1 (sáu tháng đầu năm), 2026"),
    ("measure", "Đại lượng, như ở mục 2"),
)
_MEASURES = {
    Measure.MONTH: ("Trị số trong kỳ (tháng, hoặc quý khi time_period là quý)", "theo biểu"),
    Measure.YTD: ("Lũy kế từ đầu năm đến hết kỳ", "theo biểu"),
    Measure.PLAN: ("Kế hoạch năm; time_period là năm", "theo biểu"),
    Measure.MOM: ("Chỉ số so với kỳ trước (kỳ trước = 100)", "%"),
    Measure.YOY: ("Chỉ số so với cùng kỳ năm trước (cùng kỳ = 100)", "%"),
    Measure.YTD_YOY: ("Chỉ số lũy kế so với cùng kỳ năm trước (cùng kỳ = 100)", "%"),
    Measure.PLAN_PCT: ("Lũy kế so với kế hoạch năm", "%"),
    Measure.SHARE: ("Tỷ trọng trong tổng số (cơ cấu)", "%"),
    Measure.VALUE: ("Trường của sổ theo dõi, hoặc trị số tại thời điểm cuối kỳ", "theo biểu"),
}
_STATUS = {
    ObsStatus.OFFICIAL: "Chính thức (thực hiện)",
    ObsStatus.PRELIMINARY: "Sơ bộ",
    ObsStatus.ESTIMATE: "Ước tính",
}
_CODELISTS = {
    "aspects": "Lượng hay trị giá",
    "commodities": "Mặt hàng xuất khẩu, nhập khẩu",
    "electricity": "Điện sản xuất, điện thương phẩm",
    "flows": "Chiều xuất khẩu, nhập khẩu",
    "industries": "Ngành công nghiệp (VSIC)",
    "ownership": "Thành phần kinh tế và cấp quản lý",
    "price_bases": "Gốc giá",
    "products": "Sản phẩm công nghiệp",
    "retail": "Bán lẻ hàng hóa và dịch vụ tiêu dùng",
    "areas": "Địa bàn",
}
_FREQUENCIES = {"M": "tháng", "Q": "quý", "S": "sáu tháng", "A": "năm"}
_SOURCES = {"NSO": "cơ quan thống kê", "SCT": "Sở Công Thương"}
_PARTS = {"row": "{dòng}", "breakdown": "{phân tổ}", "aspect": "{lượng hay trị giá}", "price_base": "{gốc giá}"}


def data_dictionary(catalog: Catalog) -> str:
    """Return the data dictionary as Markdown: fields, measures, areas, dataflows, code lists, units."""
    parts = (_head(), _measures(), _areas(catalog), _dataflows(catalog), _codelists(catalog), _units(catalog))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head() -> Iterator[str]:
    yield "# Từ điển dữ liệu"
    yield ""
    yield "Trang này được sinh từ danh mục `src/ctdp_etl/catalog`; muốn đổi thì sửa danh mục rồi sinh lại bằng lệnh"
    yield "`.venv/bin/python -m ctdp_etl.catalog.dictionary > docs/data-dictionary.md`."
    yield ""
    yield "## 1. Khóa của một số liệu"
    yield ""
    yield from _table(("Trường", "Nghĩa"), ((f"`{name}`", meaning) for name, meaning in _FIELDS))
    yield ""
    yield "Trị số giữ nguyên đơn vị của biểu: `unit` nhân mười mũ `unit_mult` (`VND`, 9 là tỷ đồng)."
    yield ""


def _measures() -> Iterator[str]:
    yield "## 2. Đại lượng và trạng thái"
    yield ""
    rows = ((f"`{measure}`", *_MEASURES[measure]) for measure in Measure)
    yield from _table(("`measure`", "Nghĩa", "Đơn vị"), rows)
    yield ""
    yield "Mức tăng “+5,2 %” được lưu thành chỉ số 105,2; cách viết gốc nằm ở `raw` và `reported_form`."
    yield ""
    yield from _table(("`obs_status`", "Nghĩa"), ((f"`{status}`", _STATUS[status]) for status in ObsStatus))
    yield ""


def _areas(catalog: Catalog) -> Iterator[str]:
    yield "## 3. Địa bàn"
    yield ""
    yield "Mã gồm tên danh mục và mã hai chữ số, vì bảy mã đổi nghĩa từ 2025-07. `VN` là cả nước."
    yield ""
    groups = Counter(area.code_list for area in catalog.areas.by_code.values())
    yield f"- `VN63`: {groups['VN63']} mã dùng đến 2025-06 (63 tỉnh, thành phố và Hà Tây cũ)."
    yield f"- `VN34`: {groups['VN34']} mã dùng từ 2025-07."
    yield ""
    yield from _table(
        ("Mã", "Tên", "Loại", "Vùng", "Khu vực khuyến công", "Gồm các mã cũ"),
        (_area_row(catalog, area) for area in catalog.areas.by_code.values() if area.code_list == "VN34"),
    )
    yield ""


def _area_row(catalog: Catalog, area: Area) -> Sequence[str]:
    old = [code for code, new in catalog.areas.crosswalk.items() if new == area.code]
    names = ", ".join(f"{catalog.areas.by_code[code].name} ({code.removeprefix('VN63_')})" for code in old)
    region = catalog.regions.get((area.code_list, area.region), area.region)
    promotion = catalog.regions.get(("PROMOTION", area.promotion_region), "chưa định")
    return f"`{area.code}`", area.name, area.type, region, promotion, names


def _dataflows(catalog: Catalog) -> Iterator[str]:
    yield "## 4. Dòng dữ liệu"
    yield ""
    for flow in catalog.dataflows.values():
        yield from _dataflow(catalog, flow)


def _dataflow(catalog: Catalog, flow: Dataflow) -> Iterator[str]:
    yield f"### {flow.code}: {flow.name}"
    yield ""
    yield f"- Biểu {flow.form_code}; căn cứ: {flow.legal_basis}."
    yield (
        f"- Kỳ {_FREQUENCIES.get(flow.frequency, flow.frequency)}, hạn ngày {flow.due_day}; "
        f"số in trước là của {_SOURCES.get(flow.first_source, flow.first_source)}."
    )
    yield f"- Danh mục: {', '.join(_codelist_name(name) for name in flow.codelists)}."
    if flow.expected:
        yield f"- Chỉ tiêu phải có: {', '.join(f'`{code}`' for code in flow.expected)}."
    if flow.note:
        yield f"- {flow.note}"
    for rule in flow.additive:
        yield f"- `{rule.total}` = {' + '.join(f'`{part}`' for part in rule.parts)}: {rule.reason}."
    held = "giữ lại, chưa in" if flow.blocking.action == HOLD else "in kèm dấu †"
    yield f"- Số đang có lỗi trong báo cáo: {held}. {flow.blocking.reason}."
    added = ", ".join(f"`{measure}`" for measure in flow.across_areas.additive) or "không đại lượng nào"
    yield f"- Khi hợp nhất địa bàn, cộng được: {added}. {flow.across_areas.reason}."
    yield ""
    if flow.tables:
        yield from _table(("Bảng", "Dòng tra trong", "Mã chỉ tiêu", "Đơn vị"), (_spec(catalog, t) for t in flow.tables))
        yield ""


def _spec(catalog: Catalog, table: TableSpec) -> Sequence[str]:
    rows = ", ".join(_codelist_name(name) for name in (*table.rows, *([table.breakdown] if table.breakdown else [])))
    parts = ".".join(_PARTS.get(part, part) for part in table.parts)
    return f"`{table.form}`", rows, parts, _unit_name(catalog, table.unit, table.unit_mult) or "theo dòng"


def _codelists(catalog: Catalog) -> Iterator[str]:
    yield "## 5. Danh mục"
    yield ""
    for codelist in catalog.codelists.values():
        yield f"### {_codelist_name(codelist.name)} (`{codelist.name}`)"
        yield ""
        yield from _table(("Mã", "Tên", "Thuộc", "Đơn vị", "Số cách viết"), _code_rows(catalog, codelist))
        yield ""


def _code_rows(catalog: Catalog, codelist: CodeList) -> Iterator[Sequence[str]]:
    spellings = Counter(code for pairs in codelist.aliases.values() for _, code in pairs)
    for code in codelist.codes.values():
        unit = _unit_name(catalog, code.unit, code.unit_mult or 0)
        parent = f"`{code.parent}`" if code.parent else ""
        yield f"`{code.code}`", code.name, parent, unit, str(spellings[code.code])


def _units(catalog: Catalog) -> Iterator[str]:
    yield "## 6. Đơn vị"
    yield ""
    units = dict.fromkeys(catalog.units.values())
    yield from _table(
        ("Tên", "`unit`", "`unit_mult`"), ((unit.name, f"`{unit.code}`", str(unit.mult)) for unit in units)
    )


def _unit_name(catalog: Catalog, code: str, mult: int) -> str:
    for unit in catalog.units.values():
        if (unit.code, unit.mult) == (code, mult):
            return unit.name
    return code


def _codelist_name(name: str) -> str:
    return _CODELISTS.get(name, name)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(header)
    yield _line(["---"] * len(header))
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary(load_catalog()))
