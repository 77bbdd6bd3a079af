"""The project's own files, as the house tests see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "ctdp_etl"
NOT_OURS = {".git", ".venv", "var", "build", "dist", "__pycache__", "node_modules"}
TEXT_SUFFIXES = {
    *(".py", ".sql", ".md", ".toml", ".yaml", ".yml", ".lock", ".csv", ".j2", ".html", ".css", ".sh", ".ini"),
    *(".cfg", ".txt", ".mako", ""),
}


def name(path: Path) -> str:
    """Return the path as the project names it, with slashes."""
    return path.relative_to(ROOT).as_posix()


def files(*folders: str) -> Iterator[Path]:
    """Yield the files of ``folders`` (all of the project without any), in order."""
    for top in [ROOT / folder for folder in folders] or [ROOT]:
        for path in sorted(top.rglob("*")):
            parts = path.relative_to(ROOT).parts
            hidden = any(part.endswith("_cache") or part in NOT_OURS or part.endswith(".egg-info") for part in parts)
            if path.is_file() and not path.is_symlink() and not hidden and not parts[0].startswith(".hypothesis"):
                yield path


@cache
def texts() -> list[tuple[str, str]]:
    """Return (name, content) of every text file of the project."""
    return [
        (name(path), path.read_text(encoding="utf-8"))
        for path in files()
        if path.suffix in TEXT_SUFFIXES and path.name not in {".git", ".coverage", "uv.lock"}
    ]


def python(*folders: str) -> list[Path]:
    """Return the Python files of ``folders``."""
    return [path for path in files(*folders) if path.suffix == ".py"]


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
