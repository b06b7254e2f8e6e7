"""`comity verify`: the nine checks in both languages, online and off, and the exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.errors import NotFound
from registry.proofs.certificate import EFFECT
from registry.proofs.conformance import load
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.record import Record, Visibility
from tests.unit.cli.conftest import Comity
from tests.unit.cli.fake_node import FakeNode
from tests.unit.proofs.world import ALICE, person, to_bytes

VECTORS = load("certificate.json")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The certificate, trust file and content of the vectors."""
    (tmp_path / "certificate.json").write_text(json.dumps(VECTORS["certificate"]))
    (tmp_path / "whom.json").write_text(json.dumps(VECTORS["trust"]))
    (tmp_path / "song").write_bytes(from_hex(VECTORS["content"]))
    return tmp_path


@pytest.fixture
def registered(node: FakeNode, tmp_path: Path) -> Record:
    """A record whose certificate, anchored, and trust file are in the folder."""
    record = node.world.append(node.world.registration(), ALICE)
    node.anchored = True
    (tmp_path / "certificate.json").write_text(json.dumps(node.certificate(record)))
    (tmp_path / "whom.json").write_text(json.dumps(node.world.trust_json))
    return record


def outcomes(out: str) -> dict[int, str]:
    """Number and outcome of each check in a JSON report."""
    return {check["number"]: check["outcome"] for check in json.loads(out)["checks"]}


def test_offline_with_a_trust_file(comity: Comity, files: Path) -> None:
    ran = comity("verify", "certificate.json", "song", "--trust", "whom.json", "--offline")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    numbered = [line for line in lines if line[:1].isdigit()]
    assert [line[0] for line in numbered] == list("123456789")
    assert numbered[1].startswith("2 ✓ passed · content: ")
    assert numbered[6].startswith("7 ? could not check · anchor: ")
    assert "verdict: valid, confirmation pending" in lines
    assert "cosigned by: CN-46, SG" in ran.out
    assert "trust file: whom.json (sha256 " in ran.out
    assert lines[-1] == EFFECT["en"]


def test_in_chinese(comity: Comity, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("verify", "certificate.json", "--trust", "whom.json", "--offline")
    told = comity(*arguments, "--lang", "zh").out
    assert "结论: 有效，等待链上确认" in told
    assert EFFECT["zh"] in told
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert comity(*arguments).out == told
    assert "verdict" in comity(*arguments, "--lang", "en").out


def test_without_a_trust_file_it_says_what_is_missing(comity: Comity, files: Path) -> None:
    (files / "trust.json").write_text(json.dumps(VECTORS["trust"]))
    ran = comity("verify", "certificate.json", "--offline")
    assert ran.code == 3
    assert "verdict: could not check fully" in ran.out
    assert "comity trust export" in ran.out
    assert (
        "there is a trust.json beside the certificate; it is used only when you name it" in ran.out
    )
    found = outcomes(comity("verify", "certificate.json", "--offline", "--json").out)
    assert {number for number, outcome in found.items() if outcome == "could-not-check"} >= {4, 6}


def test_json_is_the_whole_report(comity: Comity, files: Path) -> None:
    ran = comity("verify", "certificate.json", "--trust", "whom.json", "--offline", "--json")
    report = json.loads(ran.out)
    assert (report["verdict"], report["exit"]) == ("valid, confirmation pending", 0)
    assert (report["trust_path"], report["offline"]) == ("whom.json", True)
    assert report["checks"][0]["sentence"].keys() == {"zh", "en"}


def test_another_file_is_not_valid(comity: Comity, files: Path) -> None:
    (files / "song").write_text("another song")
    ran = comity("verify", "certificate.json", "song", "--trust", "whom.json", "--offline")
    assert ran.code == 1
    assert "2 ✗ FAILED · content: " in ran.out
    assert "verdict: not valid" in ran.out


def test_of_a_forged_certificate_nothing_is_shown(comity: Comity, files: Path) -> None:
    text = json.dumps(VECTORS["certificate"]).replace("Night Flight", "Might Flight")
    (files / "certificate.json").write_text(text)
    ran = comity("verify", "certificate.json", "--trust", "whom.json", "--offline")
    assert ran.code == 1
    assert "Might" not in ran.out
    assert "nothing of the content is shown" in ran.out


def test_what_is_no_json_is_not_valid_and_nine_checks_still_stand(
    comity: Comity, files: Path
) -> None:
    (files / "certificate.json").write_text("{")
    ran = comity("verify", "certificate.json", "--trust", "whom.json", "--offline", "--json")
    assert ran.code == 1
    found = outcomes(ran.out)
    assert found == {1: "failed"} | dict.fromkeys(range(2, 10), "could-not-check")


def test_with_the_chain_and_the_node_all_but_the_time_is_checked(
    comity: Comity, node: FakeNode, registered: Record, song: Path
) -> None:
    arguments = ("verify", "certificate.json", song, "--trust", "whom.json", "--node", node.url)
    ran = comity(*arguments)
    assert ran.code == 0, ran.err
    assert "verdict: valid\n" in ran.out
    assert "anchored in block: 10" in ran.out
    found = outcomes(comity(*arguments, "--json").out)
    assert found == dict.fromkeys(range(1, 10), "passed") | {8: "could-not-check"}


def test_the_node_tells_of_a_withdrawal_that_the_file_does_not_know(
    comity: Comity, node: FakeNode, registered: Record
) -> None:
    world = node.world
    withdrawal = world.draft(
        "work.withdrawal",
        [person(ALICE)],
        {"reason": "mine no more"},
        subject=registered.digest,
        previous=registered.digest,
    )
    node.later = [world.append(withdrawal, ALICE)]
    arguments = ("verify", "certificate.json", "--trust", "whom.json")
    ran = comity(*arguments, "--node", node.url)
    assert ran.code == 1
    assert "verdict: withdrawn" in ran.out
    assert f"withdrawn by: {to_hex(withdrawal.digest)}" in ran.out
    assert comity(*arguments, "--offline").code == 0


def test_an_anchor_that_the_chain_does_not_hold_is_not_valid(
    comity: Comity, node: FakeNode, registered: Record
) -> None:
    node.chain.anchors.clear()
    ran = comity("verify", "certificate.json", "--trust", "whom.json", "--node", node.url)
    assert ran.code == 1
    assert "7 ✗ FAILED" in ran.out


def other_ledger(node: FakeNode) -> None:
    node.chain_ledger = b"\x01" * 32
    node.chain.anchors.clear()


def without_contracts(node: FakeNode) -> None:
    node.ask_chain = lambda question: (  # type: ignore[method-assign]
        "0x7a69"
        if question["method"] == "eth_chainId"
        else "0x14"
        if question["method"] == "eth_blockNumber"
        else "0x"
    )


def no_chain(node: FakeNode) -> None:
    def refuse(question: Any) -> Any:
        raise NotFound("CHAIN_IS_OUTSIDE", "this ledger's chain is outside")

    node.ask_chain = refuse  # type: ignore[method-assign]


@pytest.mark.parametrize("change", [other_ledger, without_contracts, no_chain])
def test_a_chain_that_is_not_the_ledgers_says_nothing_about_a_certificate(
    change: Any, comity: Comity, node: FakeNode, registered: Record
) -> None:
    change(node)
    arguments = ("verify", "certificate.json", "--trust", "whom.json", "--node", node.url)
    ran = comity(*arguments, "--json")
    assert ran.code == 0, ran.out
    assert outcomes(ran.out)[7] == "could-not-check"


def test_the_chain_may_be_asked_elsewhere_than_at_the_node(
    comity: Comity, node: FakeNode, registered: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = "http://127.0.0.1:9"
    arguments = ("verify", "certificate.json", "--trust", "whom.json", "--json", "--node", away)
    assert outcomes(comity(*arguments).out)[7] == "could-not-check"
    assert outcomes(comity(*arguments, "--chain", f"{node.url}/chain").out)[7] == "passed"
    monkeypatch.setenv("COMITY_CHAIN_URL", f"{node.url}/chain")
    assert outcomes(comity(*arguments).out)[7] == "passed"


def test_with_no_node_there_it_still_ends(comity: Comity, registered: Record) -> None:
    ran = comity(
        "verify", "certificate.json", "--trust", "whom.json", "--node", "http://127.0.0.1:9"
    )
    assert ran.code == 0
    assert "verdict: valid, confirmation pending" in ran.out


def test_a_single_operator_is_named_and_not_enough_alone(
    comity: Comity, node: FakeNode, registered: Record, tmp_path: Path
) -> None:
    node.world.quorum_none()
    (tmp_path / "whom.json").write_text(json.dumps(node.world.trust_json))
    arguments = ("verify", "certificate.json", "--trust", "whom.json")
    offline = comity(*arguments, "--offline")
    assert offline.code == 3
    assert "single operator" in offline.out
    assert comity(*arguments, "--node", node.url).code == 0
    assert "单一运营者" in comity(*arguments, "--offline", "--lang", "zh").out


def test_a_sealed_certificate_is_its_own_ticket_at_the_node(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    record = node.world.append(node.world.registration(visibility=Visibility.SEALED), ALICE)
    node.anchored = True
    (tmp_path / "certificate.json").write_text(json.dumps(node.certificate(record)))
    (tmp_path / "whom.json").write_text(json.dumps(node.world.trust_json))
    node.requests.clear()
    ran = comity("verify", "certificate.json", "--trust", "whom.json", "--node", node.url)
    assert ran.code == 0, ran.out
    assert ("POST", "/api/v1/certificates") in node.requests


def test_a_policy_may_stand_in_for_the_trust_file(comity: Comity, files: Path) -> None:
    (files / "policy").write_text(VECTORS["trust"]["policy"])
    ran = comity("verify", "certificate.json", "--policy", "policy", "--offline", "--json")
    assert outcomes(ran.out)[6] == "passed"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing.json",),
        ("certificate.json", "nothing"),
        ("certificate.json", "--trust", "nothing"),
        ("certificate.json", "--trust", "certificate.json"),
        ("certificate.json", "--policy", "certificate.json"),
        ("certificate.json", "--trust", "whom.json", "--chain", "nowhere"),
        ("certificate.json", "--lang", "fr"),
        ("certificate.json", "--unknown"),
    ],
)
def test_wrong_use_has_an_exit_code_of_its_own(
    arguments: tuple[str, ...], comity: Comity, files: Path
) -> None:
    ran = comity("verify", *arguments)
    assert (ran.code, ran.out) == (2, "")


def test_what_a_stranger_wrote_cannot_command_the_terminal(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    record = node.world.registration()
    record.body["title"][0]["text"] = "\x1b[2J\u202egood"
    honest = Record.from_json(record.to_json())
    node.world.append(honest, ALICE)
    (tmp_path / "certificate.json").write_bytes(to_bytes(node.world.certificate(honest)))
    out = comity("verify", "certificate.json", "--offline").out
    assert "title: <U+001B>[2J<U+202E>good" in out
    assert "\x1b" not in out
