"""What each type of record may say: a table of bad input, each with its code and its field."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.ledger.types import Position
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, LogId, Record, Visibility
from registry.proofs.trust import Scope
from registry.recognition import records, tables
from registry.recognition.model.codes import code_list, effect
from tests.drafts import claimant
from tests.unit.recognition.stating import (
    CHECKS,
    CONSENTS,
    HAINAN,
    SINGAPORE,
    TURNED_AWAY,
    case_id,
    citation_body,
    drafted,
    publication_body,
    recognition_body,
    recognition_id,
    status_body,
)

CASE = Digest(sha256(b"a case").digest())
OTHER = Digest(sha256(b"another case").digest())
TEXT = [{"text": "理由", "lang": "zh"}]

BODIES: Mapping[str, dict[str, Any]] = {
    "case.publication": publication_body(),
    "case.status": status_body(),
    "citation.statement": citation_body(CASE),
    "recognition.statement": recognition_body(CASE),
}
NAMES = {
    "case.status": {"subject": CASE, "previous": CASE},
}


def fault(type: str, changes: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The code and the fields with which a body is refused; None where it is in order."""
    record = drafted(type, {**BODIES[type], **changes}, **NAMES.get(type, {}))
    return refusal(record)


def refusal(record: Record) -> tuple[str, list[str]] | None:
    try:
        CHECKS[record.type](record)
    except RegistryError as refused:
        return refused.code, [field.path for field in refused.fields]
    return None


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


# ---- publications --------------------------------------------------------------------------------

GOOD_PUBLICATIONS = [
    {"scale_band": None, "per_unit_band": None, "standard": None, "region_tier": None},
    {"scale_band": "100+ seats", "works_band": "2-10 titles"},
    {"per_unit_band": "SGD 0.12-0.20 /play"},
    {"per_unit_band": "RMB 8-10.5 /title/year"},
    {"k_anonymity": 5},
    {"departures": [{"point": "#term2", "reason": [*TEXT, {"text": "why", "lang": "en"}]}]},
    {"lang": {"authentic": "en", "translations": []}},
    *({"class": code} for code in code_list("class").codes),
    *({"use": code} for code in code_list("use").codes),
    *({"rights": [code]} for code in code_list("right").codes),
    *({"method": code} for code in code_list("method").codes),
    *({"confirmation": code} for code in code_list("confirmation").codes),
]
BAD_PUBLICATIONS = [
    ({"consents": []}, "PUB_CONSENT_MISSING", "body.consents"),
    ({"consents": CONSENTS[:1]}, "PUB_CONSENT_MISSING", "body.consents"),
    ({"consents": [CONSENTS[0]] * 2}, "PUB_CONSENT_MISSING", "body.consents"),
    ({"consents": [*CONSENTS, CONSENTS[0]]}, "CASE_INVALID", "body.consents"),
    ({"consents": ["0x00", CONSENTS[0]]}, "BODY_INVALID", "body.consents[0]"),
    ({"k_anonymity": 4}, "PUB_REIDENTIFICATION_RISK", "body.k_anonymity"),
    ({"k_anonymity": 0}, "PUB_REIDENTIFICATION_RISK", "body.k_anonymity"),
    ({"k_anonymity": True}, "BODY_INVALID", "body.k_anonymity"),
    ({"class": "KTV-SHOW"}, "CODE_UNKNOWN", "body.class"),
    ({"class": "卡拉"}, "BODY_INVALID", "body.class"),
    ({"use": "disco"}, "CODE_UNKNOWN", "body.use"),
    ({"rights": ["moral"]}, "CODE_UNKNOWN", "body.rights[0]"),
    ({"rights": []}, "BODY_INVALID", "body.rights"),
    ({"rights": ["performance"] * 2}, "CASE_INVALID", "body.rights"),
    ({"region_tier": 9}, "CODE_UNKNOWN", "body.region_tier"),
    ({"issue_codes": ["who_sang"]}, "CODE_UNKNOWN", "body.issue_codes[0]"),
    ({"method": "B5"}, "CODE_UNKNOWN", "body.method"),
    ({"factors": ["MOOD"]}, "CODE_UNKNOWN", "body.factors[0]"),
    ({"confirmation": "enforced"}, "CODE_UNKNOWN", "body.confirmation"),
    ({"scale_band": "20 rooms"}, "CASE_INVALID", "body.scale_band"),
    ({"scale_band": "20-20 rooms"}, "CASE_INVALID", "body.scale_band"),
    ({"scale_band": "30-16 rooms"}, "CASE_INVALID", "body.scale_band"),
    ({"scale_band": "16-30 titles"}, "CASE_INVALID", "body.scale_band"),
    ({"scale_band": "16-30 halls"}, "CASE_INVALID", "body.scale_band"),
    ({"works_band": "12 songs"}, "CASE_INVALID", "body.works_band"),
    ({"works_band": "16-30 rooms"}, "CASE_INVALID", "body.works_band"),
    ({"per_unit_band": "RMB 9 /room/day"}, "CASE_INVALID", "body.per_unit_band"),
    ({"per_unit_band": "RMB 10-8 /room/day"}, "CASE_INVALID", "body.per_unit_band"),
    ({"per_unit_band": "8-10 RMB/room"}, "CASE_INVALID", "body.per_unit_band"),
    ({"standard": "STD:QHCMS:2.1"}, "CASE_INVALID", "body.standard"),
    ({"days": 10.5}, "FLOAT", ""),
    ({"days": -1}, "BODY_INVALID", "body.days"),
    ({"reviewer2": ""}, "BODY_INVALID", "body.reviewer2"),
    ({"reviewer2": "李明"}, "BODY_INVALID", "body.reviewer2"),
    (
        {"lang": {"authentic": "zh", "translations": ["zh"]}},
        "CASE_INVALID",
        "body.lang.translations",
    ),
    (
        {"lang": {"authentic": "Chinese!", "translations": []}},
        "BODY_INVALID",
        "body.lang.authentic",
    ),
    (
        {"departures": [{"point": "#term2", "reason": TEXT}]},
        "TRANSLATION_MISSING",
        "body.departures[0].reason",
    ),
    (
        {"departures": [{"point": "#page2", "reason": [*TEXT, {"text": "why", "lang": "en"}]}]},
        "CASE_INVALID",
        "body.departures[0].point[0]",
    ),
    (
        {
            "departures": [{"point": "#p1", "reason": [*TEXT, {"text": "why", "lang": "en"}]}],
            "standard": None,
        },
        "CASE_INVALID",
        "body.departures",
    ),
    ({"id": "MCR:CN-46:QHCMS:2026:0000178@1"}, "REFERENCE_CHECK", "body.id"),
    ({"id": "MCR:CN-46:QHCMS:2062:0000177@1"}, "REFERENCE_CHECK", "body.id"),
    ({"id": "MCR:CN-46:QHCMS:2026:0000177"}, "REFERENCE_MALFORMED", "body.id"),
    ({"id": "MCR:CN-46:QHCMS:2026:0000177@0"}, "REFERENCE_MALFORMED", "body.id"),
    ({"id": "MCR:cn-46:qhcms:2026:0000177@1"}, "REFERENCE_MALFORMED", "body.id"),
    ({"id": recognition_id() + "@1"}, "REFERENCE_MALFORMED", "body.id"),
    ({"id": case_id(version=2)}, "CASE_VERSION_WRONG", "body.id"),
]


@pytest.mark.parametrize("changes", GOOD_PUBLICATIONS)
def test_a_publication_may_say(changes: dict[str, Any]) -> None:
    assert fault("case.publication", changes) is None


@pytest.mark.parametrize(("changes", "code", "path"), BAD_PUBLICATIONS)
def test_a_publication_may_not_say(changes: dict[str, Any], code: str, path: str) -> None:
    if code == "FLOAT":  # refused by every record
        with pytest.raises(InvalidInput, match="FLOAT"):
            drafted("case.publication", {**BODIES["case.publication"], **changes})
        return
    found = fault("case.publication", changes)
    assert found is not None
    assert (found[0], found[1][0]) == (code, path)


def test_an_unknown_code_is_refused_with_the_list() -> None:
    record = drafted("case.publication", publication_body(**{"class": "KTV-SHOW"}))
    with pytest.raises(InvalidInput, match=r"2026-11-22: KTV-PERF, BGM-PERF"):
        CHECKS[record.type](record)


def test_all_faults_are_told_at_once() -> None:
    found = fault("case.publication", {"k_anonymity": 1, "method": "B9", "use": "disco"})
    assert found == (
        "PUB_REIDENTIFICATION_RISK",
        ["body.k_anonymity", "body.use", "body.method"],
    )


def test_a_year_to_come_is_refused() -> None:
    later = "MCR:CN-46:QHCMS:2027:000001"
    for check in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        found = fault("case.publication", {"id": f"{later}{check}@1"})
        if found is not None and found[0] != "REFERENCE_CHECK":
            assert found == ("CASE_INVALID", ["body.id"])
            return
    pytest.fail("no check character fits")


@pytest.mark.parametrize(
    ("subject", "previous", "version", "code"),
    [
        (CASE, None, 2, "CASE_INVALID"),
        (None, CASE, 1, "CASE_INVALID"),
        (CASE, CASE, 1, "CASE_VERSION_WRONG"),
        (None, None, 2, "CASE_VERSION_WRONG"),
    ],
)
def test_a_version_fits_its_place(
    subject: Digest | None, previous: Digest | None, version: int, code: str
) -> None:
    body = publication_body(id=case_id(version=version))
    record = drafted("case.publication", body, subject=subject, previous=previous)
    found = refusal(record)
    assert found is not None
    assert found[0] == code


# ---- status --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"status": "gone"}, "CODE_UNKNOWN", "body.status"),
        ({"reason": []}, "BODY_INVALID", "body.reason"),
        ({"reason": [{"text": " ", "lang": "zh"}]}, "BODY_INVALID", "body.reason[0].text"),
        ({"reason": TEXT * 2}, "CASE_INVALID", "body.reason"),
        ({"effective_on": "2026-12-01"}, "CASE_INVALID", "body.effective_on"),
        ({"effective_on": "22.11.2026"}, "BODY_INVALID", "body.effective_on"),
        ({"status": "overruled_by_court"}, "CASE_INVALID", "body.basis"),
        ({"status": "confirmation_revoked"}, "CASE_INVALID", "body.basis"),
    ],
)
def test_a_change_of_status_may_not_say(changes: dict[str, Any], code: str, path: str) -> None:
    assert fault("case.status", changes) == (code, [path])


@pytest.mark.parametrize("code", code_list("status").codes)
def test_every_status_can_be_stated(code: str) -> None:
    assert fault("case.status", {"status": code, "basis": "裁定书"}) is None


def test_a_change_names_its_case() -> None:
    assert refusal(drafted("case.status", status_body())) == ("CASE_INVALID", ["subject"])
    half = drafted("case.status", status_body(), subject=CASE)
    assert refusal(half) == ("CASE_INVALID", ["previous"])


# ---- citations -----------------------------------------------------------------------------------

SAME = {"facts": "same", "issues": "same", "law": "same"}
BAD_CITATIONS = [
    ({"citing": to_hex(CASE)}, "CIT_SELF", "body.citing"),
    ({"citing": to_hex(OTHER), "read": to_hex(OTHER)}, "CIT_SELF", "body.citing"),
    ({"treatment": "liked"}, "CODE_UNKNOWN", "body.treatment"),
    ({"similarity": {**SAME, "law": None}}, "CIT_SIMILARITY_INCOMPLETE", "body.similarity.law"),
    ({"similarity": {**SAME, "law": "alike"}}, "CODE_UNKNOWN", "body.similarity.law"),
    ({"similarity": {"facts": "same", "issues": "same"}}, "BODY_INVALID", "body.similarity.law"),
    ({"similarity": {**SAME, "law": "different"}}, "CIT_FOLLOWED_DIFFERENT", "body.similarity.law"),
    ({"reason": []}, "CIT_TREATMENT_REASON", "body.reason"),
    ({"treatment": "mentioned", "reason": []}, "CIT_TREATMENT_REASON", "body.reason"),
    ({"reason": TEXT * 2}, "CIT_INVALID", "body.reason"),
    ({**TURNED_AWAY, "differences": []}, "CIT_TREATMENT_REASON", "body.differences"),
    ({**TURNED_AWAY, "reason": TEXT}, "CIT_TREATMENT_REASON", "body.reason"),
    (
        {**TURNED_AWAY, "reason": [{"text": "x " * 19, "lang": "en"}]},
        "CIT_TREATMENT_REASON",
        "body.reason",
    ),
    (
        {**TURNED_AWAY, "treatment": "not_followed", "differences": []},
        "CIT_TREATMENT_REASON",
        "body.differences",
    ),
    (
        {**TURNED_AWAY, "treatment": "criticised", "differences": []},
        "CIT_TREATMENT_REASON",
        "body.differences",
    ),
    ({"pinpoint": ["#p0"]}, "CIT_INVALID", "body.pinpoint[0]"),
    ({"pinpoint": ["#issue1", "#issue1"]}, "CIT_INVALID", "body.pinpoint"),
    ({"pinpoint": ["method"]}, "BODY_INVALID", "body.pinpoint[0]"),
    ({"read": None}, "BODY_INVALID", "body.read"),
]


@pytest.mark.parametrize(("changes", "code", "path"), BAD_CITATIONS)
def test_a_citation_may_not_say(changes: dict[str, Any], code: str, path: str) -> None:
    found = fault("citation.statement", changes)
    assert found is not None
    assert (found[0], found[1][0]) == (code, path)


@pytest.mark.parametrize(
    "changes",
    [
        TURNED_AWAY,
        {**TURNED_AWAY, "treatment": "not_followed"},
        {**TURNED_AWAY, "treatment": "criticised"},
        {**TURNED_AWAY, "reason": [{"text": "x" * 20, "lang": "en"}]},
        {"treatment": "adapted", "similarity": {**SAME, "law": "different"}},
        {"pinpoint": []},
        {"pinpoint": ["#p3", "#term2", "#calc.line4", "#issue1", "#method"]},
        *({"treatment": code} for code in ("applied_standard", "considered", "mentioned")),
    ],
)
def test_a_citation_may_say(changes: dict[str, Any]) -> None:
    assert fault("citation.statement", changes) is None


def test_a_citation_speaks_of_nothing_before_it() -> None:
    record = drafted("citation.statement", citation_body(CASE), subject=CASE)
    assert refusal(record) == ("CIT_INVALID", ["subject"])


# ---- recognitions --------------------------------------------------------------------------------

CONDITION = recognition_body(CASE)["conditions"][0]
FULL = {"decision": "full", "scope": [], "conditions": [], "reason_codes": []}
BAD_RECOGNITIONS = [
    ({"decision": "maybe"}, "CODE_UNKNOWN", "body.decision"),
    ({"decision": "partial", "scope": [], "conditions": []}, "REC_SCOPE_EMPTY", "body.scope"),
    ({**FULL, "scope": ["#issue1"]}, "REC_INVALID", "body.scope"),
    ({"scope": ["#everything"]}, "REC_INVALID", "body.scope[0]"),
    (
        {**FULL, "decision": "refused"},
        "REC_REFUSAL_NO_REASON",
        "body.reason_codes",
    ),
    ({"conditions": []}, "REC_CONDITION_NONE", "body.conditions"),
    ({**FULL, "conditions": [CONDITION]}, "REC_INVALID", "body.conditions"),
    ({"conditions": [{**CONDITION, "no": 2}]}, "REC_INVALID", "body.conditions[0].no"),
    ({"conditions": [{**CONDITION, "text": {}}]}, "BODY_INVALID", "body.conditions[0].text"),
    ({"conditions": [{**CONDITION, "due": None}]}, "BODY_INVALID", "body.conditions[0].due"),
    (
        {"conditions": [{**CONDITION, "met_at": "2026-12-24"}]},
        "REC_INVALID",
        "body.conditions[0].met_at",
    ),
    (
        {"conditions": [{**CONDITION, "due": "2028-12-01"}]},
        "DATES_REVERSED",
        "body.conditions[0].due",
    ),
    ({"reason_codes": ["BECAUSE"]}, "CODE_UNKNOWN", "body.reason_codes[0]"),
    ({"reason_codes": ["NOT_FINAL"] * 2}, "REC_INVALID", "body.reason_codes"),
    ({"valid_to": "2026-11-30"}, "DATES_REVERSED", "body.valid_to"),
    (
        {**FULL, "valid_from": "2026-01-01", "valid_to": "2026-11-01"},
        "REC_EXPIRED",
        "body.valid_to",
    ),
    ({"subject_hash": to_hex(OTHER)}, "REC_INVALID", "body.subject_hash"),
    ({"recognised_number": "0000-0000-0000-0000"}, "REC_INVALID", "body.recognised_number"),
    ({"effect": "ENFORCEABLE"}, "REC_CLAIMS_ENFORCEMENT", "body.effect"),
    ({"effect": ""}, "REC_CLAIMS_ENFORCEMENT", "body.effect"),
    ({"id": case_id()}, "REFERENCE_MALFORMED", "body.id"),
    ({"id": "REC:SG:IPOSADR:2026:0000010"}, "REFERENCE_CHECK", "body.id"),
    ({"reasons": {}}, "BODY_INVALID", "body.reasons"),
    ({"adjustments": {"Tariff!": "x"}}, "BODY_INVALID", "body.adjustments.Tariff!.[key]"),
]
CLAIMS = [
    "本决定可强制执行",
    "本決定可強制執行",
    "具有执行力",
    "调解协议可予执行",
    "可 执 行",
    "申请执行的依据",
    "与判决具有同等执行效力",
    "不具有强制执行力",
    "This statement is enforceable.",
    "ＥＮＦＯＲＣＥＭＥＮＴ in all courts",
    "may be enforced",
    "en\u200bforceable",
    "该决定enforceable",
]


@pytest.mark.parametrize(("changes", "code", "path"), BAD_RECOGNITIONS)
def test_a_recognition_may_not_say(changes: dict[str, Any], code: str, path: str) -> None:
    found = fault("recognition.statement", changes)
    assert found is not None
    assert (found[0], found[1][0]) == (code, path)


@pytest.mark.parametrize("text", CLAIMS)
@pytest.mark.parametrize(
    ("place", "path"),
    [
        (lambda text: {"reasons": {"zh": text}}, "body.reasons.zh"),
        (
            lambda text: {"conditions": [{**CONDITION, "text": {"en": text}}]},
            "body.conditions[0].text.en",
        ),
        (lambda text: {"adjustments": {"tariff": text}}, "body.adjustments.tariff"),
        (lambda text: {"legal_basis": [text]}, "body.legal_basis[0]"),
        (lambda text: {"reciprocity": text}, "body.reciprocity"),
    ],
)
def test_a_recognition_never_claims_enforcement(text: str, place: Any, path: str) -> None:
    assert fault("recognition.statement", place(text)) == ("REC_CLAIMS_ENFORCEMENT", [path])


@pytest.mark.parametrize("text", ["按本地费率执行", "reinforced by the tariff", "履行协议"])
def test_other_words_are_free(text: str) -> None:
    assert fault("recognition.statement", {"reasons": {"zh": text}}) is None


@pytest.mark.parametrize(
    "changes",
    [
        FULL,
        {**FULL, "decision": "deferred"},
        {**FULL, "decision": "refused", "reason_codes": ["PUBLIC_POLICY"]},
        {**FULL, "decision": "partial", "scope": ["#term2"]},
        {"valid_to": None, "reciprocity": None, "adjustments": None, "reasons": None},
        {"conditions": [{**CONDITION, "met_at": "2026-11-20"}]},
        *({"reason_codes": [code]} for code in code_list("reason").codes),
    ],
)
def test_a_recognition_may_say(changes: dict[str, Any]) -> None:
    assert fault("recognition.statement", changes) is None


def test_the_effect_is_for_reference_only() -> None:
    assert effect().code == recognition_body(CASE)["effect"]
    assert "仅供参照" in effect().text.zh
    assert "reference only" in effect().text.en


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
