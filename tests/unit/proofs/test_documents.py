"""Receipts, manifests, policies, trust files and certificates: parts in agreement, or refused."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import registry.proofs
from registry.errors import Damaged, InvalidInput, RegistryError, catalogue
from registry.proofs import canonical
from registry.proofs.certificate import parse_certificate
from registry.proofs.conformance import load
from registry.proofs.manifest import parse_manifest
from registry.proofs.note import NoteSigner, VerifierKey, parse_note
from registry.proofs.policy import build_policy, parse_policy, quorum_of
from registry.proofs.receipt import parse_receipt
from registry.proofs.trust import parse_trust
from tests.unit.proofs.world import ALICE, World, to_bytes

DOCUMENTS = load("documents.json")
TRUST = load("certificate.json")["trust"]
LOG = load("log.json")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "0000-0000-0000-0000"}, "RECEIPT_MISMATCH"),
        ({"index": 2}, "RECEIPT_MISMATCH"),
        ({"log": "0x" + "00" * 32}, "RECEIPT_MISMATCH"),
        ({"digest": "0x" + "00" * 32}, "RECEIPT_MISMATCH"),
        ({"index": -1}, "FIELD_INVALID"),
        ({"index": True}, "FIELD_INVALID"),
        ({"received_at": "now"}, "TIME_INVALID"),
        ({"proof": ""}, "FIELD_INVALID"),
        ({"extra": 1}, "FIELD_UNKNOWN"),
    ],
)
def test_a_receipt_agrees_with_itself(change: dict[str, Any], code: str) -> None:
    with pytest.raises(RegistryError) as caught:
        parse_receipt(DOCUMENTS["receipt"] | change)
    assert caught.value.code == code
    assert isinstance(caught.value, Damaged | InvalidInput)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"spec": "x"}, "SPEC_UNKNOWN"),
        ({"size": 7}, "FIELD_INVALID"),
        ({"size": 9}, "MANIFEST_MISMATCH"),
        ({"root": "0x" + "00" * 32}, "MANIFEST_MISMATCH"),
        ({"log": "0x" + "00" * 32}, "MANIFEST_MISMATCH"),
        ({"previous": "0x"}, "HEX_INVALID"),
        ({"tiles": {"tile/0/0": "0x" + "00" * 32}}, "TILE_PATH"),
        ({"tiles": {"tile/0/000": "0x"}}, "HEX_INVALID"),
        ({"tiles": []}, "FIELD_INVALID"),
        ({"published": [[0, 9]]}, "FIELD_INVALID"),
        ({"published": [[3, 3]]}, "FIELD_INVALID"),
        ({"published": [[4, 8], [0, 3]]}, "FIELD_INVALID"),
        ({"published": [[0]]}, "FIELD_INVALID"),
        ({"more": None}, "FIELD_UNKNOWN"),
    ],
)
def test_a_manifest_agrees_with_itself(change: dict[str, Any], code: str) -> None:
    value = json.loads(DOCUMENTS["manifest"]) | change
    with pytest.raises(InvalidInput) as caught:
        parse_manifest(canonical.encode(value))
    assert caught.value.code == code


POLICY = LOG["policy"]
A, B = (line.split()[2] for line in POLICY.splitlines() if line.startswith("witness"))
LOG_KEY = POLICY.split()[1]


def test_a_policy_may_have_comments_urls_tabs_and_names_of_any_script() -> None:
    text = (
        f"# 策略\n\n  log\t{LOG_KEY}  https://log.example \n"
        f"witness 甲 {A} https://w.example\nwitness B {B}\n"
        "group both all 甲 B\nquorum both\n"
    )
    policy = parse_policy(text)
    assert policy.groups["both"].threshold == 2
    assert list(policy.witnesses) == ["甲", "B"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {LOG_KEY}\n",
        POLICY[:-1],
        POLICY + "quorum regions\n",
        POLICY.replace("quorum regions", "quorum none none"),
        POLICY.replace("quorum regions", "quorum nobody"),
        POLICY.replace("group regions 2", "group regions 3"),
        POLICY.replace("group regions 2", "group regions 0"),
        POLICY.replace("group regions 2", "group regions 02"),
        POLICY.replace("group regions 2", "group regions some"),
        POLICY.replace("group SG any B", "group SG any A"),
        POLICY.replace("group SG any B", "group SG any B B"),
        POLICY.replace("group SG any B", "group A any B"),
        POLICY.replace("group SG any B", "group none any B"),
        POLICY.replace("group SG any B", "group SG any C"),
        POLICY.replace("group SG any B", "group SG any"),
        POLICY.replace("witness B", "witness A"),
        POLICY.replace(B, A),
        POLICY.replace(B, LOG_KEY),
        POLICY.replace(LOG_KEY, A),
        POLICY.replace(LOG_KEY, LOG_KEY[:-1]),
        POLICY.replace("log ", f"log {LOG_KEY}\nlog "),
        POLICY.replace("log ", "logs "),
        POLICY + "\x7f\n",
        POLICY + "\r\n",
    ],
    ids=range(25),
)
def test_other_texts_are_no_policies(text: str) -> None:
    with pytest.raises(InvalidInput, match="POLICY_MALFORMED"):
        parse_policy(text)


def test_the_quorum_of_n_regions() -> None:
    assert [quorum_of(n) for n in range(1, 9)] == [None, 2, 3, 3, 4, 4, 5, 5]


def test_one_region_is_a_single_operator() -> None:
    trust = parse_trust(json.dumps(TRUST).encode())
    policy = parse_policy(build_policy(trust.organisations[:1]))
    assert policy.single_operator
    assert policy.judge(parse_note(LOG["checkpoint"]), LOG["origin"]).enough


def test_many_witnesses_have_names_of_their_own() -> None:
    @dataclass(frozen=True)
    class Node:
        region: str
        logs: tuple[VerifierKey, ...]
        witness: VerifierKey | None

    def node(place: int) -> Node:
        witness = NoteSigner(f"comity/{place}/witness", bytes((place,)) * 32, 4).key
        return Node(region=f"C{place % 3}", logs=(), witness=witness)

    policy = parse_policy(build_policy([node(place) for place in range(1, 31)]))
    assert list(policy.witnesses)[24:28] == ["Y", "Z", "W27", "W28"]
    assert policy.groups["regions"].threshold == 3
    assert len(policy.groups["C1"].members) == 10


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (["ledger"], "0x", "TRUST_MALFORMED"),
        (["chain_id"], "1", "TRUST_MALFORMED"),
        (["contracts"], {"Logs": "0x00"}, "TRUST_MALFORMED"),
        (["contracts"], [], "TRUST_MALFORMED"),
        (["rules", "confirmations"], 0, "TRUST_MALFORMED"),
        (["policy"], "quorum\n", "POLICY_MALFORMED"),
        (["organisations", 0, "region"], "Hainan", "TRUST_MALFORMED"),
        (["organisations", 0, "kinds"], ["king"], "TRUST_MALFORMED"),
        (["organisations", 0, "kinds"], ["court", "court"], "TRUST_MALFORMED"),
        (["organisations", 0, "status"], "gone", "TRUST_MALFORMED"),
        (["organisations", 0, "witness"], LOG_KEY, "TRUST_MALFORMED"),
        (["organisations", 0, "witness"], B, "TRUST_MALFORMED"),
        (["organisations", 0, "logs"], [A], "TRUST_MALFORMED"),
        (["organisations", 0, "keys", 0, "scopes"], 256, "TRUST_MALFORMED"),
        (["organisations", 0, "keys", 0, "from"], None, "TRUST_MALFORMED"),
        (["organisations", 0, "more"], 1, "TRUST_MALFORMED"),
    ],
)
def test_a_wrong_trust_file_is_refused(place: list[Any], value: Any, code: str) -> None:
    trust = json.loads(json.dumps(TRUST))
    at = trust
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(InvalidInput) as caught:
        parse_trust(json.dumps(trust).encode())
    assert caught.value.code == code


def test_a_trust_file_is_named_by_its_bytes() -> None:
    for data in (json.dumps(TRUST).encode(), json.dumps(TRUST, indent=1).encode()):
        assert parse_trust(data).digest == sha256(data).digest()
        assert parse_trust(data).to_json() == TRUST
    with pytest.raises(InvalidInput, match="TRUST_MALFORMED"):
        parse_trust(b"{")


def test_certificates_go_both_ways() -> None:
    world = World()
    record = world.append(world.registration(), ALICE)
    certificate = world.certificate(record)
    parsed = parse_certificate(to_bytes(certificate))
    assert parsed == certificate
    assert parsed.to_json() == certificate.to_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spec", "comity-certificate/2"),
        ("number", "0000-0000-0000-0000"),
        ("record", {}),
        ("signatures", []),
        ("received_at", None),
        ("proof", "x"),
        ("anchor", {}),
        ("timestamps", [{"authority": "x", "token": "y"}]),
        ("related", [{}]),
        ("as_of", ""),
        ("effect", {"zh": "", "en": ""}),
        ("seal", "AAAA"),
        ("more", 1),
    ],
)
def test_a_certificate_with_a_wrong_part_is_refused(name: str, value: Any) -> None:
    certificate = load("certificate.json")["certificate"] | {name: value}
    with pytest.raises(InvalidInput, match="CERTIFICATE_MALFORMED"):
        parse_certificate(to_bytes(certificate))
    less = {key: item for key, item in certificate.items() if key not in (name, "more")}
    if name != "more":
        with pytest.raises(InvalidInput, match="CERTIFICATE_MALFORMED"):
            parse_certificate(to_bytes(less))


def test_every_code_of_the_formats_is_catalogued() -> None:
    room = Path(registry.proofs.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in room.rglob("*.py"))
    codes = set(re.findall(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|FLOAT)"', source))
    assert codes - catalogue().keys() == set()
