"""What every test of the commands needs: a node, a key file that opens fast, a way to call them."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.cli import keystore
from registry.cli.main import main
from tests.unit.cli.fake_node import FakeNode, serving
from tests.unit.proofs.world import ALICE

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Comity = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_KEY_PASSWORD", PASSWORD)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("COMITY_NODE", "COMITY_CHAIN_URL", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def comity(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Comity:
    """Run a command line in this process."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["comity", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code=code, out=out, err=err)

    return run


@pytest.fixture
def node() -> Iterator[FakeNode]:
    with serving(FakeNode()) as served:
        yield served


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Alice's key; cheap to open, which only a test may want."""
    path = tmp_path / "key.json"
    path.write_text(json.dumps(keystore.encrypt(ALICE, PASSWORD, n=1 << 4)))
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.txt"
    path.write_bytes(b"one song\n")
    return path
