"""A verifier by somebody else: a log, receipts and certificates, checked from the texts alone.

Written from RFC 9162 section 2.1, RFC 8785, and C2SP's signed-note, tlog-checkpoint, tlog-tiles,
tlog-cosignature and tlog-proof, with the recursive definitions of the RFC in place of anybody's
clever loops. It shares no code with the registry: the standard library and `cryptography`.

    python -I verify_log.py LOG_URL VKEY [--receipt FILE]… [--certificate FILE]… [--witness VKEY]

LOG_URL is where `checkpoint` and `tile/` are. Exit 0 when everything holds, 1 with one line that
names what does not. The last line names the modules that were loaded from outside of Python.
"""

import argparse
import base64
import hashlib
import json
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TILE = 256
HASH = 32
ENTRY = 128


class Wrong(Exception):
    """Something that does not hold."""


def require(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


# ---- RFC 9162, section 2.1 ----------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n: int) -> int:
    """The largest power of two smaller than n > 1."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree_hash(leaves: list[bytes]) -> bytes:
    """MTH of 2.1.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def path_to_root(leaf: bytes, m: int, n: int, path: list[bytes]) -> bytes:
    """The root that PATH of 2.1.3.1 leads to: entry m of n, read from the end of the path."""
    if n == 1:
        require(not path, "an inclusion proof is too long")
        return leaf
    require(bool(path), "an inclusion proof is too short")
    k = split(n)
    if m < k:
        return node_hash(path_to_root(leaf, m, k, path[:-1]), path[-1])
    return node_hash(path[-1], path_to_root(leaf, m - k, n - k, path[:-1]))


# ---- C2SP signed-note, tlog-checkpoint, tlog-cosignature ----------------------------------------


@dataclass(frozen=True)
class Key:
    """A verifier key `name+hash+base64(type ‖ key)`."""

    name: str
    id: bytes
    type: int
    public: Ed25519PublicKey

    @classmethod
    def read(cls, vkey: str) -> "Key":
        name, stated, packed = vkey.split("+", 2)
        raw = base64.b64decode(packed, validate=True)
        id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        require(id.hex() == stated, "a verifier key does not have the id that it states")
        require(len(raw) == 1 + HASH, "a verifier key is not Ed25519")
        return cls(name, id, raw[0], Ed25519PublicKey.from_public_bytes(raw[1:]))

    def signed(self, signature: bytes, message: bytes) -> bool:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Checkpoint:
    """What a signed checkpoint states, once its signature was checked."""

    size: int
    root: bytes


def read_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text, and the name, the key id and the signature of each line under it."""
    text, separator, block = note.rpartition("\n\n")
    require(bool(separator) and note.endswith("\n"), "a note has no signatures")
    lines = []
    for line in block.splitlines():
        dash, name, packed = line.split(" ")
        raw = base64.b64decode(packed, validate=True)
        require(dash == "\u2014" and len(raw) > 4, "a signature line is malformed")
        lines.append((name, raw[:4], raw[4:]))
    return text + "\n", lines


def open_checkpoint(note: str, log: Key, witness: Key | None = None) -> Checkpoint:
    """The checkpoint, signed by the log and, where a witness is asked for, cosigned by it."""
    text, lines = read_note(note)
    ours = [value for name, id, value in lines if (name, id) == (log.name, log.id)]
    require(bool(ours), "the checkpoint is not signed by the log")
    for value in ours:
        require(log.signed(value, text.encode()), "the log's signature does not hold")
    if witness is not None:
        require(cosigned(text, lines, witness), "the witness did not cosign the checkpoint")
    origin, size, root, *rest = text.split("\n")
    require(rest == [""], "the checkpoint is not three lines")
    require(origin == log.name, "the checkpoint is of another log")
    require(str(int(size)) == size, "the checkpoint's size is not plain decimal")
    return Checkpoint(int(size), base64.b64decode(root, validate=True))


def cosigned(text: str, lines: list[tuple[str, bytes, bytes]], witness: Key) -> bool:
    for name, id, value in lines:
        if (name, id) == (witness.name, witness.id):
            time = int.from_bytes(value[:8], "big")
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            if witness.signed(value[8:], message):
                return True
    return False


# ---- C2SP tlog-tiles ----------------------------------------------------------------------------


def tile_path(level: str, index: int, width: int) -> str:
    digits = f"{index:03d}"
    while len(digits) % 3:
        digits = "0" + digits
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + ("" if width == TILE else f".p/{width}")


def fetch(url: str, path: str) -> bytes:
    with urllib.request.urlopen(f"{url}/{path}", timeout=30) as answer:
        data: bytes = answer.read()
        return data


def fetch_entries(url: str, size: int) -> list[bytes]:
    entries: list[bytes] = []
    for index in range((size + TILE - 1) // TILE):
        width = min(TILE, size - index * TILE)
        path = tile_path("entries", index, width)
        bundle = fetch(url, path)
        for _ in range(width):
            length = int.from_bytes(bundle[:2], "big")
            require(length == ENTRY and len(bundle) >= 2 + length, f"{path} holds no entries")
            entries.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
        require(not bundle, f"{path} holds too much")
    return entries


def check_tiles(url: str, leaves: list[bytes]) -> int:
    """Every tile of every level, against the subtrees that it should hold; how many there were."""
    count, level, span = 0, 0, 1
    while len(leaves) // span:
        hashes = len(leaves) // span
        for index in range((hashes + TILE - 1) // TILE):
            width = min(TILE, hashes - index * TILE)
            path = tile_path(str(level), index, width)
            first = index * TILE
            wanted = [
                tree_hash(leaves[i * span : (i + 1) * span]) for i in range(first, first + width)
            ]
            require(fetch(url, path) == b"".join(wanted), f"{path} is not that of the entries")
            count += 1
        level, span = level + 1, span * TILE
    return count


def check_log(url: str, log: Key) -> list[bytes]:
    """The whole log under its newest checkpoint; its entries."""
    checkpoint = open_checkpoint(fetch(url, "checkpoint").decode(), log)
    entries = fetch_entries(url, checkpoint.size)
    leaves = [leaf_hash(entry) for entry in entries]
    require(tree_hash(leaves) == checkpoint.root, "the entries do not hash to the root")
    tiles = check_tiles(url, leaves)
    print(f"log: {len(entries)} entries, {tiles} tiles of hashes, root {checkpoint.root.hex()}")
    return entries


# ---- C2SP tlog-proof, the record's entry --------------------------------------------------------


def check_proof(text: str, entry: bytes, log: Key, witness: Key | None) -> tuple[int, Checkpoint]:
    """A tlog-proof that this entry stands in the log; its index, and the checkpoint."""
    head, separator, note = text.partition("\n\n")
    version, index, *path = head.split("\n")
    require(version == "c2sp.org/tlog-proof@v1" and bool(separator), "this is no tlog-proof")
    require(index.startswith("index "), "the proof names no index")
    checkpoint = open_checkpoint(note, log, witness)
    hashes = [base64.b64decode(line, validate=True) for line in path]
    place = int(index.removeprefix("index "))
    require(0 <= place < checkpoint.size, "the proof is of an entry beyond its checkpoint")
    root = path_to_root(leaf_hash(entry), place, checkpoint.size, hashes)
    require(root == checkpoint.root, "the proof does not lead to the root")
    return place, checkpoint


def canonical(value: Any) -> bytes:
    """RFC 8785 for values without floats and with ASCII names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_of(record: dict[str, Any], signatures: list[Any]) -> bytes:
    """recordType ‖ subject ‖ digest ‖ signaturesDigest, masked for a sealed record."""
    sealed = record["visibility"] == "sealed"
    name = "sealed" if sealed else record["type"]
    subject = None if sealed else record["subject"]
    return (
        name.encode("ascii").ljust(32, b"\0")
        + (bytes(32) if subject is None else bytes.fromhex(subject[2:]))
        + hashlib.sha256(canonical(record)).digest()
        + hashlib.sha256(canonical(signatures)).digest()
    )


def check_receipt(receipt: dict[str, Any], entries: list[bytes], log: Key) -> None:
    """A receipt against the log that is served: it must hold what was promised, where it was."""
    index = receipt["index"]
    require(index < len(entries), "a receipt promises an entry that is not in the log")
    entry = entries[index]
    require(entry[64:96].hex() == receipt["digest"][2:], "another record stands in its place")
    require(f"comity/{receipt['log'][2:]}" == log.name, "the receipt is of another log")
    place, checkpoint = check_proof(receipt["proof"], entry, log, None)
    require(place == index, "the receipt's proof is of another entry")
    leaves = [leaf_hash(each) for each in entries[: checkpoint.size]]
    require(tree_hash(leaves) == checkpoint.root, "the receipt's checkpoint is of another history")
    print(f"receipt: entry {index}, checkpoint of {checkpoint.size}")


def check_certificate(certificate: dict[str, Any], log: Key, witness: Key | None) -> None:
    """A certificate alone: seal, proof, anchor's root, and each related item."""
    seal = base64.b64decode(certificate["seal"], validate=True)
    rest = {name: value for name, value in certificate.items() if name != "seal"}
    digest = hashlib.sha256(canonical(rest)).hexdigest()
    message = f"comity-certificate/1\n{digest}\n".encode()
    require(log.signed(seal, message), "the certificate's seal does not hold")
    for item in (certificate, *certificate["related"]):
        entry = entry_of(item["record"], item["signatures"])
        place, checkpoint = check_proof(item["proof"], entry, log, witness)
        print(f"certificate: {item['record']['type']} is entry {place} of {checkpoint.size}")
        if item is certificate and certificate["anchor"] is not None:
            anchor = certificate["anchor"]
            stated = (anchor["size"], anchor["root"][2:])
            held = (checkpoint.size, checkpoint.root.hex())
            require(stated == held, "the anchor is of another checkpoint")


def main() -> int:
    options = argparse.ArgumentParser(description="Check a log of Comity from the texts alone.")
    options.add_argument("url")
    options.add_argument("vkey")
    options.add_argument("--receipt", type=Path, action="append", default=[])
    options.add_argument("--certificate", type=Path, action="append", default=[])
    options.add_argument("--witness", type=Key.read)
    asked = options.parse_args()
    try:
        log = Key.read(asked.vkey)
        entries = check_log(asked.url.rstrip("/"), log)
        for path in asked.receipt:
            check_receipt(json.loads(path.read_text("utf-8")), entries, log)
        for path in asked.certificate:
            check_certificate(json.loads(path.read_text("utf-8")), log, asked.witness)
    except (Wrong, ValueError, KeyError, IndexError, OSError) as fault:
        print(f"WRONG: {fault}")
        return 1
    roots = {name.partition(".")[0] for name in sys.modules}
    print("loaded:", *sorted(roots - sys.stdlib_module_names - {"__main__"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
