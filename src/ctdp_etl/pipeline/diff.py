"""What a briefing says otherwise than the one before: every number and sentence, before anybody releases it."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import shorten
from typing import Any

from ctdp_etl.briefing.changes import FigureChange, changes
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.checks.wording import MEASURE_NAMES
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Measure
from ctdp_etl.period import Period
from ctdp_etl.pipeline.editions import editions, published_path
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import lineage_of
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.releases import Edition

_SENTENCE = 120


def diff(
    site: Site,
    period: Period,
    before: int | None = None,
    after: int | None = None,
    *,
    name: str = REPORT,
    area: str = NATIONAL,
) -> dict[str, Any]:
    """Return what changed from content ``before`` to ``after`` of a report about a period and area, as a JSON object.

    Without numbers: from the last issue that was released, else from the draft before, to the newest content. The
    figures come with ``what`` in words. Raise ``CtdpError`` where there is no such content, or its PDF is gone.
    """
    printed = {one.number: one for one in editions(site, period, name, area)}
    if len(printed) < 2 and before is None:
        state = "mới có một bản" if printed else "chưa có bản nào"
        raise CtdpError(
            f"Báo cáo {period} {state}, chưa có gì để so. Bản mới được in khi số liệu đổi: ctdp brief {period}."
        )
    new = _chosen(printed, after if after is not None else max(printed, default=0), period)
    old = _chosen(printed, before if before is not None else _base(printed, new), period)
    found = changes(*(lineage_of(_content(site, period, one, name)) for one in (old, new)))
    return {
        "report": name,
        "ref_area": area,
        "period": str(period),
        "before": _edition(old),
        "after": _edition(new),
        "figures": [asdict(one) | {"what": _what(site, one)} for one in found.figures],
        "sentences": [asdict(one) for one in found.sentences],
    }


def _base(printed: dict[int, Edition], new: Edition) -> int:
    earlier = [one for one in printed.values() if one.number < new.number]
    released = [one.number for one in earlier if one.released_at]
    return max(released or [one.number for one in earlier], default=0)


def _chosen(printed: dict[int, Edition], number: int, period: Period) -> Edition:
    if number not in printed:
        numbers = ", ".join(map(str, printed)) or "chưa có bản nào"
        raise CtdpError(f"Báo cáo {period} không có bản số {number}. Các bản: {numbers}.")
    return printed[number]


def _content(site: Site, period: Period, edition: Edition, name: str) -> bytes:
    path = published_path(site.settings, str(period), edition.number, name, edition.ref_area)
    if not path.is_file():
        raise CtdpError(f"Không thấy tệp bản số {edition.number}: {path}. Hãy lấy lại từ bản lưu dự phòng.")
    return path.read_bytes()


def _edition(one: Edition) -> dict[str, Any]:
    return {"number": one.number, "as_of": one.as_of, "released_at": one.released_at, "sha256": one.content_sha256}


def _what(site: Site, change: FigureChange) -> str:
    """Return what a number is about in words: form, area, row, measure, period, how it was worked out, unit.

    A number that is counted from something else than stored numbers is told by the sentence in which it stands.
    """
    about = change.about
    if not about["dataflow"]:
        return f"số trong câu “{shorten(change.said or change.id, _SENTENCE, placeholder='…')}”"
    flow, area = site.catalog.dataflows.get(about["dataflow"]), site.catalog.areas.by_code.get(about["ref_area"])
    measured = MEASURE_NAMES[Measure(about["measure"])] if about["measure"] else ""
    when = Period.parse(about["time_period"]).vietnamese if about["time_period"] else ""
    words = (flow.name if flow else about["dataflow"], area.name if area else "", about["label"])
    how = "" if area else change.how
    unit = f" ({change.unit})" if change.unit not in ("", "%") else ""
    return ", ".join(dict.fromkeys(filter(None, (*words, f"{measured} {when}".strip(), how)))) + unit
