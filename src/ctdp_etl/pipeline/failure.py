"""A run that did not finish: the operators are told once, with its name and state and nothing else."""

from __future__ import annotations

from ctdp_etl.pipeline.letters import alert
from ctdp_etl.pipeline.site import Site


def tell_failure(site: Site, run_id: str, name: str, state: str) -> int:
    """Queue a letter to every operator about the Prefect run; return how many had none about it yet."""
    return alert(
        site,
        f"run:{run_id}",
        f"Lần chạy {name} không xong",
        f"Lần chạy {name} đã dừng ở trạng thái {state}.\n\n"
        "Nguyên nhân nằm trong nhật ký của lần chạy, trên giao diện Prefect. Số liệu đã nạp vẫn đúng: bấm Retry\n"
        "trên giao diện, hoặc chạy `ctdp rerun KỲ`; phần đã xong không làm lại.\n\n"
        "Xem máy còn thiếu gì:  ctdp doctor\n",
    )
