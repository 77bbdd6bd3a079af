"""One frozen Settings from CTDP_* variables, with the clock; nothing else reads the environment or the time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ctdp_etl.errors import SettingsError

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
"""Instants are fixed-width UTC text, so that they sort and compare alike in every database."""


def parse_instant(text: str) -> str:
    """Return ``text`` (ISO 8601; without a zone it is Vietnam's time, UTC+7) as fixed-width UTC text."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SettingsError(f"Thời điểm không hợp lệ: {text!r}. Hãy viết dạng 2026-10-20T09:30:00+07:00.") from error
    if moment.tzinfo is None:
        moment = datetime.fromisoformat(f"{moment.isoformat()}+07:00")
    return moment.astimezone(UTC).strftime(INSTANT_FORMAT)


def _now() -> str:
    return datetime.now(UTC).strftime(INSTANT_FORMAT)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what time it is. Addresses that may carry a password never enter ``repr``.

    ``operators`` are mail addresses, parted by commas; so are ``readers``, each alone (it gets what leadership reads)
    or after the report and area that it is for (``province_brief:VN34_80=a@b.vn``). Without ``smtp_url`` letters wait.
    """

    home: Path
    warehouse_url: str = field(repr=False)
    now: Callable[[], str] = field(default=_now, repr=False)
    agency: str = "Cục Công Thương địa phương"
    parent_agency: str = "Bộ Công Thương"
    place: str = "Hà Nội"
    document_sign: str = "BC-CTĐP"
    signatory: str = ""
    signatory_title: str = "CỤC TRƯỞNG"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    operators: str = ""
    readers: str = ""
    prefect_api_url: str = ""

    @property
    def archive(self) -> Path:
        """Received bytes, each under its sha256."""
        return self.home / "archive"

    @property
    def sources_file(self) -> Path:
        """The site's registered sources."""
        return self.home / "sources.toml"

    @property
    def published(self) -> Path:
        """Every printed content of the briefings, drafts too."""
        return self.home / "published"

    @property
    def released(self) -> Path:
        """Released briefings with their page, for leadership."""
        return self.home / "released"

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which a child process, or a flow, comes to this home and warehouse."""
        named = {"CTDP_WAREHOUSE_URL": self.warehouse_url, "CTDP_SMTP_URL": self.smtp_url}
        return {"CTDP_HOME": str(self.home), **named, **{f"{name}_FILE": "" for name in named}}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of this process; ``CTDP_HOME`` defaults to ``var`` in the working folder."""
        env = os.environ if environ is None else environ
        home = Path(env.get("CTDP_HOME") or "var").absolute()
        instant = env.get("CTDP_NOW")
        fixed = parse_instant(instant) if instant else None
        return cls(
            home=home,
            warehouse_url=_secret(env, "CTDP_WAREHOUSE_URL") or f"sqlite:///{home / 'warehouse.db'}",
            now=_now if fixed is None else (lambda: fixed),
            prefect_api_url=env.get("PREFECT_API_URL", ""),
            smtp_url=_secret(env, "CTDP_SMTP_URL"),
            mail_from=env.get("CTDP_MAIL_FROM", ""),
            operators=env.get("CTDP_OPERATORS", ""),
            readers=env.get("CTDP_READERS", ""),
            **{
                name: env[f"CTDP_{name.upper()}"]
                for name in ("agency", "parent_agency", "place", "document_sign", "signatory", "signatory_title")
                if f"CTDP_{name.upper()}" in env
            },
        )


@contextmanager
def exported(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the block; flows and child processes know the site by nothing else."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def read_secret(variable: str, file: Path | None) -> str:
    """Return the secret in a variable, or in a file; raise ``SettingsError`` where it is not there or empty."""
    if file is not None:
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"Không đọc được tệp bí mật {file.name}. Hãy kiểm tra đường dẫn và quyền.") from error
        where = f"Tệp bí mật {file.name} trống."
    else:
        secret, where = os.environ.get(variable, ""), f"Chưa đặt biến {variable}."
    if not secret:
        raise SettingsError(f"{where} Hãy ghi mật khẩu hoặc token của nguồn vào đó.")
    return secret


def _secret(env: Mapping[str, str], name: str) -> str:
    """Return the variable, or the content of the file that ``<name>_FILE`` names."""
    path = env.get(f"{name}_FILE")
    if not path:
        return env.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp bí mật {name}_FILE: {error.strerror}.") from error
