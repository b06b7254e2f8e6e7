"""`comity chain`: a paper that two founders sign, the contracts from it, a node enrolled."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.chain.contracts import Organisations
from registry.chain.deployments import read_deployment
from registry.chain.transactions import address_of_key, checksummed
from registry.cli import keystore
from registry.proofs import hexes
from registry.proofs.checkpoint import log_id, origin_of
from registry.proofs.founding import parse_founding, verify_founding
from registry.proofs.record import OrganisationId
from registry.proofs.signature import key_of
from registry.proofs.submission import parse_submission
from tests.ports.chain.plain import PlainNode
from tests.unit.cli.conftest import PASSWORD, Comity, Ran
from tests.unit.proofs.world import ALICE, BOB, CAROL

PAPER = "founding.json"
FOUNDERS = (
    *("--founder", f"CN-46:海南著作权局@zh:registration_office,authority:{key_of(ALICE)}"),
    *("--founder", f"SG:Centre: B:mediation_body:{key_of(BOB)}"),
)


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[bytes], Path]:
    def file(private_key: bytes) -> Path:
        path = tmp_path / f"{private_key[:4].hex()}.json"
        path.write_text(json.dumps(keystore.encrypt(private_key, PASSWORD, n=1 << 4)))
        return path

    return file


@pytest.fixture
def drafted(comity: Comity) -> Ran:
    ran = comity("chain", "draft", "--name", "Two shores", *FOUNDERS, "--out", PAPER)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[PlainNode]:
    node = PlainNode(tmp_path / "plain")
    for key in (ALICE, BOB, CAROL):
        node.fund(checksummed(address_of_key(key)), 10**20)
    yield node
    node.close()


def paper() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(Path(PAPER).read_text(encoding="utf-8"))
    return value


def test_the_draft_states_the_founders_and_names_the_ledger(drafted: Ran) -> None:
    founding = parse_founding(paper()["founding"])
    assert drafted.out == f"ledger: {hexes.to_hex(founding.ledger())}\n"
    assert [(one.region, one.name, one.key) for one in founding.founders] == [
        ("CN-46", "海南著作权局", key_of(ALICE)),
        ("SG", "Centre: B", key_of(BOB)),
    ]
    assert [party["kinds"] for party in paper()["parties"]] == [
        ["registration_office", "authority"],
        ["mediation_body"],
    ]
    assert [party["lang"] for party in paper()["parties"]] == ["zh", "en"]


def test_every_founder_signs_statement_and_profile(
    drafted: Ran, comity: Comity, keys: Callable[[bytes], Path]
) -> None:
    first = comity("chain", "sign", PAPER, "--key", keys(BOB))
    assert first.code == 0, first.err
    assert "still to sign: 海南著作权局" in first.err
    second = comity("chain", "sign", PAPER, "--key", keys(ALICE))
    assert "all founders have signed" in second.err
    founding = parse_founding(paper()["founding"])
    parties = paper()["parties"]
    verify_founding(founding, [hexes.from_hex(party["signature"]) for party in parties])
    body = parties[0]["profile"]["record"]["body"]
    assert body["names"] == [{"text": "海南著作权局", "lang": "zh"}]
    assert (body["region"], body["kinds"]) == ("CN-46", ["registration_office", "authority"])
    ran = comity("chain", "sign", PAPER, "--key", keys(ALICE))
    assert ran.code == 2
    assert "FOUNDER_SIGNED" in ran.err


def test_nobody_else_signs(drafted: Ran, comity: Comity, keys: Callable[[bytes], Path]) -> None:
    ran = comity("chain", "sign", PAPER, "--key", keys(CAROL))
    assert ran.code == 2
    assert "FOUNDER_UNKNOWN" in ran.err


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["founding"].update(name="Another"),
        lambda value: value["founding"]["rules"].update(confirmations=1),
        lambda value: value["parties"][0].update(signature="0x" + "11" * 65),
        lambda value: value["parties"][0].update(profile=value["parties"][1]["profile"]),
        lambda value: value["parties"][0].update(kinds=["court"]),
        lambda value: value["parties"][0]["profile"]["record"]["body"].update(region="SG"),
        lambda value: value["parties"].pop(),
        lambda value: value.update(more=1),
    ],
)
def test_a_paper_changed_after_signing_is_refused(
    change: Any, drafted: Ran, comity: Comity, keys: Callable[[bytes], Path]
) -> None:
    for key in (ALICE, BOB):
        assert comity("chain", "sign", PAPER, "--key", keys(key)).code == 0
    value = paper()
    change(value)
    Path(PAPER).write_text(json.dumps(value))
    ran = comity("chain", "deploy", PAPER, "--rpc", "http://127.0.0.1:9", "--key", keys(CAROL))
    assert ran.code == 2, ran.err


@pytest.mark.parametrize(
    "founder",
    [
        "SG:Centre B:mediation_body",
        f"SG:Centre B::{key_of(BOB)}",
        f"SG:Centre B:bakery:{key_of(BOB)}",
        f"SG:Centre B:court,court:{key_of(BOB)}",
        f"Singapore:Centre B:court:{key_of(BOB)}",
        f"SG:Centre B:court:{key_of(BOB).lower()}",
    ],
)
def test_a_founder_that_cannot_be_read_is_named(founder: str, comity: Comity) -> None:
    ran = comity("chain", "draft", "--name", "L", "--founder", founder, "--out", PAPER)
    assert ran.code == 2
    assert "--founder" in ran.err
    assert not Path(PAPER).exists()


def test_nothing_is_deployed_before_all_have_signed(
    drafted: Ran, comity: Comity, keys: Callable[[bytes], Path]
) -> None:
    comity("chain", "sign", PAPER, "--key", keys(ALICE))
    ran = comity("chain", "deploy", PAPER, "--rpc", "http://127.0.0.1:9", "--key", keys(CAROL))
    assert ran.code == 2
    assert "FOUNDERS_UNSIGNED" in ran.err
    assert "Centre: B" in ran.err


@pytest.mark.real
def test_a_ledger_is_founded_and_a_node_enrolled(
    drafted: Ran, comity: Comity, keys: Callable[[bytes], Path], chain: PlainNode, tmp_path: Path
) -> None:
    for key in (ALICE, BOB):
        assert comity("chain", "sign", PAPER, "--key", keys(key)).code == 0
    deploy = ("chain", "deploy", PAPER, "--rpc", chain.rpc.url, "--key", keys(CAROL))
    ran = comity(*deploy)
    assert ran.code == 0, ran.err
    deployment = read_deployment(Path("deployments/4242.json"))
    profiles = Path("deployments/4242.profiles.ndjson").read_bytes().splitlines()
    ids: list[bytes] = [parse_submission(line).record.digest for line in profiles]
    assert [bytes(founder.id) for founder in deployment.founders] == ids
    assert comity(*deploy).code == 2

    assert comity("chain", "node-keys", "--data", "node", "--out", "node.json").code == 0
    assert (tmp_path / "node" / "keys" / "log.key").exists()
    enrol = (
        *("chain", "enrol", "--deployment", "deployments/4242.json", "--rpc", chain.rpc.url),
        *("--node-keys", "node.json"),
    )
    ran = comity(*enrol, "--key", keys(BOB))
    assert ran.code == 0, ran.err
    assert f"log: {origin_of(log_id(OrganisationId(ids[1])))}" in ran.out
    assert len(re.findall("transaction: ", ran.out)) == 3
    known = json.loads(Path("node.json").read_text())
    organisations = Organisations(chain.rpc, deployment.organisations.address)
    assert hexes.to_hex(organisations.organisation_of(ids[1]).witness) == known["witness"]
    assert "nothing to do" in comity(*enrol, "--key", keys(BOB)).out
    ran = comity(*enrol, "--key", keys(CAROL))
    assert ran.code == 2
    assert "FOUNDER_UNKNOWN" in ran.err
