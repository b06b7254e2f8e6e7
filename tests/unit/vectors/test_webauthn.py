"""Passkey assertions made by node's crypto: those that hold, and those that are refused."""

from typing import Any

import pytest

from registry.errors import NotAuthorised
from registry.proofs import hexes
from registry.proofs.conformance import load
from registry.proofs.record import Record
from registry.proofs.signature import parse_signatures, verify_signatures
from registry.proofs.statement import statement_digest
from registry.proofs.webauthn import challenge_of

RECORDS = load("webauthn.json")["records"]
CASES = [(vector, case) for vector in RECORDS for case in vector["cases"]]


def code_of(record: Record, signature: dict[str, Any]) -> str:
    try:
        verify_signatures(record, parse_signatures([signature], record))
    except NotAuthorised as fault:
        return fault.code
    return "holds"


@pytest.mark.parametrize("vector", RECORDS)
def test_the_challenge_is_the_statement(vector: dict[str, Any]) -> None:
    digest = statement_digest(Record.from_json(vector["record"]))
    assert hexes.to_hex(digest) == vector["statement"]
    assert challenge_of(digest) == vector["challenge"]


@pytest.mark.parametrize(("vector", "case"), CASES, ids=lambda value: value.get("name", ""))
def test_an_assertion(vector: dict[str, Any], case: dict[str, Any]) -> None:
    expected = "holds" if case["holds"] else case["code"]
    assert code_of(Record.from_json(vector["record"]), case["signature"]) == expected


@pytest.mark.parametrize("member", ["authenticator_data", "client_data", "value"])
def test_every_changed_byte_is_refused(member: str) -> None:
    vector = RECORDS[0]
    record = Record.from_json(vector["record"])
    signature = vector["cases"][0]["signature"]
    data = hexes.from_hex(signature[member])
    for place in range(len(data)):
        changed = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        altered = {**signature, member: hexes.to_hex(changed)}
        assert code_of(record, altered) != "holds", place
