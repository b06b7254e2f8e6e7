"""Agreements and the question over a real node: recorded, shown, asked, refused."""

from hashlib import sha256
from typing import Any

import pytest

from registry.proofs.canonical import encode
from registry.proofs.hexes import to_hex
from registry.proofs.record import Visibility
from registry.proofs.signature import sign_eip712
from registry.proofs.submission import new_submission
from registry.proofs.tlog_proof import parse_proof
from tests.agreements import FILED, THIRD, agreement, leg, terms
from tests.serving import Answer
from tests.societies import D, World

HASHED = ("query", "answer", "reasons", "nearest", "territories", "stands_on")


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def codes(told: Any) -> list[str]:
    return [reason["code"] for reason in told["reasons"]]


# ---- the question -------------------------------------------------------------------------------


def test_yes_with_its_evidence_and_its_hash(world: World) -> None:
    told = world.ask()
    assert (told["answer"], codes(told)) == ("YES", ["LEG_OK"])
    assert told["territories"] == {"YES": [156]}
    assert "may license the right of performance (表演权, CN.10.9)" in told["sentence"]["en"]
    assert f"双方签署于协议{world.number}" in told["sentence"]["zh"]
    (evidence,) = told["evidence"]
    assert evidence["number"] == world.number == told["reasons"][0]["agreement"]
    assert parse_proof(evidence["proof"]).index == evidence["index"]
    assert evidence["anchor"]["block"]["number"] <= told["stands_on"]["block"]
    assert told["stands_on"]["known_at"] == told["query"]["known_at"]
    hashed = encode({part: told[part] for part in HASHED})
    assert told["result_hash"] == to_hex(sha256(hashed).digest())


def test_the_same_question_has_the_same_hash_by_every_name_of_the_societies(world: World) -> None:
    told = world.ask()
    at = told["stands_on"]["known_at"]
    names = {
        "codes": world.ask(known_at=at),
        "identifiers": world.ask(society="CISAC:119", repertoire="cisac:58", known_at=at),
        "ids": world.ask(society=world.mcsc.hex, repertoire=world.sacem.hex, known_at=at),
        "number of the territory": world.ask(territory="+156", known_at=at),
    }
    assert {name: each["result_hash"] for name, each in names.items()} == dict.fromkeys(
        names, told["result_hash"]
    )


def test_before_it_was_recorded_nobody_knew(world: World) -> None:
    before = world.ask(
        known_at="2026-01-01T00:00:00Z", society=world.mcsc.hex, repertoire=world.sacem.hex
    )
    assert (before["answer"], codes(before)) == ("UNKNOWN", ["NO_AGREEMENT"])
    assert before["evidence"] == []


@pytest.mark.parametrize(
    ("changes", "answer", "reasons"),
    [
        ({"on": "2028-01-01"}, "NO", ["NOT_IN_FORCE"]),
        ({"right": "CN.10.11"}, "UNKNOWN", ["RIGHT_NOT_GRANTED"]),
        ({"right": "CN.10.2"}, "NO", ["RIGHT_NOT_LICENSABLE"]),
        ({"territory": "HK"}, "UNKNOWN", ["TERRITORY_NOT_GRANTED"]),
        ({"territory": "GL"}, "UNKNOWN", ["TERRITORY_NOT_IN_TIS"]),
        ({"territory": "CN-46"}, "YES", ["LEG_OK", "GRANTED_FOR_THE_WHOLE"]),
        ({"society": "058", "repertoire": "119", "territory": "GB"}, "NO", ["TERRITORY_EXCLUDED"]),
        ({"society": "058", "repertoire": "119", "territory": "FR"}, "YES", ["LEG_OK"]),
        ({"repertoire": "119"}, "UNKNOWN", ["MEMBERSHIP_NOT_RECORDED"]),
        ({"repertoire": "080"}, "UNKNOWN", ["SOCIETY_NOT_ON_LEDGER"]),
        ({"on": "2026-01-10"}, "CONDITIONAL", ["LEG_OK", "CN_RRA_FILING_NOT_EVIDENCED"]),
        ({"right": None, "use": "KTV_PLAY", "object_class": "MUSICAL_WORK"}, "YES", ["LEG_OK"]),
        ({"action": "ENFORCE"}, "UNKNOWN", ["ACTION_NOT_GRANTED"]),
        ({"use": "LIVESTREAM"}, "YES", ["LEG_OK", "RIGHT_NOT_SUFFICIENT_FOR_USE"]),
    ],
    ids=str,
)
def test_every_kind_of_answer(
    world: World, changes: dict[str, str | None], answer: str, reasons: list[str]
) -> None:
    told = world.ask(**changes)
    assert (told["answer"], codes(told)) == (answer, reasons)


def test_several_territories_have_several_answers(world: World) -> None:
    told = world.ask(society="058", repertoire="119", territory="+2136")
    assert told["answer"] == "PARTIAL"
    assert told["territories"]["NO"] == [826]
    assert 2122 in told["territories"]["YES"], "a group stands for its members"
    assert 2106 in told["territories"]["UNKNOWN"]
    assert told["names"]["2122"] == {"en": "European Continent", "zh": "欧洲大陆"}


def test_a_no_names_its_nearest_miss(world: World) -> None:
    (near,) = world.ask(on="2028-01-01")["nearest"]
    assert (near["agreement"], near["leg"], near["failed"]) == (world.number, 1, ["NOT_IN_FORCE"])
    assert near["would_be_yes_if"]["en"] == "it were in force on 2028-01-01"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"society": "100"}, 404, "SOCIETY_UNKNOWN"),
        ({"society": "0x" + "00" * 32}, 404, "SOCIETY_UNKNOWN"),
        ({"society": "LEI:1"}, 404, "SOCIETY_UNKNOWN"),
        ({"society": "SACEM"}, 422, "SOCIETY_NAME_INVALID"),
        ({"society": "0x12"}, 422, "HEX_INVALID"),
        ({"right": "CN.10.18"}, 422, "RIGHT_UNKNOWN"),
        ({"right": None}, 422, "QUESTION_INCOMPLETE"),
        ({"right": None, "use": "KTV_PLAY"}, 422, "QUESTION_INCOMPLETE"),
        ({"use": "DANCING"}, 422, "PARAMETER_INVALID"),
        ({"territory": "ZZ"}, 422, "TERRITORY_UNKNOWN"),
        ({"territory": ""}, 422, "TERRITORY_UNKNOWN"),
        ({"territory": None}, 422, "PARAMETER_INVALID"),
        ({"on": "2026-11-31"}, 422, "PARAMETER_INVALID"),
        ({"known_at": "2026-11-21"}, 422, "TIME_INVALID"),
        ({"known_at": "2999-01-01T00:00:00Z"}, 422, "KNOWN_AT_IN_FUTURE"),
        ({"action": "SING"}, 422, "PARAMETER_INVALID"),
    ],
    ids=str,
)
def test_what_cannot_be_answered(
    world: World, changes: dict[str, str | None], status: int, code: str
) -> None:
    assert refused(world.served.get(world.question(**changes))) == (status, code)


# ---- agreements ---------------------------------------------------------------------------------


def test_an_agreement_is_shown_with_its_proof(world: World) -> None:
    told = world.served.get(f"/api/v1/agreements/{world.number}").json()
    assert [party["organisation"] for party in told["parties"]] == [
        world.mcsc.hex,
        world.sacem.hex,
    ]
    assert told["legs"][1]["territory"] == ["+2120", "-826"]
    assert (told["filing"], told["evidence"]["number"]) == (FILED, world.number)
    assert told["recorded_at"] == told["evidence"]["recorded_at"] is not None
    by_digest = world.served.get(f"/api/v1/agreements/{told['digest']}").json()
    assert by_digest == told


def test_agreements_are_listed_by_party(world: World) -> None:
    def listed(party: str) -> list[str]:
        told = world.served.get(f"/api/v1/agreements?party={party}").json()
        return [each["number"] for each in told["agreements"]]

    assert listed("119")[0] == listed(world.sacem.hex)[0] == world.number
    everything = world.served.get("/api/v1/agreements").json()["agreements"]
    assert everything[0]["number"] == world.number
    assert refused(world.served.get("/api/v1/agreements?party=080")) == (404, "SOCIETY_UNKNOWN")


def test_what_is_no_agreement(world: World) -> None:
    (profile,) = (world.served.get("/api/v1/organisations/CISAC:119").json()["profile"],)
    answer = world.served.get(f"/api/v1/agreements/{profile['number']}")
    assert refused(answer) == (404, "AGREEMENT_UNKNOWN")
    nowhere = world.served.get("/api/v1/agreements/0x" + "00" * 32)
    assert refused(nowhere) == (404, "RECORD_UNKNOWN")


def test_a_sealed_agreement_answers_nothing(world: World) -> None:
    secret = leg(world.sacem, world.mcsc, rights=["CN.10.14"])
    body = terms(secret, parties=(world.mcsc, world.sacem))
    done = world.submit(body, world.mcsc, world.sacem, visibility=Visibility.SEALED)
    assert done.status == 201, done.body
    world.served.settle()
    assert world.ask(right="CN.10.14")["answer"] == "UNKNOWN", "and not no"
    shown = world.served.get(f"/api/v1/agreements/{done.json()['digest']}")
    assert refused(shown) == (404, "RECORD_UNKNOWN")


def test_two_exclusive_grants_are_contested(world: World) -> None:
    harbour = world.admit("Harbour Society", "en", "HK", None)
    for grantee in (world.mcsc, harbour):
        grant = leg(
            world.sacem, grantee, rights=["CN.10.7"], territory=["+702"], exclusivity="EXCLUSIVE"
        )
        parties = (grantee, world.sacem)
        world.conclude(terms(grant, parties=parties), *parties)
    world.served.settle()
    told = world.ask(territory="SG", right="CN.10.7")
    assert (told["answer"], codes(told)) == ("CONTESTED", ["LEG_OK", "EXCLUSIVE_OVERLAP"])
    assert len(told["evidence"]) == 2


# ---- what the door refuses ----------------------------------------------------------------------


def test_the_other_party_cannot_be_signed_for(world: World) -> None:
    body = terms(leg(world.sacem, world.mcsc), parties=(world.mcsc, world.sacem))
    record = agreement(body, signers=(world.mcsc, world.sacem), ledger=world.served.ledger)
    twice = [sign_eip712(world.mcsc.key, record)] * 2
    answer = world.served.submit(new_submission(record, twice).to_bytes())
    assert refused(answer) == (403, "SIGNATURE_INVALID")


def test_a_third_society_does_not_sign_and_no_party_is_missing(world: World) -> None:
    both = (world.mcsc, world.sacem)
    body = terms(leg(world.sacem, world.mcsc), parties=both)
    assert refused(world.submit(body, world.mcsc)) == (422, "AGREEMENT_SIGNERS")
    assert refused(world.submit(body, *both, THIRD)) == (422, "AGREEMENT_SIGNERS")


def test_a_key_without_the_scope_does_not_sign(world: World) -> None:
    administration = world.voices[1]
    stranger = type(world.mcsc)(id=world.mcsc.id, key=administration)
    body = terms(leg(world.sacem, world.mcsc), parties=(world.mcsc, world.sacem))
    assert refused(world.submit(body, stranger, world.sacem)) == (403, "KEY_OUTSIDE_SCOPE")


def test_an_organisation_that_is_not_on_the_chain_does_not_sign(world: World) -> None:
    body = terms(leg(THIRD, world.mcsc), parties=(world.mcsc, THIRD))
    assert refused(world.submit(body, world.mcsc, THIRD)) == (403, "ORGANISATION_UNKNOWN")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"territory": ["+9999"]}, "TERRITORY_UNKNOWN"),
        ({"valid": {"from": "2026-02-01", "to": "2026-01-01"}}, "DATES_REVERSED"),
        ({"grantee": THIRD.hex}, "LEG_OUTSIDE_PARTIES"),
        ({"rights": ["CN.10.2"]}, "RIGHT_NOT_LICENSABLE"),
        ({"exclusivity": "PERHAPS"}, "BODY_INVALID"),
    ],
    ids=str,
)
def test_terms_that_break_a_rule_are_refused_at_the_door(
    world: World, changes: dict[str, Any], code: str
) -> None:
    both = (world.mcsc, world.sacem)
    body = terms({**leg(world.sacem, world.mcsc), **changes}, parties=both)
    assert refused(world.submit(body, *both)) == (422, code)


# ---- territories --------------------------------------------------------------------------------


def test_territories_are_resolved_on_a_day(world: World) -> None:
    path = "/api/v1/territories?expression=%2B2136%20-2114%20%2B124&on=2026-11-21"
    told = world.served.get(path).json()
    assert len(told["leaves"]) == 149
    assert told["names"]["124"] == {"en": "Canada", "zh": "加拿大"}
    assert (told["on"], told["warnings"]) == (D, [])
    without = world.served.get(path.replace("%2B", "+")).json()
    assert without == told, "a plus that the address has lost is what no sign means"


def test_territories_that_are_none(world: World) -> None:
    answer = world.served.get("/api/v1/territories?expression=GL%20ZZ")
    assert refused(answer) == (422, "TERRITORY_UNKNOWN")
    assert refused(world.served.get("/api/v1/territories")) == (422, "PARAMETER_INVALID")
