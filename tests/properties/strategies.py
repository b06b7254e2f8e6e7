"""Values to draw: JSON inside the protocol's bounds, records, digests; and changes of one bit."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from registry.proofs.keys import eth_key
from registry.proofs.record import (
    Digest,
    LedgerId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)

settings.register_profile("comity", deadline=None)
settings.load_profile("comity")  # how long an example takes is nobody's business here

INTEGERS = st.integers(-(2**53 - 1), 2**53 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=12)
DIGESTS = st.binary(min_size=32, max_size=32)

VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
"""JSON within the bounds; far fewer than 16 levels."""

BODIES = st.dictionaries(NAMES, VALUES, max_size=5)

SIGNERS = st.builds(
    Signer,
    key=st.binary(min_size=20, max_size=20).map(eth_key),
    organisation=st.none() | DIGESTS.map(OrganisationId),
    capacity=TEXTS.filter(bool),
)

TIMES = st.datetimes(timezones=st.just(UTC))

RECORDS: st.SearchStrategy[Record] = st.builds(
    new_record,
    ledger=DIGESTS.map(LedgerId),
    type=st.from_regex(r"[a-z0-9._-]{1,31}", fullmatch=True).filter(lambda name: name != "sealed"),
    signers=st.lists(SIGNERS, min_size=1, max_size=3),
    body=BODIES,
    issued_at=TIMES,
    subject=st.none() | DIGESTS.map(Digest),
    previous=st.none() | DIGESTS.map(Digest),
    terms=st.none() | DIGESTS,
    visibility=st.sampled_from(Visibility),
    salt=DIGESTS,
)


def flips(data: bytes, step: int = 1) -> Iterator[bytes]:
    """`data` with one bit changed, every bit in turn, or every `step`-th."""
    for bit in range(0, 8 * len(data), step):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << (bit % 8)
        yield bytes(changed)


def cuts(data: bytes) -> Iterator[bytes]:
    """`data` cut short, at every length."""
    return (data[:length] for length in range(len(data)))


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
