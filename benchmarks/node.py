"""A real node in a process of its own, on a folder that is thrown away."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import orjson

from benchmarks.load import HOST
from registry.proofs.hexes import from_hex
from registry.proofs.record import LedgerId

COMITY = str(Path(sys.executable).with_name("comity"))
TIMEOUT_S = 120
# A node whose process uses so small a share of a core for so many seconds has nothing left to do.
IDLE, REST_S = 0.1, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A node that serves: its port, its process, its ledger."""

    port: int
    pid: int
    ledger: LedgerId

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> bytes:
        """The body of one answer. Raises RuntimeError unless the node says that all is well."""
        return ask(self.port, method, path, body, headers)

    def processor_seconds(self) -> float | None:
        """The processor time that the node has used, None where the system does not tell."""
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return None
        fields = told.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rest(self) -> None:
        """Wait until the node has done what it does after its answers: anchoring, publishing."""
        deadline = monotonic() + TIMEOUT_S
        before = self.processor_seconds()
        while monotonic() < deadline:
            sleep(REST_S)
            after = self.processor_seconds()
            if before is None or after is None or after - before < IDLE * REST_S:
                return
            before = after


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A node from nothing, as `comity up` starts it; it ends with the block."""
    process = subprocess.Popen(
        [COMITY, "up", "--data", str(folder / "node"), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        port = _port(process.stdout)
        told = orjson.loads(ask(port, "GET", "/api/v1/ledger"))
        ledger = LedgerId(from_hex(told["ledger"], size=32))
        yield Running(port=port, pid=process.pid, ledger=ledger)
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)
        process.stdout.close()


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """The body of one answer. Raises RuntimeError unless its status is a good one."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {content[:400]!r}")
    return content


def _port(output: Any) -> int:
    for line in output:
        if line.startswith("serving on "):
            return int(line.split()[2].rpartition(":")[2])
    raise RuntimeError("the node ended before it served")
