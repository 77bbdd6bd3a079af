"""What a report on quality is made from: the month of the province's brief, and what is known of three senders."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import province_material
from report_material import MISSING, TAY_NINH

from ctdp_etl.briefing import BriefingInput
from ctdp_etl.series.senders import SENDER_COLUMNS

FAMILIES = {"U01": ("Đơn vị và tỷ lệ", "Sai bậc đơn vị"), "C04": ("Cộng dồn", "Lũy kế khác tổng các tháng")}


def senders() -> pd.DataFrame:
    """Return what is known of three senders: one good, one late, one that sends too little."""
    blank = dict.fromkeys(SENDER_COLUMNS, float("nan")) | {"missing": 0, "late": 0, "resends": 0, "days_late": 0.0}
    rows = [
        {**blank, "source": f"SCT_{TAY_NINH}", "reports": 8, "first_right": 1.0, "level_mar": 0.456, "index_mar": 1.2},
        {**blank, "source": "SCT_VN34_31", "reports": 8, "first_right": 0.625, "late": 3, "days_late": 1.25},
        {**blank, "source": f"SCT_{MISSING}", "reports": 0, "missing": 8, "days_late": float("nan")},
    ]
    return pd.DataFrame(rows, columns=list(SENDER_COLUMNS))


def quality_report() -> BriefingInput:
    """Return the material of April's report on quality."""
    made = replace(province_material.province(), report="quality_report", home="VN", sections=())
    return replace(made, senders=senders(), families=FAMILIES)
