"""Mistakes of arithmetic: sums, cumulatives, growth."""

from __future__ import annotations

from mutation_kind import ARITHMETIC, LEVELS, Kind, after_january, below_another, of_january, top, with_growth
from mutation_slips import factor, instead, neighbour, outside, shifted, swapped


def arithmetic() -> list[Kind]:
    """Return the mistakes that an identity of the table or of the line contradicts."""
    a = ARITHMETIC
    total = [
        Kind(
            f"total_{role}",
            a,
            f"tổng khác cộng các phần ({role})",
            "AT",
            True,
            lambda lines, role=role: lines.totals & lines.has(role),
            factor(role),
        )
        for role in LEVELS
    ]
    part = [
        Kind(
            f"part_{role}",
            a,
            f"một phần bị đổi ({role})",
            "AT",
            False,
            lambda lines, role=role: lines.parts & ~lines.totals & lines.has(role),
            factor(role),
        )
        for role in LEVELS
    ]
    levels = [
        Kind(
            "not_rolled",
            a,
            "lũy kế chưa cộng tháng này",
            "AP",
            True,
            after_january("ytd", "month", "known_ytd"),
            instead("ytd", "known_ytd"),
        ),
        Kind(
            "restatement",
            a,
            "lũy kế bỏ qua số điều chỉnh",
            "A",
            True,
            after_january("ytd", "month", "known_ytd", "last_month", "known_month"),
            instead("ytd", "known_ytd", "month"),
        ),
        Kind(
            "ytd_off",
            a,
            "lũy kế ghi sai, biểu có số điều chỉnh",
            "AT",
            True,
            after_january("ytd", "month", "known_ytd", "last_month"),
            factor("ytd"),
        ),
        Kind(
            "ytd_open",
            a,
            "lũy kế ghi sai, biểu không có số điều chỉnh",
            "AT",
            False,
            lambda lines: after_january("ytd", "month", "known_ytd")(lines) & ~lines.has("last_month"),
            factor("ytd"),
        ),
        Kind("ytd_january", a, "lũy kế tháng 1 khác số tháng", "AT", True, of_january("ytd", "month"), factor("ytd")),
        Kind(
            "month_off",
            a,
            "số tháng ghi sai",
            "AT",
            False,
            after_january("ytd", "month", "known_ytd"),
            factor("month"),
        ),
        Kind(
            "last_month_off",
            a,
            "số tháng trước ghi sai",
            "AT",
            False,
            after_january("ytd", "month", "known_ytd", "last_month", "known_month"),
            factor("last_month"),
        ),
        Kind(
            "swapped",
            a,
            "đổi chỗ số tháng và lũy kế của một dòng",
            "AU",
            True,
            after_january("ytd", "month", "known_ytd"),
            swapped,
        ),
    ]
    growth = [
        Kind("mom", a, "chỉ số so tháng trước ghi sai", "AUT", True, with_growth("mom", "last_month"), shifted("mom")),
        Kind("yoy", a, "chỉ số so cùng kỳ ghi sai", "AUT", True, with_growth("yoy", "known_ytd_yoy"), shifted("yoy")),
        Kind("ytd_yoy", a, "chỉ số cộng dồn ghi sai, biểu có số điều chỉnh", "AUT", True,
             with_growth("ytd_yoy", "known_ytd_yoy", "yoy", "last_month"), shifted("ytd_yoy")),
        Kind("ytd_yoy_open", a, "chỉ số cộng dồn ghi sai, biểu không có số điều chỉnh", "AUT", False,
             lambda lines: with_growth("ytd_yoy", "known_ytd_yoy", "yoy")(lines) & ~lines.has("last_month"),
             shifted("ytd_yoy")),
        Kind("plan_pct", a, "tỷ lệ kế hoạch ghi sai", "AUT", True, with_growth("plan_pct", "plan", "ytd"),
             shifted("plan_pct")),
        Kind("neighbour", a, "chỉ số cùng kỳ của dòng trên", "AUT", True, below_another("yoy"), neighbour("yoy")),
        Kind("sections", a, "chỉ số toàn ngành ngoài các ngành", "A", True, top, outside),
        Kind("yoy_january", a, "tháng 1: cộng dồn khác cùng kỳ", "AUT", True, of_january("ytd_yoy", "yoy"),
             shifted("ytd_yoy")),
    ]  # fmt: skip
    return [*total, *part, *levels, *growth]
