"""`docs/commands.md` shows every command and option; that its session runs is tested elsewhere."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from registry.cli.commands import COMMANDS, OWN_PARSER, load
from registry.cli.verification.verify import _parser

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What only founders and operators need, once: their --help says it.
ONLY_IN_HELP = {
    "-h",
    "--help",
    "--host",
    "--confirmations",
    "--anchor-delay",
    "--publication-delay",
    "--clock-bound",
    "--organisation",
    "--replace-log",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_shown(name: str) -> None:
    assert f"\n## comity {name}" in PAGE
    assert {option for option in options(name) - ONLY_IN_HELP if option not in PAGE} == set()


def test_only_options_that_exist_are_shown() -> None:
    for _, text in BLOCK.findall(PAGE):
        joined = text.replace("\\\n", " ")
        for line in re.findall(r"(?<![\w/.$(-])comity [^\n]*", joined):
            words = shlex.split(line.split(" > ")[0].split(" || ")[0], comments=True)
            used = {word for word in words if word.startswith("--")}
            assert used <= options(words[1]), line


def options(name: str) -> set[str]:
    """The options of a command, of its own commands too."""
    if name == OWN_PARSER:
        return {text for action in _parser()._actions for text in action.option_strings}
    return {text for command in flat(load(name)) for p in command.params for text in p.opts}


def flat(command: Any) -> list[Any]:
    """A command with those below it."""
    below = getattr(command, "commands", {}).values()
    return [command, *(deeper for one in below for deeper in flat(one))]
