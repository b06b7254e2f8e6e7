"""The machine that measures: what a figure is worth depends on it."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


class Measuring:
    """The circumstances of a measurement, from its start until `told`."""

    def __init__(self) -> None:
        """Begin now."""
        self._busy, self._all = _processors()
        self._own = _own()

    def told(self) -> str:
        """Machine, time, and how much of the processors others had meanwhile, on one line."""
        line = f"{machine()}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        busy, everything = _processors()
        if everything == self._all:  # not Linux
            return line
        others = busy - self._busy - (_own() - self._own)
        share = min(1.0, max(0.0, others / (everything - self._all)))
        return f"{line}; other work took {share:.0%} of the processors meanwhile"


def machine() -> str:
    """Processor, cores, system and Python."""
    return (
        f"{_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}"
    )


def _processors() -> tuple[float, float]:
    """Seconds that all processors worked, and all seconds that they had, since the start."""
    try:
        first = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0]
    except OSError:
        return 0.0, 0.0
    ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in first.split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)  # without idle and waiting for disks


def _own() -> float:
    """Processor seconds of this process and of those it started, ended ones."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
