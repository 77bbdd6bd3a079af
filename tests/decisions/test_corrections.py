"""A correction counts wherever current values are read, says who and why, and ends when the cell is sent anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from data_room import CORRECTED, ON_ONE, REPORTED, RIGHT, SIGNED, SOURCE, Room, retail
from pypdf import PdfReader

BEFORE = "2026-04-24T08:59"
"""The correction is made at nine o'clock."""


@pytest.fixture
def corrected(spoiled: Room) -> Room:
    assert spoiled("decide", spoiled.error()["id"], *CORRECTED).code == 0
    return spoiled


def closed(room: Room) -> dict[str, Any]:
    """Return the finding that was corrected."""
    (found,) = [one for one in room.findings() if one["decision"]]
    return found


def test_a_correction_closes_its_finding_which_stays_visible_and_nothing_stored_changes(spoiled: Room) -> None:
    found, stored = spoiled.error(), spoiled.stored()
    answer = spoiled("decide", found["id"], *CORRECTED)
    assert answer.out == "Sửa Tổng mức!C9 từ 69.651.000 thành 69.651 triệu đồng.\n"
    assert "(0 lỗi, 0 cảnh báo, 0 lưu ý; 1 đã có quyết định)" in answer.err
    assert spoiled("check", "2026-04").code == 0
    decision = closed(spoiled)["decision"]
    assert decision | {"id": ""} == {
        "id": "",
        "kind": "correct",
        "who": "Trần Bình",
        "reason": "Gõ thừa ba số không",
        "until": "",
        "value": RIGHT,
        "source": "Công văn 12/SCT-KH",
        "decided_at": "2026-04-24T02:00:00Z",
    }
    assert closed(spoiled) | {"decision": None} == found
    assert "sửa thành 69.651: Trần Bình (Gõ thừa ba số không)" in spoiled("findings", "2026-04").out
    assert spoiled.stored() == stored
    assert spoiled.audited() == [("Trần Bình", "correct", found["id"], "Gõ thừa ba số không")]


def test_as_of_before_the_correction_the_figure_is_the_old_one(corrected: Room) -> None:
    now, then = corrected.exported(), corrected.exported("--as-of", BEFORE)
    assert (now["value"], now["raw"], now["corrected"]) == (str(RIGHT), "69651000", "true")
    assert (then["value"], then["raw"], then["corrected"]) == (str(REPORTED), "69651000", "false")
    assert corrected.exported("--as-of", "2026-04-24T09:00") == now
    assert [one["decision"] for one in corrected.findings(as_of=BEFORE)] == [None]


def test_the_briefing_marks_the_figure_and_the_trace_says_who_and_why(corrected: Room) -> None:
    pdf = Path(corrected("brief", "2026-04").out.strip())
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    assert "‡" in words
    assert "Ký hiệu ‡: số đã được sửa" in words
    for part in ("Sửa 69.651.000", "Gõ thừa ba số không;", "căn cứ: Công văn 12/", "Trần Bình,", "24/04/2026"):
        assert part in words
    found = [
        cell
        for figure in corrected("trace", pdf, "--json").document["figures"]
        for cell in figure["observations"]
        if cell["cell"] == "C9" and cell["time_period"] == "2026-04"
    ]
    assert found
    for cell in found:
        (decision,) = cell["decisions"]
        assert (cell["value"], cell["raw"], decision["reported"], decision["value"]) == (
            RIGHT,
            "69651000",
            REPORTED,
            RIGHT,
        )
        assert {name: decision[name] for name in ("kind", "who", "reason", "decided_at")} == {
            "kind": "correct",
            "who": "Trần Bình",
            "reason": "Gõ thừa ba số không",
            "decided_at": "2026-04-24T02:00:00Z",
        }
    assert "sửa thành 69.651: Trần Bình (Gõ thừa ba số không)" in corrected("trace", pdf).out


def test_the_same_decisions_give_the_same_bytes_and_others_another_number(spoiled: Room) -> None:
    first = Path(spoiled("brief", "2026-04").out.strip())
    spoiled("decide", spoiled.error()["id"], *CORRECTED)
    second = Path(spoiled("brief", "2026-04").out.strip())
    spoiled.at("2026-05-02T09:00")
    assert Path(spoiled("brief", "2026-04").out.strip()) == second != first
    spoiled("decide", closed(spoiled)["id"], "undo", *SIGNED)
    third = Path(spoiled("brief", "2026-04").out.strip())
    assert third.name.endswith("so-03.pdf")
    assert "‡" not in "".join(page.extract_text() for page in PdfReader(third).pages)


def test_checks_of_the_next_month_compare_with_the_corrected_value(spoiled: Room) -> None:
    march = retail("2026-03", D9=1000)
    spoiled.send(march, "2026-04-24T08:10")
    spoiled.send(retail("2026-04"), "2026-04-24T08:20")
    assert spoiled("check", "2026-04").code == 1
    assert spoiled.error()["cell"] == "D9"
    spoiled("check", "2026-03")
    wrong = next(one for one in spoiled.findings("2026-03") if one["cell"] == "D9")
    done = spoiled("decide", wrong["id"], "correct", "--value", "207504,14", *SOURCE, *SIGNED)
    assert done.code == 0
    assert spoiled("check", "2026-04").code == 0


def test_undo_brings_back_the_reported_value_and_the_finding(spoiled: Room) -> None:
    before, error = spoiled("export", "2026-04", "--format", "csv").out, spoiled.error()
    spoiled("decide", error["id"], *CORRECTED)
    assert spoiled("export", "2026-04", "--format", "csv").out != before
    done = spoiled("decide", error["id"], "undo", *SIGNED)
    assert done.out.startswith("Gỡ quyết định ")
    assert "(sửa số)" in done.out
    assert spoiled("export", "2026-04", "--format", "csv").out == before
    assert spoiled.error() == error
    assert spoiled("check", "2026-04").code == 1
    assert [entry.kind for entry in spoiled.decisions()] == ["correct", "undo"]
    assert [verb for _, verb, *_ in spoiled.audited()] == ["correct", "undo"]
    assert spoiled("decide", error["id"], "undo", *SIGNED).code == 2


@pytest.mark.parametrize(
    ("resent", "code", "severity", "now", "exit_code"),
    [
        ({"C9": 2.0}, "Q01", "warning", 2 * RIGHT, 1),
        ({"C9": 1000, "C10": 1.0001}, "Q01", "warning", REPORTED, 1),
        ({"C9": 1.0, "C12": 1.0}, "Q02", "notice", RIGHT, 0),
    ],
    ids=["another value", "the same wrong value", "the corrected value"],
)
def test_a_resend_ends_the_correction_and_says_so(
    corrected: Room, resent: dict[str, float], code: str, severity: str, now: float, exit_code: int
) -> None:
    corrected.send(retail("2026-04", **resent), "2026-04-24T10:00")
    assert corrected("check", "2026-04").code == exit_code
    (found,) = [one for one in corrected.findings() if one["code"].startswith("Q")]
    assert (found["code"], found["severity"], found["observed"], found["expected"]) == (code, severity, now, RIGHT)
    assert (found["source"], found["indicator"], found["cell"]) == ("SCT_VN34_80", "ACCOMMODATION", "C9")
    said = "Trần Bình đã sửa 69.651.000 thành 69.651 (lý do: Gõ thừa ba số không)"
    assert said in found["message"]
    exported = corrected.exported()
    assert (float(exported["value"]), exported["corrected"]) == (now, "false")
    assert not any(one["decision"] for one in corrected.findings()), "what was corrected is gone with its workbook"
    corrected_id = found["message"].split("ctdp decide ")[1].split()[0]
    assert corrected("decide", corrected_id, "undo", *SIGNED).code == 0
    assert not any(one["code"].startswith("Q") for one in corrected.findings())


def test_a_withdrawn_workbook_ends_the_correction_until_it_is_sent_again(corrected: Room) -> None:
    receipt = corrected.send(retail("2026-04", C9=2.0), "2026-04-24T10:00")
    corrected("withdraw", receipt, "--reason", "nhầm", "--who", "An", "--received-at", "2026-04-24T10:30")
    corrected("check", "2026-04")
    (found,) = [one for one in corrected.findings() if one["code"] == "Q01"]
    assert (found["observed"], found["cell"]) == (None, "")
    assert "không còn số này trong báo cáo đang có hiệu lực" in found["message"]


def test_the_sender_is_not_asked_about_what_was_accepted_nor_about_our_decisions(spoiled: Room) -> None:
    assert "1" in spoiled("feedback", "2026-04").out
    spoiled("decide", spoiled.error()["id"], "waive", *SIGNED)
    spoiled("feedback", "2026-04")
    assert not list((spoiled.home / "feedback").rglob("*.xlsx"))


def test_another_cell_of_the_finding_can_be_corrected(spoiled: Room) -> None:
    found = spoiled.error()
    other = found["cells"][0]
    place = f"{other['sheet']}!{other['cell']}"
    done = spoiled("decide", found["id"], *CORRECTED, "--cell", place)
    assert done.code == 0
    assert done.out.startswith(f"Sửa {place} từ ")
    (entry,) = spoiled.decisions()
    assert (entry.obs_sheet, entry.obs_cell, entry.cell) == (other["sheet"], other["cell"], found["cell"])
    strange = spoiled("decide", found["id"], *CORRECTED, "--cell", "Tổng mức!Z99")
    assert (strange.code, "không nêu ô 'Tổng mức!Z99'" in strange.err) == (2, True)


@ON_ONE
@pytest.mark.parametrize(
    ("value", "stored"),
    [("1.234,5", 1234.5), ("1,234.5", 1234.5), ("69651,25", 69651.25), ("-5,2", -5.2), ("69 651", RIGHT), ("0", 0.0)],
)
def test_numbers_are_told_apart_as_the_reader_does(spoiled: Room, value: str, stored: float) -> None:
    answer = spoiled("decide", spoiled.error()["id"], "correct", "--value", value, *SOURCE, *SIGNED, "--json")
    assert answer.document["decision"]["value"] == stored


@ON_ONE
def test_who_is_refused_is_told_why(spoiled: Room) -> None:
    found = spoiled.error()["id"]

    def refusal(*arguments: str) -> str:
        answer = spoiled("decide", *arguments)
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
        return answer.err

    assert "'1.234' không rõ dấu nào là dấu thập phân. Hãy viết 1234 hoặc 1.2340" in refusal(
        found, "correct", "--value", "1.234", *SOURCE, *SIGNED
    )
    for text in ("", "nhiều", "12 tỷ", "≈5", "1e5", "inf", "nan", "1.2.3", "=1+1"):
        assert f"{text!r} không phải là một số" in refusal(found, "correct", "--value", text, *SOURCE, *SIGNED)
    assert "số mới từ đâu" in refusal(found, "correct", "--value", "5", *SIGNED)
    assert "đã là 69651000; không có gì để sửa" in refusal(found, "correct", "--value", "69651000", *SOURCE, *SIGNED)
    assert spoiled("decide", found, *CORRECTED).code == 0
    again = spoiled("decide", found, *CORRECTED, "--json")
    assert (again.code, again.document["new"]) == (0, False)
    assert "đã được sửa theo quyết định" in refusal(found, "correct", "--value", "5", *SOURCE, *SIGNED)
    assert "đã hết vì số đã được sửa" in refusal(found, "waive", *SIGNED)
    assert len(spoiled.decisions()) == 1


def test_what_has_no_cell_cannot_be_corrected(spoiled: Room) -> None:
    broken = spoiled.home.parent / "hong.xlsx"
    broken.write_bytes(b"<html>")
    spoiled("submit", broken, "--area", "VN34_80", "--received-at", "2026-04-24T08:30")
    spoiled("check", "2026-04")
    found = next(one for one in spoiled.findings() if not one["cell"])
    answer = spoiled("decide", found["id"], *CORRECTED)
    assert (answer.code, "không nêu ô nào nên không sửa số được" in answer.err) == (2, True)
    assert spoiled("decide", found["id"], "waive", *SIGNED).code == 0
