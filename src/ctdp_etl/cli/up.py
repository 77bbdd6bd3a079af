"""``ctdp up``: everything on one machine, in the foreground."""

from __future__ import annotations

import click

from ctdp_etl.cli.console import say
from ctdp_etl.settings import Settings


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="Cổng của giao diện.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Địa chỉ mạng; mặc định chỉ người trên máy này vào được."
)
def up(port: int, host: str) -> None:
    """Chạy mọi thứ trên một máy: máy chủ Prefect, tiến trình chạy việc, các lịch; dừng bằng Ctrl-C.

    Mở giao diện tại địa chỉ được in ra; mật khẩu nằm trong tệp prefect/auth của thư mục dữ liệu. Muốn dùng lệnh prefect
    với máy chủ này, đặt PREFECT_PROFILES_PATH là tệp prefect/operator.toml của thư mục dữ liệu.
    """
    from ctdp_etl.pipeline.up import up as keep_running

    keep_running(Settings.from_environment(), say, host=host, port=port)


COMMANDS = (up,)
