"""What a citation and a recognition may say: bad input with its code and its field."""

from typing import Any

import pytest

from registry.proofs.hexes import to_hex
from registry.recognition.model.codes import code_list, effect
from tests.unit.recognition.judging import CASE, OTHER, TEXT, fault, refusal
from tests.unit.recognition.stating import (
    TURNED_AWAY,
    case_id,
    citation_body,
    drafted,
    recognition_body,
)

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
