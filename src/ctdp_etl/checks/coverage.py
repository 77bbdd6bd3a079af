"""Coverage: what a form that has arrived should hold and does not. A missing submission is a state, not a finding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import Places, Record, among, codes, firsts, numbered, texts
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import Scope, Severity

FAMILY = "đầy đủ"
_TABLE = ("submission_id", "sheet", "form")
_PLACE = ("submission_id", "source", "dataflow", "ref_area")
_BLANK = {"cell": "", "label": "", "indicator": "", "time_period": "", "measure": ""}


@check(
    "C01",
    "Biểu có số liệu",
    family=FAMILY,
    level=1,
    source="Chế độ báo cáo thống kê: biểu phải có số liệu của kỳ báo cáo",
    rule=Rule(error=1, reason="Biểu trống không phải là báo cáo"),
)
def empty_form(inputs: CheckInput) -> Iterator[Break]:
    """A recognised form without a single number; of another period (the next quarter's, prepared) only a notice."""
    says = inputs.submitted["value"].notna() | (texts(inputs.submitted["text"]) != "")
    places = np.flatnonzero(says)
    once = places[firsts(numbered(inputs.told, _TABLE, places))]
    filled = set(zip(*(inputs.told[name].array[once] for name in _TABLE), strict=True))
    for place, table in enumerate(zip(*(inputs.forms[name] for name in _TABLE), strict=True)):
        if table not in filled:
            form = inputs.forms.iloc[place]
            other_period = form["time_period"] not in ("", inputs.period)
            yield Break(
                at=form,
                size=1,
                at_most=Severity.NOTICE if other_period else Severity.ERROR,
                scope=Scope.SUBMISSION,
                message=f"Trang “{form['sheet']}” là biểu {_name(inputs, form['dataflow'])} nhưng không có số liệu. "
                "Hãy điền số liệu và gửi lại; nếu không phát sinh thì ghi rõ “không phát sinh”.",
            )


@check(
    "C02",
    "Đủ các chỉ tiêu bắt buộc",
    family=FAMILY,
    level=1,
    source="Danh mục chỉ tiêu bắt buộc của biểu",
    rule=Rule(warning=1, reason="Thiếu chỉ tiêu chính thì không lập được báo cáo chung"),
)
def expected_missing(inputs: CheckInput) -> Iterator[Break]:
    """An expected indicator of the form without any number of the period, where the form has others."""
    figures, due = inputs.figures, _due(inputs)
    table = numbered(figures, _PLACE, due)
    first = due[firsts(table)]
    for dataflow, flow in inputs.catalog.dataflows.items():
        mine = np.flatnonzero(among(figures, "dataflow", {dataflow})[first])
        for code in flow.expected if len(mine) else ():
            names = {name for name in figures["indicator"].cat.categories if code == name or code in name.split(".")}
            lacking = np.setdiff1d(mine, table[among(figures, "indicator", names)[due]])
            name = _indicator_name(inputs, flow.code, code)
            for place in first[lacking]:
                at = inputs.figure(place)
                yield Break(
                    at=_absent(at, indicator=code, label=name, time_period=inputs.period),
                    size=1,
                    scope=Scope.SUBMISSION,
                    message=f"Trang “{at['sheet']}”, biểu {_name(inputs, flow.code)}: thiếu chỉ tiêu bắt buộc "
                    f"“{name}” của {inputs.due.vietnamese}. Hãy bổ sung dòng này.",
                )


@check(
    "C03",
    "Không mất dòng đã báo cáo kỳ trước",
    family=FAMILY,
    level=2,
    source="Tính liên tục của chuỗi số liệu",
    rule=Rule(warning=1, reason="Dòng mất đi có thể là bỏ sót; nếu thôi thu thập cần nói rõ"),
)
def row_gone(inputs: CheckInput) -> Iterator[Break]:
    """A series that the same source reported for the previous month and leaves out of a form it has sent now."""
    history, before = inputs.history, {str(inputs.due.previous)}
    told = codes(inputs.told, "series")[among(inputs.told, "time_period", {inputs.period})]
    known = np.flatnonzero(among(history, "time_period", before) & among(history, "vintage", before))
    known = known[firsts(numbered(history, ("series",), known))]
    known = known[~np.isin(codes(history, "series")[known], told)]
    if not len(known):
        return
    key = ["source", "dataflow", "form", "ref_area"]
    sent = inputs.figures.iloc[_due(inputs)].drop_duplicates(key)[[*key, "sheet", "sha256", "submission_id"]]
    gone = history.iloc[known].merge(sent, on=key, how="inner", suffixes=("", "_now"))
    for _, row in gone.sort_values([*key, "indicator", "item"]).iterrows():
        at = _absent(row, indicator=row["indicator"], label=row["label"], time_period=inputs.period)
        yield Break(
            at={**at, "sheet": row["sheet_now"], "sha256": row["sha256_now"]},
            size=1,
            others=(row,),
            message=f"Trang “{row['sheet_now']}”: không thấy dòng {wording.row(row)}, kỳ trước có báo cáo "
            f"(ô {row['cell']}). Hãy bổ sung, hoặc cho biết đã thôi báo cáo chỉ tiêu này.",
        )


def _due(inputs: CheckInput) -> Places:
    """Return the positions of the figures of the period."""
    return np.flatnonzero(among(inputs.figures, "time_period", {inputs.period}))


def _absent(near: Record, *, indicator: str, label: str, time_period: str) -> Record:
    kept = {name: near[name] for name in ("source", "dataflow", "ref_area", "sheet", "sha256")}
    return {**kept, **_BLANK, "indicator": indicator, "label": label, "time_period": time_period}


def _name(inputs: CheckInput, dataflow: str) -> str:
    flow = inputs.catalog.dataflows.get(dataflow)
    return f"“{flow.name if flow is not None else dataflow}”"


def _indicator_name(inputs: CheckInput, dataflow: str, code: str) -> str:
    known = inputs.catalog.code(dataflow, code)
    return known.name if known is not None else code
