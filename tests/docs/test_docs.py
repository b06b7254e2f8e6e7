"""What the documentation says is what happens: every command runs, every table is current."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import generated
from tests.running import ROOT, NodeProcess

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
# A first node is a single operator: offline, its certificates cannot be checked fully.
STATUS = {"--offline": 3}


def commands(page: Path) -> list[str]:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


PAGES_WITH_COMMANDS = [page for page in PAGES if commands(page)]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: page.name)
def test_every_command_runs(page: Path, node: NodeProcess, tmp_path: Path) -> None:
    shell = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COMITY_NODE": node.url,
        "COMITY_KEY_PASSWORD": "a password for tests",
    }
    (tmp_path / "song.txt").write_text("一首歌 A song\n", encoding="utf-8")
    number = None
    for command in commands(page):
        line = NUMBER.sub(number, command) if number else command
        done = subprocess.run(
            _runnable(line, tmp_path),
            shell=True,
            cwd=tmp_path,
            env=shell,
            capture_output=True,
            text=True,
            timeout=300,
        )
        wanted = next((status for word, status in STATUS.items() if word in line), 0)
        assert done.returncode == wanted, f"{line}\n{done.stdout}{done.stderr}"
        if line.startswith("comity register "):
            number = NUMBER.search(done.stdout)[0]  # type: ignore[index]  # else this is the fault


def _runnable(line: str, folder: Path) -> str:
    """The line itself; of `make` only `run` really runs, the others would call this test again."""
    if not line.startswith("make"):
        return line
    root = shlex.quote(str(ROOT))
    if line == "make run":
        return f"make -C {root} run ARGS=--once DATA={shlex.quote(str(folder / 'data'))} PORT=0"
    return f"make -C {root} --dry-run {line.removeprefix('make ')}"


def test_the_pages_written_from_the_code_are_current() -> None:
    assert generated.ERRORS.read_text(encoding="utf-8") == generated.errors_page()
    assert generated.OPERATE.read_text(encoding="utf-8") == generated.operate_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_the_readme_shows_the_line_that_a_first_run_prints() -> None:
    assert "comity verify data/node/sample/certificate.json" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
