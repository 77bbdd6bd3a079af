"""A waiver lifts a finding up to its last day; whoever is refused is told why."""

from __future__ import annotations

import pytest
from data_room import CORRECTED, ON_ONE, SIGNED, Room, retail

from ctdp_etl.model import Finding

LAST_DAY, DAY_AFTER = "2026-04-25T23:59", "2026-04-26T00:00"


def test_a_waiver_holds_up_to_its_last_day_and_the_finding_blocks_again_the_day_after(spoiled: Room) -> None:
    found = spoiled.error()
    assert (spoiled("check", "2026-04").code, found["decision"]) == (1, None)
    done = spoiled("decide", found["id"][:6], "waive", "--until", "25/04/2026", *SIGNED)
    assert (done.code, done.out) == (0, f"Chấp nhận phát hiện {found['id']} đến hết ngày 25/04/2026.\n")
    decision = spoiled.error()["decision"]
    assert decision == {
        "id": decision["id"],
        "kind": "waive",
        "who": "Nguyễn An",
        "reason": "Sở đã giải trình",
        "until": "2026-04-25",
        "value": None,
        "source": "",
        "decided_at": "2026-04-24T02:00:00Z",
    }
    spoiled.at(LAST_DAY)
    checked = spoiled("check", "2026-04")
    assert checked.code == 0
    assert "chấp nhận đến hết 25/04/2026: Nguyễn An (Sở đã giải trình)" in checked.out
    assert "(0 lỗi, 0 cảnh báo, 0 lưu ý; 1 đã có quyết định)" in checked.err
    spoiled.at(DAY_AFTER)
    assert spoiled("check", "2026-04").code == 1
    assert spoiled.error()["decision"] is None
    again = spoiled("decide", found["id"], "waive", *SIGNED)
    assert (again.code, again.out) == (0, f"Chấp nhận phát hiện {found['id']} không thời hạn.\n")
    assert spoiled("check", "2026-04").code == 0
    assert spoiled.audited() == [("Nguyễn An", "waive", found["id"], "Sở đã giải trình")] * 2


def test_a_waived_error_is_not_on_the_board_and_does_not_hold_the_release(spoiled: Room) -> None:
    spoiled.at("2026-04-28T08:00")

    def standing() -> tuple[int, set[str]]:
        answer = spoiled("status", "2026-04", "--json").document
        errors = sum(line["errors"] for line in answer["board"])
        return errors, {reason["code"] for reason in answer["release"]["reasons"]}

    spoiled("brief", "2026-04")
    assert standing() == (1, {"coverage", "errors"})
    spoiled("decide", spoiled.error()["id"], "waive", "--until", "2026-04-29", *SIGNED)
    assert standing() == (0, {"coverage", "outdated"}), "the printed briefing does not know of the waiver"
    spoiled("brief", "2026-04")
    assert standing() == (0, {"coverage"})
    spoiled.at("2026-04-30T08:00")
    assert standing() == (1, {"coverage", "errors", "outdated"}), "nor that it has ended"


def test_the_same_decision_again_adds_nothing(spoiled: Room) -> None:
    waive = ("decide", spoiled.error()["id"], "waive", "--until", "2026-04-30", *SIGNED)
    first = spoiled(*waive, "--json").document
    before = spoiled.decisions()
    spoiled.at("2026-04-24T10:00")
    again = spoiled(*waive, "--json")
    assert (again.code, again.document["new"], first["new"]) == (0, False, True)
    assert again.document["decision"] == first["decision"]
    assert spoiled.decisions() == before
    assert len(spoiled.audited()) == 1


def test_what_is_decided_in_the_second_of_its_undoing_counts(spoiled: Room) -> None:
    waive = ("decide", spoiled.error()["id"], "waive", *SIGNED)
    for _ in range(2):
        assert spoiled(*waive).code == 0
        assert spoiled("decide", waive[1], "undo", *SIGNED).code == 0
    assert spoiled("check", "2026-04").code == 1
    assert spoiled(*waive).code == 0
    assert spoiled("check", "2026-04").code == 0
    assert len(spoiled.decisions()) == 5


def test_a_resend_with_the_same_mistake_is_a_new_finding_that_blocks(spoiled: Room) -> None:
    waived = spoiled.error()
    spoiled("decide", waived["id"], "waive", *SIGNED)
    spoiled.send(retail("2026-04", C9=1000, C10=1.0000001), "2026-04-24T08:00")
    assert spoiled("check", "2026-04").code == 1
    found = spoiled.error()
    assert (found["cell"], found["decision"]) == (waived["cell"], None)
    assert found["id"] != waived["id"]


@ON_ONE
def test_who_is_refused_is_told_why(spoiled: Room) -> None:
    found = spoiled.error()["id"]

    def refusal(*arguments: str) -> str:
        answer = spoiled("decide", *arguments)
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
        return answer.err

    assert "Không có phát hiện 'ffffff'" in refusal("ffffff", "waive", *SIGNED)
    assert "Không có phát hiện ''" in refusal("", "waive", *SIGNED)
    assert "lý do (--reason)" in refusal(found, "waive", "--who", "An")
    assert "người quyết định" in refusal(found, "waive", "--reason", "vì")
    assert "Ngày 23/04/2026 đã qua. Hãy chọn từ hôm nay (24/04/2026)" in refusal(
        found, "waive", "--until", "2026-04-23", *SIGNED
    )
    assert "Ngày không hợp lệ: '31/04/2026'" in refusal(found, "waive", "--until", "31/04/2026", *SIGNED)
    assert "Không có quyết định nào đang có hiệu lực" in refusal(found, "undo", *SIGNED)
    assert "waive không dùng --value" in refusal(found, "waive", "--value", "5", *SIGNED)
    assert "waive" in refusal(found, "forgive", *SIGNED)
    assert spoiled("decide", found, "waive", *SIGNED).code == 0
    second = refusal(found, "waive", "--who", "Bình", "--reason", "khác")
    assert "Đã được chấp nhận theo quyết định" in second
    assert "của Nguyễn An (Sở đã giải trình)" in second
    assert f"ctdp decide {found} undo" in second
    assert len(spoiled.decisions()) == 1


@ON_ONE
def test_a_short_id_has_to_name_one_finding(spoiled: Room) -> None:
    found = [Finding("X01", "error", "period", f"Lỗi {number}", indicator=str(number)) for number in range(17)]
    spoiled.record(found)
    names = [one["id"] for one in spoiled.findings()]
    assert len(names) == len(found), "of seventeen ids two begin with the same digit"
    shared = next(name[:1] for name in names if sum(other[:1] == name[:1] for other in names) > 1)
    answer = spoiled("decide", shared, "waive", *SIGNED)
    assert answer.code == 2
    assert f"'{shared}' chỉ nhiều phát hiện: " in answer.err
    assert all(f"{name} (kỳ 2026-04)" in answer.err for name in names if name.startswith(shared))


@pytest.mark.parametrize("kind", [("waive", *SIGNED), CORRECTED])
def test_a_finding_that_is_closed_cannot_be_decided_upon(spoiled: Room, kind: tuple[str, ...]) -> None:
    found = spoiled.error()["id"]
    spoiled.send(retail("2026-04"), "2026-04-24T08:00")
    assert spoiled("check", "2026-04").code == 0
    answer = spoiled("decide", found, *kind)
    assert (answer.code, f"Phát hiện {found} không còn" in answer.err) == (2, True)
