"""Children that read: limits hold, a child that breaks is replaced, nothing is left behind, answers stay the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hostile_bytes import good, good_xls, long_text_everywhere, many_numbers, sheet_of

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.limits import ReadingLimits
from ctdp_etl.errors import WorkbookError
from ctdp_etl.model import WorkbookReading
from ctdp_etl.pipeline import parser, parsing
from ctdp_etl.pipeline.parsing import Parsers, ParserStartError
from ctdp_etl.reading import read_workbook

CATALOG = load_catalog()
SENDER = ("SCT_VN34_80", "VN34_80", "2026-04")
WAIT = 30.0


@pytest.fixture
def roomy() -> Iterator[Parsers]:
    pool = Parsers(CATALOG, ReadingLimits(wait=WAIT), processes=2)
    yield pool
    pool.close()


def read(pool: Parsers, content: bytes, file_name: str = "a.xlsx") -> WorkbookReading:
    return pool.read(content, file_name, *SENDER)


def code(pool: Parsers, content: bytes) -> str:
    with pytest.raises(WorkbookError) as caught:
        read(pool, content)
    assert "a.xlsx" in str(caught.value)
    return caught.value.code


def children(of: int | None = None) -> set[int]:
    """Return the children of a process that read workbooks."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if parent == (of or os.getpid()) and parser.__name__.encode() in words:
            found.add(int(path.name))
    return found


def gone(pids: set[int], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def own(pool: Parsers, before: set[int]) -> int:
    """Return the process of the only child that the pool has started."""
    read(pool, good())
    (pid,) = children() - before
    return pid


@pytest.mark.parametrize("content", [good(), good_xls(), sheet_of(b"")], ids=["xlsx", "xls", "no cell"])
def test_a_child_reads_what_the_reader_reads(roomy: Parsers, content: bytes) -> None:
    source, area, period = SENDER
    there = read_workbook(content, file_name="a.xlsx", source=source, area=area, period=period, catalog=CATALOG)
    here = read(roomy, content)
    assert here == there
    assert [type(finding.severity) for finding in here.findings] == [type(one.severity) for one in there.findings]


def test_what_takes_too_long_is_ended_and_the_next_is_read() -> None:
    pool = Parsers(CATALOG, ReadingLimits(wait=1.0), processes=1)
    before = time.perf_counter()
    assert code(pool, many_numbers()) == "F14"
    assert time.perf_counter() - before < WAIT
    pool.close()
    pool = Parsers(CATALOG, ReadingLimits(work=1, wait=WAIT), processes=1)
    assert code(pool, many_numbers(400_000)) == "F14"
    assert read(pool, good()).observations
    pool.close()


def test_what_takes_too_much_memory_is_refused_and_the_next_is_read() -> None:
    pool = Parsers(CATALOG, ReadingLimits(memory=160 * 2**20, wait=WAIT), processes=1)
    assert read(pool, good()).observations
    assert code(pool, long_text_everywhere()) == "F15"
    assert read(pool, good()).observations
    pool.close()


def test_an_answer_that_is_too_large_is_refused() -> None:
    pool = Parsers(CATALOG, ReadingLimits(answer=50, wait=WAIT), processes=1)
    assert code(pool, good()) == "F15"
    pool.close()


def test_a_child_killed_between_files_is_replaced(roomy: Parsers) -> None:
    pid = own(roomy, children())
    os.kill(pid, signal.SIGKILL)
    assert read(roomy, good()).observations


def test_a_child_that_hangs_is_ended() -> None:
    pool = Parsers(CATALOG, ReadingLimits(wait=2.0), processes=1)
    pid = own(pool, children())
    os.kill(pid, signal.SIGSTOP)
    assert code(pool, good()) == "F14"
    assert gone({pid})
    assert read(pool, good()).observations
    pool.close()


def test_threads_share_the_children_and_bad_files_do_not_disturb_good_ones(roomy: Parsers) -> None:
    before = children()
    cut = sheet_of(b'<row r="1"><c r="A1"><v>1</v')
    files = [(good(), ""), (cut, "F04"), (good_xls(), "")] * 12

    def verdict(content: bytes) -> str:
        try:
            return "" if read(roomy, content).observations else "nothing"
        except WorkbookError as error:
            return error.code

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(verdict, [content for content, _ in files])) == [code for _, code in files]
    assert len(children() - before) <= 2


def test_no_child_is_left_when_the_pool_is_closed() -> None:
    before = children()
    pool = Parsers(CATALOG, ReadingLimits(), processes=1)
    pid = own(pool, before)
    pool.close()
    assert gone({pid})


def test_children_end_with_the_process_that_started_them_even_when_it_is_killed() -> None:
    program = (
        "import sys, time; from ctdp_etl.catalog import load_catalog; from ctdp_etl.pipeline.parsing import parsers\n"
        "content = sys.stdin.buffer.read()\n"
        "parsers(load_catalog()).read(content, 'a.xlsx', 'SCT', 'VN34_80', '2026-04')\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None and parent.stdout is not None
        parent.stdin.write(good())
        parent.stdin.close()
        assert parent.stdout.readline() == b"ready\n"
        started = children(parent.pid)
        assert len(started) == 1
        parent.kill()
    assert gone(started)


def test_a_fork_of_this_process_starts_children_of_its_own() -> None:
    assert parsing.parsers(CATALOG).read(good(), "a.xlsx", *SENDER).observations
    program = (
        "import os, sys; from ctdp_etl.catalog import load_catalog; from ctdp_etl.pipeline import parsing\n"
        "catalog, content = load_catalog(), sys.stdin.buffer.read()\n"
        "pool = parsing.parsers(catalog); pool.read(content, 'a.xlsx', 'SCT', 'VN34_80', '2026-04')\n"
        "if (pid := os.fork()) == 0: os._exit(parsing.parsers(catalog) is pool)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-c", program], input=good()).returncode == 0


def test_a_child_loads_the_reader_and_little_else() -> None:
    program = f"import sys, {parser.__name__}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "ctdp_etl.reading" in loaded
    assert not {"prefect", "pandas", "numpy", "sqlalchemy", "openpyxl", "xlrd", "ctdp_etl.settings"} & set(loaded)


def fake_child(folder: Path, program: str) -> str:
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\n{program}")
    path.chmod(0o700)
    return str(path)


TAKEN_OVER = """
import os, pickle, sys
from ctdp_etl.pipeline.parser import receive, send
class Evil:
    def __reduce__(self):
        return os.mkdir, ({made!r},)
answers = sys.stdout.buffer
receive(sys.stdin.buffer, 2**40)
send(answers, pickle.dumps(("read",)))
receive(sys.stdin.buffer, 2**40), receive(sys.stdin.buffer, 2**40)
send(answers, pickle.dumps(("read", Evil(), [], [])))
"""


def test_a_child_that_was_taken_over_cannot_make_us_run_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    monkeypatch.setattr(sys, "executable", fake_child(tmp_path, TAKEN_OVER.format(made=str(made))))
    pool = Parsers(CATALOG, ReadingLimits(wait=WAIT), processes=1)
    assert code(pool, good()) == "F15"
    assert not made.exists()
    pool.close()


def test_a_child_that_does_not_start_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", fake_child(tmp_path, "raise SystemExit('thiếu thư viện')"))
    pool = Parsers(CATALOG, ReadingLimits(), processes=1)
    with pytest.raises(ParserStartError, match="thiếu thư viện"):
        read(pool, good())
