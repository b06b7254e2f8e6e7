"""A spine without a chain: database, log, writer and door, on a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from registry.bootstrap import RECORD_TYPES
from registry.errors import NotAuthorised
from registry.ledger.append import Appended, Appender
from registry.ledger.clock import ClockGuard
from registry.ledger.door import Door
from registry.ledger.examine import Examiner
from registry.ledger.facts import Recording
from registry.ledger.log import Logs, OwnLog
from registry.ledger.quota import DailyQuota
from registry.ledger.reading import Reading
from registry.proofs.checkpoint import log_id, origin_of
from registry.proofs.keys import SignerKey
from registry.proofs.note import NoteSigner
from registry.proofs.record import LogId, OrganisationId
from registry.proofs.tree import Tree
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from tests.drafts import LEDGER

ORGANISATION = OrganisationId(sha256(b"an organisation").digest())
LOG_KEY = sha256(b"the key of a log").digest()
BOUND_S = 120


@dataclass
class SetClock:
    """A clock that stands where it is put, or runs with the machine's at a distance."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class ListedAuthority:
    """An authority that knows a list, in place of the chain."""

    allowed: set[tuple[bytes, str, int]] = field(default_factory=set)
    regions: dict[bytes, str] = field(default_factory=dict)
    kinds: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    opened: dict[LogId, OrganisationId] = field(default_factory=dict)

    def refusal(
        self, organisation: OrganisationId, key: SignerKey, scope: int, _time: int
    ) -> NotAuthorised | None:
        if (organisation, key, scope) in self.allowed:
            return None
        return NotAuthorised("ORGANISATION_UNKNOWN", "the organisation is not on the list")

    def region_of(self, organisation: OrganisationId) -> str | None:
        return self.regions.get(organisation)

    def kinds_of(self, organisation: OrganisationId) -> tuple[str, ...]:
        return self.kinds.get(organisation, ())

    def logs(self) -> Mapping[LogId, OrganisationId]:
        return self.opened

    def changed_at(self) -> int:
        return 0


class Spine:
    """Opens what is in `folder`; `close` and open again is a restart."""

    def __init__(self, folder: Path, *, queue_limit: int = 10_000, key_quota: int = 0) -> None:
        self.clock = SetClock()
        self.guard = ClockGuard(self.clock, BOUND_S)
        self.authority = ListedAuthority()
        self.database = Database(open_engine(f"sqlite:///{folder / 'spine.sqlite3'}"))
        upgrade(self.database.engine)
        log = log_id(ORGANISATION)
        self.log = OwnLog(log_id=log, signer=NoteSigner(origin_of(log), LOG_KEY), tree=Tree())
        self.logs = Logs(self.log, self.database)
        self.recording = Recording(
            self.database, RECORD_TYPES, self.authority, lambda: int(self.clock.now().timestamp())
        )
        self.appender = Appender(
            self.database, self.log, self.recording, self.guard, queue_limit=queue_limit
        )
        self.reading = Reading(self.database, self.logs, lambda _note: True)
        self.door = Door(
            examiner=Examiner(LEDGER, RECORD_TYPES, self.database),
            authority=self.authority,
            quota=DailyQuota(self.clock, key=key_quota, prefix=0, loopback=False),
            guard=self.guard,
            clock_bound_s=BOUND_S,
            stranger_limit=16 * 1024,
            database=self.database,
            appender=self.appender,
        )

    def start(self) -> "Spine":
        self.appender.start()
        return self

    def submit(self, body: bytes, address: str | None = None) -> Appended:
        return self.door.submit(body, address).result(timeout=30)

    def close(self) -> None:
        self.appender.stop()
        self.database.close()


OpenSpine = Callable[..., Spine]
