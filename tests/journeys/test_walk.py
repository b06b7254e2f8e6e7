"""The first run, as a stranger has it: a number, a line to paste, and the line works without us."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import COMITY, ROOT, NodeProcess

NUMBER = re.compile(r"^number: (\S+)$", re.MULTILINE)
LINE = re.compile(r"^  \S*(?:comity|main\.py) (verify .*)$", re.MULTILINE)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMITY, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def once(data: Path) -> str:
    done = run("up", "--data", str(data), "--port", "0", "--sample", "--once")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("walk")
    return data, once(data)


def test_the_printed_line_works_after_the_node_is_gone(walked: tuple[Path, str]) -> None:
    _, said = walked
    line = LINE.search(said)
    assert line is not None, said
    verified = run(*shlex.split(line[1]))
    assert verified.returncode == 3, verified.stdout + verified.stderr
    assert "single operator" in verified.stdout
    assert "failed" not in verified.stdout


def test_a_second_run_finds_the_first_number_again(walked: tuple[Path, str]) -> None:
    data, said = walked
    assert NUMBER.findall(once(data)) == NUMBER.findall(said)


def test_with_the_node_there_all_is_valid(walked: tuple[Path, str]) -> None:
    data, _ = walked
    sample = data / "sample"
    with NodeProcess(data) as node:
        verified = run(
            "verify",
            str(sample / "certificate.json"),
            "registry/samples/night-flight.svg",
            "--trust",
            str(sample / "trust.json"),
            "--node",
            node.url,
            "--json",
        )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    answer = json.loads(verified.stdout)
    assert answer["verdict"] == "valid"
    outcomes = [check["outcome"] for check in answer["checks"]]
    assert outcomes == ["passed"] * 7 + ["could-not-check", "passed"]


def test_everything_of_the_node_lies_in_its_folder(walked: tuple[Path, str]) -> None:
    data, _ = walked
    names = {path.name for path in data.iterdir()}
    assert {"comity.sqlite3", "keys", "chain", "documents", "deployment.json"} <= names
    for key in (data / "keys").iterdir():
        assert key.stat().st_mode & 0o077 == 0


def test_a_second_node_on_one_folder_is_refused(walked: tuple[Path, str]) -> None:
    data, _ = walked
    with NodeProcess(data):
        second = run("up", "--data", str(data), "--port", "0")
    assert second.returncode != 0
    assert "DATA_FOLDER_IN_USE" in second.stdout + second.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("verify", "--help")])
def test_help_and_verify_load_no_chain_library(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; from registry.cli.main import main\n"
        f"sys.argv = ['comity', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('web3', 'eth_account', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
