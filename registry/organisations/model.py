"""Who may act for an organisation at a given time, decided from the chain's events alone.

The chain decides on admission, keys, logs and suspension; this module folds its final events, in
their order, into a `Register` and answers from it. Scopes and kinds are the bits of the protocol,
section 8. Every window is half-open: `[start, end)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntFlag
from typing import Any

from registry.proofs.record import OrganisationId


class Scope(IntFlag):
    """What a key may do for its organisation."""

    ANCHOR = 1
    AGREEMENTS = 2
    CASES = 4
    RECOGNISE = 8
    LICENCE = 16
    ANSWERS = 32
    REGISTRATIONS = 64
    ADMINISTRATION = 128


# A suspended organisation writes nothing new, but never loses its anchors or its administration.
STOPPED_BY_SUSPENSION = Scope(2 | 4 | 8 | 16 | 32 | 64)
