"""What happens to the log after the answer: watch the chain, anchor, publish.

One thread takes one step of each after the other, for ever. Every step may be repeated at any
time: what a crash, a chain or a store that was away left undone is done at the next round. A part
that fails does not stop the others, and says so in `troubles`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.errors import RegistryError, unforeseen

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that the worker does in every round; `name` is how its trouble is known."""

    name: str
    run: Callable[[], None]


class Worker:
    """Runs the steps in a thread until it is stopped."""

    def __init__(self, steps: tuple[Step, ...], *, pause_s: float, retry_s: float) -> None:
        """`pause_s` between two rounds, `retry_s` after one with trouble."""
        self._steps = steps
        self._pause_s = pause_s
        self._retry_s = retry_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"worker {steps[0].name}", daemon=True
        )
        self._troubles: dict[str, RegistryError] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The steps by name, in their order."""
        return tuple(step.name for step in self._steps)

    @property
    def troubles(self) -> Mapping[str, RegistryError]:
        """What keeps which step from working, as of its last try."""
        return dict(self._troubles)

    def start(self) -> None:
        """Begin the first round."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is under way."""
        self._stopping.set()
        self._thread.join()

    def round(self) -> None:
        """One step of each."""
        for step in self._steps:
            try:
                step.run()
            except RegistryError as exc:
                if step.name not in self._troubles:
                    logger.warning("%s: %s", step.name, exc.code)
                self._troubles[step.name] = exc
            except Exception as exc:
                logger.exception("%s failed", step.name)
                self._troubles[step.name] = unforeseen(exc)
            else:
                if self._troubles.pop(step.name, None):
                    logger.info("%s works again", step.name)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.round()
            self._stopping.wait(self._retry_s if self._troubles else self._pause_s)
