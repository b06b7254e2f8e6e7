"""Submissions that a door should refuse: what is wrong with each, and by which code it is told.

Each is in order but for one thing. A maker is given the node and answers the bytes that go over the
wire.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from registry.bootstrap.founding import administration_key
from registry.proofs.canonical import encode
from registry.proofs.record import OrganisationId, Record, Signer, Visibility, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from tests.drafts import CREATOR, batch, claimant, registration, registration_body, signed
from tests.serving import Served

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
STRANGER = sha256(b"the key of a stranger").digest()


@dataclass(frozen=True, slots=True)
class Refused:
    """A submission, the code and the status that refuse it, and the field that is named."""

    make: Callable[[Served], bytes]
    code: str
    status: int = 422
    path: str | None = None


def good(node: Served, body: dict[str, Any] | None = None, **changes: Any) -> Submission:
    return signed(registration(body, ledger=node.ledger, **changes))


def with_body(**changes: Any) -> Callable[[Served], bytes]:
    return lambda node: good(node, registration_body(**changes)).to_bytes()


def without(name: str) -> Callable[[Served], bytes]:
    def make(node: Served) -> bytes:
        body = registration_body()
        del body[name]
        return good(node, body).to_bytes()

    return make


def changed(change: Callable[[dict[str, Any]], Any]) -> Callable[[Served], bytes]:
    """The canonical bytes after `change` to the JSON object; nothing is signed anew."""

    def make(node: Served) -> bytes:
        value = json.loads(good(node).to_bytes())
        change(value)
        return encode(value, depth=64)

    return make


def written(write: Callable[[bytes], bytes]) -> Callable[[Served], bytes]:
    """Other bytes for the same submission."""

    def make(node: Served) -> bytes:
        body = good(node).to_bytes()
        assert write(body) != body
        return write(body)

    return make


def resigned(**fields: Any) -> Callable[[Served], bytes]:
    """Signed with all its changes: only the rule itself can refuse it."""

    def make(node: Served) -> bytes:
        record = replace(registration(ledger=node.ledger), **fields)
        return signed(record).to_bytes()

    return make


def tampered(change: Callable[[bytearray], None]) -> Callable[[Served], bytes]:
    """With `change` to the 65 bytes of its signature."""

    def make(node: Served) -> bytes:
        record = registration(ledger=node.ledger)
        value = bytearray.fromhex(sign_eip712(CREATOR, record)["value"][2:])
        change(value)
        signature = {"scheme": "eip712", "value": "0x" + value.hex()}
        return new_submission(record, [signature]).to_bytes()

    return make


def high_s(value: bytearray) -> None:
    value[32:64] = (ORDER - int.from_bytes(value[32:64], "big")).to_bytes(32, "big")
    value[64] ^= 27 ^ 28


def low_v(value: bytearray) -> None:
    value[64] -= 27


def one_bit(value: bytearray) -> None:
    value[7] ^= 1


def of_another(node: Served) -> bytes:
    record = registration(ledger=node.ledger)
    return new_submission(record, [sign_eip712(STRANGER, record)]).to_bytes()


def for_organisation(
    node: Served, organisation: OrganisationId, key: bytes, capacity: str = "representative"
) -> bytes:
    signer = Signer(key=key_of(key), organisation=organisation, capacity=capacity)
    record = registration(ledger=node.ledger, signers=[signer])
    return signed(record, key).to_bytes()


def chain_key(node: Served) -> bytes:
    """The node's own key: on the chain it has the scope to anchor, and no other."""
    return bytes.fromhex((node.node.settings.data / "keys/chain.key").read_text())


def of_another_batch(node: Served) -> bytes:
    head, *_ = batch(3, ledger=node.ledger)
    other, member, *_ = batch(3, ledger=node.ledger)
    for body in (head, other):
        assert node.submit(body).status == 201
    value, names = json.loads(member), json.loads(head)["record"]
    value["signatures"][0]["batch"] = "0x" + sha256(encode(names)).hexdigest()
    return encode(value, depth=17)


def of_an_absent_batch(node: Served) -> bytes:
    return batch(2, ledger=node.ledger)[1]


def batch_in_a_batch(node: Served) -> bytes:
    head, _ = batch(1, ledger=node.ledger)
    assert node.submit(head).status == 201
    inner = new_record(
        ledger=node.ledger,
        type="work.batch",
        signers=[claimant()],
        body={"count": 1, "root": "0x" + "00" * 32},
        issued_at=datetime.now(UTC),
    )
    outer = "0x" + sha256(encode(json.loads(head)["record"])).hexdigest()
    signature = {"scheme": "batch", "batch": outer, "index": 0, "proof": []}
    return new_submission(inner, [signature]).to_bytes()


def long_record(characters: int) -> Callable[[Served], bytes]:
    """A record of about so many bytes, in a field that would let it pass."""

    def make(node: Served) -> bytes:
        identifiers = [{"scheme": "URL", "value": "x" * 200}] * 100
        body = registration_body(identifiers=identifiers)
        titles = max(1, (characters - 24_000) // 330)
        body["title"] = [{"text": "x" * 300, "lang": "en"}] * titles
        record = {**registration(ledger=node.ledger).to_json(), "body": body}
        return encode({"record": record, "signatures": []}, depth=17)

    return make


def stranger_long(node: Served) -> bytes:
    body = registration_body(title=[{"text": "x" * 300, "lang": "en"}] * 50)
    body["identifiers"] = [{"scheme": "URL", "value": "x" * 100}] * 50
    return good(node, body).to_bytes()


def profile_of_nobody(node: Served) -> bytes:
    from registry.organisations.founding import Applicant, first_profile

    applicant = Applicant(name="Nobody", lang="en", region="SG", kinds=("society",))
    return first_profile(node.ledger, applicant, STRANGER, datetime.now(UTC)).to_bytes()


def profile_out_of_turn(node: Served) -> bytes:
    """A later profile that names another one than the latest as the one before it."""
    own = node.node.organisation.id
    key = administration_key(node.node.settings.data)
    (known,) = node.get(f"/api/v1/records/0x{own.hex()}").json()["records"]
    record = new_record(
        ledger=node.ledger,
        type="organisation.profile",
        subject=node.node.organisation.profile,
        previous=type(node.node.organisation.profile)(bytes(32)),
        signers=[Signer(key=key_of(key), organisation=own, capacity="organisation")],
        body=known["record"]["body"],
        issued_at=datetime.now(UTC),
    )
    return signed(record, key).to_bytes()


def nested(depth: int) -> Callable[[dict[str, Any]], None]:
    def change(value: dict[str, Any]) -> None:
        inner: Any = None
        for _ in range(depth - 3):  # submission, record and body are the first three
            inner = [inner]
        value["record"]["body"]["title"] = inner

    return change


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(target: dict[str, Any]) -> None:
        inner: Any = target
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    def change(target: dict[str, Any]) -> None:
        del target["record"][name]

    return change


def backwards(body: bytes) -> bytes:
    record, signatures = json.loads(body).values()
    turned = {"signatures": signatures, "record": record}
    return json.dumps(turned, separators=(",", ":"), ensure_ascii=False).encode()


def escaped(body: bytes) -> bytes:
    value = json.loads(body)
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def consent(*names: str) -> Callable[[Served], bytes]:
    return with_body(consent=list(names))


def issued(ahead: timedelta) -> Callable[[Served], bytes]:
    return lambda node: good(node, issued_at=datetime.now(UTC) + ahead).to_bytes()


def sealed_by_batch_rule(node: Served) -> bytes:
    record = new_record(
        ledger=node.ledger,
        type="work.batch",
        signers=[claimant()],
        body={"count": 1, "root": "0x" + "00" * 32},
        issued_at=datetime.now(UTC),
        visibility=Visibility.SEALED,
    )
    return signed(record).to_bytes()


def another_type(node: Served) -> bytes:
    record: Record = replace(registration(ledger=node.ledger), type="work.opera")
    return signed(record).to_bytes()


def tampered_text(node: Served, text: str) -> bytes:
    """A title as it was typed: whoever drafts with our own code would have composed it."""
    body = registration_body(title=[{"text": text, "lang": "fr"}])
    record = replace(registration(ledger=node.ledger), body=body)
    return signed(record).to_bytes()
