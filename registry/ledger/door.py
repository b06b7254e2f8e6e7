"""The one door for every signed record: what must hold before a submission may wait for its place.

Form, ledger, type, the type's own rules, signatures, authority, quota: each is decided here, on the
submission alone or against what only ever grows. What depends on the moment (duplicates, the latest
record on a subject) is decided by the writer, inside the transaction.
"""

from concurrent.futures import Future
from datetime import timedelta

from registry.errors import Field, InvalidInput, TooLarge
from registry.ledger import repository
from registry.ledger.append import Appended, Appender
from registry.ledger.authority import Authority
from registry.ledger.clock import ClockGuard
from registry.ledger.examine import Examiner
from registry.ledger.quota import DailyQuota
from registry.ledger.types import RecordType
from registry.proofs.keys import SignerKey
from registry.proofs.record import Record, require_nfc
from registry.proofs.submission import parse_submission
from registry.storage.unit_of_work import Database


class Door:
    """Takes submissions as bytes and hands them to the writer."""

    def __init__(
        self,
        *,
        examiner: Examiner,
        authority: Authority,
        quota: DailyQuota,
        guard: ClockGuard,
        clock_bound_s: int,
        stranger_limit: int,
        database: Database,
        appender: Appender,
    ) -> None:
        """`stranger_limit`: longest record in bytes of keys that act for no organisation."""
        self._examiner = examiner
        self._authority = authority
        self._quota = quota
        self._guard = guard
        self._ahead = timedelta(seconds=clock_bound_s)
        self._stranger_limit = stranger_limit
        self._database = database
        self._appender = appender

    def submit(self, body: bytes, address: str | None = None) -> Future[Appended]:
        """Admit one submission, given as its canonical bytes, from a network address.

        The future holds the receipt once the record is durable. Raises RegistryError at once where
        the submission itself is at fault.
        """
        submission = parse_submission(body)
        record = submission.record
        kind = self._examiner.kind(record)
        self._examiner.envelope(record)
        self._check_draft(record)
        kind.check(record)
        self._examiner.signatures(record, submission.signatures, log=self._appender.log_id)
        self._check_authority(record, kind)
        if self._quota.counts(address):
            self._quota.take(self._counted_keys(record), address)
        return self._appender.append(submission, kind)

    def _counted_keys(self, record: Record) -> list[SignerKey]:
        """The keys whose quota a record uses up: a known one may be sent again by anybody."""
        with self._database.read() as connection:
            known = repository.find(connection, record.digest) is not None
        return [] if known else [signer.key for signer in record.signers]

    def _check_draft(self, record: Record) -> None:
        """What only the moment of submission asks of a record."""
        require_nfc(record.body, "record.body")
        if record.issued_at > self._guard.now() + self._ahead:
            raise InvalidInput(
                "ISSUED_IN_FUTURE",
                "issued_at is later than the node's clock allows; set your clock and sign again",
                fields=[Field("record.issued_at", "lies in the future")],
            )

    def _check_authority(self, record: Record, kind: RecordType) -> None:
        stranger = True
        now = int(self._guard.now().timestamp())
        for signer in record.signers:
            organisation = kind.acts_for(record, signer)
            if organisation is not None:
                refusal = self._authority.refusal(organisation, signer.key, kind.scope, now)
                if refusal is not None:
                    raise refusal
                stranger = False
        if stranger and len(record.canonical) > self._stranger_limit:
            raise TooLarge(
                "STRANGER_RECORD_TOO_LONG",
                f"a record that no organisation signs may have {self._stranger_limit} bytes here",
            )
