"""Two months to print: the country's of October 2024 (retyped), and 34 provinces' of April 2026 (made here)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ctdp_etl.briefing import BriefingInput, Letterhead
from ctdp_etl.catalog import load_catalog
from ctdp_etl.model import KEY, OBSERVATION_COLUMNS, Finding
from ctdp_etl.period import Period

FOLDER = Path(__file__).parent
LETTERHEAD = Letterhead(
    "Cục Công Thương địa phương", "Bộ Công Thương", "Hà Nội", "BC-CTĐP", "", "CỤC TRƯỞNG", "07", "2024-11-05"
)
BLANK: Mapping[str, Any] = {
    "source": "NSO",
    "form": "",
    "item": "",
    "text": "",
    "qualifier": "",
    "reported_form": "",
    "conflict": False,
    "raw": "",
    "simulated": False,
}
TAY_NINH = "VN34_80"
MISSING = "VN34_96"
WRONG = "VN34_01"


def frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as the warehouse gives observations; what a row does not say is blank."""
    filled = []
    for row in rows:
        name = f"{row.get('source', 'NSO')}-{row['vintage']}.xlsx"
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        whole = {"file_name": name, "sha256": sha256, "submission_id": sha256[:12], **BLANK, **row}
        filled.append({"raw": str(row["value"]), "received_at": f"{row['vintage']}-20T02:30:00Z", **whole})
    columns = [*OBSERVATION_COLUMNS, "submission_id", "sha256", "file_name", "vintage", "received_at", "simulated"]
    return pd.DataFrame(filled, columns=columns)


def current(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the last official value of each key, else the last preliminary one, else the last estimate."""
    ranked = rows.assign(rank=rows["obs_status"].map("APE".index)).sort_values(
        ["rank", "vintage"], ascending=[True, False], kind="stable"
    )
    return ranked.drop_duplicates(list(KEY)).reset_index(drop=True).drop(columns="rank")


def inputs(
    rows: pd.DataFrame, period: str, board: Sequence[Sequence[str]], findings: Sequence[Finding] = ()
) -> BriefingInput:
    """Return what a briefing of ``period`` is made from."""
    sent = rows[["source", "file_name", "sha256", "received_at", "simulated"]].drop_duplicates()
    return BriefingInput(
        period=Period.parse(period),
        current=current(rows),
        previous=current(rows[rows["vintage"] < period]),
        findings=findings,
        board=pd.DataFrame(board, columns=["source", "ref_area", "dataflow", "state", "received_at"]),
        submissions=sent.assign(ref_area="VN"),
        catalog=load_catalog(),
        letterhead=LETTERHEAD,
        as_of=f"{period}-24T02:00:00Z",
    )


def national_rows() -> pd.DataFrame:
    """Return the retyped figures of September and October 2024."""
    with (FOLDER / "national_2024.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return frame({**row, "value": float(row["value"]), "unit_mult": int(row["unit_mult"])} for row in found)


def national(findings: Sequence[Finding] = ()) -> BriefingInput:
    """Return the country's October 2024, as one office reported it."""
    board = [("NSO", "VN", flow, "received", "") for flow in ("IIP", "PRODUCTS", "RETAIL", "TRADE", "LABOUR")]
    return inputs(national_rows(), "2024-10", board, findings)


def province_rows() -> pd.DataFrame:
    """Return April 2026 of the provinces: one real, the rest simulated, one that sent nothing."""
    rows: list[Mapping[str, Any]] = []
    for number, area in enumerate(load_catalog().areas.at("2026-04")):
        if area.code != MISSING:
            rows += _province(area.code, number)
    return frame(rows)


def _province(area: str, number: int) -> list[Mapping[str, Any]]:
    place = {"source": f"SCT_{area}", "ref_area": area, "simulated": area != TAY_NINH, "vintage": "2026-04"}
    growth = (number * 7 % 34) - 10.0
    level = 1000.0 * (number + 1)
    numbers = [
        ("IIP", "TOTAL", "mom", 100 + growth / 4, "PCT", 0, "C8"),
        ("IIP", "TOTAL", "yoy", 1200.0 if area == WRONG else 100 + growth, "PCT", 0, "D8"),
        ("IIP", "TOTAL", "ytd_yoy", 100 + growth / 2, "PCT", 0, "E8"),
        ("RETAIL", "TOTAL", "month", level * 1000, "VND", 6, "D9"),
        ("RETAIL", "TOTAL", "ytd", level * 4000, "VND", 6, "E9"),
        ("RETAIL", "TOTAL", "yoy", 110.0, "PCT", 0, "F9"),
    ]
    label = {"IIP": "Toàn ngành công nghiệp", "RETAIL": "Tổng số"}
    return [
        {
            **place,
            "dataflow": flow,
            "indicator": code,
            "label": label[flow],
            "time_period": "2026-04",
            "measure": measure,
            "obs_status": "E",
            "value": value,
            "unit": unit,
            "unit_mult": mult,
            "sheet": flow,
            "cell": cell,
        }
        for flow, code, measure, value, unit, mult, cell in numbers
    ]


def wrong_cell(rows: pd.DataFrame) -> Finding:
    """Return the open error on the province whose growth is ten times too large."""
    row = rows[(rows["ref_area"] == WRONG) & (rows["measure"] == "yoy") & (rows["dataflow"] == "IIP")].iloc[0]
    return Finding(
        code="U01",
        severity="error",
        scope="record",
        message="Chỉ số 1200 gấp mười lần mức thường thấy.",
        source=row["source"],
        dataflow="IIP",
        ref_area=WRONG,
        indicator="TOTAL",
        time_period="2026-04",
        measure="yoy",
        sheet=row["sheet"],
        cell=row["cell"],
        sha256=row["sha256"],
    )


def provinces() -> BriefingInput:
    """Return the provinces' April 2026 with an open error and a province that is late."""
    rows = province_rows()
    board = [
        (f"SCT_{area.code}", area.code, flow, "late" if area.code == MISSING else "received", "")
        for area in load_catalog().areas.at("2026-04")
        for flow in ("IIP", "RETAIL")
    ]
    return inputs(rows, "2026-04", board, [wrong_cell(rows)])
