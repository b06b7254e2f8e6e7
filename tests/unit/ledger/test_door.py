"""The door: what may wait for a place in the log, for whom, and what is asked in which order."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from registry.errors import NotAuthorised, QuotaExceeded, RegistryError
from registry.proofs.keys import SignerKey
from registry.proofs.record import (
    LedgerId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.statement import statement_digest
from registry.proofs.submission import new_submission, parse_submission
from registry.proofs.trust import Scope
from tests.drafts import CREATOR, LEDGER, batch, claimant, registration, registration_body, signed
from tests.drafts import submission as good
from tests.unit.ledger.spine import BOUND_S, Spine
from tests.unit.proofs.make_vectors import assertion, passkey_text

SOCIETY = OrganisationId(sha256(b"a society").digest())
OFFICER = sha256(b"the key of an officer").digest()
HERE = "203.0.113.7"


def refusal(spine: Spine, body: bytes, address: str | None = None) -> RegistryError:
    with pytest.raises(RegistryError) as refused:
        spine.submit(body, address)
    return refused.value


def by_society(*others: Signer, body: Mapping[str, Any] | None = None) -> Record:
    officer = Signer(key=key_of(OFFICER), organisation=SOCIETY, capacity="representative")
    return registration(body, signers=[officer, *others])


def allow(spine: Spine, scope: Scope = Scope.REGISTRATIONS) -> None:
    spine.authority.allowed.add((SOCIETY, key_of(OFFICER), int(scope)))


def long_body() -> dict[str, Any]:
    return registration_body(title=[{"text": "x" * 300, "lang": "en"}] * 50)


# ---- who may -------------------------------------------------------------------------------------


def test_a_claimant_needs_nobody(spine: Spine) -> None:
    assert spine.submit(good()).new


def test_an_organisation_registers_with_the_scope_for_it(spine: Spine) -> None:
    record = by_society()
    assert refusal(spine, signed(record, OFFICER).to_bytes()).code == "ORGANISATION_UNKNOWN"
    allow(spine, Scope.ADMINISTRATION)
    assert refusal(spine, signed(record, OFFICER).to_bytes()).code == "ORGANISATION_UNKNOWN"
    allow(spine)
    assert spine.submit(signed(record, OFFICER).to_bytes()).new


def test_every_signer_is_asked_for(spine: Spine) -> None:
    allow(spine)
    other = OrganisationId(sha256(b"another society").digest())
    stranger = Signer(key=key_of(CREATOR), organisation=other, capacity="representative")
    record = by_society(stranger)
    signatures = [sign_eip712(OFFICER, record), sign_eip712(CREATOR, record)]
    assert refusal(spine, new_submission(record, signatures).to_bytes()).code == (
        "ORGANISATION_UNKNOWN"
    )


def test_authority_is_asked_only_for_what_is_really_signed(spine: Spine) -> None:
    """Otherwise anybody could find out whose keys may do what."""
    forged = new_submission(by_society(), [sign_eip712(CREATOR, by_society())])
    assert refusal(spine, forged.to_bytes()).code == "SIGNATURE_INVALID"


def test_a_claimant_signs_as_a_claimant(spine: Spine) -> None:
    signer = Signer(key=key_of(CREATOR), organisation=None, capacity="heir")
    told = refusal(spine, signed(registration(signers=[signer])).to_bytes())
    assert told.code == "REGISTRATION_INVALID"
    assert [field.path for field in told.fields] == ["signers[0].capacity"]


def test_a_person_may_sign_with_a_passkey(spine: Spine) -> None:
    signer = Signer(key=SignerKey(passkey_text()), organisation=None, capacity="claimant")
    record = registration(signers=[signer])
    passkey = assertion(statement_digest(record)).to_json()
    assert spine.submit(new_submission(record, [passkey]).to_bytes()).new
    other = assertion(statement_digest(registration())).to_json()
    again = registration(signers=[signer])
    assert refusal(spine, new_submission(again, [other]).to_bytes()).code == "SIGNATURE_INVALID"


# ---- how much ------------------------------------------------------------------------------------


def test_only_a_stranger_has_to_be_short(spine: Spine) -> None:
    allow(spine)
    told = refusal(spine, signed(registration(long_body())).to_bytes())
    assert told.code == "STRANGER_RECORD_TOO_LONG"
    assert spine.submit(signed(by_society(body=long_body()), OFFICER).to_bytes()).new


def test_only_what_is_in_order_counts_against_a_quota(tmp_path: Path) -> None:
    spine = Spine(tmp_path, key_quota=1).start()
    forged = new_submission(registration(), [sign_eip712(OFFICER, registration())])
    for _ in range(3):
        assert refusal(spine, forged.to_bytes(), HERE).code == "SIGNATURE_INVALID"
    spine.submit(good(), HERE)
    assert isinstance(refusal(spine, good(), HERE), QuotaExceeded)
    assert spine.submit(good()).new, "the node itself has no quota"
    spine.close()


def test_who_sends_a_known_record_again_uses_up_nobody_s_share(tmp_path: Path) -> None:
    """A public record can be sent by anybody: else anybody could stop its signer for a day."""
    spine = Spine(tmp_path, key_quota=2).start()
    body = good()
    spine.submit(body, HERE)
    for place in range(5):
        assert not spine.submit(body, f"198.51.{place}.7").new
    assert spine.submit(good(), HERE).new, "the second of two"
    assert isinstance(refusal(spine, good(), HERE), QuotaExceeded)
    assert not spine.submit(body, HERE).new
    spine.close()


# ---- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead_s", "taken"), [(BOUND_S - 30, True), (BOUND_S + 30, False)])
def test_a_record_may_be_ahead_by_the_bound(spine: Spine, ahead_s: int, taken: bool) -> None:
    body = good(issued_at=datetime.now(UTC) + timedelta(seconds=ahead_s))
    if taken:
        assert spine.submit(body).new
    else:
        assert refusal(spine, body).code == "ISSUED_IN_FUTURE"


def test_a_record_may_be_as_old_as_it_likes(spine: Spine) -> None:
    body = registration_body(created_on=None)
    record = registration(body, issued_at=datetime(1990, 1, 1, tzinfo=UTC))
    assert spine.submit(signed(record).to_bytes()).new


# ---- what ----------------------------------------------------------------------------------------


def test_another_ledger_s_record_is_told_before_its_signature(spine: Spine) -> None:
    record = registration(ledger=LedgerId(bytes(32)))
    told = refusal(spine, new_submission(record, [sign_eip712(OFFICER, record)]).to_bytes())
    assert told.code == "WRONG_LEDGER"


def test_a_sealed_record_passes_the_same_rules(spine: Spine) -> None:
    body = registration_body(consent=[])
    sealed = signed(registration(body, visibility=Visibility.SEALED))
    assert spine.submit(sealed.to_bytes()).new
    bad = registration_body(category="opera")
    told = refusal(spine, signed(registration(bad, visibility=Visibility.SEALED)).to_bytes())
    assert told.code == "BODY_INVALID"


# ---- batches -------------------------------------------------------------------------------------


def test_a_batch_must_be_in_the_log_before_its_works(spine: Spine) -> None:
    head, work = batch(1)
    assert refusal(spine, work).code == "BATCH_UNKNOWN"
    spine.submit(head)
    assert spine.submit(work).new, "that it was not there is not remembered"


def test_a_batch_is_read_once_for_all_its_works(spine: Spine) -> None:
    head, *works = batch(20)
    spine.submit(head)
    asked: list[str] = []
    digest = sha256(parse_submission(head).record.canonical).digest()

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, *_: Any
    ) -> None:
        if digest in tuple(parameters or ()) and "records.canonical" in statement:
            asked.append(statement)

    event.listen(spine.database.engine, "before_cursor_execute", note)
    for work in works:
        assert spine.submit(work).new
    assert len(asked) == 1


def test_a_work_is_signed_by_a_batch_of_its_own_signer(spine: Spine) -> None:
    head, work = batch(1, key=CREATOR)
    spine.submit(head)
    member = parse_submission(work)
    stolen = registration(signers=[claimant(OFFICER)])
    told = refusal(
        spine, new_submission(stolen, [each.to_json() for each in member.signatures]).to_bytes()
    )
    assert isinstance(told, NotAuthorised)
    assert told.code == "BATCH_PROOF_INVALID"


def test_no_record_of_another_type_is_a_batch(spine: Spine) -> None:
    whole = spine.submit(good()).receipt
    signature = {
        "scheme": "batch",
        "batch": f"0x{whole.digest.hex()}",
        "index": 0,
        "proof": list[str](),
    }
    record = registration()
    assert refusal(spine, new_submission(record, [signature]).to_bytes()).code == "BATCH_UNKNOWN"


@pytest.mark.parametrize("count", [0, 100_001])
def test_a_batch_has_its_size(spine: Spine, count: int) -> None:
    record = new_record(
        ledger=LEDGER,
        type="work.batch",
        signers=[claimant()],
        body={"count": count, "root": "0x" + "00" * 32},
        issued_at=datetime.now(UTC),
    )
    told = refusal(spine, signed(record).to_bytes())
    assert (told.code, told.fields[0].path) == ("BODY_INVALID", "body.count")
