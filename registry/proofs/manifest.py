"""The manifest of an anchor: which tiles and which records were published with it.

Its digest stands on the chain beside the root, so that whoever holds the chain can find, and
check, all that is public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from registry.errors import InvalidInput
from registry.proofs import canonical, hexes, shape
from registry.proofs.checkpoint import origin_of, parse_checkpoint
from registry.proofs.record import Digest, LogId
from registry.proofs.tiles import parse_path

SPEC = "comity-manifest/1"

LIMIT = 1024 * 1024
"""Longest manifest, in bytes: one raw block."""

_FIELDS = frozenset(("spec", "log", "size", "root", "checkpoint", "previous", "tiles", "published"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was published with the anchor of `log` at `size`.

    `tiles` names by path the digest of each tile that is new since `previous`, partial ones too;
    `published` are half-open ranges [from, to) of entries whose records went with it.
    """

    log: LogId
    size: int
    root: bytes
    checkpoint: str
    previous: Digest | None
    tiles: Mapping[str, Digest]
    published: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """The manifest as a JSON object."""
        return {
            "spec": SPEC,
            "log": hexes.to_hex(self.log),
            "size": self.size,
            "root": hexes.to_hex(self.root),
            "checkpoint": self.checkpoint,
            "previous": None if self.previous is None else hexes.to_hex(self.previous),
            "tiles": {path: hexes.to_hex(digest) for path, digest in self.tiles.items()},
            "published": [list(span) for span in self.published],
        }

    def canonical(self) -> bytes:
        """The bytes of the raw block."""
        return canonical.encode(self.to_json())

    def digest(self) -> Digest:
        """SHA-256 of the block: what the chain holds."""
        return Digest(sha256(self.canonical()).digest())


def parse_manifest(data: bytes) -> Manifest:
    """The manifest of a block, its parts in agreement; no signature is verified.

    Raises as `canonical.decode`, `shape`, `hexes`, `parse_checkpoint`, and InvalidInput
    MANIFEST_MISMATCH.
    """
    known = shape.exact(canonical.decode(data, limit=LIMIT), _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    previous = known["previous"]
    manifest = Manifest(
        log=LogId(hexes.from_hex(known["log"], size=32, path="log")),
        size=shape.integer(known["size"], "size", least=1),
        root=hexes.from_hex(known["root"], size=32, path="root"),
        checkpoint=shape.text(known["checkpoint"], "checkpoint"),
        previous=None if previous is None else Digest(_bytes32(previous, "previous")),
        tiles=_tiles(known["tiles"]),
        published=_spans(known["published"], known["size"]),
    )
    checkpoint, _ = parse_checkpoint(manifest.checkpoint)
    stated = (origin_of(manifest.log), manifest.size, manifest.root)
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != stated:
        raise InvalidInput("MANIFEST_MISMATCH", "the manifest is of another checkpoint")
    return manifest


def _tiles(value: Any) -> dict[str, Digest]:
    if type(value) is not dict:
        raise shape.invalid("tiles", "must be an object")
    for path in value:
        parse_path(path)
    return {path: Digest(_bytes32(digest, f"tiles.{path}")) for path, digest in value.items()}


def _spans(value: Any, size: int) -> tuple[tuple[int, int], ...]:
    spans = []
    floor = 0
    for place, span in enumerate(shape.array(value, "published")):
        path = f"published[{place}]"
        if len(shape.array(span, path)) != 2:
            raise shape.invalid(path, "must be a pair")
        start = shape.integer(span[0], path, least=floor, most=size)
        floor = shape.integer(span[1], path, least=start + 1, most=size)
        spans.append((start, floor))
    return tuple(spans)


def _bytes32(value: Any, path: str) -> bytes:
    return hexes.from_hex(value, size=32, path=path)
