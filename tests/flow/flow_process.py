"""A process in which flows run one after another: loading Prefect takes longer than most of them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PATIENCE = 300


class FlowProcess:
    """Runs a function of this file that is named to it and gives back what that returns."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, function: Callable[[Any], Any], given: object = None, **variables: str) -> Any:
        """Return ``function(given)`` as the process has it, with these variables too; fail where it fails."""
        assert self._process.stdin and self._process.stdout
        asked = {"function": function.__name__, "given": given, "variables": variables}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        assert line, "the process gave no answer"
        told = json.loads(line)
        assert not told["fault"], told["fault"]
        return told["answer"]

    def end(self) -> None:
        """Let the process end."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)
        self._process.stdout.close()


def run_flows(steps: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Run flows and return how each ended: type, name and message of its state.

    A step names its ``flow`` and ``parameters``; before it, ``variables`` are set, ``register`` becomes the register of
    sources and the file ``remove`` is taken away.
    """
    from ctdp_etl.pipeline.run import flow

    answers = []
    for step in steps:
        os.environ.update(step.get("variables", {}))
        if "register" in step:
            path = Path(os.environ["CTDP_HOME"], "sources.toml")
            path.write_text(step["register"], encoding="utf-8")
            os.utime(path, (path.stat().st_mtime + 5,) * 2)
        if "remove" in step:
            Path(os.environ["CTDP_HOME"], step["remove"]).unlink()
        function = getattr(flow(step["flow"]), step["flow"])
        state = function(**step.get("parameters", {}), return_state=True)
        answers.append({"type": state.type.value, "name": state.name, "message": state.message})
    return answers


def endings(summaries: list[dict[str, Any]]) -> list[str]:
    """Return the names of the states in which runs with these summaries end."""
    from ctdp_etl.pipeline.run import flow

    return [flow("_months").ending(one).name for one in summaries]


def passing(_: None) -> dict[str, bool]:
    """Return, by name of the error, whether a task that failed with it is tried again."""
    from prefect.states import Failed
    from sqlalchemy.exc import OperationalError

    from ctdp_etl.errors import CtdpError
    from ctdp_etl.pipeline.run import flow

    errors = (OSError(), OperationalError("", {}, OSError()), CtdpError(""), TypeError(), None)
    return {type(one).__name__: flow("_tasks").may_pass(None, None, Failed(data=one)) for one in errors}


def serve() -> None:
    """Answer each line of stdin by a line on stdout; what the flows themselves print goes to stderr."""
    own = dict(os.environ)
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.clear()
        os.environ.update(own | asked["variables"])
        answer, fault = None, ""
        with contextlib.redirect_stdout(sys.stderr):
            try:
                answer = globals()[asked["function"]](asked["given"])
            except Exception:
                fault = traceback.format_exc()
        print(json.dumps({"answer": answer, "fault": fault}), flush=True)


if __name__ == "__main__":
    serve()
