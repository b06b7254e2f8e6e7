"""What an anchor adds to a log, proven: from a digest on the chain to entries and tiles.

Protocol section 6: the chain has size, root and the digest of a manifest. The manifest must be of
that head, follow the one before, and carry the head as the log's own key signed it; its bundles
must hold entries that hash, after those that are known here, to the root on the chain; every tile
of hashes must be ours, byte for byte. So a head of the wrong size, a tile that is wrong and a
bundle that lies are each noticed, and named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from registry.errors import Damaged, InvalidInput, RegistryError
from registry.ledger.checkpoints import Mined, Prepared
from registry.proofs import entry
from registry.proofs.candidate import Candidate
from registry.proofs.checkpoint import open_checkpoint
from registry.proofs.entry import leaf_hash
from registry.proofs.manifest import Manifest, parse_manifest
from registry.proofs.note import VerifierKey
from registry.proofs.record import Digest
from registry.proofs.tiles import FULL, Tile, parse_bundle, tiles_between
from registry.proofs.tree import Tree

Fetch = Callable[[Sequence[Digest]], Sequence[bytes]]
"""The blocks of digests, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A proven head: its manifest, in bytes and as it reads, the new entries, the new tiles."""

    data: bytes
    manifest: Manifest
    old_size: int
    entries: Sequence[bytes]
    tiles: Sequence[bytes]

    def prepared(self) -> Prepared:
        """The checkpoint as it is kept; its records are still to come."""
        return Prepared(
            log=self.manifest.log,
            size=self.manifest.size,
            old_size=self.old_size,
            root=self.manifest.root,
            note=self.manifest.checkpoint,
            manifest=self.data,
            published=False,
        )


def open_manifest(data: bytes, mined: Mined, before: Digest | None, key: VerifierKey) -> Manifest:
    """The manifest of an anchor that follows the manifest `before`, signed by the log's key.

    Raises Damaged MANIFEST_INVALID, MANIFEST_MISMATCH, MANIFEST_CHAIN or CHECKPOINT_SIGNATURE.
    """
    try:
        manifest = parse_manifest(data)
    except RegistryError as exc:
        raise Damaged("MANIFEST_INVALID", f"its manifest is none: {exc.detail}") from exc
    if (manifest.log, manifest.size, manifest.root) != (mined.log, mined.size, mined.root):
        raise Damaged("MANIFEST_MISMATCH", "its manifest is of another log, size or root")
    if manifest.previous != before:
        raise Damaged("MANIFEST_CHAIN", "its manifest does not follow that of the anchor before")
    try:
        open_checkpoint(manifest.checkpoint, key)
    except InvalidInput as exc:
        raise Damaged("CHECKPOINT_SIGNATURE", "its head is not signed by the log's key") from exc
    return manifest


def prove(data: bytes, manifest: Manifest, tree: Tree, fetch: Fetch) -> Head:
    """The entries and tiles that a manifest adds to the log whose `tree` is known.

    Raises Damaged TILE_INVALID or LOG_ROOT, and what `fetch` raises for a bundle.
    """
    old = tree.size
    tiles = list(tiles_between(old, manifest.size))
    if {tile.path for tile in tiles} != manifest.tiles.keys():
        raise Damaged("TILE_INVALID", "its manifest lists other tiles than are new")
    bundled = [tile for tile in tiles if tile.level is None]
    bundles = fetch([manifest.tiles[tile.path] for tile in bundled])
    entries = [
        found
        for tile, bundle in zip(bundled, bundles, strict=True)
        for found in _new_entries(tile, bundle, tree)
    ]
    candidate = Candidate(tree, [leaf_hash(found) for found in entries])
    if candidate.root() != manifest.root:
        raise Damaged("LOG_ROOT", "its entries do not hash to the root on the chain")
    hashes = _hash_tiles(candidate, tiles, manifest.tiles)
    return Head(
        data=data,
        manifest=manifest,
        old_size=old,
        entries=entries,
        tiles=[*bundles, *hashes],
    )


def _new_entries(tile: Tile, bundle: bytes, tree: Tree) -> Iterator[bytes]:
    """What a bundle adds; what it repeats must be what is known."""
    for index, found in enumerate(parse_bundle(bundle, tile.width), tile.index * FULL):
        if len(found) != entry.SIZE:
            raise Damaged("TILE_INVALID", f"{tile.path} holds something that is no entry")
        if index >= tree.size:
            yield found
        elif leaf_hash(found) != tree.leaf(index):
            raise Damaged("TILE_INVALID", f"{tile.path} repeats entry {index} as another")


def _hash_tiles(
    candidate: Candidate, tiles: Sequence[Tile], stated: Mapping[str, Digest]
) -> Iterator[bytes]:
    """The tiles of hashes: ours, which must be what the manifest names."""
    for tile in tiles:
        if tile.level is not None:
            ours = candidate.tile(tile.level, tile.index, tile.width)
            if sha256(ours).digest() != stated[tile.path]:
                raise Damaged("TILE_INVALID", f"{tile.path} is not the hashes of the entries")
            yield ours
