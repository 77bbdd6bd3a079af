"""Where a source's files lie on another machine, as ``sources.toml`` says it: addresses, accounts, what is trusted."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

_SCHEMES: Mapping[str, tuple[str, int]] = {"sftp": ("sftp", 22), "http": ("https", 443), "mail": ("imaps", 993)}
_SECRETS = ("password_env", "password_file")
KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "folder": (("path",), ()),
    "sftp": (("url", "host_key"), (*_SECRETS, "key_file", "done")),
    "http": (("url",), (*_SECRETS, "token_env", "token_file", "ca_file", "listing", "done")),
    "mail": (("url", "senders", "authserv_id"), (*_SECRETS, "ca_file", "require", "hops", "done")),
}
"""The keys of each channel: those that it needs, those that it may have."""
LISTINGS = ("json", "webdav")
PROOFS = ("dkim", "spf", "dmarc")
MAIL_DONE = "Đã nhận"
_VARIABLE = re.compile(r"CTDP_[A-Z0-9_]{1,100}")
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_HOST_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]+=*)(?: .*)?")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is found: a variable of the environment or a file; never the secret itself."""

    variable: str = ""
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A folder or mailbox on another machine, the account that reads it, and what proves who is there.

    ``folder`` is as the server names it; ``done`` is the folder for what was taken, '' where nothing is moved.
    """

    host: str
    port: int
    user: str
    folder: str
    password: Secret | None = None
    token: Secret | None = None
    key_file: Path | None = None
    host_keys: tuple[str, ...] = ()
    ca_file: Path | None = None
    listing: str = "json"
    done: str = ""
    authserv_id: str = ""
    require: tuple[str, ...] = ("dmarc",)
    hops: int = 0

    @property
    def place(self) -> str:
        """The address for people: account, host, port and folder, never a secret."""
        return f"{self.user}@{self.server}/{self.folder.lstrip('/')}" if self.user else f"{self.server}{self.folder}"

    @property
    def server(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_address(value: object) -> bool:
    """Say whether ``value`` is one plain mail address."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and _ADDRESS.fullmatch(value) is not None


def endpoint_faults(entry: Mapping[str, Any], channel: str) -> list[str]:
    """Return what is wrong with the address, the account and the trust of an entry whose values have their types."""
    found = _url_faults(entry["url"], channel)
    found += [
        f"{key} phải là tên biến dạng CTDP_..., đang là {entry[key]!r}"
        for key in ("password_env", "token_env")
        if key in entry and not _VARIABLE.fullmatch(entry[key])
    ]
    for kind in ("password", "token"):
        if f"{kind}_env" in entry and f"{kind}_file" in entry:
            found.append(f"chỉ ghi một trong {kind}_env và {kind}_file")
    found += [f"{key} có ký tự không hợp lệ" for key in ("ca_file", "key_file", "done") if "\0" in entry.get(key, "")]
    return found + {"sftp": _sftp_faults, "http": _http_faults, "mail": _mail_faults}[channel](entry)


def endpoint(entry: Mapping[str, Any], channel: str, folder: Path) -> Endpoint:
    """Return the endpoint of a faultless entry; files are relative to ``folder``."""
    parts = urlsplit(entry["url"])
    return Endpoint(
        host=parts.hostname or "",
        port=parts.port or _SCHEMES[channel][1],
        user=unquote(parts.username or ""),
        folder=_folder(parts, channel),
        password=_secret(entry, "password", folder),
        token=_secret(entry, "token", folder),
        key_file=folder / entry["key_file"] if entry.get("key_file") else None,
        host_keys=tuple(_listed(entry.get("host_key", ()))),
        ca_file=folder / entry["ca_file"] if entry.get("ca_file") else None,
        listing=entry.get("listing", "json"),
        done=entry.get("done", MAIL_DONE if channel == "mail" else "").strip("/"),
        authserv_id=entry.get("authserv_id", "").lower(),
        require=tuple(entry.get("require", ("dmarc",))),
        hops=entry.get("hops", 0),
    )


def _folder(parts: SplitResult, channel: str) -> str:
    path = unquote(parts.path)
    if channel == "mail":
        return path.strip("/") or "INBOX"
    if channel == "sftp":
        return path.rstrip("/") or "."
    return path.rstrip("/") + "/"


def _secret(entry: Mapping[str, Any], kind: str, folder: Path) -> Secret | None:
    if variable := entry.get(f"{kind}_env"):
        return Secret(variable=variable)
    file = entry.get(f"{kind}_file")
    return Secret(file=folder / file) if file else None


def _listed(value: str | list[str] | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _url_faults(url: str, channel: str) -> list[str]:
    scheme = _SCHEMES[channel][0]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [f"url {url!r} không phải địa chỉ hợp lệ"]
    found = []
    if parts.password is not None:
        return ["không ghi mật khẩu trong url; hãy dùng password_env hoặc password_file"]
    if parts.scheme != scheme or not parts.hostname or port == 0 or parts.query or parts.fragment:
        found.append(f"url của kênh {channel} phải có dạng {scheme}://tài-khoản@máy-chủ/thư-mục, đang là {url!r}")
    elif channel != "http" and not parts.username:
        found.append("url thiếu tài khoản (tài-khoản@máy-chủ)")
    if any(not char.isprintable() for char in unquote(url)) or ".." in unquote(parts.path).split("/"):
        found.append("url có ký tự hoặc thư mục không hợp lệ")
    return found


def _sftp_faults(entry: Mapping[str, Any]) -> list[str]:
    keys = _listed(entry["host_key"])
    found = ["host_key phải là khoá công khai của máy chủ, dạng 'ssh-ed25519 AAAA...'"] * (
        not keys or not all(isinstance(key, str) and _is_host_key(key) for key in keys)
    )
    if not {"password_env", "password_file", "key_file"} & set(entry):
        found.append("thiếu cách đăng nhập: key_file, password_env hoặc password_file")
    return found


def _is_host_key(text: str) -> bool:
    match = _HOST_KEY.fullmatch(text.strip())
    try:
        body = base64.b64decode(match[2], validate=True) if match else b""
    except binascii.Error:
        return False
    return match is not None and body[4 : 4 + len(match[1])] == match[1].encode()


def _http_faults(entry: Mapping[str, Any]) -> list[str]:
    found = []
    if entry.get("listing", "json") not in LISTINGS:
        found.append(f"không có listing {entry['listing']!r}; có thể dùng: {', '.join(LISTINGS)}")
    has_password = bool({"password_env", "password_file"} & set(entry))
    has_token = bool({"token_env", "token_file"} & set(entry))
    has_user = "@" in urlsplit(entry["url"]).netloc
    if has_password and has_token:
        found.append("chỉ dùng mật khẩu hoặc token, không dùng cả hai")
    if has_user != has_password:
        found.append("tài khoản trong url phải đi cùng password_env hoặc password_file")
    if entry.get("done") and entry.get("listing", "json") != "webdav":
        found.append('done chỉ dùng được với listing = "webdav"')
    return found


def _mail_faults(entry: Mapping[str, Any]) -> list[str]:
    found = [f"senders: {sender!r} không phải địa chỉ thư" for sender in entry["senders"] if not is_address(sender)]
    require = entry.get("require", ["dmarc"])
    if not require or any(proof not in PROOFS for proof in require):
        found.append(f"require phải gồm ít nhất một trong: {', '.join(PROOFS)}")
    if not 0 <= entry.get("hops", 0) <= 10:
        found.append("hops phải từ 0 đến 10")
    if not {"password_env", "password_file"} & set(entry):
        found.append("thiếu password_env hoặc password_file")
    return found
