"""The tree in process: groups appended with root, signature and a proof each; proofs; rebuild."""

from collections.abc import Iterator
from hashlib import sha256
from random import Random
from time import perf_counter

from benchmarks.limits import Limits
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, duration
from registry.ledger.log import OwnLog
from registry.proofs.checkpoint import log_id, origin_of
from registry.proofs.note import NoteSigner
from registry.proofs.record import OrganisationId
from registry.proofs.tree import Tree

GROUPS = (25, 1000)
MEASURED_S = 1.0
HASHES_AN_ENTRY = 2  # its leaf, and the one inner node that it completes on average


def measure(scale: Scale, limits: Limits) -> Group:
    """Fill a log with `scale.entries` entries, then measure at that size."""
    log = empty_log()
    entries = [place.to_bytes(8, "big") * 16 for place in range(scale.entries)]
    rebuilt = duration(lambda: log.grow(entries))
    figures = [
        Figure(
            what=f"rebuild of {scale.entries:,} entries",
            value=scale.entries / rebuilt,
            unit="entries/s",
            limit=limits.hashes / HASHES_AN_ENTRY,
            limited_by="SHA-256, two an entry",
        ),
        *(_appended(log, group, scale, limits) for group in GROUPS),
        _proved(log, scale, limits),
    ]
    return Group(title=f"The tree, in process, at {scale.entries:,} entries", figures=figures)


def empty_log() -> OwnLog:
    """A log of nobody, with a key of its own."""
    name = log_id(OrganisationId(sha256(b"an organisation that is measured").digest()))
    signer = NoteSigner(origin_of(name), sha256(b"its key").digest())
    return OwnLog(log_id=name, signer=signer, tree=Tree())


def _appended(log: OwnLog, group: int, scale: Scale, limits: Limits) -> Figure:
    """Entries a second, appended as the writer does: grow, root, one signature, a proof each."""
    entries = [place.to_bytes(4, "big") * 32 for place in range(group)]
    added, start = 0, perf_counter()
    while added == 0 or perf_counter() - start < min(MEASURED_S, 4 * scale.seconds):
        _append(log, entries)
        added += group
    return Figure(
        what=f"append in groups of {group:,}, root, signature and a proof each",
        value=added / (perf_counter() - start),
        unit="entries/s",
        limit=min(limits.hashes / HASHES_AN_ENTRY, limits.signs * group),
        limited_by="SHA-256, two an entry",
    )


def _append(log: OwnLog, entries: list[bytes]) -> None:
    first = log.size
    log.grow(entries)
    size = log.size
    checkpoint = log.checkpoint(size)
    for _ in log.proofs(first, size, checkpoint):
        pass


def _proved(log: OwnLog, scale: Scale, limits: Limits) -> Figure:
    size = log.size
    checkpoint = log.checkpoint(size)
    chosen = Random(1).choices(range(size), k=scale.proofs)
    seconds = duration(lambda: list(_proofs(log, chosen, size, checkpoint)))
    depth = (size - 1).bit_length()
    return Figure(
        what="proof at a random index, as text",
        value=scale.proofs / seconds,
        unit="proofs/s",
        limit=limits.hashes / depth,
        limited_by=f"SHA-256, {depth} to check one",
    )


def _proofs(log: OwnLog, indices: list[int], size: int, checkpoint: str) -> Iterator[str]:
    return (log.proof(index, size, checkpoint) for index in indices)
