"""Who is in the ledger, over a real node: the organisation that founded it, and CISAC's list."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.bootstrap.founding import administration_key
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.note import parse_vkey
from registry.proofs.record import Digest, OrganisationId, Record, Signer
from registry.proofs.signature import key_of
from registry.proofs.submission import Submission
from tests.drafts import signed
from tests.serving import Answer, Served


def own(served: Served) -> str:
    return to_hex(served.node.organisation.id)


def answered(served: Served, path: str) -> Any:
    answer = served.get(path)
    assert answer.status == 200, answer.body
    return answer.json()


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def later(served: Served, **changes: Any) -> Submission:
    """A further profile of the node's organisation, signed by its administration."""
    key = administration_key(served.node.settings.data)
    told = answered(served, f"/api/v1/organisations/{own(served)}")
    latest = served.record(told["profile"]["digest"])["record"]
    before = Record.from_json(latest)
    subject = Digest(from_hex(own(served), size=32))
    signer = Signer(key=key_of(key), organisation=OrganisationId(subject), capacity="organisation")
    record = replace(
        before,
        subject=subject,
        previous=before.digest,
        signers=(signer,),
        issued_at=datetime.now(UTC).replace(microsecond=0),
        body={**before.body, **changes},
    )
    return signed(record, key)


def test_the_founder_is_listed_with_its_keys_its_log_and_its_voice(served: Served) -> None:
    (told,) = answered(served, "/api/v1/organisations")["organisations"]
    assert told["id"] == own(served)
    assert (told["status"], told["voice"]) == ("active", True)
    assert [key["scopes"] for key in told["keys"]] == [["administration"], ["anchor"]]
    (log,) = told["logs"]
    assert parse_vkey(log["vkey"]).name == log["origin"] == served.node.log.signer.key.name
    assert log["open"] is True
    assert parse_vkey(told["witness"]).name.endswith("/witness")


def test_an_organisation_is_asked_for_by_its_id(served: Served) -> None:
    (listed,) = answered(served, "/api/v1/organisations")["organisations"]
    assert answered(served, f"/api/v1/organisations/{own(served)}") == listed


def test_a_later_profile_is_what_is_shown_and_found(served: Served) -> None:
    mcsc = [{"scheme": "CISAC", "value": "119"}]
    names = [{"text": "中国音乐著作权协会", "lang": "zh"}]
    assert served.submit(later(served, identifiers=mcsc, names=names).to_bytes()).status == 201
    told = answered(served, "/api/v1/organisations/CISAC:119")
    assert (told["id"], told["names"]) == (own(served), names)
    assert answered(served, "/api/v1/organisations?identifier=CISAC:119")["organisations"] == [told]
    assert answered(served, "/api/v1/organisations?identifier=CISAC:120")["organisations"] == []
    assert answered(served, "/api/v1/societies/119")["organisations"] == [own(served)]
    assert served.submit(later(served, identifiers=[]).to_bytes()).status == 201
    assert refused(served.get("/api/v1/organisations/CISAC:119")) == (404, "ORGANISATION_UNKNOWN")


def test_a_profile_for_another_region_is_refused(served: Served) -> None:
    boast = later(served, region="FR")
    assert refused(served.submit(boast.to_bytes())) == (409, "PROFILE_NOT_AS_ADMITTED")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("0x" + "00" * 32, 404, "ORGANISATION_UNKNOWN"),
        ("CISAC:058", 404, "ORGANISATION_UNKNOWN"),
        ("0x12", 422, "HEX_INVALID"),
        ("119", 422, "ORGANISATION_NAME_INVALID"),
    ],
)
def test_whom_nobody_knows(served: Served, name: str, status: int, code: str) -> None:
    assert refused(served.get(f"/api/v1/organisations/{name}")) == (status, code)


def test_a_society_was_a_member_or_was_not_or_nobody_knows(served: Served) -> None:
    told = answered(served, "/api/v1/societies/119?on=2026-11-21")
    assert (told["name"], told["country"], told["repertoire"]) == ("MCSC", "CN", ["music"])
    assert told["member"] == {"from": "2004-01-01", "until": None}
    answers = {
        day: answered(served, f"/api/v1/societies/329?on={day}")["member_on"]
        for day in ("2024-06-01", "2025-06-01", "2026-01-01")
    }
    assert answers == {"2024-06-01": None, "2025-06-01": None, "2026-01-01": False}
    assert answered(served, "/api/v1/societies/119")["member_on"] is None


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("100", 404, "SOCIETY_UNKNOWN"),
        ("19", 422, "SOCIETY_CODE_INVALID"),
        ("119?on=yesterday", 422, "PARAMETER_INVALID"),
        ("119?on=20261121", 422, "PARAMETER_INVALID"),
    ],
)
def test_what_is_no_society_and_no_day(served: Served, path: str, status: int, code: str) -> None:
    assert refused(served.get(f"/api/v1/societies/{path}")) == (status, code)
