"""Statements, signatures and canonical bytes against those of ethers, viem and canonicalize."""

from typing import Any

import pytest

from registry.errors import NotAuthorised
from registry.proofs import hexes
from registry.proofs.conformance import load
from registry.proofs.record import LedgerId, Record
from registry.proofs.signature import (
    key_of,
    parse_signatures,
    sign_digest,
    sign_eip712,
    verify_eip712,
    verify_signatures,
)
from registry.proofs.statement import (
    ZERO,
    domain_separator,
    statement_digest,
    statement_digest_of,
)

VECTORS = load("statements.json")


def from_hex_or_zero(text: str | None) -> bytes:
    return ZERO if text is None else hexes.from_hex(text)


@pytest.mark.parametrize("vector", VECTORS["statements"], ids=lambda vector: vector["type"])
def test_a_statement_by_its_parts(vector: dict[str, Any]) -> None:
    ledger = LedgerId(hexes.from_hex(vector["ledger"]))
    subject, terms = from_hex_or_zero(vector["subject"]), from_hex_or_zero(vector["terms"])
    digest = hexes.from_hex(vector["digest"])
    made = statement_digest_of(ledger, vector["type"], subject, digest, terms)
    assert hexes.to_hex(domain_separator(ledger)) == vector["domain_separator"]
    assert hexes.to_hex(made) == vector["statement"]


@pytest.mark.parametrize("vector", VECTORS["statements"], ids=lambda vector: vector["type"])
def test_signing_gives_the_same_signature(vector: dict[str, Any]) -> None:
    private, statement = hexes.from_hex(vector["private"]), hexes.from_hex(vector["statement"])
    assert key_of(private) == vector["key"]
    assert hexes.to_hex(sign_digest(private, statement)) == vector["signature"]
    verify_eip712(hexes.from_hex(vector["signature"]), statement, key_of(private))


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["name"])
def test_a_whole_record(vector: dict[str, Any]) -> None:
    record = Record.from_json(vector["record"])
    assert record.canonical.decode() == vector["canonical"]
    assert hexes.to_hex(record.digest) == vector["digest"]
    assert hexes.to_hex(statement_digest(record)) == vector["statement"]
    assert Record.from_bytes(vector["canonical"].encode()) == record
    verify_signatures(record, parse_signatures(vector["signatures"], record))
    assert [sign_eip712(hexes.from_hex(vector["private"]), record)] == vector["signatures"]


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["name"])
def test_the_malleable_twin_is_refused(vector: dict[str, Any]) -> None:
    record = Record.from_json(vector["record"])
    with pytest.raises(NotAuthorised) as fault:
        verify_signatures(record, parse_signatures(vector["high_s"], record))
    assert fault.value.code == "SIGNATURE_HIGH_S"


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["name"])
def test_another_record_does_not_carry_the_signature(vector: dict[str, Any]) -> None:
    others = [other for other in VECTORS["records"] if other["name"] != vector["name"]]
    for other in others:
        stated = {**other["record"], "signers": vector["record"]["signers"]}
        record = Record.from_json(stated)
        with pytest.raises(NotAuthorised):
            verify_signatures(record, parse_signatures(vector["signatures"], record))
