"""What the documentation says is what happens: every command runs, every table is current."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import generated
from tests.running import ROOT, NodeProcess

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")

# A page is one session. Of `make` only `run` really runs, and ends: the others would call this test
# again. A number that a page shows stands for the one that was printed last. The demonstration has
# a test of its own; where a page says to leave one running, it is.
PRELUDE = r"""
set -eu -o pipefail
make() {
    if [ "$*" = run ]; then command make -C "$ROOT" run ARGS=--once PORT=0 DATA="$PWD/data"
    else command make -C "$ROOT" --dry-run "$@" > make.log; fi
}
comity() {
    if [ "$1" = register ] || [ "$1 ${2:-}" = "agreement submit" ]; then
        command comity "${@//4CP0-7V3J-3QXA-97KW/${printed:-}}" | tee printed
        printed=$(sed -n 's/^number: //p' printed)
    elif [ "$1" = demo ]; then command comity "$@" --help > demo.txt
    else command comity "${@//4CP0-7V3J-3QXA-97KW/${printed:-}}"; fi
}
"""


def session(page: Path) -> str:
    return "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))


PLAYGROUND = "play"
SERVED = f"comity demo --serve --folder {PLAYGROUND}"


def shell(**settings: str) -> dict[str, str]:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": tools, "ROOT": str(ROOT), **settings}


PAGES_WITH_COMMANDS = [page for page in PAGES if session(page)]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    with NodeProcess(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The two regions that a tutorial says to leave running, started by its own command."""
    here = tmp_path_factory.mktemp("regions")
    running = subprocess.Popen(
        SERVED.split(), cwd=here, env=shell(), stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    said = iter(running.stdout.readline, "")
    assert any("Ctrl-C" in line for line in said), "the regions did not start"
    yield here / PLAYGROUND
    running.terminate()
    running.communicate(timeout=60)
    assert not (here / PLAYGROUND).exists()


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: page.name)
def test_every_command_runs(
    page: Path, node: NodeProcess, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if SERVED in page.read_text(encoding="utf-8"):
        (tmp_path / PLAYGROUND).symlink_to(request.getfixturevalue("playground"))
    done = subprocess.run(
        ["bash", "-c", PRELUDE + session(page)],
        cwd=tmp_path,
        env=shell(COMITY_NODE=node.url, COMITY_KEY_PASSWORD="a password for tests"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


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
