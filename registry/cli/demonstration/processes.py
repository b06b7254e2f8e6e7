"""A node of the demonstration: `comity up` as a process of its own, gone when this one is gone.

A small shell stands between, as for the embedded chain: when this process ends in whatever way, its
end of a pipe closes and the shell ends the node.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from registry.chain.anvil import KEEPER
from registry.errors import Unavailable

END_S = 20
SERVING = re.compile(r"serving on (\S+)")
KEPT_SETTINGS = ("COMITY_ANVIL",)


class NodeProcess:
    """A node on the folder `data`; `url` is known once `serving` came back."""

    def __init__(self, data: Path, port: int, settings: Mapping[str, str]) -> None:
        """Start it; `port` 0 takes any free one. `settings` are the only COMITY_ ones it sees."""
        self.log = data.with_name(f"{data.name}.log")
        self.url = ""
        command = (sys.executable, "-m", "registry.cli.main", "up")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", *command, "--data", str(data), "--port", str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=_environment(settings),
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self.pid = int(self._process.stdout.readline() or 0)

    def serving(self) -> str:
        """The node's URL, once it answers. Raises Unavailable DEMO_NODE_FAILED."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := SERVING.search(line):
                self.url = found[1]
                return self.url
        raise Unavailable("DEMO_NODE_FAILED", f"a node does not start; see {self._last_words()}")

    def running(self) -> bool:
        """Whether the node lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the node as an operator would; one that does not end in time is killed."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _last_words(self) -> str:
        said = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " | ".join(said[-3:]) or str(self.log)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, without what it says of some other node."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("COMITY_") or name in KEPT_SETTINGS
    }
    return inherited | {f"COMITY_{name.upper()}": value for name, value in settings.items()}
