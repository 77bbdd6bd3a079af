"""``ctdp revisions``: every vintage of the figures, the revision triangle, and what is known of the senders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show_bytes, show_json, show_table
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period

if TYPE_CHECKING:
    from pandas import DataFrame

    from ctdp_etl.pipeline.site import Site

_SENDER_HEADERS = {
    "source": "nguồn",
    "reports": "báo cáo",
    "missing": "không gửi",
    "late": "muộn",
    "days_late": "số ngày muộn",
    "first_right": "đúng ngay (%)",
    "resends": "gửi lại",
    "level_n": "mức: số lần",
    "level_mean": "thiên lệch (%)",
    "level_mar": "độ lớn (%)",
    "index_n": "chỉ số: số lần",
    "index_mean": "thiên lệch (điểm)",
    "index_mar": "độ lớn (điểm)",
    "turned": "đổi dấu (%)",
    "biased": "lệch một phía",
}
_SHARES = ("first_right", "turned")
_SURE = 0.05
_LEGEND = (
    "Điều chỉnh là số sau cùng trừ số báo cáo đầu, giữa các kỳ báo cáo. Thiên lệch: bình quân có dấu; độ lớn: bình "
    "quân trị tuyệt đối; đổi dấu: tăng thành giảm hay ngược lại. Lệch một phía: bình quân khác 0 với p < 0,05 "
    "(Newey-West), khi có từ 8 tháng. Mức đổi từ mười lần trở lên là sai bậc đơn vị, không tính. Đúng ngay: tệp gửi "
    "đầu đọc được và không có lỗi nào."
)


@click.command()
@click.argument("periods", metavar="[PERIOD]...", nargs=-1, type=options.PeriodType())
@click.option("--source", default="", metavar="S", help="Chỉ một nguồn gửi (SCT_VN34_80, NSO ...).")
@click.option("--dataflow", default="", metavar="D", help="Chỉ một biểu (xem ctdp catalog).")
@options.AREA
@click.option("--indicator", default="", metavar="I", help="Chỉ một chỉ tiêu (TOTAL, C, EXPORT.RICE.VALUE ...).")
@click.option("--measure", default="", metavar="M", help="Chỉ một số đo (month, ytd, yoy ...).")
@click.option("--as-of", metavar="T", type=options.InstantType(), help="Chỉ những gì đã biết đến lúc này.")
@click.option("--triangle", "view", flag_value="triangle", help="Tam giác điều chỉnh: mỗi kỳ báo cáo một cột.")
@click.option("--statistics", "view", flag_value="statistics", help="Thống kê điều chỉnh của từng chuỗi.")
@click.option("--senders", "of_senders", is_flag=True, help="Bảng các nguồn: muộn, gửi lại, đúng ngay, điều chỉnh.")
@click.option("--from", "first", metavar="PERIOD", type=options.MonthType(), help="Tháng đầu, với --senders.")
@click.option("--to", "last", metavar="PERIOD", type=options.MonthType(), help="Tháng cuối, với --senders.")
@click.option("--format", "fmt", default="csv", show_default=True, metavar="csv|xlsx|parquet|json", help="Định dạng.")
@click.option("-o", "--out", metavar="FILE", type=click.Path(path_type=Path), help="Tệp ghi ra; mặc định là stdout.")
@options.JSON
def revisions(
    periods: tuple[Period, ...],
    of_senders: bool,
    first: Period | None,
    last: Period | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Số liệu đã đổi ra sao qua các lần báo cáo; mỗi dòng: từ ngày nào biết số nào về kỳ nào."""
    if first and last and str(last) < str(first):
        raise CtdpError(f"Tháng đầu {first} sau tháng cuối {last}. Hãy viết tháng sớm trước.")
    site = options.open_site()
    if of_senders:
        show_senders(site, first, last, chosen["as_of"], as_json=as_json)
    else:
        write(site, periods, "json" if as_json else chosen.pop("fmt"), chosen)


def write(site: Site, periods: tuple[Period, ...], fmt: str, chosen: dict[str, Any]) -> None:
    """Write the chosen view of the chosen figures."""
    from ctdp_etl.pipeline.output import write_whole
    from ctdp_etl.pipeline.revisions import VIEWS, Chosen
    from ctdp_etl.pipeline.tabular import TABULAR, writer_of

    as_file = writer_of(fmt, TABULAR)
    if chosen["dataflow"] and chosen["dataflow"] not in site.catalog.dataflows:
        raise CtdpError(f"Không có biểu {chosen['dataflow']!r}. Các biểu: {', '.join(site.catalog.dataflows)}.")
    names = ("source", "dataflow", "indicator", "measure")
    lists = {f"{name}s": [chosen[name]] for name in names if chosen[name]}
    if chosen["area"]:
        lists["areas"] = area_codes(site, chosen["area"])
    if periods:
        lists["periods"] = [str(period) for period in periods]
    content = as_file(VIEWS[chosen["view"] or "long"](site, Chosen(**lists, as_of=chosen["as_of"])))
    if chosen["out"]:
        write_whole(chosen["out"], content)
    else:
        show_bytes(content)


def area_codes(site: Site, text: str) -> list[str]:
    """Return the codes that an area's code or name means, in any month; raise ``CtdpError`` where there is none."""
    from ctdp_etl.catalog import label_key

    areas = site.catalog.areas
    codes = [text] if text in areas.by_code else list(areas.aliases.get(label_key(text), ()))
    if not codes:
        raise CtdpError(f"Không có địa phương {text!r}. Xem danh sách: ctdp catalog --areas.")
    return codes


def show_senders(site: Site, first: Period | None, last: Period | None, as_of: str | None, *, as_json: bool) -> None:
    """Print the table of senders."""
    from ctdp_etl.pipeline.revisions import sender_table

    table = sender_table(site, first, last, as_of)
    if as_json:
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        show_json({"from": str(first or ""), "to": str(last or ""), "as_of": as_of or "", "senders": rows})
        return
    show_table(tuple(_SENDER_HEADERS.values()), _sender_rows(table))
    say(_LEGEND)


def _sender_rows(table: DataFrame) -> list[list[object]]:
    kinds = (("mức", "level_p"), ("chỉ số", "index_p"))
    biased = [", ".join(word for word, name in kinds if row[name] < _SURE) for row in table.to_dict("records")]
    shown = table.assign(biased=biased)
    for name in _SHARES:
        shown[name] = shown[name] * 100
    rows = shown[list(_SENDER_HEADERS)].to_dict("records")
    return [[round(cell, 2) if isinstance(cell, float) else cell for cell in row.values()] for row in rows]


COMMANDS = (revisions,)
