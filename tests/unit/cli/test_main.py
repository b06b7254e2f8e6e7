"""The program itself: what it lists, what it leaves unimported, how errors end it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.cli import report
from registry.cli.commands import COMMANDS, OWN_PARSER, load
from registry.cli.text import plain, prefers_chinese
from registry.errors import (
    Conflict,
    Damaged,
    Field,
    InvalidInput,
    QuotaExceeded,
    Unavailable,
    catalogue,
)
from tests.unit.cli.conftest import Comity
from tests.unit.proofs.world import ALICE, World, to_bytes

CODE = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"')
NOT_CODES = {"COMITY_CHAIN_URL", "COMITY_KEY_PASSWORD", "COMITY_NODE", "LC_ALL", "LC_MESSAGES"}
ROOT = Path(__file__).parents[3]
HEAVY = ("web3", "eth_account", "eth_abi", "eth_keyfile", "sqlalchemy", "fastapi", "httpx2")
WATCH = """
import sys
from registry.cli.main import main
sys.argv = ["comity", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(end.code, *(name for name in {names!r} if name in sys.modules), file=sys.stderr)
"""


def imported(names: tuple[str, ...], *arguments: str, where: Path) -> list[str]:
    """The exit code, then those of `names` that a fresh process imported."""
    ran = subprocess.run(
        [sys.executable, "-c", WATCH.format(names=names), *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stderr.split()


def test_help_lists_every_command_and_imports_none(comity: Comity, tmp_path: Path) -> None:
    out = comity("--help").out
    for name, summary in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(summary)}$", out, re.MULTILINE), name
    assert imported((*HEAVY, "rich", "pydantic"), "--help", where=tmp_path) == ["0"]


@pytest.mark.parametrize("more", [("--offline",), ("--node", "http://127.0.0.1:9")])
def test_verify_imports_nothing_heavy(more: tuple[str, ...], tmp_path: Path) -> None:
    world = World()
    record = world.append(world.registration(), ALICE)
    (tmp_path / "certificate.json").write_bytes(to_bytes(world.certificate(record)))
    heavy = (*HEAVY, "rich", "pydantic", "typer")
    assert imported(heavy, "verify", "certificate.json", *more, where=tmp_path) == ["3"]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != OWN_PARSER])
def test_a_command_says_in_the_list_what_its_own_help_says(name: str) -> None:
    help = load(name).get_short_help_str(300)
    assert help.split()[0] == COMMANDS[name].split()[0]
    assert load(name).name in (name, "", None) or name == "trust"


def test_verify_is_found_behind_other_arguments_too(comity: Comity) -> None:
    assert comity("--", "verify", "nothing.json").code == 2
    assert "usage: comity verify" in comity("verify", "--help").out


def test_an_unknown_command_is_wrong_use(comity: Comity) -> None:
    ran = comity("verifi")
    assert ran.code == 2
    assert "Did you mean 'verify'?" in ran.err


def test_a_reader_who_has_seen_enough_causes_no_traceback(tmp_path: Path) -> None:
    world = World()
    record = world.append(world.registration(), ALICE)
    (tmp_path / "certificate.json").write_bytes(to_bytes(world.certificate(record)))
    command = [sys.executable, "-m", "registry.cli.main", "verify", "certificate.json", "--offline"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ran = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_a_terminal_without_chinese_gets_the_rest_of_the_line(tmp_path: Path) -> None:
    world = World()
    record = world.append(world.registration(), ALICE)
    (tmp_path / "certificate.json").write_bytes(to_bytes(world.certificate(record)))
    ran = subprocess.run(
        [sys.executable, "-m", "registry.cli.main", "verify", "certificate.json", "--offline"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 3
    assert b"title: \\u591c\\u822a" in ran.stdout


def test_the_version_is_the_packages(comity: Comity) -> None:
    assert re.fullmatch(r"comity \d+\.\d+\.\d+\n", comity("--version").out)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Damaged("RECEIPT_FALSE", "it is false"), 1),
        (InvalidInput("FILE_UNREADABLE", "no"), 2),
        (Conflict("FILE_EXISTS", "no"), 2),
        (Unavailable("NODE_UNREACHABLE", "no"), 3),
        (QuotaExceeded("NODE_UNREACHABLE", "no", retry_after=7), 3),
    ],
)
def test_an_error_says_whose_move_it_is_by_its_exit_code(fault: Damaged, code: int) -> None:
    assert report.exit_code(fault) == code
    assert report.lines(fault)[0] == f"error: {fault.detail} ({fault.code})"
    assert f"  what to do: {catalogue()[fault.code].do_en}" in report.lines(fault)


def test_a_long_list_of_faults_is_cut_and_counted() -> None:
    fields = [Field(f"row {place}", "is wrong") for place in range(report.MOST_FIELDS + 3)]
    lines = report.lines(InvalidInput("TABLE_INVALID", "no", fields=fields))
    assert "  … and 3 more" in lines
    assert len([line for line in lines if "is wrong" in line]) == report.MOST_FIELDS


def test_every_code_raised_here_is_explained() -> None:
    used = {
        code
        for path in (ROOT / "registry" / "cli").glob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    } - NOT_CODES
    assert used
    assert used <= catalogue().keys()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("夜航 Ünïcode", "夜航 Ünïcode"),
        ("a\nb\x1b[31m", "a<U+000A>b<U+001B>[31m"),
        ("\u202eevil\u2066", "<U+202E>evil<U+2066>"),
        ("\u200b\ud800", "<U+200B><U+D800>"),
    ],
)
def test_a_terminal_is_shown_no_marks_that_command_it(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_GB", "LC_ALL": "zh_TW"}, True),
        ({"LANG": "zh_CN", "LC_MESSAGES": "en_GB"}, False),
        ({"LANG": "zh_CN", "LC_ALL": ""}, True),
        ({}, False),
    ],
)
def test_the_language_is_the_environments(environment: dict[str, str], chinese: bool) -> None:
    assert prefers_chinese(environment) is chinese
