"""What holds of every type of record in this room, and what is projected of a publication."""

from datetime import date

import pytest

from registry.errors import Conflict, InvalidInput
from registry.ledger.position import Position
from registry.proofs.record import LogId, Visibility
from registry.proofs.trust import Scope
from registry.recognition import records, tables
from registry.recognition.model.codes import code_list
from tests.drafts import claimant
from tests.unit.recognition.judging import BODIES, NAMES, fault, refusal
from tests.unit.recognition.stating import (
    HAINAN,
    SINGAPORE,
    drafted,
    publication_body,
)


@pytest.mark.parametrize("type", BODIES)
def test_a_statement_in_order(type: str) -> None:
    assert fault(type, {}) is None


@pytest.mark.parametrize(("type", "name"), [(t, n) for t in BODIES for n in BODIES[t]])
def test_every_field_is_wanted_and_of_its_kind(type: str, name: str) -> None:
    body = {**BODIES[type]}
    del body[name]
    assert refusal(drafted(type, body, **NAMES.get(type, {}))) == ("BODY_INVALID", [f"body.{name}"])
    wrong = fault(type, {name: [[]]})
    assert wrong is not None
    assert wrong[0] == "BODY_INVALID"
    assert wrong[1][0].startswith(f"body.{name}")


@pytest.mark.parametrize("type", BODIES)
def test_no_other_field_is_taken(type: str) -> None:
    assert fault(type, {"schema": "x/1"}) == ("BODY_INVALID", ["body.schema"])


@pytest.mark.parametrize("type", BODIES)
def test_one_organisation_signs_in_public(type: str) -> None:
    for signers in ([claimant()], [HAINAN.signer, SINGAPORE.signer]):
        record = drafted(type, BODIES[type], signers=signers, **NAMES.get(type, {}))
        found = refusal(record)
        assert found is not None
        assert found[1] == ["signers"]
    record = drafted(type, BODIES[type], visibility=Visibility.SEALED, **NAMES.get(type, {}))
    found = refusal(record)
    assert found is not None
    assert found[1] == ["visibility"]


@pytest.mark.parametrize(
    ("type", "scope"),
    [
        ("case.publication", Scope.CASES),
        ("case.status", Scope.CASES),
        ("citation.statement", Scope.CASES),
        ("recognition.statement", Scope.RECOGNISE),
    ],
)
def test_the_scope_of_each_type(type: str, scope: Scope) -> None:
    (found,) = (kind for kind in records.RECORD_TYPES if kind.name == type)
    assert found.scope == scope


# ---- what is projected ---------------------------------------------------------------------------


def test_a_publication_is_found_by_case_reference_codes_and_words() -> None:
    record = drafted("case.publication", publication_body())
    position = Position(log=LogId(bytes(32)), index=4)
    facts = list(records.project_publication(record, position))
    (row,) = (fact.row for fact in facts if fact.table is tables.case_publications)
    assert row == {
        "log": bytes(32),
        "position": 4,
        "case": record.digest,
        "reference": "MCR:CN-46:QHCMS:2026:0000177",
        "region": "CN-46",
        "station": "QHCMS",
        "organisation": HAINAN.id,
    }
    codes = {
        (fact.row["field"], fact.row["value"]) for fact in facts if fact.table is tables.case_fields
    }
    assert {("right", "public_showing"), ("region_tier", "3"), ("method", "B3")} <= codes
    words = {fact.row["word"] for fact in facts if fact.table is tables.case_words}
    assert {"放映", "卡拉", "海南", "qhcms", "showing"} <= words
    assert all(fact.row["position"] == 4 for fact in facts)
    assert len({(fact.table.name, *fact.row.values()) for fact in facts}) == len(facts)


def test_refusals_say_whose_move_it_is() -> None:
    from registry.recognition.model.faults import Fault

    assert isinstance(Fault("CASE_ID_TAKEN", "body.id", "x").error(), Conflict)
    assert isinstance(Fault("CASE_INVALID", "body.id", "x").error(), InvalidInput)


def test_the_lists_are_dated() -> None:
    assert code_list("class").dated == date(2026, 11, 22)
    assert all(label.zh and label.en for label in code_list("place").codes.values())
