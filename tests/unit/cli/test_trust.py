"""`comity trust export` and `comity check-number`."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from registry.proofs import hexes
from registry.proofs.number import number_of
from tests.unit.cli.conftest import Comity
from tests.unit.cli.fake_node import FakeNode
from tests.unit.proofs.world import ALICE


def test_the_trust_file_is_written_and_named_by_its_digest(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    out = tmp_path / "trust.json"
    ran = comity("trust", "export", "--out", out, "--node", node.url)
    assert ran.code == 0, ran.err
    assert json.loads(out.read_text()) == node.world.trust_json
    assert f"sha256: {sha256(out.read_bytes()).hexdigest()}" in ran.out
    assert "Single operator" not in ran.err


def test_a_single_operator_is_told(comity: Comity, node: FakeNode, tmp_path: Path) -> None:
    node.world.quorum_none()
    ran = comity("trust", "export", "--out", tmp_path / "t", "--node", node.url)
    assert "Single operator" in ran.err


def test_another_trust_file_is_replaced_only_by_force(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    out = tmp_path / "trust.json"
    out.write_text("{}")
    arguments = ("trust", "export", "--out", out, "--node", node.url)
    ran = comity(*arguments)
    assert ran.code == 2
    assert "FILE_EXISTS" in ran.err
    assert out.read_text() == "{}"
    assert comity(*arguments, "--force").code == 0
    assert comity(*arguments).code == 0


def test_a_trust_file_that_is_none_is_not_written(
    comity: Comity, node: FakeNode, tmp_path: Path
) -> None:
    node.world.trust_json["rules"] = {}
    ran = comity("trust", "export", "--out", tmp_path / "t", "--node", node.url)
    assert ran.code == 2
    assert "TRUST_MALFORMED" in ran.err
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    "written", ["mdxv-sh59-y8sg-9x06", "MDXVSH59Y8SG9XO6", " mdxv sh59 y8sg 9x06"]
)
def test_a_number_is_put_into_its_form(written: str, comity: Comity) -> None:
    ran = comity("check-number", written)
    assert (ran.code, ran.out) == (0, "MDXV-SH59-Y8SG-9X06\n")


@pytest.mark.parametrize("written", ["MDXV-SH59-Y8SG-9X07", "MDVX-SH59-Y8SG-9X06", "MDXV", ""])
def test_a_mistake_of_writing_is_found(written: str, comity: Comity) -> None:
    ran = comity("check-number", written)
    assert (ran.code, ran.out) == (1, "")


def test_a_number_is_looked_up_where_one_asks(comity: Comity, node: FakeNode) -> None:
    record = node.world.append(node.world.registration(), ALICE)
    number = number_of(record.digest)
    ran = comity("check-number", number, "--node", node.url)
    assert ran.code == 0
    told = f"  {hexes.to_hex(record.digest)} work.registration, received"
    assert ran.out.splitlines() == [number, told]
