"""Small submissions as frames: lines of a table with month, cumulative and growth, as the reader would give them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ctdp_etl.catalog import Additive, Catalog, Code, CodeList, Dataflow, Rule, Unit
from ctdp_etl.catalog.areas import Areas
from ctdp_etl.checks import CHECKS, FORM_COLUMNS, CheckInput, run_checks
from ctdp_etl.model import KEY, OBSERVATION_COLUMNS, Finding
from ctdp_etl.period import Period

COLUMNS = {
    "last_month": ("C", "month", -1, "A"),
    "month": ("D", "month", 0, "E"),
    "ytd": ("E", "ytd", 0, "E"),
    "yoy": ("F", "yoy", 0, "E"),
    "ytd_yoy": ("G", "ytd_yoy", 0, "E"),
    "last_ytd": ("H", "ytd", -1, "A"),
    "mom": ("I", "mom", 0, "E"),
    "last_yoy": ("J", "yoy", -1, "A"),
    "share": ("K", "share", 0, "E"),
    "plan_pct": ("L", "plan_pct", 0, "E"),
    "plan": ("M", "plan", None, "A"),
}
INDICES = {"mom", "yoy", "last_yoy", "ytd_yoy", "share", "plan_pct"}


def line(indicator: str, row: int = 8, *, unit: str = "T", mult: int = 3, flow: str = "PRODUCTS", **cells: Any) -> dict:
    """Return a line of a table; ``cells`` are roles of ``COLUMNS``, and any attribute of the observations."""
    return {"indicator": indicator, "row": row, "unit": unit, "mult": mult, "flow": flow, "cells": cells}


def report(period: str, *lines: dict, source: str = "NSO", area: str = "VN", version: str = "") -> pd.DataFrame:
    """Return the observations of one submission for ``period``."""
    found = []
    for row in lines:
        extra = {key: value for key, value in row["cells"].items() if key not in COLUMNS}
        for role, value in row["cells"].items():
            if role in COLUMNS and value is not None:
                found.append(_observation(period, row, role, value, source, area) | extra)
    frame = pd.DataFrame(found, columns=list(OBSERVATION_COLUMNS))
    return frame.assign(
        submission_id=f"{source}-{period}{version}",
        sha256=f"{period}{source}{version}".ljust(64, "0"),
        file_name=f"{period}.xlsx",
        vintage=period,
        received_at=f"{period}-28T00:00:00Z",
        simulated=False,
    )


def _observation(period: str, row: dict, role: str, value: float, source: str, area: str) -> dict[str, Any]:
    column, measure, months, status = COLUMNS[role]
    due = Period.parse(period)
    return {
        "source": source,
        "dataflow": row["flow"],
        "form": f"{row['flow']}.M",
        "ref_area": area,
        "indicator": row["indicator"],
        "item": "",
        "label": row["indicator"].title(),
        "time_period": str(due.year) if months is None else str(due.shift(months)),
        "measure": measure,
        "obs_status": status,
        "value": value,
        "text": "",
        "unit": "PCT" if role in INDICES else row["unit"],
        "unit_mult": 0 if role in INDICES else row["mult"],
        "qualifier": "",
        "reported_form": "",
        "conflict": False,
        "sheet": row["flow"].lower(),
        "cell": f"{column}{row['row']}",
        "raw": repr(value),
    }


def current(*reports: pd.DataFrame) -> pd.DataFrame:
    """Return what is current of the reports: official figures first, then the later report."""
    if not reports:
        return report("2000-01")
    rows = pd.concat(reports).assign(rank=lambda frame: frame["obs_status"].map({"A": 1, "P": 1, "E": 0}))
    last = rows.sort_values(["rank", "vintage"], kind="stable").drop_duplicates(list(KEY), keep="last")
    return last.drop(columns="rank").reset_index(drop=True)


def forms_of(submitted: pd.DataFrame) -> pd.DataFrame:
    """Return the tables that the observations stand in."""
    told = submitted.assign(time_period=submitted["vintage"])[list(FORM_COLUMNS)]
    return told.drop_duplicates().reset_index(drop=True)


def inputs(period: str, now: pd.DataFrame, *before: pd.DataFrame, **over: Any) -> CheckInput:
    """Return the input of a run: ``now`` is submitted, ``before`` are the reports of earlier periods."""
    return CheckInput(
        **{
            "period": period,
            "submitted": now,
            "previous": current(*before),
            "forms": forms_of(now),
            "catalog": CATALOG,
            **over,
        }
    )


def found(case: CheckInput, code: str = "") -> list[Finding]:
    """Return the findings of all checks over ``case``, or of the one with ``code``."""
    return run_checks(case, {code: CHECKS[code]} if code else CHECKS)


def _flow(code: str, **over: Any) -> Dataflow:
    texts = {
        "name": f"Biểu {code}",
        "form_code": "CTDP-T00",
        "legal_basis": "Thông tư 34/2022/TT-BCT",
        "frequency": "M",
    }
    return Dataflow(
        **{
            **texts,
            "code": code,
            "due_day": 22,
            "first_source": "NSO",
            "codelists": ("codes",),
            "tables": (),
            **over,
        }
    )


def _code(code: str, unit: str = "") -> Code:
    return Code(code, code.title(), code.title(), "", unit, None, 0, {})


def catalog(**rules: dict[str, Rule]) -> Catalog:
    """Return a catalog of four forms; ``rules`` are the checks of a form, by its code."""
    parts = Additive("TOTAL", ("GOODS", "SERVICES"), "Hai nhóm hợp thành tổng mức")
    five = Additive("TOTAL", ("GOODS", "ACCOMMODATION", "FOOD", "TRAVEL", "OTHER"), "Năm nhóm hợp thành tổng mức")
    flows = [
        _flow("IIP", expected=("TOTAL", "C"), checks=rules.get("IIP")),
        _flow("PRODUCTS", additive=(Additive("", ("STATE", "FDI"), "Theo loại hình"),), checks=rules.get("PRODUCTS")),
        _flow("RETAIL", additive=(parts, five), checks=rules.get("RETAIL")),
        _flow("TRADE", additive=(Additive("TOTAL", ("DOMESTIC", "FDI"), "Hai khu vực"),), checks=rules.get("TRADE")),
    ]
    codes = CodeList("codes", {code.code: code for code in (_code("COAL", "T"), _code("TOTAL"), _code("C"))}, {})
    units = {"nghìn tấn": Unit("T", 3, "Nghìn tấn"), "tấn": Unit("T", 0, "Tấn"), "cái": Unit("PIECE", 0, "Cái")}
    return Catalog(
        areas=Areas({}, {}, {}),
        regions={},
        units=units,
        codelists={"codes": codes},
        dataflows={flow.code: flow for flow in flows},
        vocabulary=None,  # type: ignore[arg-type]
    )


CATALOG = catalog()
