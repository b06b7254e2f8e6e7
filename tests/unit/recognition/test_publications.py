"""What a publication and a change of status may say: bad input with its code and field."""

from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.proofs.record import Digest
from registry.recognition.model.codes import code_list
from tests.unit.recognition.judging import BODIES, CASE, TEXT, fault, refusal
from tests.unit.recognition.stating import (
    CHECKS,
    CONSENTS,
    case_id,
    drafted,
    publication_body,
    recognition_id,
    status_body,
)

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
