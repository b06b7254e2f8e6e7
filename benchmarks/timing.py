"""How long things take: rates over a span of time, medians over repetitions.

A machine that others use as well makes single runs lie, so everything here is the median of
several, and what stands side by side is measured in one run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured: seconds a rate, and how many of what."""

    seconds: float = 0.25
    entries: int = 100_000
    proofs: int = 5_000
    submissions: int = 1_500
    batch: int = 10_000
    reads: int = 1_500
    starts: int = 10


SMALLEST = Scale(
    seconds=0.0, entries=1_200, proofs=20, submissions=20, batch=20, reads=20, starts=1
)
USUAL = Scale()
FULL = Scale(
    seconds=1.0,
    entries=1_000_000,
    proofs=50_000,
    submissions=20_000,
    batch=50_000,
    reads=10_000,
    starts=20,
)


def rate(
    step: Callable[[], object], *, per: int = 1, seconds: float, repeats: int = REPEATS
) -> float:
    """How many a second, where one `step` does `per` of them; each repetition takes `seconds`."""
    return median(_one_rate(step, per, seconds) for _ in range(repeats))


def _one_rate(step: Callable[[], object], per: int, seconds: float) -> float:
    steps = 0
    start = perf_counter()
    while True:
        step()
        steps += 1
        passed = perf_counter() - start
        if passed >= seconds:
            return steps * per / passed


def duration(work: Callable[[], object]) -> float:
    """How many seconds `work` takes, once."""
    start = perf_counter()
    work()
    return perf_counter() - start


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
