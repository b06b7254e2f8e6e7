"""Notes, cosignatures, policies, tiles and proofs against those of three Go libraries."""

from hashlib import sha256
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.proofs import hexes
from registry.proofs.checkpoint import Checkpoint, parse_checkpoint
from registry.proofs.conformance import load
from registry.proofs.cosignature import cosign, cosigned_at
from registry.proofs.entry import leaf_hash
from registry.proofs.note import Note, NoteSigner, check_signed_by, parse_note, parse_vkey
from registry.proofs.policy import parse_policy
from registry.proofs.tiles import Tile, check_log, encode_bundle, parse_path, tiles_between
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.tree import Tree

VECTORS = load("notes.json")
KEYS = [parse_vkey(key["vkey"]) for key in VECTORS["keys"]]
LOG_KEYS = [key for key in KEYS if key.type == 1]
LOG_SIGNERS = [
    NoteSigner(key["name"], hexes.from_hex(key["seed"])) for key in VECTORS["keys"][: len(LOG_KEYS)]
]


def entry(index: int) -> bytes:
    """The entry that the vectors describe, 128 bytes."""
    head = b"comity/notes entry " + index.to_bytes(8, "big")
    return b"".join(sha256(head + bytes((part,))).digest() for part in range(4))


@pytest.mark.parametrize("key", VECTORS["keys"], ids=lambda key: key["vkey"])
def test_a_key_has_the_id_and_the_text_that_others_give_it(key: dict[str, Any]) -> None:
    signer = NoteSigner(key["name"], hexes.from_hex(key["seed"]), key["type"])
    assert signer.key.encode() == key["vkey"]
    assert hexes.to_hex(signer.key.key_id) == key["key_id"]
    assert hexes.to_hex(signer.key.public) == key["public"]
    assert parse_vkey(key["vkey"]) == signer.key


@pytest.mark.parametrize("vector", VECTORS["notes"], ids=lambda vector: repr(vector["text"])[:40])
def test_a_note_is_read_and_signed_alike(vector: dict[str, Any]) -> None:
    note = parse_note(vector["note"])
    assert note.text == vector["text"]
    assert [key.name for key in LOG_KEYS if check_signed_by(note, key)] == [
        name for name in (key.name for key in LOG_KEYS) if name in vector["signed_by"]
    ]
    lines = [
        signer.sign_text(note.text)
        for name in vector["signed_by"]
        for signer in LOG_SIGNERS
        if signer.key.name == name
    ]
    assert Note(text=note.text, signatures=tuple(lines)).encode() == vector["note"]


def judged(message: str) -> str:
    """What this verifier says, in the words of the vectors."""
    try:
        note = parse_note(message)
    except InvalidInput as fault:
        return {"NOTE_MALFORMED": "malformed"}[fault.code]
    known = [key for key in LOG_KEYS if note.by(key)]
    if not known:
        return "not signed by a known key"
    return "signed" if all(check_signed_by(note, key) for key in known) else "invalid signature"


# A reader may take more than a hundred signatures: C2SP sets no such limit, sumdb/note does.
OWN_LIMIT = {"101 signatures"}


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_a_note_that_others_refuse_is_refused(vector: dict[str, Any]) -> None:
    if vector["name"] in OWN_LIMIT:
        assert judged(vector["note"]) in ("signed", "malformed")
    else:
        assert judged(vector["note"]) == vector["outcome"]


@pytest.mark.parametrize("vector", VECTORS["cosigned"], ids=lambda vector: vector["name"])
def test_the_same_witnesses_are_found(vector: dict[str, Any]) -> None:
    checkpoint, note = parse_checkpoint(vector["note"])
    assert check_signed_by(note, parse_vkey(vector["log"]))
    assert checkpoint.body() == note.text
    found = {}
    for key in KEYS:
        if key.type == 4 and (time := cosigned_at(note, key)) is not None:
            found[key.encode()] = int(time.timestamp())
    assert found == {each["vkey"]: each["time"] for each in vector["cosigned_by"]}


def test_a_cosignature_made_here_is_the_one_made_there() -> None:
    [vector] = [vector for vector in VECTORS["cosigned"] if vector["name"] == "by all"]
    note = parse_note(vector["note"])
    for key in VECTORS["keys"]:
        if key["type"] == 4:
            signer = NoteSigner(key["name"], hexes.from_hex(key["seed"]), 4)
            time = cosigned_at(note, signer.key)
            assert time is not None
            assert [cosign(note.text, signer, time)] == note.by(signer.key)


@pytest.mark.parametrize("vector", VECTORS["policies"], ids=lambda vector: vector["name"])
def test_a_policy_finds_the_same_checkpoints_enough(vector: dict[str, Any]) -> None:
    policy = parse_policy(vector["policy"])
    for case in vector["checkpoints"]:
        checkpoint, note = parse_checkpoint(case["note"])
        judgement = policy.judge(note, checkpoint.origin)
        assert judgement.listed
        assert judgement.signed
        assert "".join(sorted(judgement.cosigned)) == case["cosigned_by"]
        assert judgement.enough == case["enough"]


def test_tiles_have_the_paths_that_others_give_them() -> None:
    for vector in VECTORS["tile_paths"]:
        level = None if vector["level"] == -1 else vector["level"]
        tile = Tile(level=level, index=vector["index"], width=vector["width"])
        assert tile.path == vector["path"]
        assert parse_path(vector["path"]) == tile


@pytest.mark.parametrize("vector", VECTORS["tile_paths_refused"], ids=lambda vector: vector["path"])
def test_a_path_that_names_no_tile_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as fault:
        parse_path(vector["path"])
    assert fault.value.code == "TILE_PATH"


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree([leaf_hash(entry(index)) for index in range(600)])


@pytest.mark.parametrize("vector", VECTORS["tiles"], ids=lambda vector: str(vector["size"]))
def test_tiles_hold_the_bytes_that_others_give_them(vector: dict[str, Any], tree: Tree) -> None:
    size = vector["size"]
    stored = {}
    for tile in tiles_between(0, size):
        if tile.level is None:
            first = tile.index * 256
            stored[tile.path] = encode_bundle([entry(first + i) for i in range(tile.width)])
        else:
            stored[tile.path] = tree.tile(tile.level, tile.index, tile.width)
    assert {path: hexes.to_hex(sha256(data).digest()) for path, data in stored.items()} == {
        tile["path"]: tile["sha256"] for tile in vector["tiles"]
    }
    root = hexes.from_hex(vector["root"])
    assert tree.root(size) == root
    entries = list(check_log(stored.__getitem__, size, root))
    assert entries == [entry(index) for index in range(size)]


@pytest.mark.parametrize(
    "vector", VECTORS["proofs"], ids=lambda vector: f"{vector['index']}-of-{vector['size']}"
)
def test_a_proof_is_read_and_written_alike(vector: dict[str, Any], tree: Tree) -> None:
    index, size = vector["index"], vector["size"]
    leaf = leaf_hash(entry(index))
    proof = parse_proof(vector["proof"])
    assert hexes.to_hex(leaf) == vector["leaf"]
    assert proof.includes(leaf)
    assert not proof.includes(leaf_hash(entry(index + 1)))
    assert proof.encode() == vector["proof"]
    assert list(proof.path) == tree.inclusion_proof(index, size)
    assert proof.checkpoint == Checkpoint(
        origin=proof.checkpoint.origin, size=size, root=tree.root(size)
    )
