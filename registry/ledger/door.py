"""The one door for every signed record: what must hold before a submission may wait for its place.

Form, ledger, type, the type's own rules, signatures, authority, quota: each is decided here, on the
submission alone or against what only ever grows. What depends on the moment (duplicates, the latest
record on a subject) is decided by the writer, inside the transaction.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import timedelta
from functools import lru_cache
from typing import Protocol

from registry.errors import Field, InvalidInput, TooLarge
from registry.ledger import repository
from registry.ledger.append import Appended, Appender
from registry.ledger.clock import ClockGuard
from registry.ledger.quota import DailyQuota
from registry.ledger.types import RecordType
from registry.proofs.hexes import to_hex
from registry.proofs.keys import SignerKey
from registry.proofs.record import Digest, LedgerId, OrganisationId, Record, require_nfc
from registry.proofs.signature import verify_signatures
from registry.proofs.submission import parse_submission
from registry.storage.unit_of_work import Database

BATCHES_REMEMBERED = 256


class Authority(Protocol):
    """Who may sign for which organisation now, as the chain says."""

    def require(self, organisation: OrganisationId, key: SignerKey, scope: int) -> None:
        """Raise NotAuthorised unless `key` may use `scope` for `organisation` now."""
        ...


class Door:
    """Takes submissions as bytes and hands them to the writer."""

    def __init__(
        self,
        *,
        ledger: LedgerId,
        types: Mapping[str, RecordType],
        authority: Authority,
        quota: DailyQuota,
        guard: ClockGuard,
        clock_bound_s: int,
        stranger_limit: int,
        database: Database,
        appender: Appender,
    ) -> None:
        """`stranger_limit`: longest record in bytes of keys that act for no organisation."""
        self._ledger = ledger
        self._types = types
        self._authority = authority
        self._quota = quota
        self._guard = guard
        self._ahead = timedelta(seconds=clock_bound_s)
        self._stranger_limit = stranger_limit
        self._database = database
        self._appender = appender
        self._batch = _recorded_batches(database)

    def submit(self, body: bytes, address: str | None = None) -> Future[Appended]:
        """Admit one submission, given as its canonical bytes, from a network address.

        The future holds the receipt once the record is durable. Raises RegistryError at once where
        the submission itself is at fault.
        """
        submission = parse_submission(body)
        record = submission.record
        kind = self._kind(record)
        self._check_envelope(record)
        kind.check(record)
        verify_signatures(record, submission.signatures, batches=self._batch)
        self._check_authority(record, kind)
        if self._quota.counts(address):
            self._quota.take(self._counted_keys(record), address)
        return self._appender.append(submission, kind)

    def _counted_keys(self, record: Record) -> list[SignerKey]:
        """The keys whose quota a record uses up: a known one may be sent again by anybody."""
        with self._database.read() as connection:
            known = repository.find(connection, record.digest) is not None
        return [] if known else [signer.key for signer in record.signers]

    def _kind(self, record: Record) -> RecordType:
        kind = self._types.get(record.type)
        if kind is None:
            known = ", ".join(sorted(self._types))
            raise InvalidInput(
                "TYPE_UNKNOWN",
                f"this node takes no records of type {record.type}; it knows {known}",
                fields=[Field("record.type", "is not known here")],
            )
        return kind

    def _check_envelope(self, record: Record) -> None:
        if record.ledger != self._ledger:
            raise InvalidInput(
                "WRONG_LEDGER",
                f"the record is for ledger {to_hex(record.ledger)}, this is {to_hex(self._ledger)}",
                fields=[Field("record.ledger", "names another ledger")],
            )
        if record.terms is not None:
            raise InvalidInput(
                "TERMS_WRONG",
                f"{record.type} has no chain call, so its terms are null",
                fields=[Field("record.terms", "must be null")],
            )
        require_nfc(record.body, "record.body")
        if record.issued_at > self._guard.now() + self._ahead:
            raise InvalidInput(
                "ISSUED_IN_FUTURE",
                "issued_at is later than the node's clock allows; set your clock and sign again",
                fields=[Field("record.issued_at", "lies in the future")],
            )

    def _check_authority(self, record: Record, kind: RecordType) -> None:
        stranger = True
        for signer in record.signers:
            organisation = kind.acts_for(record, signer)
            if organisation is not None:
                self._authority.require(organisation, signer.key, kind.scope)
                stranger = False
        if stranger and len(record.canonical) > self._stranger_limit:
            raise TooLarge(
                "STRANGER_RECORD_TOO_LONG",
                f"a record that no organisation signs may have {self._stranger_limit} bytes here",
            )


def _recorded_batches(database: Database) -> Callable[[Digest], Record | None]:
    @lru_cache(maxsize=BATCHES_REMEMBERED)
    def recorded(digest: Digest) -> Record:
        with database.read() as connection:
            entered = repository.find(connection, digest)
        if entered is None or entered.type != "work.batch":
            raise KeyError(digest)
        return Record.from_bytes(entered.canonical)

    def find(digest: Digest) -> Record | None:
        # Only what is found is remembered: the batch may still be on its way.
        try:
            return recorded(digest)
        except KeyError:
            return None

    return find
