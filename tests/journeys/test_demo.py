"""The demonstration, as a minister has it: every step as told, and nothing left running after."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from registry.proofs.number import parse_number
from tests.running import COMITY, ROOT

STEPS = [
    "founding",
    "registration",
    "agreement",
    "questions",
    "case",
    "citation",
    "recognition",
    "away",
    "back",
]
LOCAL_TIME = re.compile(r"recorded \d{4}-\d\d-\d\d (\d\d):(\d\d:\d\d) UTC \((\d\d):(\d\d:\d\d) in")


def started(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMITY, "demo", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def running_on(folder: Path) -> dict[int, str]:
    """The processes that name the folder in their command line or environment."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue  # it ended, or is somebody else's
        if any(str(folder).encode() in text for text in told):
            found[int(process.name)] = told[0].replace(b"\0", b" ").decode(errors="replace")
    return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("demo") / "all"
    with started("--json", "--folder", str(folder)) as demo:
        said, complained = demo.communicate(timeout=400)
    assert demo.returncode == 0, said + complained
    assert not folder.exists()
    assert not running_on(folder)
    told: dict[str, Any] = json.loads(said)
    return told


def steps(story: dict[str, Any]) -> dict[str, Any]:
    return {step["step"]: step for step in story["steps"]}


def test_every_step_comes_out_as_told(story: dict[str, Any]) -> None:
    assert story["ok"] is True
    assert [step["step"] for step in story["steps"]] == STEPS
    assert all(step["ok"] for step in story["steps"])
    assert all(step["seconds"] <= story["seconds"] for step in story["steps"])


def test_numbers_are_numbers_and_digests_are_digests(story: dict[str, Any]) -> None:
    for step in story["steps"]:
        for name, number in step["numbers"].items():
            if name != "reference":
                assert parse_number(number)
        assert all(re.fullmatch("0x[0-9a-f]{64}", each) for each in step["digests"].values())
        assert all(each.endswith("Z") for each in step["times"].values())


def test_the_verdicts(story: dict[str, Any]) -> None:
    told = {name: step["verdicts"] for name, step in steps(story).items()}
    assert told["registration"] == {"offline": "valid, confirmation pending", "with chain": "valid"}
    assert list(told["questions"].values()) == ["YES", "CONDITIONAL", "NO", "UNKNOWN"]
    assert told["recognition"] == {
        "decision": "conditional",
        "own region, at hainan": "REC_SELF",
        "own region, at singapore": "REC_SELF",
    }
    assert told["away"] == {"certificate": "valid, confirmation pending"}
    assert told["back"] == {"singapore": "caught up"}


def test_a_node_that_dies_fails_the_step_that_needs_it(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    with started("--folder", str(folder)) as demo:
        assert demo.stdout is not None
        told = ""
        while "\n2. " not in told:
            told += demo.stdout.readline()
            assert demo.poll() is None, told
        singapore = [pid for pid, line in running_on(folder).items() if "/singapore" in line]
        assert singapore
        for pid in singapore:
            os.kill(pid, signal.SIGKILL)
        rest = demo.stdout.read()
    told += rest
    assert demo.returncode == 1, told
    assert "\n1. Two regions open one ledger 两地共建登记" in told
    assert "This did not come out as told 与所述不符" in rest
    assert re.search("NODE_UNREACHABLE|the node of Singapore ended by itself", rest)
    assert "Step 3 did not come out as told" in rest
    (hour, minutes, local_hour, local_minutes) = LOCAL_TIME.findall(told)[0]
    assert (int(local_hour) - int(hour)) % 24 == 8
    assert minutes == local_minutes
    assert not folder.exists()
    assert not running_on(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_playground_serves_until_it_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "play"
    with started("--serve", "--json", "--folder", str(folder)) as demo:
        assert demo.stdout is not None
        told = json.loads(demo.stdout.readline())
        assert [region["region"] for region in told["regions"]] == ["CN-46", "SG"]
        assert all(Path(region["key"]).exists() for region in told["regions"])
        assert len(running_on(folder)) >= 3
        demo.send_signal(number)
        demo.communicate(timeout=120)
    assert demo.returncode == 0
    assert not folder.exists()
    assert not running_on(folder)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with started("--folder", str(tmp_path)) as demo:
        _, complained = demo.communicate(timeout=120)
    assert demo.returncode == 2
    assert "FILE_EXISTS" in complained
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
