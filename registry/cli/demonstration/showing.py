"""What `comity demo` prints: the story, for people or programs; where a playground answers."""

import json
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from registry.cli import files
from registry.cli.demonstration.playground import PASSWORD, Playground, playground
from registry.cli.demonstration.telling import Step, Story, play
from registry.cli.keystore import PASSWORD_VARIABLE
from registry.cli.text import say

OPENING = (
    "Two regions, one ledger 两地一册: a demonstration on this machine. Both bodies are invented.",
    "",
    "Each region keeps a book in which nothing can be changed afterwards. Each reads the other's,",
    "checks every line, and signs for what it has seen.",
)
PLAYGROUND = Path("playground")
SETTINGS = "settings.sh"


def show(folder: Path | None, *, keep: bool, as_json: bool) -> int:
    """Play the story and tell it; 0 if every step came out as told, else 1."""
    _end_on_sigterm()

    def heard(step: Step) -> None:
        if not as_json:
            say("\n".join(step.lines()))

    if not as_json:
        say("\n".join(OPENING))
    story = play(folder, keep=keep, heard=heard)
    if as_json:
        say(json.dumps(story.to_json(), ensure_ascii=False))
    else:
        say("\n".join(_end(story, keep)))
    return 0 if story.ok else 1


def serve(folder: Path | None, *, keep: bool, as_json: bool) -> None:
    """Run two regions until Ctrl-C; say where they answer and where their keys are."""
    _end_on_sigterm()
    with playground(folder or PLAYGROUND, keep=keep) as ground:
        settings = ground.folder / SETTINGS
        files.write_new(settings, "".join(_settings(ground)).encode())
        if as_json:
            say(json.dumps(_described(ground), ensure_ascii=False))
        else:
            say("\n".join(_account(ground, settings)))
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


def _end_on_sigterm() -> None:
    """Let a SIGTERM end as Ctrl-C does, so that nothing is left running."""

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)


def _end(story: Story, keep: bool) -> Iterator[str]:
    yield ""
    if story.ok:
        yield f"All {len(story.steps)} steps came out as told, in {story.seconds:.0f} s. 全部如述。"
    else:
        yield f"Step {len(story.steps)} did not come out as told; the story ends here."
    yield "Everything was stopped." if keep else "Everything was stopped and removed."
    if keep and story.folder is not None:
        yield f"What is left of it lies in {story.folder}"


def _settings(ground: Playground) -> Iterator[str]:
    """Lines for a shell to read: where the nodes are, and the password of every key here."""
    for region in ground.regions:
        yield f"export {region.place.name.upper()}={shlex.quote(region.url)}\n"
    yield f"export COMITY_NODE={shlex.quote(ground.regions[0].url)}\n"
    yield f"export COMITY_CHAIN_URL={shlex.quote(ground.chain.rpc.url)}\n"
    for region in ground.regions:
        yield f"export {region.place.name.upper()}_KEY={shlex.quote(str(region.desk.daily))}\n"
    yield f"export CREATOR_KEY={shlex.quote(str(ground.creator))}\n"
    yield f"export {PASSWORD_VARIABLE}={shlex.quote(PASSWORD)}\n"


def _described(ground: Playground) -> dict[str, Any]:
    return {
        "folder": str(ground.folder),
        "chain": ground.chain.rpc.url,
        "deployment": str(ground.deployment),
        "creator": str(ground.creator),
        "regions": [
            {
                "region": region.place.region,
                "url": region.url,
                "organisation": region.id,
                "identifier": region.place.identifier,
                "key": str(region.desk.daily),
                "administration": str(region.desk.administration),
            }
            for region in ground.regions
        ],
    }


def _account(ground: Playground, settings: Path) -> Iterator[str]:
    yield "two regions are running; both bodies are invented"
    for region in ground.regions:
        place = region.place
        yield ""
        yield f"{place.title} ({place.region}): {place.body_en} {place.body_zh}"
        yield f"  page:  {region.url}/"
        yield f"  name:  {place.identifier}"
        yield f"  key:   {_shown(region.desk.daily)}"
    yield ""
    yield f"a creator's key: {_shown(ground.creator)}"
    yield "in another terminal, in this folder:"
    yield f"  . {shlex.quote(_shown(settings))}"
    yield "Ctrl-C stops both and removes all of it."


def _shown(path: Path) -> str:
    """The path as one would write it here: relative where it lies below this folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
