"""Agreements and answers as they leave this room: JSON objects, and the hash of an answer."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from registry.ledger.facts import Recorded
from registry.proofs.canonical import encode
from registry.proofs.hexes import to_hex
from registry.proofs.record import OrganisationId
from registry.proofs.shape import seconds_text, time_text
from registry.representation.model import wording
from registry.representation.model.question import Answer, NearMiss, Query, Reason
from registry.representation.territories import Mask, Resolver
from registry.representation.tis import TisCode

Names = Mapping[OrganisationId, tuple[tuple[str, str], ...]]


def agreement_view(recorded: Recorded, names: Names) -> dict[str, Any]:
    """An agreement as recorded; `recorded_at` is null while its anchor is not final."""
    body = recorded.record.body
    at = recorded.recorded_at
    return {
        "number": recorded.number,
        "digest": to_hex(recorded.record.digest),
        "parties": [
            {
                "organisation": to_hex(party),
                "names": [{"text": text, "lang": lang} for text, lang in said],
            }
            for party, said in names.items()
        ],
        "family": body["family"],
        "legs": body["legs"],
        "filing": body["filing"],
        "issued_at": time_text(recorded.record.issued_at),
        "recorded_at": None if at is None else seconds_text(at),
    }


def result_view(
    query: Query,
    answer: Answer,
    resolver: Resolver,
    *,
    evidence: Iterable[Mapping[str, Any]],
    stands_on: Mapping[str, Any],
) -> dict[str, Any]:
    """The whole result. The hash covers everything that does not depend on who answers."""
    territories = {
        value.value: _codes(mask, query, resolver) for value, mask in answer.territories.items()
    }
    hashed = {
        "query": query.to_json(),
        "answer": answer.value.value,
        "reasons": [_reason(each, query, resolver) for each in answer.reasons],
        "nearest": [_near_miss(each) for each in answer.nearest],
        "territories": territories,
        "stands_on": dict(stands_on),
    }
    told = wording.sentence(query, answer, resolver)
    return {
        **hashed,
        "sentence": {"en": told.en, "zh": told.zh},
        "names": _names(territories, query, resolver),
        "evidence": list(evidence),
        "result_hash": to_hex(result_hash(hashed)),
    }


def result_hash(result: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of the parts of a result that every node gives alike."""
    parts = ("query", "answer", "reasons", "nearest", "territories", "stands_on")
    return sha256(encode({part: result[part] for part in parts})).digest()


def _reason(reason: Reason, query: Query, resolver: Resolver) -> dict[str, Any]:
    agreement, leg = reason.agreement, reason.leg
    return {
        "code": reason.code,
        "territories": _codes(reason.mask, query, resolver),
        "right": reason.right,
        "agreement": None if agreement is None else agreement.number,
        "digest": None if agreement is None else to_hex(agreement.digest),
        "leg": None if leg is None else leg.index + 1,
        "field": reason.field,
        "expected": reason.expected,
        "actual": reason.actual,
        "en": reason.en,
        "zh": reason.zh,
    }


def _near_miss(near: NearMiss) -> dict[str, Any]:
    return {
        "agreement": near.agreement.number,
        "digest": to_hex(near.agreement.digest),
        "leg": near.leg.index + 1,
        "right": near.right,
        "failed": list(near.failed),
        "would_be_yes_if": {"en": near.en, "zh": near.zh},
    }


def _codes(mask: Mask, query: Query, resolver: Resolver) -> list[int]:
    """TIS numbers, a group standing for all that belonged to it on the day."""
    return [int(code) for code in resolver.compressed(mask, query.on)]


def _names(
    territories: Mapping[str, list[int]], query: Query, resolver: Resolver
) -> dict[str, dict[str, str]]:
    found = {}
    for code in sorted({code for codes in territories.values() for code in codes}):
        en, zh = resolver.named(TisCode(code), query.on)
        found[str(code)] = {"en": en, "zh": zh}
    return found
