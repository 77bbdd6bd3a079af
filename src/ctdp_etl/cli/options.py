"""Arguments and options that several commands share, and the values they become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings, parse_instant

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ctdp_etl.pipeline.accept import Decision
    from ctdp_etl.pipeline.read import Sender
    from ctdp_etl.pipeline.site import Site


class PeriodType(click.ParamType[Period]):
    """A reporting period; a faulty one is refused in the words of ``PeriodError``."""

    name = "kỳ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Return the period that ``value`` names."""
        return value if isinstance(value, Period) else Period.parse(str(value))


class MonthType(PeriodType):
    """A reporting month."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Return the month that ``value`` names."""
        period = super().convert(value, param, ctx)
        if period.freq != "M":
            raise CtdpError(f"Lệnh này làm việc theo tháng, không theo kỳ {value}. Hãy viết dạng 2026-10.")
        return period


def month_of_briefing(period: Period) -> Period:
    """Return the month that a monthly briefing is about; raise ``CtdpError`` for a period of another kind."""
    if period.freq != "M":
        raise CtdpError(
            f"Báo cáo tháng làm theo tháng, không theo kỳ {period}. Hãy viết dạng 2026-10; báo cáo quý, 6 tháng, năm: "
            "thêm --report period_briefing."
        )
    return period


class InstantType(click.ParamType[str]):
    """An instant, kept as fixed-width UTC text."""

    name = "thời điểm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the instant that ``value`` names."""
        return parse_instant(str(value))


PERIOD = click.argument("period", metavar="PERIOD", type=MonthType())
PERIOD_OF_ANY_KIND = click.argument("period", metavar="PERIOD", type=PeriodType())
FILES = click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
AREA = click.option("--area", metavar="A", default="", help="Địa phương: mã (VN34_80, VN) hoặc tên (Tây Ninh).")
SOURCE = click.option("--source", metavar="S", default="", help="Nguồn gửi; bỏ trống thì theo địa phương.")
FILE_PERIOD = click.option("--period", type=MonthType(), help="Tháng báo cáo; bỏ trống thì theo nội dung tệp.")
RECEIVED_AT = click.option(
    "--received-at", metavar="T", type=InstantType(), help="Thời điểm nhận; mặc định là bây giờ."
)
AS_OF = click.option(
    "--as-of", metavar="T", type=InstantType(), help="Như đã biết vào thời điểm này, kể cả các quyết định khi đó."
)
RECEIPT = click.argument("receipt", metavar="RECEIPT")
WHO = click.option("--by", "--who", "who", default="", metavar="NAME", help="Người quyết định, ghi vào sổ kiểm toán.")
REASON = click.option("--reason", default="", metavar="TEXT", help="Lý do, ghi vào sổ kiểm toán.")
LATEST = click.option("--latest", is_flag=True, help="Nhìn cả báo cáo của các kỳ sau, không chỉ đến kỳ này.")
JSON = click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra stdout.")


def open_site(settings: Settings | None = None) -> Site:
    """Return the site that the environment names."""
    from ctdp_etl.pipeline import site

    return site.open_site(settings or Settings.from_environment())


def existing(path: Path) -> Path:
    """Return ``path``; raise ``CtdpError`` where it is no file that can be read."""
    if not path.exists():
        raise CtdpError(f"Không có tệp {path}.")
    if not path.is_file():
        raise CtdpError(f"{path} không phải là tệp.")
    return path


def area_code(site: Site, text: str, period: Period) -> str:
    """Return the code of the area that a code or a name means in ``period``; '' for ''."""
    return site.catalog.areas.named(text, str(period.last_month)).code if text else ""


def sender(source: str, area: str, period: Period | None) -> Sender:
    """Return what the operator says about who sent a workbook and for which month."""
    from ctdp_etl.pipeline.read import Sender

    return Sender(source, area, str(period or ""))


def decision(site: Site, who: str, reason: str) -> Decision:
    """Return who decides and why, now; raise ``CtdpError`` where either is not said."""
    from ctdp_etl.pipeline.accept import Decision

    return Decision(who, reason, site.settings.now())


def known_warehouse(settings: Settings) -> Engine | None:
    """Return the warehouse if there is one; nothing is made for a command that only looks."""
    from ctdp_etl.warehouse.engine import open_engine

    file = settings.warehouse_url.removeprefix("sqlite:///")
    if file != settings.warehouse_url and not Path(file).is_file():
        return None
    return open_engine(settings.warehouse_url)
