"""anvil as a child process: found, started, and gone when this process is gone.

anvil (Foundry 1.7.1) comes from npm as a plain binary, one package a platform. It keeps everything
in memory; what makes it durable is in `embedded.py`. A small shell stands between: it holds the
other end of a pipe, and when this process ends in whatever way, the pipe closes and the shell kills
the node.
"""

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from registry.chain.refusals import ChainRefused, ChainUnreachable
from registry.chain.rpc import HttpRpc
from registry.errors import NotFound, Unavailable

HARDFORK = "cancun"
STATES_IN_MEMORY = 128
STEP_S = 0.02
START_S = 120.0  # a large state takes a while to load
ATTEMPTS = 3
CALL_TIMEOUT_S = 120.0
# The file descriptor 3 is the pipe; the node itself must not hold it.
KEEPER = """
exec 3<&0
"$@" </dev/null 3<&- &
node=$!
echo "$node"
{ read -r _ <&3; kill -9 "$node"; } 2>/dev/null &
keeper=$!
wait "$node"
kill "$keeper" 2>/dev/null
"""
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def find_anvil() -> Path:
    """The anvil to use: $COMITY_ANVIL, the npm package near this code or here, or one on PATH.

    Raises NotFound CHAIN_NODE_MISSING.
    """
    for candidate in _candidates():
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise NotFound(
        "CHAIN_NODE_MISSING",
        "the embedded chain needs anvil: run `npm ci`, or name the binary in COMITY_ANVIL",
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("COMITY_ANVIL"):
        yield Path(named)
    machine = MACHINES.get(platform.machine().lower(), platform.machine())
    package = f"node_modules/@foundry-rs/anvil-{platform.system().lower()}-{machine}/bin/anvil"
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        yield folder / package
    if on_path := shutil.which("anvil"):
        yield Path(on_path)


class Anvil:
    """One running anvil. `pid` is the node's own process."""

    def __init__(self, process: subprocess.Popen[str], pid: int, rpc: HttpRpc) -> None:
        """Made by `start`."""
        self._process = process
        self.pid = pid
        self.rpc = rpc

    @classmethod
    def start(cls, home: Path, options: Sequence[str], binary: Path | None = None) -> "Anvil":
        """A node that answers, with `home` as its HOME. Raises Unavailable CHAIN_NODE_FAILED."""
        binary = binary or find_anvil()
        home.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):  # another process may take the port between look and use
            node = cls._launch(home, options, binary, _free_port())
            if node._answers():
                return node
            node.stop()
        raise Unavailable(
            "CHAIN_NODE_FAILED",
            f"the embedded chain's node does not start; see {home / 'node.log'}",
            retry_after=5,
        )

    @classmethod
    def _launch(cls, home: Path, options: Sequence[str], binary: Path, port: int) -> "Anvil":
        command = [str(binary), "--quiet", "--host", "127.0.0.1", "--port", str(port), "--no-cors"]
        with (home / "node.log").open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", *command, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={"HOME": str(home), "PATH": os.defpath},
                start_new_session=True,
            )
        assert process.stdout is not None
        pid = int(process.stdout.readline() or 0)
        return cls(process, pid, HttpRpc(f"http://127.0.0.1:{port}", CALL_TIMEOUT_S))

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_S
        while self.running() and time.monotonic() < deadline:
            with suppress(ChainUnreachable, ChainRefused):
                self.rpc.call("eth_chainId")
                # Whoever else listens on this port did not start with us.
                return self.running()
            time.sleep(STEP_S)
        return False

    def running(self) -> bool:
        """Whether the node's process lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the node at once; it has nothing that must be saved."""
        self.rpc.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()


def anvil_options(chain_id: int, genesis_time: int, state: Path | None) -> list[str]:
    """How every embedded node runs: mined on demand, in order of arrival, same rules each time."""
    options = ["--hardfork", HARDFORK, "--no-mining", "--order", "fifo", "--accounts", "0"]
    options += ["--prune-history", str(STATES_IN_MEMORY), "--no-request-size-limit"]
    options += ["--chain-id", str(chain_id), "--timestamp", str(genesis_time)]
    return options if state is None else [*options, "--load-state", str(state)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
