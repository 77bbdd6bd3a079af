"""Revisions: what a later submission changed or left out."""

from __future__ import annotations

from collections.abc import Iterator

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check


@check(
    "R01",
    "Bản gửi lại không bỏ dòng của bản trước",
    family="điều chỉnh",
    level=2,
    source="Bản gửi lại thay bản trước theo từng biểu; dòng vắng mặt coi như rút",
    rule=Rule(warning=1, reason="Dòng bị rút có thể là bỏ sót khi gửi lại"),
)
def withdrawn_row(inputs: CheckInput) -> Iterator[Break]:
    """A row of the earlier submission that the resend left out and so withdrew."""
    if inputs.withdrawn is None:
        return
    key = ["source", "dataflow", "ref_area", "indicator", "item"]
    for _, at in inputs.withdrawn.drop_duplicates([*key, "sha256"]).iterrows():
        yield Break(
            at=at,
            size=1,
            message=f"Bản gửi lại không còn dòng {wording.row(at)} (bản trước ghi {at['raw']} tại ô {at['cell']}); "
            "số này đã bị rút khỏi kỳ báo cáo. Nếu bỏ sót, hãy gửi lại đủ các dòng.",
        )
