"""The walk through a new subject in CONTRIBUTING.md: its files, as printed, make a room."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT

FILE = re.compile(r"^```python\n# (registry/\S+\.py)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROOMS = re.compile(r"^ROOMS = \((.*)\)$", re.MULTILINE)


def copy_with_the_room(folder: Path) -> None:
    """The code with the files of the page, and the room in its list."""
    shutil.copytree(ROOT / "registry", folder / "registry", ignore=shutil.ignore_patterns("__py*"))
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = FILE.findall(page)
    assert len(files) == 5
    for path, text in files:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    types = folder / "registry/bootstrap/types.py"
    listed, changed = ROOMS.subn(
        r"from registry.tariffs import records as tariffs\n\nROOMS = (\1, tariffs)",
        types.read_text(encoding="utf-8"),
    )
    assert changed == 1
    types.write_text(listed, encoding="utf-8")


def anvil() -> str:
    """Where the copy finds the chain's node, which is not copied."""
    (found,) = (ROOT / "node_modules/@foundry-rs").glob("anvil-*/bin/anvil")
    return str(found)


def test_the_files_of_the_page_make_a_room(tmp_path: Path) -> None:
    copy_with_the_room(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.new_subject", str(tmp_path / "node")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "COMITY_ANVIL": anvil()},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
