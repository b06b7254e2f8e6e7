"""The worker: a part that fails is named, does not stop the others, and is tried again."""

import threading

from registry.errors import Unavailable
from registry.ledger.worker import Step, Worker


class Part:
    """A step that fails as long as it is told to."""

    def __init__(self) -> None:
        self.failing: Exception | None = None
        self.done = 0

    def run(self) -> None:
        if self.failing is not None:
            raise self.failing
        self.done += 1


def test_a_trouble_is_named_and_cleared_and_stops_nobody_else() -> None:
    first, second = Part(), Part()
    steps = (Step(name="first", run=first.run), Step(name="second", run=second.run))
    worker = Worker(steps, pause_s=1, retry_s=1)
    first.failing = Unavailable("CHAIN_UNREACHABLE", "away")
    worker.round()
    assert {name: error.code for name, error in worker.troubles.items()} == {
        "first": "CHAIN_UNREACHABLE"
    }
    assert (first.done, second.done) == (0, 1)
    first.failing = None
    worker.round()
    assert worker.troubles == {}
    assert (first.done, second.done) == (1, 2)


def test_an_unforeseen_failure_is_a_trouble_too_and_tells_no_secret() -> None:
    part = Part()
    part.failing = RuntimeError("the password is swordfish")
    worker = Worker((Step(name="part", run=part.run),), pause_s=1, retry_s=1)
    worker.round()
    assert worker.troubles["part"].code == "NODE_FAILED"
    assert "swordfish" not in worker.troubles["part"].detail


def test_it_goes_round_until_it_is_stopped() -> None:
    went_round = threading.Event()
    part = Part()

    def run() -> None:
        part.run()
        if part.done == 3:
            went_round.set()

    worker = Worker((Step(name="part", run=run),), pause_s=0.001, retry_s=0.001)
    worker.start()
    assert went_round.wait(timeout=10)
    worker.stop()
    assert part.done >= 3
    assert "worker" not in {thread.name for thread in threading.enumerate()}
