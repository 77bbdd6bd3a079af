"""The SMTP server that takes our letters, as ``CTDP_SMTP_URL`` names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from ctdp_etl.errors import SettingsError

PLAIN, STARTTLS, TLS = "smtp", "smtp+starttls", "smtps"
_PORTS = {PLAIN: 25, STARTTLS: 587, TLS: 465}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where and how to connect; ``security`` is the scheme of the address, ``user`` is '' where nobody logs in."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """Host and port, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def relay(url: str) -> Relay:
    """Return the server of an address; raise ``SettingsError``, without its password, where it cannot be used."""
    parts = _parts(url)
    if parts is None:
        raise SettingsError(
            "CTDP_SMTP_URL không hợp lệ. Hãy viết smtps://người-dùng:mật-khẩu@máy-chủ, smtp+starttls://... "
            "hoặc smtp://máy-chủ; ký tự đặc biệt trong mật khẩu viết dạng %40."
        )
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password) or not f"{user}{password}".isascii() or not f"{user}{password} ".isprintable():
        raise SettingsError("CTDP_SMTP_URL phải có cả người dùng và mật khẩu, chữ không dấu, hoặc không có cả hai.")
    if password and parts.scheme == PLAIN and not _is_loopback(host):
        raise SettingsError("CTDP_SMTP_URL gửi mật khẩu đi không mã hóa. Hãy dùng smtps:// hoặc smtp+starttls://.")
    return Relay(host, parts.port or _PORTS[parts.scheme], parts.scheme, user, password)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    known = parts.scheme in _PORTS and parts.hostname and port != 0 and parts.hostname.isascii()
    # An unescaped @ or / cuts the password, and its rest would be taken for the host.
    whole = parts.netloc.count("@") <= 1 and parts.path in {"", "/"} and not parts.query and not parts.fragment
    return parts if known and whole else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
