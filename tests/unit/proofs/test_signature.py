"""Signatures: who signed, low s, schemes that fit their keys, batches, passkeys."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data

from registry.errors import InvalidInput, NotAuthorised, RegistryError
from registry.proofs import hexes
from registry.proofs.batch import BatchTree
from registry.proofs.conformance import load
from registry.proofs.founding import parse_founding, sign_founding, verify_founding
from registry.proofs.record import Digest, Record
from registry.proofs.signature import (
    BatchSignature,
    Eip712Signature,
    key_of,
    parse_signatures,
    sign_eip712,
    verify_signatures,
)
from registry.proofs.statement import statement_digest
from registry.proofs.submission import new_submission
from tests.unit.proofs import make_vectors
from tests.unit.proofs.world import ALICE, BOB, CAROL, World, person, transfer_body

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def refusal(record: Record, signatures: Any, **more: Any) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        verify_signatures(record, signatures, **more)
    return caught.value


def typed_data(record: Record) -> dict[str, Any]:
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "salt", "type": "bytes32"},
            ],
            "Statement": [
                {"name": name, "type": "bytes32"}
                for name in ("recordType", "subject", "digest", "terms")
            ],
        },
        "primaryType": "Statement",
        "domain": {"name": "Comity", "version": "1", "salt": record.ledger},
        "message": {
            "recordType": record.type.encode().ljust(32, b"\0"),
            "subject": record.subject or bytes(32),
            "digest": record.digest,
            "terms": record.terms or bytes(32),
        },
    }


@pytest.mark.parametrize("item", load("records.json")["records"], ids=lambda item: item["name"])
def test_statements_are_those_of_eth_account(item: dict[str, Any]) -> None:
    record = Record.from_json(item["record"])
    message = encode_typed_data(full_message=typed_data(record))
    assert _hash_eip191_message(message) == statement_digest(record)


def test_a_signature_by_somebody_else_is_refused_by_place() -> None:
    world = World()
    record = world.draft(
        "work.transfer", [person(ALICE), person(BOB, "transferee")], transfer_body(key_of(BOB))
    )
    right = [sign_eip712(ALICE, record), sign_eip712(BOB, record)]
    verify_signatures(record, parse_signatures(right, record))
    swapped = refusal(record, parse_signatures(right[::-1], record))
    assert (swapped.code, swapped.fields[0].path) == ("SIGNATURE_INVALID", "signatures[0]")
    wrong = [right[0], sign_eip712(CAROL, record)]
    assert refusal(record, parse_signatures(wrong, record)).fields[0].path == "signatures[1]"


def test_the_malleable_twin_is_refused() -> None:
    record = World().registration()
    (signature,) = parse_signatures([sign_eip712(ALICE, record)], record)
    assert isinstance(signature, Eip712Signature)
    s = ORDER - int.from_bytes(signature.value[32:64], "big")
    twin = signature.value[:32] + s.to_bytes(32, "big") + bytes((55 - signature.value[64],))
    assert refusal(record, [Eip712Signature(value=twin)]).code == "SIGNATURE_HIGH_S"


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_v_is_27_or_28(v: int) -> None:
    record = World().registration()
    value = hexes.from_hex(sign_eip712(ALICE, record)["value"])[:64] + bytes((v,))
    assert refusal(record, [Eip712Signature(value=value)]).code == "SIGNATURE_INVALID"


@pytest.mark.parametrize("value", [bytes(64) + b"\x1b", b"\xff" * 32 + b"\x01" * 32 + b"\x1b"])
def test_values_that_no_key_can_make_are_refused(value: bytes) -> None:
    record = World().registration()
    assert refusal(record, [Eip712Signature(value=value)]).code == "SIGNATURE_INVALID"


def test_a_statement_is_bound_to_ledger_type_subject_and_terms() -> None:
    record = World().registration()
    signatures = parse_signatures([sign_eip712(ALICE, record)], record)
    for change in (
        {"ledger": bytes(32)},
        {"type": "work.batch"},
        {"subject": bytes(32)},
        {"terms": b"\1" * 32},
    ):
        assert refusal(replace(record, **change), signatures).code == "SIGNATURE_INVALID"


def test_one_signature_a_signer() -> None:
    record = World().registration()
    with pytest.raises(InvalidInput, match="SIGNATURE_COUNT"):
        parse_signatures([], record)
    assert refusal(record, []).code == "SIGNATURE_COUNT"


class TestBatch:
    """One signature for many works."""

    def setup_method(self) -> None:
        self.world = World()
        self.works = []
        for place in range(5):
            self.works.append(self.world.registration(file=bytes((place,))))
        self.tree = BatchTree([work.digest for work in self.works])
        self.batch = self.world.draft("work.batch", [person(ALICE)], self.tree.body())
        self.known = {self.batch.digest: self.batch}

    def signature(self, index: int) -> BatchSignature:
        return self.tree.signature(self.batch, index)

    def test_every_work_of_the_batch_is_signed(self) -> None:
        for index, work in enumerate(self.works):
            signatures = [self.signature(index).to_json()]
            submission = new_submission(work, signatures)
            verify_signatures(work, submission.signatures, batches=self.known.get)

    def test_another_index_or_work_is_refused(self) -> None:
        for work, index in ((self.works[0], 1), (self.works[1], 0), (self.works[4], 0)):
            found = refusal(work, [self.signature(index)], batches=self.known.get)
            assert found.code == "BATCH_PROOF_INVALID"

    def test_a_batch_that_is_not_at_hand_is_told_apart(self) -> None:
        assert refusal(self.works[0], [self.signature(0)]).code == "BATCH_UNKNOWN"

    def test_only_registrations_take_batch_signatures(self) -> None:
        dispute = self.world.draft("work.dispute", [person(ALICE)], {})
        found = refusal(dispute, [self.signature(0)], batches=self.known.get)
        assert found.code == "BATCH_NOT_ALLOWED"

    def test_the_batch_must_have_the_same_signers_and_be_a_batch(self) -> None:
        other = self.world.draft("work.batch", [person(BOB)], self.tree.body())
        dispute = self.world.draft("work.dispute", [person(ALICE)], self.tree.body())
        for record in (other, dispute):
            signature = self.tree.signature(record, 0)
            known = {record.digest: record}
            found = refusal(self.works[0], [signature], batches=known.get)
            assert found.code == "BATCH_PROOF_INVALID"

    @pytest.mark.parametrize(
        "body", [{}, {"count": 0, "root": "0x"}, {"count": 5}, {"count": True, "root": "0x"}]
    )
    def test_a_batch_with_another_body_is_refused(self, body: dict[str, Any]) -> None:
        batch = self.world.draft("work.batch", [person(ALICE)], body)
        signature = self.tree.signature(batch, 0)
        found = refusal(self.works[0], [signature], batches={batch.digest: batch}.get)
        assert found.code == "BATCH_PROOF_INVALID"

    def test_a_batch_lists_1_to_100000(self) -> None:
        for size in (0, 100_001):
            with pytest.raises(InvalidInput, match="BATCH_SIZE"):
                BatchTree([Digest(bytes(32))] * size)


class TestPasskey:
    """A person's passkey."""

    def setup_method(self) -> None:
        self.record = make_vectors.passkey_record()
        self.digest = statement_digest(self.record)

    def test_a_passkey_signs(self) -> None:
        signature = make_vectors.assertion(self.digest)
        verify_signatures(self.record, parse_signatures([signature.to_json()], self.record))

    def test_high_s_absence_and_another_challenge_are_refused(self) -> None:
        assertion = make_vectors.assertion
        assert refusal(self.record, [assertion(self.digest, low=False)]).code == "SIGNATURE_HIGH_S"
        for wrong in (assertion(self.digest, flags=4), assertion(sha256(self.digest).digest())):
            assert refusal(self.record, [wrong]).code == "SIGNATURE_INVALID"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"webauthn.get", b"webauthn.create"),
            (b'"crossOrigin":false', b'"crossOrigin":true'),
            (b"{", b"["),
            (b'"origin"', b'"type":"x","origin"'),
        ],
    )
    def test_changed_client_data_is_refused(self, old: bytes, new: bytes) -> None:
        signature = make_vectors.assertion(self.digest)
        changed = replace(signature, client_data=signature.client_data.replace(old, new))
        assert refusal(self.record, [changed]).code == "SIGNATURE_INVALID"

    def test_schemes_fit_their_keys(self) -> None:
        record = World().registration()
        passkey = make_vectors.assertion(statement_digest(record))
        assert refusal(record, [passkey]).code == "SIGNATURE_SCHEME"
        wallet = Eip712Signature(value=bytes(64) + b"\x1b")
        assert refusal(self.record, [wallet]).code == "SIGNATURE_SCHEME"


def test_every_founder_signs_the_founding() -> None:
    founding = parse_founding(load("founding.json")["statement"])
    keys = [hexes.from_hex(item["private"]) for item in load("records.json")["keys"][:2]]
    signed = [sign_founding(key, founding) for key in keys]
    verify_founding(founding, signed)
    with pytest.raises(NotAuthorised, match="SIGNATURE_INVALID"):
        verify_founding(founding, signed[::-1])
    with pytest.raises(InvalidInput, match="SIGNATURE_COUNT"):
        verify_founding(founding, signed[:1])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, "name"),
        ({"founders": []}, "founders"),
        ({"founders": [{"region": "sg", "name": "x", "key": "x"}]}, "founders[0].region"),
        ({"rules": {}}, "rules.anchor_delay_s"),
        ({"salt": "0x"}, "salt"),
        ({"spec": "x"}, "spec"),
    ],
)
def test_a_wrong_founding_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_founding(load("founding.json")["statement"] | change)
    assert caught.value.fields[0].path == path
