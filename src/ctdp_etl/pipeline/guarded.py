"""``python -m ctdp_etl.pipeline.guarded MODULE ...`` runs a module until the process that started it is gone.

That process holds the other end of standard input: however it ends, even killed, the input ends with it. Nothing
that the module started stays behind, in whatever session it works.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

from ctdp_etl.pipeline import children

_PATIENCE = 15
"""Seconds that the module has to end by itself; while it starts it may not hear the first signal."""
_LAST_SECONDS = 5


def _leave_with_parent() -> None:
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_PATIENCE)
    children.end_descendants(_LAST_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    children.adopt()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    finally:
        children.end_descendants(_LAST_SECONDS)
