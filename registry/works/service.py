"""Use cases of works: what a file was registered as, its certificate, its published document."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from registry.errors import NotAuthorised, NotFound
from registry.ledger import repository as ledger
from registry.ledger.checkpoints import Anchor
from registry.ledger.clock import Clock
from registry.ledger.facts import Facts, Recording
from registry.ledger.log import OwnLog
from registry.ledger.reading import Found, Reading
from registry.ledger.receipts import Anchoring
from registry.ledger.repository import Entered
from registry.organisations.repository import latest_profile
from registry.proofs import certificate as certificates
from registry.proofs.certificate import Evidence, build_certificate
from registry.proofs.hexes import to_hex
from registry.proofs.record import OrganisationId, Record
from registry.proofs.shape import seconds_text
from registry.proofs.signature import BatchSignature, parse_signatures
from registry.proofs.submission import Submission
from registry.proofs.tlog_proof import parse_proof
from registry.works import repository

LOOK_AGAIN_S = 0.2


class Works:
    """Registered works in the own log."""

    def __init__(
        self,
        recording: Recording,
        log: OwnLog,
        reading: Reading,
        clock: Clock,
        *,
        organisation: OrganisationId,
        chain_id: int,
        logs_contract: bytes,
    ) -> None:
        """`organisation` runs the log, `logs_contract` (20 bytes) anchors it on the chain."""
        self._recording = recording
        self._log = log
        self._reading = reading
        self._clock = clock
        self._organisation = organisation
        self._chain_id = chain_id
        self._logs_contract = logs_contract

    def of_content(self, sha256: bytes) -> list[Found]:
        """The public registrations of a file, by its SHA-256, the first one first."""
        with self._recording.now(provisional=True) as facts:
            works = repository.of_content(facts, sha256)
        return [self._reading.find_one(to_hex(work.record.digest)) for work in works]

    def certificate(self, reference: str) -> dict[str, Any]:
        """The certificate of a public record. Raises NotAuthorised RECORD_SEALED."""
        found = self._reading.find_one(reference)
        if found.entered.sealed:
            raise NotAuthorised(
                "RECORD_SEALED",
                "the record is sealed: its certificate goes only to whoever shows the record",
            )
        return self._certificate(found)

    def certificate_for(self, shown: Submission) -> dict[str, Any]:
        """The certificate of the record that the caller shows, sealed or not.

        Raises NotFound RECORD_UNKNOWN.
        """
        return self._certificate(self._reading.find_one(to_hex(shown.record.digest)))

    async def wait_until_final(self, reference: str, seconds: float) -> Found:
        """The record once its anchor is final, or as it stands when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            found = await asyncio.to_thread(self._reading.find_one, reference)
            if found.standing.state is Anchoring.FINAL or loop.time() >= deadline:
                return found
            await asyncio.sleep(LOOK_AGAIN_S)

    def documents_expected(self, cid: str) -> frozenset[bytes]:
        """The SHA-256 of each file that a recorded work says it publishes under `cid`.

        Of a large file the hash does not tell the CID: what somebody stated wrongly must not keep
        away the file that really has it. Raises NotFound DOCUMENT_NOT_NAMED.
        """
        with self._recording.now(provisional=True) as facts:
            named = repository.naming_document(facts, cid)
        if not named:
            raise NotFound(
                "DOCUMENT_NOT_NAMED",
                f"no public registration here publishes a file as {cid}; register it first",
            )
        return frozenset(named)

    # ---- the certificate ------------------------------------------------------------------------

    def _certificate(self, found: Found) -> dict[str, Any]:
        entered = found.entered
        if entered.log != self._log.log_id or entered.received_at is None:
            raise NotFound(
                "CERTIFICATE_ELSEWHERE",
                "another node took this record: its certificate is sealed there, and what is known "
                "of it here stands under /api/v1/records",
            )
        with self._recording.now(provisional=True) as facts:
            main = self._evidence(facts, entered)
            related = [self._evidence(facts, each) for each in self._related(facts, found)]
        anchor = found.standing.anchor
        return build_certificate(
            evidence=main,
            received_at=datetime.fromtimestamp(entered.received_at, UTC),
            anchor=None if anchor is None else self._anchor(anchor),
            timestamps=(),
            related=related,
            as_of=self._clock.now().replace(microsecond=0),
            signer=self._log.signer,
        ).to_json()

    def _related(self, facts: Facts, found: Found) -> Iterator[Entered]:
        """The batch that signed it, the profiles of those concerned, what was said of it later."""
        record, signatures = _opened(found.entered)
        digests = [each.batch for each in signatures if isinstance(each, BatchSignature)]
        concerned = [
            self._organisation,
            *(s.organisation for s in record.signers if s.organisation),
        ]
        digests += [latest_profile(facts, each) for each in concerned]
        digests += [each.digest for each in found.later]
        if record.subject is not None:
            # What became of the thing concerns every record about it, not the first alone.
            about = ledger.speaking_about(facts.connection, record.subject)
            digests += [record.subject, *(each.digest for each in about)]
        for digest in dict.fromkeys(digests):
            entered = ledger.find(facts.connection, digest)
            open_ = entered is not None and entered.canonical is not None and not entered.sealed
            if entered is not None and open_ and digest != record.digest:
                yield entered

    def _evidence(self, facts: Facts, entered: Entered) -> Evidence:
        record, signatures = _opened(entered)
        proof = self._reading.standing(facts.connection, entered).proof
        return Evidence(
            record=record,
            signatures=signatures,
            signatures_bytes=entered.signatures or b"",
            proof=parse_proof(proof),
        )

    def _anchor(self, anchor: Anchor) -> certificates.Anchor:
        mined = anchor.mined
        return certificates.Anchor(
            chain_id=self._chain_id,
            contract=self._logs_contract,
            size=mined.size,
            root=mined.root,
            transaction=mined.transaction,
            block_number=mined.block_number,
            block_hash=mined.block_hash,
            timestamp=mined.time,
        )


def described(found: Found) -> dict[str, Any]:
    """A record and where it stands, as look-ups show it; of a sealed one no content."""
    entered = found.entered
    canonical, signatures = entered.canonical, entered.signatures
    shown = not entered.sealed and canonical is not None and signatures is not None
    return {
        "number": entered.number,
        "digest": to_hex(entered.digest),
        "type": "sealed" if entered.sealed else entered.type,
        "visibility": "sealed" if entered.sealed else "public",
        "log": to_hex(entered.log),
        "index": entered.index,
        "received_at": _time(entered.received_at),
        "state": found.standing.state.value,
        "recorded_at": _time(entered.recorded_at),
        "proof": found.standing.proof,
        "fault": entered.fault,
        "record": orjson.loads(canonical or b"null") if shown else None,
        "signatures": orjson.loads(signatures or b"null") if shown else None,
        "later": [to_hex(each.digest) for each in found.later],
    }


def _opened(entered: Entered) -> tuple[Record, Any]:
    if entered.canonical is None or entered.signatures is None:
        raise NotFound("RECORD_WITHHELD", "the log has this entry; its record is not held here")
    record = Record.from_bytes(entered.canonical)
    return record, parse_signatures(orjson.loads(entered.signatures), record)


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else seconds_text(seconds)
