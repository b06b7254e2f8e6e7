"""The record type of agreements: the shape of a body, who signs, and what is projected."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.ledger.position import Position
from registry.proofs.record import Digest, LogId, Record, Signer, Visibility
from registry.proofs.signature import key_of
from registry.proofs.trust import Scope
from registry.representation.records import RECORD_TYPES, project_terms
from registry.representation.rights import RIGHTS, Use
from registry.representation.tables import agreement_legs
from registry.representation.terms import check_terms
from registry.representation.words import (
    Action,
    Exclusivity,
    Family,
    ObjectClass,
    RepertoireScope,
)
from tests.agreements import FILED, MCSC, SACEM, THIRD, agreement, leg, terms

SUB = {"allowed": False, "max_depth": None, "consent_doc": None}


def refused(record: Record) -> tuple[str, list[str]] | None:
    """The code and the fields of the refusal; None where the record is in order."""
    try:
        check_terms(record)
    except InvalidInput as fault:
        return fault.code, [field.path for field in fault.fields]
    return None


def with_leg(**changes: Any) -> Record:
    return agreement(terms({**leg(), **changes}))


def test_an_agreement_in_order() -> None:
    assert refused(agreement()) is None
    assert refused(agreement(visibility=Visibility.SEALED)) is None
    assert refused(agreement(terms(leg(), leg(MCSC, SACEM)))) is None
    (kind,) = RECORD_TYPES
    assert (kind.name, kind.scope) == ("agreement.terms", Scope.AGREEMENTS)


@pytest.mark.parametrize("name", terms())
def test_every_field_is_wanted_and_none_is_of_another_kind(name: str) -> None:
    body = terms()
    del body[name]
    assert refused(agreement(body)) == ("BODY_INVALID", [f"body.{name}"])
    code, fields = refused(agreement({**terms(), name: 17})) or ("", [""])
    assert (code, fields[0].startswith(f"body.{name}")) == ("BODY_INVALID", True)


@pytest.mark.parametrize("name", leg())
def test_every_field_of_a_leg_is_wanted(name: str) -> None:
    without = leg()
    del without[name]
    assert refused(agreement(terms(without))) == ("BODY_INVALID", [f"body.legs[0].{name}"])
    assert refused(with_leg(**{name: 17})) is not None


def test_no_other_field_is_taken() -> None:
    assert refused(agreement(terms(more=1))) == ("BODY_INVALID", ["body.more"])
    assert refused(with_leg(more=1)) == ("BODY_INVALID", ["body.legs[0].more"])


GOOD: list[dict[str, Any]] = [
    *({"exclusivity": each.value} for each in Exclusivity),
    *({"repertoire": {"scope": each.value}} for each in RepertoireScope),
    *({"actions": [each.value]} for each in Action),
    *({"object_classes": [each.value]} for each in ObjectClass),
    *({"uses_included": [each.value]} for each in Use),
    *({"rights": [each.code]} for each in RIGHTS.values() if each.licensable),
    {"territory": ["-2114", "+2136"]},
    {"valid": {"from": "2026-01-01", "to": None}},
    {"sub_representation": {**SUB, "max_depth": 1}},
    {"sub_representation": {"allowed": True, "max_depth": 3, "consent_doc": "0x" + "11" * 32}},
]
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"grantor": THIRD.hex}, "LEG_OUTSIDE_PARTIES", "grantee"),
    ({"grantee": THIRD.hex}, "LEG_OUTSIDE_PARTIES", "grantee"),
    ({"grantee": SACEM.hex}, "LEG_OUTSIDE_PARTIES", "grantee"),
    ({"grantor": "119"}, "BODY_INVALID", "grantor"),
    ({"rights": []}, "BODY_INVALID", "rights"),
    ({"rights": ["CN.10.18"]}, "RIGHT_UNKNOWN", "rights[0]"),
    ({"rights": ["CN.10.9", "PR"]}, "RIGHT_UNKNOWN", "rights[1]"),
    ({"rights": ["CN.10.9", "CN.10.9"]}, "AGREEMENT_INVALID", "rights[1]"),
    *(
        ({"rights": [each.code]}, "RIGHT_NOT_LICENSABLE", "rights[0]")
        for each in RIGHTS.values()
        if each.moral
    ),
    ({"uses_included": ["DANCING"]}, "BODY_INVALID", "uses_included[0]"),
    ({"uses_excluded": ["KTV_PLAY"] * 2}, "AGREEMENT_INVALID", "uses_excluded"),
    (
        {"uses_included": ["KTV_PLAY"], "uses_excluded": ["KTV_PLAY"]},
        "AGREEMENT_INVALID",
        "uses_excluded",
    ),
    ({"object_classes": []}, "BODY_INVALID", "object_classes"),
    ({"object_classes": ["MUSICAL_WORK"] * 2}, "AGREEMENT_INVALID", "object_classes"),
    ({"territory": []}, "BODY_INVALID", "territory"),
    ({"territory": ["+156", "+9999"]}, "TERRITORY_UNKNOWN", "territory[1]"),
    ({"territory": ["+CN"]}, "TERRITORY_UNKNOWN", "territory[0]"),
    ({"territory": ["156"]}, "TERRITORY_UNKNOWN", "territory[0]"),
    ({"territory": ["+0156"]}, "TERRITORY_UNKNOWN", "territory[0]"),
    ({"exclusivity": "exclusive"}, "BODY_INVALID", "exclusivity"),
    ({"repertoire": {"scope": "EVERYTHING"}}, "BODY_INVALID", "repertoire.scope"),
    ({"repertoire": {"scope": ["OWN_MEMBERS"]}}, "BODY_INVALID", "repertoire.scope"),
    ({"valid": {"from": "2026-01-02", "to": "2026-01-01"}}, "DATES_REVERSED", "valid.to"),
    ({"valid": {"from": "2026-01-01", "to": "2026-01-01"}}, "DATES_REVERSED", "valid.to"),
    ({"valid": {"from": None, "to": None}}, "BODY_INVALID", "valid.from"),
    ({"valid": {"from": "1 May 2026", "to": None}}, "BODY_INVALID", "valid.from"),
    ({"actions": []}, "BODY_INVALID", "actions"),
    ({"actions": ["LICENSE", "LICENSE"]}, "AGREEMENT_INVALID", "actions"),
    ({"sub_representation": False}, "BODY_INVALID", "sub_representation"),
    (
        {"sub_representation": {**SUB, "allowed": True}},
        "AGREEMENT_INVALID",
        "sub_representation.max_depth",
    ),
    (
        {"sub_representation": {**SUB, "max_depth": 2}},
        "AGREEMENT_INVALID",
        "sub_representation.max_depth",
    ),
    (
        {"sub_representation": {**SUB, "max_depth": 4}},
        "BODY_INVALID",
        "sub_representation.max_depth",
    ),
]


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_what_is_in_order_passes(changes: dict[str, Any]) -> None:
    assert refused(with_leg(**changes)) is None


@pytest.mark.parametrize(("changes", "code", "field"), BAD, ids=str)
def test_what_breaks_a_rule_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    assert refused(with_leg(**changes)) == (code, [f"body.legs[0].{field}"])


@pytest.mark.parametrize("family", Family)
def test_every_family_is_taken_by_its_name(family: Family) -> None:
    assert refused(agreement(terms(family=family.value))) is None


@pytest.mark.parametrize(
    ("filing", "passes"),
    [
        (None, True),
        (FILED, True),
        ({**FILED, "number": None, "announced_on": None}, True),
        ({**FILED, "announced_on": "2026-13-01"}, False),
        ({"authority": "NCAC"}, False),
        ({**FILED, "authority": ""}, False),
    ],
)
def test_a_filing_names_its_authority(filing: Any, passes: bool) -> None:
    assert (refused(agreement(terms(filing=filing))) is None) is passes


@pytest.mark.parametrize(
    ("parties", "code"),
    [
        ((MCSC, MCSC), "AGREEMENT_PARTIES"),
        ((MCSC,), "BODY_INVALID"),
        ((MCSC, SACEM, THIRD), "BODY_INVALID"),
    ],
)
def test_two_different_parties(parties: Any, code: str) -> None:
    body = terms(leg(), parties=(MCSC, SACEM)) | {"parties": [each.hex for each in parties]}
    assert (refused(agreement(body)) or ("",))[0] == code


@pytest.mark.parametrize(
    ("signers", "fields"),
    [
        ((MCSC,), ["signers"]),
        ((MCSC, THIRD), ["signers[1].organisation", "signers"]),
        ((MCSC, SACEM, THIRD), ["signers[2].organisation"]),
        ((MCSC, SACEM, MCSC), ["signers[2].organisation"]),
        ((SACEM, MCSC), None),
    ],
)
def test_both_parties_sign_once_and_nobody_else(signers: Any, fields: list[str] | None) -> None:
    expected = None if fields is None else ("AGREEMENT_SIGNERS", fields)
    assert refused(agreement(signers=signers)) == expected


def test_a_person_signs_for_no_party() -> None:
    person = Signer(key=key_of(THIRD.key), organisation=None, capacity="claimant")
    record = agreement()
    assert refused(replace(record, signers=(*record.signers, person))) == (
        "AGREEMENT_SIGNERS",
        ["signers[2].organisation"],
    )


@pytest.mark.parametrize("name", ["subject", "previous", "terms"])
def test_terms_found_an_agreement(name: str) -> None:
    changes: dict[str, Any] = {name: Digest(bytes(32))}
    assert refused(replace(agreement(), **changes)) == ("AGREEMENT_INVALID", [name])


def test_all_broken_rules_are_named_at_once() -> None:
    two = [
        leg(rights=["CN.10.1"]),
        leg(MCSC, SACEM, valid={"from": "2026-01-01", "to": "2025-01-01"}),
    ]
    assert refused(agreement(terms(*two))) == (
        "RIGHT_NOT_LICENSABLE",
        ["body.legs[0].rights[0]", "body.legs[1].valid.to"],
    )


def test_a_row_a_leg() -> None:
    record = agreement(terms(leg(), leg(MCSC, SACEM, valid={"from": "2026-01-01", "to": None})))
    position = Position(log=LogId(b"\1" * 32), index=7)
    facts = list(project_terms(record, position))
    assert [fact.table for fact in facts] == [agreement_legs] * 2
    assert facts[0].row == {
        "log": position.log,
        "position": 7,
        "leg": 0,
        "grantor": SACEM.id,
        "grantee": MCSC.id,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2028, 1, 1),
    }
    assert (facts[1].row["grantor"], facts[1].row["valid_to"]) == (MCSC.id, None)
