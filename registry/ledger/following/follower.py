"""The logs of the other organisations, each followed as far as the chain has it.

One anchor after the other: its manifest and its new tiles are fetched and proven (`head.py`), its
entries kept together with its checkpoint, then its records taken (`contents.py`). What is kept is
final and proven, so a restart goes on where it was. Each log has a thread of its own: one that is
silent, slow or wrong holds up no other, and says so in `troubles`.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event

from registry.documents.block import Block
from registry.errors import Damaged, InvalidInput, NotFound, RegistryError, Unavailable
from registry.ledger import checkpoints, projection, repository
from registry.ledger.checkpoints import Mined, Prepared
from registry.ledger.clock import Clock
from registry.ledger.examine import Examiner
from registry.ledger.following.contents import RECORD_WITHHELD, Contents
from registry.ledger.following.head import Head, open_manifest, prove
from registry.ledger.following.sources import Exchange, Sources
from registry.ledger.log import Log, Logs
from registry.ledger.projection import Placed
from registry.ledger.repository import RECORD_PENDING
from registry.ledger.types import Position
from registry.proofs.entry import parse_entry
from registry.proofs.hexes import to_hex
from registry.proofs.note import VerifierKey
from registry.proofs.record import Digest, LogId, OrganisationId
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

LOGS_AT_ONCE = 16
LOOKED_AT_AGAIN = 64


class Listed:
    """Not to be instantiated: the shape of what the register of organisations tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds.

    `publication_s`: what the founders granted between an anchor and its publication; `again_s`:
    between two looks at what was withheld; `round_s`: for all logs in one step, before slow ones are
    left to themselves.
    """

    publication_s: float
    again_s: float = 60.0
    round_s: float = 1.0


@dataclass(slots=True)
class _Pursuit:
    """What is remembered of one log between two rounds; only its own thread changes it."""

    organisation: OrganisationId
    running: Future[None] | None = None
    trouble: RegistryError | None = None
    #: A head that can never be proven: asking again would bring the same.
    false: tuple[Mined, Damaged] | None = None
    waiting_since: float | None = None
    again_from: int = 0
    again_at: float = field(default=float("-inf"))
