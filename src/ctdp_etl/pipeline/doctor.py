"""``ctdp doctor``: what is missing or unsafe on this machine, and the settings with their secrets masked."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass, fields
from pathlib import Path
from shutil import disk_usage, which

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.reach import reveal
from ctdp_etl.collect.sources import Source, read_sources
from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.access import standing
from ctdp_etl.pipeline.mail_check import mail_faults
from ctdp_etl.resources import folder
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import open_engine
from ctdp_etl.warehouse.version import schema_versions

OK, WARNING, ERROR = "ok", "warning", "error"
FONT = "Liberation Serif"
_APT = "apt-get install -y --no-install-recommends"
_LOCAL = {"", "localhost", "127.0.0.1", "::1"}
_ENOUGH_SPACE = 1 << 30
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing looked at: ``state`` is ok, warning or error; ``message`` says what is there and what to do."""

    subject: str
    state: str
    message: str


def examine(settings: Settings) -> tuple[Symptom, ...]:
    """Return everything that was looked at, good or bad; nothing is changed and nothing is created."""
    looks: tuple[Callable[[Settings], Iterable[tuple[str, str, str]]], ...] = (
        _package,
        _typesetting,
        _font,
        _home,
        _clock,
        _sources,
        _warehouse,
        _mail,
        _prefect,
    )
    return tuple(Symptom(*found) for look in looks for found in look(settings))


def shown_settings(settings: Settings) -> dict[str, str]:
    """Return the settings by the variable that sets them, fit to be printed: no password, no token."""
    shown = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        name = field.name.upper()
        if not callable(value):
            shown[name if name.startswith("PREFECT_") else f"CTDP_{name}"] = masked(str(value))
    return shown


def masked(text: str) -> str:
    """Return an address without its password and without the values of its secret parameters."""
    text = re.sub(r"(://[^:/@?]*):.*@", rf"\1:{_MASK}@", text, flags=re.DOTALL)
    return re.sub(r"([?&][^=&]*(?:pass|secret|token|key|auth)[^=&]*)=[^&]*", rf"\1={_MASK}", text, flags=re.I)


def _package(settings: Settings) -> Iterable[tuple[str, str, str]]:
    try:
        for name in ("sql", "reports", "flows"):
            folder(name)
        load_catalog()
    except (FileNotFoundError, CtdpError) as error:
        return [("Chương trình", ERROR, f"Bản cài đặt bị hỏng, hãy cài lại: {error}")]
    return [("Chương trình", OK, "Danh mục, câu lệnh SQL, mẫu báo cáo và luồng Prefect đều có.")]


def _typesetting(settings: Settings) -> Iterable[tuple[str, str, str]]:
    try:
        with redirect_stdout(io.StringIO()):  # it prints advice of its own where a library is missing
            import weasyprint
    except (ImportError, OSError):
        packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
        return [("Dàn trang", ERROR, f"Thiếu Pango nên không in được báo cáo. Chạy với quyền root: {_APT} {packages}")]
    return [("Dàn trang", OK, f"WeasyPrint {weasyprint.__version__} và Pango dùng được.")]


def _font(settings: Settings) -> Iterable[tuple[str, str, str]]:
    lister = which("fc-list")
    remedy = f"Chạy với quyền root: {_APT} fontconfig fonts-liberation2"
    if lister is None:
        return [("Phông chữ", WARNING, f"Không kiểm tra được phông chữ vì thiếu fontconfig. {remedy}")]
    asked = [lister, f"{FONT}:lang=vi", "family"]
    if not subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False).stdout.strip():  # noqa: S603
        return [("Phông chữ", WARNING, f"Thiếu {FONT} 2 có đủ chữ Việt; báo cáo sẽ in bằng phông khác. {remedy}")]
    return [("Phông chữ", OK, f"{FONT} có đủ chữ Việt.")]


def _home(settings: Settings) -> Iterable[tuple[str, str, str]]:
    subject, home = "Thư mục dữ liệu", settings.home
    if not home.is_dir():
        return [(subject, ERROR, f"Chưa có {home}. Chạy: ctdp init")]
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        return [
            (subject, ERROR, f"Không ghi được vào {home} ({error.strerror}). Hãy cấp quyền ghi cho người chạy ctdp.")
        ]
    found = []
    free = disk_usage(home).free
    if free < _ENOUGH_SPACE:
        found.append((subject, WARNING, f"Ổ đĩa của {home} chỉ còn {free >> 20} MB. Hãy giải phóng dung lượng."))
    for path in (home, settings.archive, settings.sources_file, _sqlite_file(settings.warehouse_url)):
        found += _permissions(path) if path is not None else []
    return found or [(subject, OK, f"{home} ghi được, còn {free >> 30} GB.")]


def _permissions(path: Path) -> list[tuple[str, str, str]]:
    try:
        status = path.stat()
    except OSError:
        return []
    closed = "700" if stat.S_ISDIR(status.st_mode) else "600"
    found = []
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        found.append(("Quyền truy cập", ERROR, f"Người khác sửa được {path}. Chạy: chmod {closed} {path}"))
    elif status.st_mode & stat.S_IROTH and path.is_dir():
        found.append(("Quyền truy cập", WARNING, f"Mọi người trên máy xem được {path}. Chạy: chmod {closed} {path}"))
    if status.st_uid != os.geteuid():
        found.append(("Quyền truy cập", WARNING, f"{path} thuộc về người dùng khác. Hãy chạy ctdp bằng một tài khoản."))
    return found


def _clock(settings: Settings) -> Iterable[tuple[str, str, str]]:
    if settings.now is not Settings.from_environment({}).now:
        return [
            ("Đồng hồ", WARNING, f"CTDP_NOW giữ cố định thời điểm {settings.now()}. Hãy bỏ biến này khi chạy thật.")
        ]
    return [("Đồng hồ", OK, f"Bây giờ là {settings.now()} (giờ UTC).")]


def _sources(settings: Settings) -> Iterable[tuple[str, str, str]]:
    try:
        sources = read_sources(settings.sources_file, load_catalog())
    except CtdpError as error:
        return [("Nguồn số liệu", ERROR, str(error))]
    if not sources:
        return [("Nguồn số liệu", WARNING, f"Chưa khai báo nguồn nào trong {settings.sources_file}.")]
    missing = [one for one in sources if one.endpoint is None and not one.path.is_dir()]
    return [
        *(("Nguồn số liệu", WARNING, f"Nguồn {one.id}: {lack}") for one in sources if (lack := _secret_lack(one))),
        *(("Nguồn số liệu", WARNING, f"Nguồn {one.id}: chưa có thư mục nhận tệp {one.path}.") for one in missing),
        ("Nguồn số liệu", OK, f"{len(sources)} nguồn đã khai báo."),
    ]


def _secret_lack(source: Source) -> str:
    """Return why a source's password or token cannot be read, or ''; the secret itself goes nowhere."""
    secrets = (source.endpoint.password, source.endpoint.token) if source.endpoint else ()
    try:
        for secret in secrets:
            reveal(secret)
    except CtdpError as error:
        return str(error)
    return ""


def _warehouse(settings: Settings) -> Iterable[tuple[str, str, str]]:
    subject, url = "Kho số liệu", settings.warehouse_url
    file = _sqlite_file(url)
    if file is not None and not file.is_file():
        return [(subject, ERROR, "Chưa có kho số liệu. Chạy: ctdp init")]
    try:
        present, newest = _schema(url)
    except CtdpError as error:
        return [(subject, ERROR, str(error))]
    except SQLAlchemyError as error:
        reason = masked(str(getattr(error, "orig", None) or error)).strip().splitlines()[0]
        return [(subject, ERROR, f"Không mở được {masked(url)}: {reason}. Kiểm tra máy chủ và CTDP_WAREHOUSE_URL.")]
    found = list(_open_line(url))
    if present != newest:
        state = f"đang ở phiên bản {present}, chương trình cần {newest}" if present else "chưa có bảng nào"
        found.append((subject, ERROR, f"Kho số liệu {state}. Chạy: ctdp init"))
    return found or [(subject, OK, f"Kết nối được, cấu trúc {present} là mới nhất.")]


def _sqlite_file(url: str) -> Path | None:
    return Path(url.removeprefix("sqlite:///").split("?")[0]) if url.startswith("sqlite:///") else None


def _schema(url: str) -> tuple[str, str]:
    """Return the schema versions of the warehouse and of the program; a silent server is given ten seconds."""
    if url.startswith("postgres") and "connect_timeout" not in url:
        url += f"{'&' if '?' in url else '?'}connect_timeout=10"
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return schema_versions(connection)
    finally:
        engine.dispose()


def _open_line(url: str) -> Iterable[tuple[str, str, str]]:
    """Warn where figures and password would travel to another machine without encryption."""
    address = make_url(url)
    is_far = address.drivername.startswith("postgres") and (address.host or "") not in _LOCAL
    if is_far and address.query.get("sslmode") not in {"require", "verify-ca", "verify-full"}:
        advice = "Thêm ?sslmode=verify-full vào CTDP_WAREHOUSE_URL."
        yield "Kho số liệu", WARNING, f"Đường truyền tới máy chủ không bắt buộc mã hóa. {advice}"


def _mail(settings: Settings) -> Iterable[tuple[str, str, str]]:
    errors, warnings = mail_faults(settings)
    found = [("Thư", ERROR, one) for one in errors] + [("Thư", WARNING, one) for one in warnings]
    return found or [("Thư", OK, f"Máy chủ thư nhận lời; thư gửi từ {settings.mail_from}.")]


def _prefect(settings: Settings) -> Iterable[tuple[str, str, str]]:
    subject, url = "Prefect", settings.prefect_api_url
    if not url and standing(settings.home / "prefect"):
        return [(subject, OK, "`ctdp up` đang chạy trong thư mục dữ liệu này; các lệnh dùng máy chủ của nó.")]
    if not url:
        return [(subject, OK, "Chưa cấu hình máy chủ (PREFECT_API_URL); mỗi lệnh tự mở một máy chủ rồi đóng lại.")]
    try:
        if not url.startswith(("http://", "https://")):
            raise OSError("không phải địa chỉ http")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(f"{url.rstrip('/')}/health", timeout=5).close()
    except (OSError, ValueError) as error:
        return [(subject, ERROR, f"Máy chủ {masked(url)} không trả lời ({error}). Kiểm tra PREFECT_API_URL.")]
    return [(subject, OK, f"Máy chủ {masked(url)} trả lời.")]
