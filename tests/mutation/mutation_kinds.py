"""Mistakes of single cells and rows, by name."""

from __future__ import annotations

from mutation_arithmetic import arithmetic
from mutation_kind import LEVELS, SCALE, TYPING, Kind, after_january, with_growth
from mutation_slips import digits, mirrored, negative, plus, swap_digits, times, wrong_digit


def _scale() -> list[Kind]:
    names = {1: "×10", 2: "×100", 3: "×1.000", 6: "×1.000.000", -1: "÷10", -2: "÷100", -3: "÷1.000", -6: "÷1.000.000"}
    known = after_january("month", "ytd", "known_ytd")
    found = [
        Kind(
            f"{role}_e{exponent:+d}",
            SCALE,
            f"{name}, một ô ({role})",
            "U",
            True,
            lambda lines, role=role: known(lines) & lines.has(role),
            times(exponent, role),
        )
        for exponent, name in names.items()
        for role in LEVELS
    ]
    found += [
        Kind(
            f"row_e{exponent:+d}",
            SCALE,
            f"{name}, cả dòng",
            "U",
            True,
            known,
            times(exponent, "month", "ytd", "last_month"),
        )
        for exponent, name in names.items()
    ]
    found += [
        Kind(
            f"{role}_as_growth",
            SCALE,
            f"ghi mức tăng thay chỉ số ({role})",
            "U",
            True,
            with_growth(role, "known_ytd_yoy"),
            plus(role, -100),
        )
        for role in ("mom", "yoy", "ytd_yoy")
    ]
    found += [
        Kind(
            f"{role}_as_index",
            SCALE,
            f"ghi chỉ số thay mức tăng ({role})",
            "U",
            True,
            with_growth(role, "known_ytd_yoy"),
            plus(role, 100),
        )
        for role in ("mom", "yoy", "ytd_yoy")
    ]
    found += [
        Kind(
            f"{role}_e+1",
            SCALE,
            f"chỉ số ×10 ({role})",
            "U",
            True,
            with_growth(role, "known_ytd_yoy"),
            times(1, role),
        )
        for role in ("mom", "yoy", "ytd_yoy")
    ]
    return found


def _typing() -> list[Kind]:
    known = after_january("month", "ytd", "known_ytd")
    found = []
    for role in LEVELS:
        left = role == "ytd"
        for name, title, change in (
            ("digits", "đổi chỗ hai chữ số", swap_digits),
            ("digit", "sai một chữ số", wrong_digit),
            ("sign", "sai dấu", negative),
        ):
            found.append(
                Kind(f"{role}_{name}", TYPING, f"{title} ({role})", "TAU", left,
                     lambda lines, role=role: known(lines) & lines.has(role), digits(role, change))
            )  # fmt: skip
    for role in ("yoy", "ytd_yoy"):
        found.append(
            Kind(f"{role}mirrored", TYPING, f"tăng ghi thành giảm ({role})", "TAU", True,
                 with_growth(role, "known_ytd_yoy"), mirrored(role))
        )  # fmt: skip
        found.append(
            Kind(f"{role}digits", TYPING, f"đổi chỗ hai chữ số ({role})", "TAU", True,
                 with_growth(role, "known_ytd_yoy"), digits(role, swap_digits))
        )  # fmt: skip
    return found


KINDS = {kind.name: kind for kind in (*arithmetic(), *_scale(), *_typing())}
