"""Makes the project's own vectors: `python tests/unit/proofs/make_vectors.py` (deterministic)."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import registry.proofs
from registry.proofs import hexes
from registry.proofs.conformance import load
from registry.proofs.entry import leaf_hash
from registry.proofs.keys import p256_key
from registry.proofs.manifest import Manifest
from registry.proofs.number import number_of
from registry.proofs.receipt import Receipt
from registry.proofs.record import Digest, LedgerId, LogId, Record, Signer, new_record
from registry.proofs.tiles import encode_bundle, tiles_between
from registry.proofs.tree import Tree
from registry.proofs.webauthn import WebauthnSignature, challenge_of

VECTORS = Path(registry.proofs.__file__).parent / "vectors"
MADE = {"command": "python tests/unit/proofs/make_vectors.py", "date": "2026-11-22"}
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PASSKEY = ec.derive_private_key(0xC0317, ec.SECP256R1())


def passkey_text() -> str:
    """The `p256:` key of the vectors' passkey."""
    point = PASSKEY.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return p256_key(point)


def assertion(digest: bytes, *, flags: int = 5, low: bool = True) -> WebauthnSignature:
    """What an authenticator and a browser answer for a statement digest."""
    client = json.dumps(
        {
            "type": "webauthn.get",
            "challenge": challenge_of(digest),
            "origin": "https://comity.example",
            "crossOrigin": False,
        },
        separators=(",", ":"),
    ).encode()
    data = sha256(b"comity.example").digest() + bytes((flags,)) + (7).to_bytes(4, "big")
    signed = data + sha256(client).digest()
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(PASSKEY.sign(signed, algorithm))
    if (s > P256_ORDER // 2) == low:
        s = P256_ORDER - s
    value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return WebauthnSignature(authenticator_data=data, client_data=client, value=value)


def passkey_record() -> Record:
    """A registration by the passkey."""
    founding = load("founding.json")
    body = load("records.json")["records"][0]["record"]["body"]
    return new_record(
        ledger=LedgerId(hexes.from_hex(founding["ledger"])),
        type="work.registration",
        signers=[Signer(key=passkey_text(), organisation=None, capacity="claimant")],  # type: ignore[arg-type]  # a vector is text
        body=body,
        issued_at=datetime(2026, 11, 22, 4, tzinfo=UTC),
        salt=sha256(b"passkey").digest(),
    )


def documents() -> dict[str, Any]:
    """The vectors of receipts, manifests and numbers as people write them."""
    log, records = load("log.json"), load("records.json")["records"]
    digest = Digest(hexes.from_hex(records[3]["digest"]))
    receipt = Receipt(
        digest=digest,
        log=LogId(hexes.from_hex(log["log"])),
        index=3,
        received_at=datetime(2026, 11, 22, 3, 0, 5, tzinfo=UTC),
        proof=next(x["proof"] for x in log["inclusion"] if (x["index"], x["size"]) == (3, 4)),
    )
    published = _manifest(log, records)
    written = number_of(digest)
    return {
        "about": "A receipt, a manifest (its canonical text and digest), numbers as written.",
        "made": MADE,
        "receipt": receipt.to_json(),
        "manifest": published.canonical().decode(),
        "manifest_digest": hexes.to_hex(published.digest()),
        "numbers": [
            {"written": written, "number": written},
            {"written": written.lower().replace("-", " "), "number": written},
            {"written": " " + written.replace("1", "l").replace("0", "o"), "number": written},
        ],
    }


def _manifest(log: dict[str, Any], records: list[dict[str, Any]]) -> Manifest:
    entries = [hexes.from_hex(item["entry"]) for item in records[:8]]
    tree = Tree(leaf_hash(entry) for entry in entries)
    tiles = {
        tile.path: Digest(
            sha256(
                encode_bundle(entries)
                if tile.level is None
                else tree.tile(tile.level, tile.index, tile.width)
            ).digest()
        )
        for tile in tiles_between(0, 8)
    }
    return Manifest(
        log=LogId(hexes.from_hex(log["log"])),
        size=8,
        root=tree.root(),
        checkpoint=log["checkpoint"],
        previous=None,
        tiles=tiles,
        published=((0, 3), (4, 8)),
    )


def text(vectors: dict[str, Any]) -> str:
    """The vectors as they are committed."""
    return json.dumps(vectors, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    (VECTORS / "documents.json").write_text(text(documents()), encoding="utf-8")
