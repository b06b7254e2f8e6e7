"""Trees, notes, checkpoints, proofs, receipts, manifests: nothing changed passes for the same."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.proofs import canonical, hexes, shape
from registry.proofs.conformance import load
from registry.proofs.entry import leaf_hash
from registry.proofs.manifest import parse_manifest
from registry.proofs.note import parse_note, parse_vkey
from registry.proofs.policy import parse_policy
from registry.proofs.receipt import parse_receipt
from registry.proofs.record import Record
from registry.proofs.tiles import Tile, encode_bundle, parse_bundle, parse_path, tiles_between
from registry.proofs.tlog_proof import TlogProof, parse_proof
from registry.proofs.tree import Tree, verify_consistency, verify_inclusion
from tests.properties.strategies import cuts, flips

LOG = load("log.json")
DOCUMENTS = load("documents.json")
POLICY = parse_policy(LOG["policy"])
LEAF = hexes.from_hex(load("records.json")["records"][0]["leaf"])
PROOF = next(x["proof"] for x in LOG["inclusion"] if (x["index"], x["size"]) == (0, 8))

SIZES = st.integers(1, 600)
TREE = Tree(leaf_hash(place.to_bytes(2, "big")) for place in range(600))


@given(SIZES, st.data())
def test_inclusion_holds_for_its_leaf_and_index_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = TREE.inclusion_proof(index, size), TREE.root(size)
    leaf = TREE.leaf(index)
    assert verify_inclusion(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert verify_inclusion(leaf, other, size, proof, root) == (other == index)
    for place, node in enumerate(proof):
        changed = data.draw(st.sampled_from(list(flips(node, step=17))))
        wrong = [*proof[:place], changed, *proof[place + 1 :]]
        assert not verify_inclusion(leaf, index, size, wrong, root)
        assert not verify_inclusion(leaf, index, size, proof[:place], root)


@given(SIZES, st.data())
def test_consistency_holds_between_its_sizes_alone(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = TREE.consistency_proof(old, new)
    roots = TREE.root(old), TREE.root(new)
    assert verify_consistency(old, new, *roots, proof)
    assert not verify_consistency(old, new, roots[0], bytes(32), proof)
    for place, node in enumerate(proof):
        changed = data.draw(st.sampled_from(list(flips(node, step=17))))
        wrong = [*proof[:place], changed, *proof[place + 1 :]]
        assert not verify_consistency(old, new, *roots, wrong)
        assert not verify_consistency(old, new, *roots, proof[:place])


@given(st.lists(st.integers(0, 60), max_size=12))
def test_a_tree_grows_the_same_in_any_groups(groups: list[int]) -> None:
    grown = Tree()
    for count in groups:
        size = grown.size
        stop = min(600, size + count)
        grown.append([TREE.leaf(index) for index in range(size, stop)])
        assert grown.root() == TREE.root(stop)
        assert grown.inclusion_proofs(size, stop) == [
            TREE.inclusion_proof(index, stop) for index in range(size, stop)
        ]


@given(st.none() | st.integers(0, 63), st.integers(0, 10**10), st.integers(1, 256))
def test_tile_paths_come_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level=level, index=index, width=width)
    assert parse_path(tile.path) == tile


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=4).map(sorted))
def test_a_follower_has_at_each_size_the_tiles_that_it_needs(sizes: list[int]) -> None:
    held: set[str] = set()
    before = 0
    for size in sizes:
        held |= {tile.path for tile in tiles_between(before, size)}
        assert {tile.path for tile in tiles_between(0, size)} <= held
        before = size


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_come_back(entries: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_come_back(moment: datetime) -> None:
    whole = moment - timedelta(microseconds=moment.microsecond)
    assert shape.time(shape.time_text(whole), "x") == whole


def told(text: str) -> TlogProof | None:
    """The proof; None where it is refused."""
    try:
        return parse_proof(text)
    except RegistryError:
        return None


def stands(proof: TlogProof | None) -> bool:
    """Whether the policy finds log and quorum under the proof's checkpoint."""
    if proof is None:
        return False
    judgement = POLICY.judge(proof.note, proof.checkpoint.origin)
    return judgement.listed and judgement.signed and judgement.enough


def test_every_changed_bit_of_a_proof_costs_its_standing() -> None:
    right = parse_proof(PROOF)
    assert right.includes(LEAF)
    assert stands(right)
    for changed in flips(PROOF.encode()):
        found = told(changed.decode(errors="replace"))
        if found is not None and found.includes(LEAF):
            assert not stands(found)


def test_every_cut_of_a_proof_is_refused_or_lacks_cosignatures() -> None:
    for part in cuts(PROOF.encode()):
        assert not stands(told(part.decode(errors="replace")))


def test_every_changed_bit_of_a_note_key_is_refused() -> None:
    text = LOG["policy"].split()[1]
    parse_vkey(text)
    for changed in [*flips(text.encode()), *cuts(text.encode())]:
        with pytest.raises(RegistryError):
            parse_vkey(changed.decode(errors="replace"))


def test_every_changed_bit_of_a_note_is_refused_or_changes_it() -> None:
    note = parse_note(LOG["checkpoint"])
    for changed in [*flips(LOG["checkpoint"].encode()), *cuts(LOG["checkpoint"].encode())]:
        try:
            other = parse_note(changed.decode(errors="replace"))
        except RegistryError:
            continue
        assert other != note
        assert other.encode() == changed.decode(errors="replace")


def test_every_changed_bit_of_a_receipt_is_refused_or_says_something_else() -> None:
    stated = DOCUMENTS["receipt"]
    data = json.dumps(stated).encode()
    right = parse_receipt(stated)
    item = load("records.json")["records"][right.index]
    record, signatures = Record.from_json(item["record"]), canonical.encode(item["signatures"])
    assert right.covers(record, signatures)
    assert stands(told(right.proof))
    for changed in flips(data, step=7):
        try:
            other = parse_receipt(json.loads(changed))
        except (RegistryError, ValueError):
            continue
        # What still covers the record has another time, or lost a signature.
        if other.covers(record, signatures) and other.received_at == right.received_at:
            assert not stands(told(other.proof))


def test_every_cut_of_a_receipt_is_refused() -> None:
    for part in cuts(json.dumps(DOCUMENTS["receipt"]).encode()):
        with pytest.raises(ValueError, match=r"."):
            json.loads(part)


def test_every_changed_bit_and_every_cut_of_a_manifest_changes_its_digest() -> None:
    data = DOCUMENTS["manifest"].encode()
    digest = parse_manifest(data).digest()
    for changed in [*flips(data), *cuts(data)]:
        try:
            other = parse_manifest(changed)
        except RegistryError:
            continue
        assert other.digest() != digest
        assert other.canonical() == changed
