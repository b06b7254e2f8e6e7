"""Somebody else's verifier accepts what a node serves and gives, and sees every change of it."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.proofs.record import Visibility
from registry.proofs.trust import parse_trust
from tests.drafts import batch, registration, signed, submission
from tests.serving import NDJSON, Served
from tests.stranger.proxy import flipped, mirror

PROGRAM = Path(__file__).with_name("verify_log.py")
MEMBERS = 260  # so that the log has a full tile, and a second level
#: What `cryptography` brings along.
ALLOWED = {"cryptography", "_cffi_backend", "cffi", "_openssl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a node gave to somebody who now checks it."""

    url: str
    vkey: str
    witness: str
    receipts: list[dict[str, Any]]
    certificates: list[dict[str, Any]]


@pytest.fixture(scope="module")
def given(served: Served) -> Given:
    """Receipts of three kinds of records, and the certificates that came of them."""
    lines = batch(MEMBERS, ledger=served.ledger)
    sealed = signed(registration(ledger=served.ledger, visibility=Visibility.SEALED))
    told = served.post("/api/v1/records/batch", b"\n".join(lines), NDJSON).body.splitlines()
    receipts = [json.loads(told[7])["receipt"]]
    for body in (sealed.to_bytes(), submission(ledger=served.ledger)):
        receipts.append(served.submit(body).json())
    served.settle()
    wanted = [receipts[0]["number"], receipts[2]["number"]]
    answers = [served.get(f"/api/v1/certificates/{number}") for number in wanted]
    answers.append(served.post("/api/v1/certificates", sealed.to_bytes()))
    (organisation,) = parse_trust(served.get("/api/v1/trust").body).organisations
    assert organisation.witness is not None
    return Given(
        url=f"{served.url}/log",
        vkey=served.node.log.signer.key.encode(),
        witness=organisation.witness.encode(),
        receipts=receipts,
        certificates=[answer.json() for answer in answers],
    )


def check(given: Given, folder: Path, url: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program alone: it sees neither this folder nor its surroundings."""
    files = []
    for option, items in (("--receipt", given.receipts), ("--certificate", given.certificates)):
        for place, item in enumerate(items):
            path = folder / f"{option.strip('-')}-{place}.json"
            path.write_text(json.dumps(item), encoding="utf-8")
            files += [option, str(path)]
    command = [sys.executable, "-I", str(PROGRAM), url or given.url, given.vkey, *files]
    return subprocess.run(
        [*command, "--witness", given.witness],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_names_no_module_of_ours() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"))
    named = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert named - sys.stdlib_module_names == {"cryptography"}


def test_it_accepts_what_the_node_serves_and_gave(given: Given, tmp_path: Path) -> None:
    done = check(given, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    *told, loaded = done.stdout.splitlines()
    assert sum(line.startswith("receipt:") for line in told) == 3
    # Each with the organisation's profile, and one with its batch.
    assert sum(line.startswith("certificate:") for line in told) == 7
    brought = set(loaded.removeprefix("loaded:").split()) - of_the_installation()
    assert "cryptography" in brought
    assert brought <= ALLOWED


def of_the_installation() -> set[str]:
    """What this Python loads at its start, before any program."""
    ask = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-I", "-c", ask], capture_output=True, text=True)
    return set(done.stdout.split())


SERVED = {
    "the origin": ("checkpoint", 9),
    "the size": ("checkpoint", 72),
    "the root": ("checkpoint", 90),
    "the signature": ("checkpoint", -9),
    "an entry": ("tile/entries/000", 100),
    "an entry of the last bundle": ("tile/entries/00", -1),
    "a length": ("tile/entries/000", 1),
    "a hash": ("tile/0/000", 40),
    "a hash of the last tile": ("tile/0/00", -1),
    "a hash above": ("tile/1/000", 0),
}


@pytest.mark.parametrize("name", SERVED)
def test_one_changed_byte_of_the_log_is_seen(
    given: Given, served: Served, tmp_path: Path, name: str
) -> None:
    with mirror(served, flipped(*SERVED[name])) as url:
        done = check(given, tmp_path, url)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("WRONG: ")


def test_a_mirror_that_changes_nothing_is_accepted(
    given: Given, served: Served, tmp_path: Path
) -> None:
    with mirror(served, lambda _, body: body) as url:
        assert check(given, tmp_path, url).returncode == 0


def first(items: list[dict[str, Any]]) -> dict[str, Any]:
    return items[0]


def title(given: Given) -> None:
    first(given.certificates)["record"]["body"]["title"][0]["text"] = "夜舟"


def anchored_root(given: Given) -> None:
    first(given.certificates)["anchor"]["root"] = "0x" + "00" * 32


def path(given: Given) -> None:
    receipt = first(given.receipts)
    lines = receipt["proof"].split("\n")
    receipt["proof"] = "\n".join(lines[:2] + lines[3:])


def omitted(given: Given) -> None:
    first(given.receipts)["index"] += 100_000


def replaced(given: Given) -> None:
    first(given.receipts)["digest"] = "0x" + "00" * 32


def another_place(given: Given) -> None:
    receipt = first(given.receipts)
    receipt["proof"] = receipt["proof"].replace(f"index {receipt['index']}\n", "index 1\n")


@pytest.mark.parametrize(
    "change",
    [title, anchored_root, path, omitted, replaced, another_place],
    ids=lambda c: c.__name__,
)
def test_a_changed_receipt_or_certificate_is_seen(
    given: Given, tmp_path: Path, change: Callable[[Given], None]
) -> None:
    spoilt = Given(
        **json.loads(json.dumps({name: getattr(given, name) for name in Given.__slots__}))
    )
    change(spoilt)
    done = check(spoilt, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "WRONG: " in done.stdout
