"""Vectors made by others: ethers and viem, a passkey by node, Go's note and torchwood, js CIDs."""

from collections.abc import Iterator
from hashlib import sha256

from registry.errors import InvalidInput, RegistryError
from registry.proofs import cid, hexes
from registry.proofs.checkpoint import parse_checkpoint
from registry.proofs.conformance.loading import Vectors
from registry.proofs.cosignature import cosigned_at
from registry.proofs.entry import leaf_hash
from registry.proofs.note import NoteSigner, VerifierKey, check_signed_by, parse_note, parse_vkey
from registry.proofs.policy import parse_policy
from registry.proofs.record import LedgerId, Record
from registry.proofs.signature import (
    key_of,
    parse_signatures,
    sign_digest,
    sign_eip712,
    verify_signatures,
)
from registry.proofs.statement import ZERO, statement_digest, statement_digest_of
from registry.proofs.tiles import Tile, encode_bundle, parse_path, tiles_between
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.tree import Tree, verify_consistency, verify_inclusion

OWN_LIMITS = frozenset(("101 signatures",))
"""Notes that others refuse by a limit of their own, which the specification leaves open."""


def check_statements(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Statement digests, signatures and canonical bytes by ethers, viem and canonicalize."""
    for place, item in enumerate(vectors["statements"]):
        private, stated = hexes.from_hex(item["private"]), hexes.from_hex(item["statement"])
        made = statement_digest_of(
            LedgerId(hexes.from_hex(item["ledger"])),
            item["type"],
            ZERO if item["subject"] is None else hexes.from_hex(item["subject"]),
            hexes.from_hex(item["digest"]),
            ZERO if item["terms"] is None else hexes.from_hex(item["terms"]),
        )
        yield f"statement {place}", made == stated
        signature = hexes.to_hex(sign_digest(private, stated))
        yield f"signature {place}", signature == item["signature"]
        yield f"key {place}", key_of(private) == item["key"]
    for item in vectors["records"]:
        record = Record.from_json(item["record"])
        yield f"{item['name']}: canonical", record.canonical.decode() == item["canonical"]
        yield f"{item['name']}: digest", hexes.to_hex(record.digest) == item["digest"]
        signed = [sign_eip712(hexes.from_hex(item["private"]), record)]
        yield f"{item['name']}: signed again", signed == item["signatures"]
        yield f"{item['name']}: signature", _refusal(record, item["signatures"][0]) is None
        yield f"{item['name']}: twin", _refusal(record, item["high_s"][0]) == "SIGNATURE_HIGH_S"


def check_webauthn(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Passkey assertions that hold, and those that are refused with their code."""
    for item in vectors["records"]:
        record = Record.from_json(item["record"])
        yield "statement", hexes.to_hex(statement_digest(record)) == item["statement"]
        for case in item["cases"]:
            code = None if case["holds"] else case["code"]
            yield case["name"], _refusal(record, case["signature"]) == code


def check_notes(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Keys, notes, cosignatures, policies, tiles and proofs by Go's libraries."""
    keys = [parse_vkey(item["vkey"]) for item in vectors["keys"]]
    for item in vectors["keys"]:
        signer = NoteSigner(item["name"], hexes.from_hex(item["seed"]), item["type"])
        yield item["vkey"], signer.key.encode() == item["vkey"]
    logs = [key for key in keys if key.type == 1]
    for item in vectors["notes"]:
        signed = {key.name for key in logs if check_signed_by(parse_note(item["note"]), key)}
        yield f"note {item['text']!r}", signed == set(item["signed_by"])
    for item in vectors["refused"]:
        if item["name"] not in OWN_LIMITS:
            yield f"refused: {item['name']}", not _signed_by_any(item["note"], logs)
    yield from _check_cosigned(vectors, keys)
    yield from _check_tiles(vectors)
    for item in vectors["proofs"]:
        proof = parse_proof(item["proof"])
        holds = proof.includes(hexes.from_hex(item["leaf"])) and proof.encode() == item["proof"]
        yield f"proof {item['index']} {item['size']}", holds


def check_cids(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """CIDs of files of one block, by a JavaScript implementation."""
    rows = (sha256(b"comity/cids" + place.to_bytes(8, "big")).digest() for place in range(2**15))
    stream = b"".join(rows)
    for item in vectors["files"]:
        if item["size"] <= len(stream):
            digest = sha256(stream[: item["size"]]).digest()
            yield f"{item['size']} bytes", cid.cid_of_digest(digest) == item["cid"]


def check_tree(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Roots, inclusion and consistency proofs by Go's transparency log package."""
    roots = {int(size): hexes.from_hex(root) for size, root in vectors["roots"].items()}
    grown = Tree(leaf_hash(_tree_entry(place)) for place in range(max(roots)))
    for size, root in roots.items():
        yield f"root {size}", grown.root(size) == root
    for item in vectors["inclusion"]:
        index, size = item["index"], item["size"]
        path = [hexes.from_hex(node) for node in item["proof"]]
        holds = verify_inclusion(grown.leaf(index), index, size, path, roots[size])
        yield f"inclusion {index} {size}", holds and grown.inclusion_proof(index, size) == path
    for item in vectors["consistency"]:
        old, new = item["from"], item["to"]
        path = [hexes.from_hex(node) for node in item["proof"]]
        holds = verify_consistency(old, new, roots[old], roots[new], path)
        yield f"consistency {old} {new}", holds and grown.consistency_proof(old, new) == path


def _tree_entry(place: int) -> bytes:
    return b"".join(sha256(f"{place}/{part}".encode()).digest() for part in range(4))


def _check_cosigned(vectors: Vectors, keys: list[VerifierKey]) -> Iterator[tuple[str, bool]]:
    for item in vectors["cosigned"]:
        _, note = parse_checkpoint(item["note"])
        found = {
            key.encode(): int(time.timestamp())
            for key in keys
            if (time := cosigned_at(note, key)) is not None
        }
        stated = {one["vkey"]: one["time"] for one in item["cosigned_by"]}
        yield f"cosigned {item['name']}", found == stated
    for item in vectors["policies"]:
        policy = parse_policy(item["policy"])
        for case in item["checkpoints"]:
            checkpoint, note = parse_checkpoint(case["note"])
            judgement = policy.judge(note, checkpoint.origin)
            found_by = "".join(sorted(judgement.cosigned)), judgement.enough
            stated_by = case["cosigned_by"], case["enough"]
            yield f"policy {item['name']}: {case['cosigned_by']}", found_by == stated_by


def _check_tiles(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    for item in vectors["tile_paths"]:
        level = None if item["level"] == -1 else item["level"]
        tile = Tile(level=level, index=item["index"], width=item["width"])
        yield item["path"], tile.path == item["path"] and parse_path(item["path"]) == tile
    for item in vectors["tile_paths_refused"]:
        yield f"refused: {item['path']!r}", not _names_a_tile(item["path"])
    entries = [_entry(place) for place in range(max(item["size"] for item in vectors["tiles"]))]
    for item in vectors["tiles"]:
        grown = Tree(leaf_hash(entry) for entry in entries[: item["size"]])
        yield f"root {item['size']}", hexes.to_hex(grown.root()) == item["root"]
        files = {tile.path: _tile(tile, grown, entries) for tile in tiles_between(0, item["size"])}
        made = {path: hexes.to_hex(sha256(data).digest()) for path, data in files.items()}
        stated = {tile["path"]: tile["sha256"] for tile in item["tiles"]}
        yield f"tiles {item['size']}", made == stated


def _tile(tile: Tile, grown: Tree, entries: list[bytes]) -> bytes:
    if tile.level is not None:
        return grown.tile(tile.level, tile.index, tile.width)
    first = 256 * tile.index
    return encode_bundle(entries[first : first + tile.width])


def _entry(place: int) -> bytes:
    head = b"comity/notes entry " + place.to_bytes(8, "big")
    return b"".join(sha256(head + bytes((part,))).digest() for part in range(4))


def _refusal(record: Record, signature: Vectors) -> str | None:
    try:
        verify_signatures(record, parse_signatures([signature], record))
    except RegistryError as fault:
        return fault.code
    return None


def _signed_by_any(text: str, keys: list[VerifierKey]) -> bool:
    try:
        note = parse_note(text)
    except InvalidInput:
        return False
    return any(check_signed_by(note, key) for key in keys)


def _names_a_tile(path: str) -> bool:
    try:
        parse_path(path)
    except InvalidInput:
        return False
    return True
