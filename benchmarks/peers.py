"""The arithmetic of a month as users of Pandera and Great Expectations check it; run in an environment of its own.

Each line of standard input is a request {"way", "submitted", "previous"} with two Parquet files, which stay in memory;
the way "load" does nothing else. Each answer is a line {"seconds", "told"}: the time from the observations in memory to
the lines that are told, and those lines.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

_LINE = ["source", "sheet", "indicator"]
_PARTS = {
    "RETAIL": (("TOTAL", ("GOODS", "ACCOMMODATION_FOOD", "TRAVEL", "OTHER")),),
    "OUTPUT": (("TOTAL.P2010", ("STATE.P2010", "NONSTATE.P2010", "FDI.P2010")),),
    "TRADE_EXPORT": (("EXPORT.TOTAL.VALUE", ("EXPORT.DOMESTIC.VALUE", "EXPORT.FDI.VALUE")),),
    "TRADE_IMPORT": (("IMPORT.TOTAL.VALUE", ("IMPORT.DOMESTIC.VALUE", "IMPORT.FDI.VALUE")),),
}
_ALLOWED = {"roll": 0.05, "mom_gap": 0.1, "plan_gap": 0.1, "sum_gap": 0.05}
"""What is tolerated, in the unit of the form or in points: constants, as in most rule books."""


def wide(submitted: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Return a row per line of a table with its levels and growth, the levels known of it, and how far each is off."""
    before = previous["vintage"].max()
    role = submitted["measure"].where(submitted["time_period"] != before, "last_" + submitted["measure"])
    table = submitted.assign(role=role).set_index([*_LINE, "role"])["value"].unstack("role")
    same = (previous["vintage"] == before) & (previous["time_period"] == before)
    known = previous[same & previous["measure"].isin(["month", "ytd"])]
    known = known.assign(role="known_" + known["measure"]).set_index([*_LINE, "role"])["value"].unstack("role")
    table = table.join(known).reset_index()
    table["roll"] = table["ytd"] - table["known_ytd"] + table["known_month"] - table["last_month"] - table["month"]
    table["mom_gap"] = table["mom"] - table["month"] / table["last_month"] * 100
    table["plan_gap"] = table["plan_pct"] - table["ytd"] / table["plan"] * 100
    table["sum_gap"] = np.nan
    for sheet, identities in _PARTS.items():
        mine = table[table["sheet"] == sheet]
        for total, parts in identities:
            summed = mine[mine["indicator"].isin(parts)].groupby("source")["month"].sum()
            at = mine[mine["indicator"] == total]
            table.loc[at.index, "sum_gap"] = at["month"] - at["source"].map(summed)
    return table


def by_pandera(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that a vectorised schema refuses."""
    import pandera.pandas as pa

    columns = {
        name: pa.Column(float, pa.Check.in_range(-allowed, allowed), nullable=True)
        for name, allowed in _ALLOWED.items()
    }
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return table.loc[errors.failure_cases["index"].dropna().astype(int).unique()]
    return table[:0]


def by_great_expectations(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that an expectation suite on a pandas batch does not expect."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("observations").add_dataframe_asset("lines")
    batch = asset.add_batch_definition_whole_dataframe("month").get_batch({"dataframe": table})
    suite = gx.ExpectationSuite(
        name="arithmetic",
        expectations=[
            gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=-allowed, max_value=allowed)
            for name, allowed in _ALLOWED.items()
        ],
    )
    shown = {"result_format": "COMPLETE", "unexpected_index_column_names": _LINE}
    result = batch.validate(suite, result_format=shown)
    told = [row for one in result.results for row in one.result.get("unexpected_index_list") or ()]
    return pd.DataFrame(told, columns=_LINE) if told else table[:0]


WAYS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "Pandera": by_pandera,
    "Great Expectations": by_great_expectations,
}


def main() -> None:
    """Answer requests until standard input ends; what the libraries print goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    versions = {name: version(name) for name in ("pandera", "great-expectations", "pandas")}
    print(json.dumps(versions), file=answers, flush=True)
    frames: dict[str, pd.DataFrame] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        for name in ("submitted", "previous"):
            if asked[name] not in frames:
                frames[asked[name]] = pd.read_parquet(asked[name])
        if asked["way"] == "load":
            print(json.dumps({}), file=answers, flush=True)
            continue
        started = time.perf_counter()
        told = WAYS[asked["way"]](wide(frames[asked["submitted"]], frames[asked["previous"]]))
        seconds = time.perf_counter() - started
        lines = sorted({tuple(row) for row in told[_LINE].itertuples(index=False)})
        print(json.dumps({"seconds": seconds, "told": lines}), file=answers, flush=True)


if __name__ == "__main__":
    main()
