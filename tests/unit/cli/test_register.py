"""`comity register`: what travels, what is signed, what is believed, what is said."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from registry.cli.works import drafting
from registry.proofs import hexes
from registry.proofs.cid import cid_of_digest
from registry.proofs.note import ED25519, VerifierKey
from registry.proofs.number import number_of, parse_number
from registry.proofs.record import Record, Visibility
from registry.proofs.signature import key_of
from registry.proofs.submission import parse_submission
from registry.proofs.tlog_proof import parse_proof
from tests.unit.cli.conftest import Comity, Ran
from tests.unit.cli.fake_node import FakeNode
from tests.unit.proofs.world import ALICE

SAID = ("--title", "夜航@zh", "--title", "Night Flight", "--category", "music", "--author", "林梅")


@pytest.fixture
def register(comity: Comity, node: FakeNode, key_file: Path, song: Path) -> Comity:
    def run(*more: object, said: tuple[str, ...] = SAID) -> Ran:
        return comity("register", song, "--key", key_file, "--node", node.url, *said, *more)

    return run


def recorded(node: FakeNode) -> Record:
    assert len(node.world.entries) == 1
    return node.world.entries[0].record


def test_a_file_becomes_a_registration_of_its_fingerprint(
    register: Comity, node: FakeNode, song: Path
) -> None:
    ran = register("--author", "Ana Ruiz:A:40", "--identifier", "ISRC=QZ-ABC-26-00001")
    assert ran.code == 0, ran.err
    record = recorded(node)
    assert record.signers[0].key == key_of(ALICE)
    assert record.body == {
        "title": [{"text": "夜航", "lang": "zh"}, {"text": "Night Flight", "lang": "en"}],
        "category": "music",
        "content": {
            "sha256": hexes.to_hex(sha256(song.read_bytes()).digest()),
            "size": 9,
            "media_type": "text/plain",
            "cid": None,
        },
        "authors": [
            {"name": "林梅", "role": "author", "share": None},
            {"name": "Ana Ruiz", "role": "A", "share": "40.0000"},
        ],
        "claimant": {"name": "林梅"},
        "created_on": None,
        "first_published_on": None,
        "declaration": {
            "statement": "The claimant states that these particulars are true.",
            "ai": "none",
        },
        "identifiers": [{"scheme": "ISRC", "value": "QZ-ABC-26-00001"}],
        "consent": ["林梅", "Ana Ruiz"],
    }


def test_only_the_fingerprint_travels(register: Comity, node: FakeNode) -> None:
    assert register().code == 0
    assert node.requests == [("GET", "/api/v1/ledger"), ("POST", "/api/v1/records")]
    assert node.documents == {}


def test_it_says_the_number_the_consent_and_the_next_commands(
    register: Comity, node: FakeNode, song: Path
) -> None:
    ran = register("--claimant", "Lin Records")
    number = ran.out.splitlines()[0].removeprefix("number: ")
    assert parse_number(number) == number
    assert "consent that you signed for: 林梅, Lin Records" in ran.out
    assert "不是行政机关的登记证书" in ran.out
    steps = [line.strip() for line in ran.out.split("next:")[1].splitlines() if line.strip()]
    assert steps == [
        f"comity certificate {number} --out certificate.json --wait 60 --node {node.url}",
        f"comity trust export --out trust.json --node {node.url}",
        f"comity verify certificate.json {song} --trust trust.json --node {node.url}",
    ]


def test_json_is_exactly_the_receipt(register: Comity, node: FakeNode) -> None:
    ran = register("--json")
    receipt = json.loads(ran.out)
    assert receipt == node.receipts[recorded(node).digest]
    assert ran.out.count("\n") == 1
    assert "consent that you signed for" in ran.err


def test_sealed_names_nobody_and_keeps_the_record(
    register: Comity, node: FakeNode, song: Path
) -> None:
    ran = register("--sealed")
    assert ran.code == 0, ran.err
    record = recorded(node)
    assert record.visibility is Visibility.SEALED
    assert record.body["consent"] == []
    kept = song.with_name("song.txt.comity-record.json")
    assert parse_submission(kept.read_bytes().rstrip()).record == record
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"--record {kept}" in ran.out
    assert "only to whoever holds this file" in ran.out


def test_a_kept_record_is_never_overwritten(register: Comity, node: FakeNode, song: Path) -> None:
    song.with_name("song.txt.comity-record.json").write_text("kept")
    ran = register("--sealed")
    assert ran.code == 2
    assert "FILE_EXISTS" in ran.err
    assert node.requests == []


@pytest.mark.parametrize("size", [0, 9, (1 << 20) + 1])
def test_a_published_file_follows_the_receipt(
    size: int, register: Comity, node: FakeNode, song: Path
) -> None:
    song.write_bytes(b"x" * size)
    assert register("--publish-file").code == 0
    cid = recorded(node).body["content"]["cid"]
    assert node.documents == {cid: b"x" * size}
    if size <= 1 << 20:
        assert cid == cid_of_digest(sha256(b"x" * size).digest())
    assert node.requests[1:] == [("POST", "/api/v1/records"), ("PUT", f"/api/v1/documents/{cid}")]


def test_sealed_and_published_exclude_one_another(register: Comity, node: FakeNode) -> None:
    ran = register("--sealed", "--publish-file")
    assert (ran.code, node.requests) == (2, [])
    assert "OPTIONS_DISAGREE" in ran.err


def test_every_fault_is_named_before_anything_is_sent(register: Comity, node: FakeNode) -> None:
    said = (
        *("--title", "夜航", "--title-lang", "chinese!", "--title", " "),
        *("--category", "song", "--ai", "some"),
        *("--author", "A:B:C:D", "--author", ":x", "--author", "B:b:120"),
        *("--created-on", "1.2.2026", "--identifier", "ISWC", "--media-type", "song"),
    )
    ran = register(said=said)
    assert (ran.code, node.requests) == (2, [])
    named = [line.split(":")[0].strip() for line in ran.err.splitlines()[1:-1]]
    assert sorted(named) == sorted(
        ["--author"] * 3
        + [
            "--title-lang",
            "--title-lang",
            "--title",
            "--category",
            "--ai",
            "--created-on",
            "--identifier",
        ]
        + ["--media-type"]
    )


@pytest.mark.parametrize(
    ("title", "lang"),
    [("Night", "en"), ("夜航", "zh"), ("夜のバス", "ja"), ("밤배", "ko"), ("Ночь", "und")],
)
def test_a_title_s_language_follows_its_script(title: str, lang: str) -> None:
    assert drafting.language_of(title) == lang


@pytest.mark.parametrize(
    ("more", "option"),
    [
        (("--created-on", "2999-01-01"), "--created-on"),
        (("--created-on", "2026-02-02", "--first-published-on", "2026-02-01"), "--first-published"),
        (("--author", "B:b:60", "--author", "C:c:60"), "--author"),
    ],
)
def test_the_rules_of_works_are_asked_before_the_node(
    more: tuple[str, ...], option: str, register: Comity, node: FakeNode
) -> None:
    ran = register(*more)
    assert (ran.code, node.requests) == (2, [])
    assert f"  {option}" in ran.err
    assert "REGISTRATION_INVALID" in ran.err


def other_digest(receipt: dict[str, Any]) -> dict[str, Any]:
    digest = bytes(32)
    return receipt | {"digest": hexes.to_hex(digest), "number": number_of(digest)}


def another_log(receipt: dict[str, Any]) -> dict[str, Any]:
    log = "11" * 32
    origin = parse_proof(receipt["proof"]).checkpoint.origin
    text = receipt["proof"].replace(origin, f"comity/{log}")
    return receipt | {"log": f"0x{log}", "proof": text}


def another_root(receipt: dict[str, Any]) -> dict[str, Any]:
    lines = receipt["proof"].split("\n")
    lines[5] = "A" * 43 + "="
    return receipt | {"proof": "\n".join(lines)}


@pytest.mark.parametrize(
    "falsify",
    [
        other_digest,
        another_log,
        another_root,
        lambda receipt: receipt | {"number": "0000-0000-0000-0000"},
        lambda receipt: {"number": receipt["number"]},
        lambda _: [],
    ],
)
def test_a_false_receipt_is_no_success(
    falsify: Any, register: Comity, node: FakeNode, song: Path
) -> None:
    node.falsify = falsify
    ran = register()
    assert (ran.code, ran.out) == (1, "")
    assert "RECEIPT_FALSE" in ran.err
    assert list(song.parent.glob("song.txt.*.json")), "what was signed is kept"


def test_a_receipt_by_another_key_is_no_success(register: Comity, node: FakeNode) -> None:
    honest = node.ledger()
    other = node.world.witnesses[0].key
    name, _, _ = honest["log"]["vkey"].split("+", 2)
    vkey = VerifierKey(name=name, type=ED25519, public=other.public).encode()
    node.ledger = lambda: honest | {"log": honest["log"] | {"vkey": vkey}}  # type: ignore[method-assign]
    ran = register()
    assert ran.code == 1
    assert "not signed by the key that the node names" in ran.err


def test_a_broken_connection_registers_once(register: Comity, node: FakeNode) -> None:
    node.break_after = 2
    assert register().code == 0
    assert len(node.world.entries) == 1
    assert node.requests.count(("POST", "/api/v1/records")) == 3


def test_what_the_node_refuses_is_told_in_its_words(register: Comity, node: FakeNode) -> None:
    node.refuse = {"夜航"}
    ran = register()
    assert ran.code == 2
    assert "this node does not like the title (TITLE_REFUSED)" in ran.err
    assert "record.body.title: is refused here" in ran.err
    assert "what the node advises for TITLE_REFUSED" in ran.err


def test_a_node_that_is_away_is_told_with_how_to_start_one(
    comity: Comity, key_file: Path, song: Path
) -> None:
    where = "http://127.0.0.1:9"
    ran = comity("register", song, "--key", key_file, *SAID, "--node", where)
    assert ran.code == 3
    assert "NODE_UNREACHABLE" in ran.err
    assert "comity up" in ran.err


def test_a_record_whose_answer_was_lost_can_be_sent_again(
    register: Comity, node: FakeNode, comity: Comity, song: Path
) -> None:
    node.break_after = 4
    ran = register()
    assert ran.code == 3
    kept = song.with_name(f"song.txt.{number_of(node.world.entries[0].record.digest)}.json")
    assert f"comity submit {kept} --node {node.url}" in ran.err
    again = comity("submit", kept, "--node", node.url)
    assert again.code == 0, again.err
    assert "known already" in again.out
    assert len(node.world.entries) == 1


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x", "http://", "http://x:y", "http://x?a"]
)
def test_an_address_that_is_none_is_refused(
    url: str, comity: Comity, key_file: Path, song: Path
) -> None:
    ran = comity("register", song, "--key", key_file, *SAID, "--node", url)
    assert ran.code == 2
    assert "NODE_URL_INVALID" in ran.err


def test_something_else_than_a_node_is_recognised(register: Comity, node: FakeNode) -> None:
    node.ledger = lambda: {"hello": "world"}  # type: ignore[method-assign]
    ran = register()
    assert ran.code == 1
    assert "NODE_ANSWER_MALFORMED" in ran.err


def test_a_file_that_is_not_there_is_told(comity: Comity, key_file: Path, node: FakeNode) -> None:
    ran = comity("register", "nothing.txt", "--key", key_file, *SAID, "--node", node.url)
    assert (ran.code, node.requests) == (2, [])
    assert "nothing.txt cannot be read" in ran.err
