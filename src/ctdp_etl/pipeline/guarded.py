"""``python -m ctdp_etl.pipeline.guarded MODULE ...`` runs a module until the process that started it is gone.

That process holds the other end of standard input: however it ends, even killed, the input ends with it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

_PATIENCE = 15
"""Seconds that the module has to end by itself; while it starts it may not hear the first signal."""


def _leave_with_parent() -> None:
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
