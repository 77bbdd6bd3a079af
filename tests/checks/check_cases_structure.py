"""Cases of structure, coverage and withdrawn rows, clean and with the one mistake."""

from __future__ import annotations

from check_frames import forms_of, inputs, line, report

from ctdp_etl.checks import CheckInput


def wrong_month(broken: bool) -> CheckInput:
    told = report("2024-03" if broken else "2024-04", line("COAL", month=4239.18925491109))
    return inputs("2024-04", told)


def unit_changed(broken: bool) -> CheckInput:
    before = report("2024-03", line("COAL", month=4239.18925491109))
    return inputs("2024-04", report("2024-04", line("COAL", unit="PIECE" if broken else "T", month=4019.7)), before)


def unit_not_of_code(broken: bool) -> CheckInput:
    return inputs("2024-04", report("2024-04", line("COAL", unit="PIECE" if broken else "T", month=4019.7)))


def written_twice(broken: bool) -> CheckInput:
    once = line("COAL", 9, month=4019.7, conflict=broken)
    again = [line("COAL", 24, month=4091.7, conflict=True)] if broken else []
    return inputs("2024-04", report("2024-04", once, *again))


def empty_form(broken: bool) -> CheckInput:
    told = report("2024-04", line("COAL", month=4019.7))
    return inputs("2024-04", told[:0] if broken else told, forms=forms_of(told))


def expected_missing(broken: bool) -> CheckInput:
    lines = [line(code, row, flow="IIP", yoy=106.3) for row, code in enumerate(["TOTAL", "C"][: 1 if broken else 2], 9)]
    return inputs("2024-04", report("2024-04", *lines))


def row_gone(broken: bool) -> CheckInput:
    before = report("2024-03", line("COAL", month=4239.2), line("OIL", 9, month=720.0))
    now = [line("COAL", month=4019.7)] + ([] if broken else [line("OIL", 9, month=688.0)])
    return inputs("2024-04", report("2024-04", *now), before)


def withdrawn_row(broken: bool) -> CheckInput:
    told = report("2024-04", line("COAL", month=4019.7))
    return inputs("2024-04", told, withdrawn=report("2024-04", line("OIL", 9, month=688.0)) if broken else told[:0])
