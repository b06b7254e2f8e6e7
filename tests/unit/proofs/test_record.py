"""Records: strict reading by path, drafting, and what a door receives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.errors import InvalidInput, RegistryError, TooLarge
from registry.proofs import canonical
from registry.proofs.conformance import load
from registry.proofs.record import Record, Visibility, new_record, require_nfc
from registry.proofs.submission import new_submission, parse_submission
from tests.unit.proofs.world import ALICE, World, person


def stated() -> dict[str, Any]:
    record: dict[str, Any] = load("records.json")["records"][0]["record"]
    return record


CHANGES: list[tuple[str, Any, str, str]] = [
    ("spec", "comity/2", "SPEC_UNKNOWN", "record.spec"),
    ("ledger", None, "HEX_INVALID", "record.ledger"),
    ("ledger", "0x00", "HEX_INVALID", "record.ledger"),
    ("type", "x" * 32, "FIELD_INVALID", "record.type"),
    ("type", "sealed", "FIELD_INVALID", "record.type"),
    ("type", "Work", "FIELD_INVALID", "record.type"),
    ("type", "", "FIELD_INVALID", "record.type"),
    ("subject", "", "HEX_INVALID", "record.subject"),
    ("previous", 1, "HEX_INVALID", "record.previous"),
    ("terms", "0xAA", "HEX_INVALID", "record.terms"),
    ("issued_at", "2026-11-22", "TIME_INVALID", "record.issued_at"),
    ("signers", [], "FIELD_INVALID", "record.signers"),
    ("signers", {}, "FIELD_INVALID", "record.signers"),
    ("signers", [{}], "FIELD_MISSING", "record.signers[0].capacity"),
    ("visibility", "secret", "FIELD_INVALID", "record.visibility"),
    ("visibility", [], "FIELD_INVALID", "record.visibility"),
    ("salt", None, "HEX_INVALID", "record.salt"),
    ("body", [], "FIELD_INVALID", "record.body"),
]


@pytest.mark.parametrize(("name", "value", "code", "path"), CHANGES)
def test_a_wrong_field_is_named(name: str, value: Any, code: str, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Record.from_json(stated() | {name: value}, "record")
    assert (caught.value.code, caught.value.fields[0].path) == (code, path)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"key": "eth:0x00"}, "KEY_INVALID", "signers[0].key"),
        ({"organisation": "0x"}, "HEX_INVALID", "signers[0].organisation"),
        ({"capacity": ""}, "FIELD_INVALID", "signers[0].capacity"),
        ({"role": "x"}, "FIELD_UNKNOWN", "signers[0].role"),
    ],
)
def test_a_wrong_signer_is_named(change: dict[str, Any], code: str, path: str) -> None:
    signer = stated()["signers"][0] | change
    with pytest.raises(InvalidInput) as caught:
        Record.from_json(stated() | {"signers": [signer]})
    assert (caught.value.code, caught.value.fields[0].path) == (code, path)


def test_every_missing_and_every_unknown_field_is_named() -> None:
    for name in stated():
        less = {key: value for key, value in stated().items() if key != name}
        with pytest.raises(InvalidInput) as caught:
            Record.from_json(less)
        assert (caught.value.code, caught.value.fields[0].path) == ("FIELD_MISSING", name)
    with pytest.raises(InvalidInput) as caught:
        Record.from_json(stated() | {"note": 1, "also": 2})
    assert [field.path for field in caught.value.fields] == ["also", "note"]


def test_records_with_equal_bytes_are_equal() -> None:
    record = Record.from_json(stated())
    assert Record.from_bytes(record.canonical) == record
    assert record.to_json() == stated()
    assert record.founds == record.digest


def test_a_draft_is_composed_salted_and_of_whole_seconds() -> None:
    world = World()
    late = datetime(2026, 11, 22, 3, 0, 0, 999, tzinfo=UTC) + timedelta(milliseconds=5)

    def draft() -> Record:
        body = {"title": [{"text": "Cafe\u0301", "lang": "fr"}]}
        return new_record(
            ledger=world.ledger,
            type="work.registration",
            signers=[person(ALICE)],
            body=body,
            issued_at=late,
        )

    one, other = draft(), draft()
    assert one.body["title"][0]["text"] == "Café"
    assert one.issued_at == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert len(one.salt) == 32
    assert one.digest != other.digest
    require_nfc(one.to_json())


def test_text_that_is_not_composed_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        require_nfc({"title": [{"text": "Cafe\u0301"}]}, "body")
    assert (caught.value.code, caught.value.fields[0].path) == (
        "TEXT_NOT_NFC",
        "body.title[0].text",
    )


def test_a_record_is_at_most_256_kib() -> None:
    world = World()
    empty = len(world.draft("work.dispute", [person(ALICE)], {"reason": ""}).canonical)
    room = canonical.LIMIT - empty
    full = world.draft("work.dispute", [person(ALICE)], {"reason": "x" * room})
    assert len(full.canonical) == canonical.LIMIT
    with pytest.raises(TooLarge):
        world.draft("work.dispute", [person(ALICE)], {"reason": "x" * (room + 1)})


def test_a_body_may_be_fifteen_levels_deep_and_no_more() -> None:
    world = World()

    def body(levels: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for _ in range(levels - 1):
            value = {"a": value}
        return value

    record = world.draft("work.dispute", [person(ALICE)], body(15))
    submission = new_submission(record, [{"scheme": "eip712", "value": "0x" + "00" * 65}])
    assert parse_submission(submission.to_bytes()).record == record
    with pytest.raises(InvalidInput, match="TOO_DEEP"):
        world.draft("work.dispute", [person(ALICE)], body(16))


def submission_bytes() -> bytes:
    world = World()
    record = world.registration(visibility=Visibility.SEALED)
    world.append(record, ALICE)
    return world.entries[0].to_bytes()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'{"record":{', b'{"record": {', "NOT_CANONICAL"),
        (b'"record":', b'"recerd":', "FIELD_UNKNOWN"),
        (b'}],"spec"', b',"x":1}],"spec"', "FIELD_UNKNOWN"),
        (b'"signatures":[{', b'"signatures":[null,{', "SIGNATURE_COUNT"),
        (b'"scheme":"eip712"', b'"scheme":"eip191"', "SIGNATURE_SCHEME"),
        (b'"scheme":"eip712"', b'"scheme":"batch"', "FIELD_UNKNOWN"),
        (b'"size":9', b'"size":9.5', "FLOAT"),
    ],
)
def test_the_door_names_what_is_wrong(old: bytes, new: bytes, code: str) -> None:
    data = submission_bytes()
    assert old in data
    with pytest.raises(RegistryError) as caught:
        parse_submission(data.replace(old, new, 1))
    assert caught.value.code == code
