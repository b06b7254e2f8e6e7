"""Playing the story and telling it: act by act, until all came out as told or one did not."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.cli.demonstration.acts import ACTS, Act
from registry.cli.demonstration.playground import playground, require_free
from registry.cli.demonstration.stage import Stage, Told
from registry.cli.demonstration.wrapping import wrapped
from registry.cli.text import plain
from registry.errors import RegistryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one act came out; `why` is None where it came out as told."""

    act: Act
    place: int
    told: Told
    seconds: float
    why: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it came out as told."""
        return self.why is None

    def to_json(self) -> dict[str, Any]:
        """The step for programs."""
        return {
            "step": self.act.name,
            "ok": self.ok,
            "numbers": self.told.numbers,
            "digests": self.told.digests,
            "times": self.told.times,
            "verdicts": self.told.verdicts,
            "seconds": round(self.seconds, 1),
        } | ({} if self.why is None else {"why": self.why})

    def lines(self) -> Iterator[str]:
        """The step for people."""
        yield ""
        yield f"{self.place}. {self.act.en} {self.act.zh}  ({self.seconds:.1f} s)"
        for sentence in self.told.said:
            yield from wrapped(plain(sentence))
        if self.why is not None:
            yield from wrapped(plain(f"This did not come out as told 与所述不符: {self.why}"))


@dataclass(slots=True, kw_only=True)
class Story:
    """All steps so far; `folder` is where everything was made, None before anything was."""

    steps: list[Step] = field(default_factory=list)
    folder: Path | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every act was played and came out as told."""
        return len(self.steps) == len(ACTS) and all(step.ok for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """The whole for programs."""
        return {
            "ok": self.ok,
            "steps": [step.to_json() for step in self.steps],
            "seconds": round(self.seconds, 1),
        }


def play(folder: Path | None, *, keep: bool, heard: Callable[[Step], None]) -> Story:
    """Play all acts, each told to `heard` when it is over; the story ends with one that fails.

    Everything is stopped when it comes back. Raises Conflict FILE_EXISTS as `require_free`.
    """
    if folder is not None:
        require_free(folder)
    story, start = Story(), time.monotonic()
    with ExitStack() as closing:
        stage = Stage(lambda: closing.enter_context(playground(folder, keep=keep)))
        for place, act in enumerate(ACTS, 1):
            step = _played(act, place, stage)
            story.steps.append(step)
            heard(step)
            if not step.ok:
                break
            story.folder = stage.ground.folder
    story.seconds = time.monotonic() - start
    return story


def _played(act: Act, place: int, stage: Stage) -> Step:
    start, told, why = time.monotonic(), Told(), None
    try:
        act.play(stage, told)
    except RegistryError as fault:
        why = f"{fault.detail} ({fault.code})"
    return Step(act=act, place=place, told=told, seconds=time.monotonic() - start, why=why)
