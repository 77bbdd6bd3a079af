"""Coverage: what a form that has arrived should hold and does not. A missing submission is a state, not a finding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.figures import texts
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.model import Scope, Severity

FAMILY = "đầy đủ"
_PLACE = ["submission_id", "source", "dataflow", "ref_area"]
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
    where = inputs.told.loc[says.to_numpy(dtype=bool), ["submission_id", "sheet", "form"]].drop_duplicates()
    filled = set(where.itertuples(index=False, name=None))
    for _, form in inputs.forms.iterrows():
        if (form["submission_id"], form["sheet"], form["form"]) not in filled:
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
    due = inputs.figures[inputs.figures["time_period"] == inputs.period]
    table = due.groupby(_PLACE, sort=False, observed=True).ngroup()
    first, indicators = due[~table.duplicated()], due["indicator"].cat
    for flow in inputs.catalog.dataflows.values():
        for code in flow.expected:
            holds = np.array([code == one or code in one.split(".") for one in indicators.categories], dtype=bool)
            there = table[holds[indicators.codes]].unique()
            lacking = first[(first["dataflow"] == flow.code) & ~table[first.index].isin(there)]
            name = _indicator_name(inputs, flow.code, code)
            for _, at in lacking.iterrows():
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
    due = inputs.figures[inputs.figures["time_period"] == inputs.period]
    told = inputs.told.loc[inputs.told["time_period"] == inputs.period, "series"].unique()
    before = str(inputs.due.previous)
    known = inputs.history[
        (inputs.history["time_period"] == before) & (inputs.history["vintage"] == before)
    ].drop_duplicates("series")
    key = ["source", "dataflow", "form", "ref_area"]
    sent = due.drop_duplicates(key)[[*key, "sheet", "sha256", "submission_id"]]
    gone = known[~known["series"].isin(told)].merge(sent, on=key, how="inner", suffixes=("", "_now"))
    for _, row in gone.sort_values([*key, "indicator", "item"]).iterrows():
        at = _absent(row, indicator=row["indicator"], label=row["label"], time_period=inputs.period)
        yield Break(
            at=pd.Series({**at, "sheet": row["sheet_now"], "sha256": row["sha256_now"]}),
            size=1,
            others=(row,),
            message=f"Trang “{row['sheet_now']}”: không thấy dòng {wording.row(row)}, kỳ trước có báo cáo "
            f"(ô {row['cell']}). Hãy bổ sung, hoặc cho biết đã thôi báo cáo chỉ tiêu này.",
        )


def _absent(near: pd.Series, *, indicator: str, label: str, time_period: str) -> pd.Series:
    kept = {name: near[name] for name in ("source", "dataflow", "ref_area", "sheet", "sha256")}
    return pd.Series({**kept, **_BLANK, "indicator": indicator, "label": label, "time_period": time_period})


def _name(inputs: CheckInput, dataflow: str) -> str:
    flow = inputs.catalog.dataflows.get(dataflow)
    return f"“{flow.name if flow is not None else dataflow}”"


def _indicator_name(inputs: CheckInput, dataflow: str, code: str) -> str:
    known = inputs.catalog.code(dataflow, code)
    return known.name if known is not None else code
