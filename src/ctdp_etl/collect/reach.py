"""Reaching another machine: its account's secret, whom TLS trusts, and why it did not work, in Vietnamese."""

from __future__ import annotations

import socket
import ssl

from ctdp_etl.collect.arrivals import Limits
from ctdp_etl.collect.endpoints import Endpoint, Secret
from ctdp_etl.errors import CtdpError
from ctdp_etl.settings import read_secret


class ReachError(CtdpError):
    """Why a source on another machine could not be visited."""


def reveal(secret: Secret | None) -> str:
    """Return the secret, '' where none is named; raise ``SettingsError`` where it is not there."""
    return read_secret(secret.variable, secret.file) if secret else ""


def trust(endpoint: Endpoint) -> ssl.SSLContext:
    """Return a TLS context that checks name and chain, against the source's own CA file where it names one."""
    try:
        context = ssl.create_default_context(cafile=str(endpoint.ca_file) if endpoint.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or "không phải chứng thư PEM"
        raise ReachError(f"Không dùng được ca_file {endpoint.ca_file}: {reason}.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def unreachable(endpoint: Endpoint, error: BaseException, limits: Limits) -> str:
    """Return why the server could not be reached or stopped answering; the cause decides, however deep it lies."""
    server = endpoint.server
    for cause in _causes(error):
        match cause:
            case CtdpError():
                return str(cause)
            case ssl.SSLCertVerificationError():
                return (
                    f"Không tin được chứng thư TLS của {server} ({cause.verify_message}). Mật khẩu chưa được gửi. "
                    "Hãy kiểm tra địa chỉ và ca_file."
                )
            case ConnectionRefusedError():
                return f"Máy chủ {server} từ chối kết nối. Hãy kiểm tra địa chỉ, cổng và dịch vụ ở đó."
            case socket.gaierror():
                return f"Không tìm thấy máy chủ {endpoint.host}. Hãy kiểm tra tên máy chủ và DNS."
            case TimeoutError():
                return f"Máy chủ {server} không trả lời trong thời gian cho phép ({limits.answer:g} giây mỗi lần)."
            case ssl.SSLError():
                return f"Không lập được kết nối TLS với {server} ({cause.reason or 'lỗi giao thức'})."
            case ConnectionError():
                return f"Máy chủ {server} ngắt kết nối giữa chừng. Lần thu sau sẽ lấy tiếp."
    return f"Không làm việc được với máy chủ {server} ({type(error).__name__}). Lần thu sau sẽ thử lại."


def wrong_account(endpoint: Endpoint) -> str:
    """Return that the server did not take the account."""
    who = f"tài khoản {endpoint.user}" if endpoint.user else "token"
    return f"Máy chủ {endpoint.server} không nhận {who}. Hãy kiểm tra mật khẩu, khoá hoặc token đã cấp."


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
