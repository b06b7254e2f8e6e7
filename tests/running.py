"""A node as its users have it: a process of its own, on a folder, at a port that was free."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
COMITY = (sys.executable, "-m", "registry.cli.main")
SERVING = re.compile(r"serving on (\S+)")


class NodeProcess:
    """`comity up` on `data`; `url` is known once it serves."""

    def __init__(self, data: Path, *options: str, port: int = 0, **settings: str) -> None:
        """`port` 0: any free one. `settings`: environment variables without their `COMITY_`."""
        environment = os.environ | {
            f"COMITY_{name.upper()}": value for name, value in settings.items()
        }
        self.process = subprocess.Popen(
            [*COMITY, "up", "--data", str(data), "--port", str(port), *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.url = self._url()

    def _url(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := SERVING.search(line):
                return found[1]
        raise RuntimeError(f"the node did not start: {''.join(self.said)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it as an operator would."""
        self.process.terminate()
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=60)
