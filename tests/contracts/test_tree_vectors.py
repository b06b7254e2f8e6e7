"""The contract's tree accepts the proofs of other implementations, and none that was touched."""

import random
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import pytest

from registry.proofs.conformance import load
from registry.proofs.tree import Tree
from tests.contracts.chain import Contract

GROUP = 200

Inclusion = tuple[bytes, int, bytes, int, list[bytes]]
Consistency = tuple[bytes, int, bytes, int, list[bytes]]


@pytest.fixture(scope="module")
def go() -> dict[str, Any]:
    content: dict[str, Any] = load("tree.json")
    return content


def entry(index: int) -> bytes:
    return b"".join(sha256(f"{index}/{j}".encode()).digest() for j in range(4))


def leaf(index: int) -> bytes:
    return sha256(b"\0" + entry(index)).digest()


def octets(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def inclusions(go: dict[str, Any]) -> list[Inclusion]:
    return [
        (
            octets(go["roots"][str(case["size"])]),
            case["size"],
            leaf(case["index"]),
            case["index"],
            [octets(node) for node in case["proof"]],
        )
        for case in go["inclusion"]
    ]


def consistencies(go: dict[str, Any]) -> list[Consistency]:
    roots = {int(size): octets(root) for size, root in go["roots"].items()}
    missing = {case["from"] for case in go["consistency"]} - roots.keys()
    assert not missing
    return [
        (
            roots[case["from"]],
            case["from"],
            roots[case["to"]],
            case["to"],
            [octets(node) for node in case["proof"]],
        )
        for case in go["consistency"]
    ]


def answers(tree: Contract, name: str, claims: Sequence[Any]) -> list[bool]:
    groups = (claims[at : at + GROUP] for at in range(0, len(claims), GROUP))
    return [answer for group in groups for answer in tree.call(name, group)]


def touched(proof: list[bytes], dice: random.Random) -> Iterator[list[bytes]]:
    """The proof with a bit changed, a node lost, a node too many, two nodes exchanged."""
    yield [*proof, dice.randbytes(32)]
    yield [dice.randbytes(32), *proof]
    if proof:
        place = dice.randrange(len(proof))
        bit = (1 << dice.randrange(256)).to_bytes(32, "big")
        changed = bytes(a ^ b for a, b in zip(proof[place], bit, strict=True))
        yield [*proof[:place], changed, *proof[place + 1 :]]
        yield [*proof[:place], *proof[place + 1 :]]
    if len(proof) > 1:
        yield [proof[1], proof[0], *proof[2:]]


def test_hashes_leaves_as_go_does(tree: Contract, go: dict[str, Any]) -> None:
    for index, expected in enumerate(go["leaves"]):
        assert tree.call("leaf", entry(index)) == octets(expected) == leaf(index)


def test_accepts_inclusion_proofs_of_go(tree: Contract, go: dict[str, Any]) -> None:
    assert all(answers(tree, "included", inclusions(go)))


def test_accepts_consistency_proofs_of_go(tree: Contract, go: dict[str, Any]) -> None:
    assert all(answers(tree, "extended", consistencies(go)))


def test_refuses_touched_inclusion_proofs_of_go(tree: Contract, go: dict[str, Any]) -> None:
    dice = random.Random(1)
    claims = list[Inclusion]()
    for root, size, hash_, index, proof in inclusions(go):
        claims += [(root, size, hash_, index, bad) for bad in touched(proof, dice)]
        claims.append((dice.randbytes(32), size, hash_, index, proof))
        claims.append((root, size, dice.randbytes(32), index, proof))
        claims.append((root, size, hash_, index + 1, proof))
        claims.append((root, size, hash_, index ^ (1 << 40), proof))
    assert len(claims) > 1500
    assert not any(answers(tree, "included", claims))


def test_refuses_touched_consistency_proofs_of_go(tree: Contract, go: dict[str, Any]) -> None:
    dice = random.Random(2)
    claims = list[Consistency]()
    for old_root, old, new_root, new, proof in consistencies(go):
        claims += [(old_root, old, new_root, new, bad) for bad in touched(proof, dice)]
        claims.append((dice.randbytes(32), old, new_root, new, proof))
        claims.append((old_root, old, dice.randbytes(32), new, proof))
        if old != new:
            claims.append((new_root, new, old_root, old, proof))
    assert len(claims) > 1500
    assert not any(answers(tree, "extended", claims))


def test_accepts_and_refuses_as_our_own_tree_proves(tree: Contract) -> None:
    dice = random.Random(3)
    ours = Tree(leaf(index) for index in range(700))
    good, bad = list[Any](), list[Any]()
    for _ in range(300):
        size = dice.randint(1, ours.size)
        index = dice.randrange(size)
        proof = ours.inclusion_proof(index, size)
        good.append((ours.root(size), size, leaf(index), index, proof))
        bad += [
            (ours.root(size), size, leaf(index), index, other) for other in touched(proof, dice)
        ]
    assert all(answers(tree, "included", good))
    assert not any(answers(tree, "included", bad))

    good, bad = [], []
    for _ in range(300):
        new = dice.randint(1, ours.size)
        old = dice.randint(1, new)
        proof = ours.consistency_proof(old, new)
        good.append((ours.root(old), old, ours.root(new), new, proof))
        bad += [(ours.root(old), old, ours.root(new), new, o) for o in touched(proof, dice)]
    assert all(answers(tree, "extended", good))
    assert not any(answers(tree, "extended", bad))


def test_the_size_trap_right_roots_pass_with_most_wrong_sizes(tree: Contract) -> None:
    """What `ILogs.advance` warns of, in figures: the proof alone does not tell the new size."""
    ours = Tree(leaf(index) for index in range(600))
    proof = ours.consistency_proof(100, 600)
    wrong = [size for size in range(513, 1025) if size != 600]
    claims = [(ours.root(100), 100, ours.root(600), size, proof) for size in wrong]
    passed = sum(answers(tree, "extended", claims))
    assert 0.9 <= passed / len(wrong) <= 1
    # A peer that rebuilds the size finds another root.
    assert ours.root(599) != ours.root(600)
