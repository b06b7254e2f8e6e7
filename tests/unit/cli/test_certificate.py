"""`comity certificate`: the file, its state, and no other file lost for it."""

import json
from pathlib import Path

import pytest

from registry.proofs import hexes
from registry.proofs.number import number_of
from registry.proofs.record import Record, Visibility
from tests.unit.cli.conftest import Comity
from tests.unit.cli.fake_node import FakeNode
from tests.unit.proofs.world import ALICE


@pytest.fixture
def record(node: FakeNode) -> Record:
    return node.world.append(node.world.registration(), ALICE)


def test_it_is_written_as_the_node_gave_it(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    out = tmp_path / "certificate.json"
    number = number_of(record.digest)
    ran = comity("certificate", number.lower().replace("-", " "), "--out", out, "--node", node.url)
    assert ran.code == 0, ran.err
    assert json.loads(out.read_text())["number"] == number
    assert ran.out.splitlines()[1:] == [
        f"number: {number}",
        "state:  received, no anchor in the certificate yet",
    ]
    assert node.waits == []


def test_it_waits_until_the_anchor_is_final(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    node.final_after = 2
    out = tmp_path / "certificate.json"
    digest = hexes.to_hex(record.digest)
    ran = comity("certificate", digest, "--out", out, "--wait", 30, "--node", node.url)
    assert ran.code == 0, ran.err
    assert "final, anchored in block 10 of chain 31337" in ran.out
    assert json.loads(out.read_text())["anchor"] is not None
    assert len(node.waits) == 2
    assert all(1 <= int(wait.removeprefix("wait=")) <= 30 for wait in node.waits)


def test_a_newer_certificate_of_the_record_replaces_the_older(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    out = tmp_path / "certificate.json"
    arguments = ("certificate", number_of(record.digest), "--out", out, "--node", node.url)
    assert comity(*arguments).code == 0
    node.anchored = True
    assert comity(*arguments).code == 0
    assert json.loads(out.read_text())["anchor"] is not None


def test_other_content_is_replaced_only_by_force(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    out = tmp_path / "certificate.json"
    out.write_text("mine")
    arguments = ("certificate", number_of(record.digest), "--out", out, "--node", node.url)
    ran = comity(*arguments)
    assert ran.code == 2
    assert "FILE_EXISTS" in ran.err
    assert out.read_text() == "mine"
    assert comity(*arguments, "--force").code == 0
    assert out.read_text() != "mine"


def test_a_sealed_one_goes_to_whoever_holds_the_record(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    sealed = node.world.append(node.world.registration(visibility=Visibility.SEALED), ALICE)
    kept = tmp_path / "kept.json"
    kept.write_bytes(node.world.entries[0].to_bytes() + b"\n")
    out = tmp_path / "certificate.json"
    arguments = ("certificate", number_of(sealed.digest), "--out", out, "--node", node.url)
    ran = comity(*arguments)
    assert ran.code == 2
    assert "RECORD_SEALED" in ran.err
    assert comity(*arguments, "--record", kept).code == 0
    assert json.loads(out.read_text())["record"]["visibility"] == "sealed"


def test_the_kept_record_must_be_the_one_asked_for(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_bytes(node.world.entries[0].to_bytes())
    ran = comity("certificate", "0x" + "00" * 32, "--out", tmp_path / "c", "--record", kept)
    assert ran.code == 2
    assert "RECORD_MISMATCH" in ran.err


@pytest.mark.parametrize("number", ["hello", "0000-0000-0000-0001"])
def test_a_number_that_is_none_is_not_even_asked_for(
    number: str, comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    ran = comity("certificate", number, "--out", tmp_path / "c", "--node", node.url)
    assert (ran.code, node.requests) == (2, [])
    assert "NUMBER_" in ran.err


def test_an_unknown_number_is_told(comity: Comity, node: FakeNode, tmp_path: Path) -> None:
    ran = comity("certificate", number_of(bytes(32)), "--out", tmp_path / "c", "--node", node.url)
    assert ran.code == 2
    assert "RECORD_UNKNOWN" in ran.err
    assert not (tmp_path / "c").exists()


def test_a_certificate_of_another_record_is_not_written(
    comity: Comity, node: FakeNode, record: Record, tmp_path: Path
) -> None:
    other = node.world.append(node.world.registration(file=b"another"), ALICE)

    def found(reference: str) -> Record:
        assert reference == number_of(record.digest)
        return other

    node.found = found  # type: ignore[method-assign]
    out = tmp_path / "c"
    ran = comity("certificate", number_of(record.digest), "--out", out, "--node", node.url)
    assert ran.code == 1
    assert "certificate of another record" in ran.err
    assert not out.exists()
