"""Statements about published cases for tests: in order unless changed, by bodies of three regions.

`World` folds what it is told in the order in which it is told, as a node would after the anchor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.proofs.hexes import to_hex
from registry.proofs.number import number_of
from registry.proofs.record import (
    Digest,
    LedgerId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)
from registry.proofs.signature import key_of
from registry.recognition import bodies, records
from registry.recognition.model.cases import Cases, Said
from registry.recognition.model.codes import effect
from registry.recognition.model.fold import fold
from registry.recognition.model.numbers import Kind, new_reference

LEDGER = LedgerId(sha256(b"a ledger for tests").digest())
ISSUED_AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
CONSENTS = [to_hex(sha256(text).digest()) for text in (b"one side", b"the other side")]

CHECKS = {kind.name: kind.check for kind in records.RECORD_TYPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """A body that speaks: its region and station, and the key it signs with."""

    region: str
    station: str

    @property
    def id(self) -> OrganisationId:
        return OrganisationId(sha256(f"{self.region}{self.station}".encode()).digest())

    @property
    def key(self) -> bytes:
        return sha256(self.id).digest()

    @property
    def signer(self) -> Signer:
        return Signer(key=key_of(self.key), organisation=self.id, capacity="body")


HAINAN = Speaking(region="CN-46", station="QHCMS")
GUANGDONG = Speaking(region="CN-44", station="DGMC")
SINGAPORE = Speaking(region="SG", station="IPOSADR")


def case_id(serial: int = 17, version: int = 1, body: Speaking = HAINAN) -> str:
    """A reference with its version."""
    return f"{new_reference(Kind.CASE, body.region, body.station, 2026, serial)}@{version}"


def recognition_id(serial: int = 1, body: Speaking = SINGAPORE) -> str:
    return str(new_reference(Kind.RECOGNITION, body.region, body.station, 2026, serial))


def publication_body(**changes: Any) -> dict[str, Any]:
    return {
        "id": case_id(),
        "class": "KTV-PERF",
        "use": "karaoke",
        "rights": ["public_showing"],
        "region_tier": 3,
        "scale_band": "16-30 rooms",
        "works_band": "library",
        "issue_codes": ["licence_scope_vendor_vs_venue"],
        "standard": "STD:CN-46:QHCMS:KTV-PERF:2.1",
        "method": "B3",
        "factors": ["DURATION", "AFTER_NOTICE", "EARLY"],
        "per_unit_band": "RMB 8-10 /room/day",
        "licence_converted": True,
        "days": 19,
        "confirmation": "confirmed",
        "departures": [],
        "consents": CONSENTS,
        "reviewer2": "R-07",
        "k_anonymity": 7,
        "lang": {"authentic": "zh", "translations": ["en"]},
        **changes,
    }


def status_body(status: str = "withdrawn", **changes: Any) -> dict[str, Any]:
    return {
        "status": status,
        "reason": [{"text": "当事人撤回同意", "lang": "zh"}],
        "basis": None,
        "effective_on": "2026-11-22",
        **changes,
    }


def citation_body(cited: Digest, read: Digest | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "citing": None,
        "cited": to_hex(cited),
        "read": to_hex(cited if read is None else read),
        "pinpoint": ["#method"],
        "treatment": "followed",
        "similarity": {"facts": "similar", "issues": "same", "law": "same"},
        "differences": [],
        "reason": [{"text": "同类场所，同一许可争议", "lang": "zh"}],
        **changes,
    }


TURNED_AWAY: dict[str, Any] = {
    "treatment": "distinguished",
    "similarity": {"facts": "different", "issues": "same", "law": "similar"},
    "differences": [{"text": "场所规模不同", "lang": "zh"}],
    "reason": [{"text": "本案场所规模与城市等级明显不同，不宜参照", "lang": "zh"}],
}


def recognition_body(recognised: Digest, **changes: Any) -> dict[str, Any]:
    return {
        "id": recognition_id(),
        "recognised": to_hex(recognised),
        "recognised_number": number_of(recognised),
        "subject_hash": to_hex(recognised),
        "decision": "conditional",
        "scope": ["#issue1", "#method"],
        "conditions": [
            {
                "no": 1,
                "text": {"zh": "按本地费率换算", "en": "convert with the local tariff"},
                "due": "2027-01-31",
                "met_at": None,
            }
        ],
        "reason_codes": ["TARIFF_NOT_COMPARABLE"],
        "reasons": {"zh": "两地费率不可直接比较", "en": "the tariffs cannot be compared directly"},
        "legal_basis": ["STD:SG:IPOSADR:KTV-PERF:1.0#3"],
        "reciprocity": "AGR-2026-02",
        "adjustments": {"tariff": "SG/2026", "city_tier": "3->1"},
        "valid_from": "2026-12-01",
        "valid_to": "2028-11-30",
        "effect": effect().code,
        **changes,
    }


def drafted(
    type: str,
    body: Mapping[str, Any],
    speaking: Speaking = HAINAN,
    *,
    subject: Digest | None = None,
    previous: Digest | None = None,
    salt: bytes | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    signers: list[Signer] | None = None,
    ledger: LedgerId = LEDGER,
    issued_at: datetime = ISSUED_AT,
) -> Record:
    """A record of a body, not signed."""
    return new_record(
        ledger=ledger,
        type=type,
        signers=[speaking.signer] if signers is None else signers,
        body=body,
        subject=subject,
        previous=previous,
        issued_at=issued_at,
        salt=salt,
        visibility=visibility,
    )


@dataclass
class World:
    """What was recorded, in order; each statement passed the check of its type."""

    recorded: list[Said] = field(default_factory=list)
    regions: dict[OrganisationId, str] = field(default_factory=dict)

    def tell(
        self,
        type: str,
        body: Mapping[str, Any],
        speaking: Speaking = HAINAN,
        *,
        subject: Digest | None = None,
        previous: Digest | None = None,
    ) -> Digest:
        """Record a statement after all others; its digest."""
        said = self.said(type, body, speaking, subject=subject, previous=previous)
        self.recorded.append(said)
        return said.digest

    def said(
        self,
        type: str,
        body: Mapping[str, Any],
        speaking: Speaking = HAINAN,
        *,
        subject: Digest | None = None,
        previous: Digest | None = None,
    ) -> Said:
        """A statement that is not recorded yet. Raises what the check of its type raises."""
        salt = sha256(f"{type} {len(self.recorded)}".encode()).digest()
        record = drafted(type, body, speaking, subject=subject, previous=previous, salt=salt)
        CHECKS[type](record)
        region = self.regions.get(speaking.id, speaking.region)
        return bodies.said(record, region, len(self.recorded))

    def publish(self, serial: int = 17, body: Speaking = HAINAN, **changes: Any) -> Digest:
        told = {"id": case_id(serial, body=body), **changes}
        return self.tell("case.publication", publication_body(**told), body)

    def correct(
        self, case: Digest, previous: Digest, version: int, body: Speaking = HAINAN, **changes: Any
    ) -> Digest:
        told = publication_body(**{"id": case_id(17, version, body), **changes})
        return self.tell("case.publication", told, body, subject=case, previous=previous)

    def change(self, case: Digest, status: str = "withdrawn", **changes: Any) -> Digest:
        known = self.cases.cases.get(case)
        previous = case if known is None else known.latest_change
        basis = {"basis": "（2026）琼民特1号"} if "court" in status or "confirm" in status else {}
        body = status_body(status, **basis, **changes)
        return self.tell("case.status", body, HAINAN, subject=case, previous=previous)

    def cite(self, cited: Digest, body: Speaking = GUANGDONG, **changes: Any) -> Digest:
        return self.tell("citation.statement", citation_body(cited, **changes), body)

    def recognise(self, recognised: Digest, body: Speaking = SINGAPORE, **changes: Any) -> Digest:
        told = {"id": recognition_id(body=body), **changes}
        return self.tell("recognition.statement", recognition_body(recognised, **told), body)

    @property
    def cases(self) -> Cases:
        return fold(self.recorded)

    def code(self, digest: Digest) -> str | None:
        """Why a statement does not count; None where it does."""
        refused = self.cases.refused.get(digest)
        return None if refused is None else refused.fault.code
