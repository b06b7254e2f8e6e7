"""The profile: its body, its shape as a first one and as a later one, and whose turn it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Conflict, InvalidInput
from registry.ledger.position import Position
from registry.organisations import records
from registry.organisations.founding import Applicant, first_profile, founding_organisation
from registry.organisations.tables import organisation_profiles
from registry.proofs.record import Digest, LogId, OrganisationId, Record, Signer, Visibility
from registry.proofs.trust import Scope
from tests.drafts import CREATOR, LEDGER, signed
from tests.unit.ledger.spine import Spine

APPLICANT = Applicant(name="海南站", lang="zh", region="CN-46", kinds=("society", "mediation_body"))
FIRST = first_profile(LEDGER, APPLICANT, CREATOR, datetime(2026, 11, 22, tzinfo=UTC)).record
OWN = OrganisationId(FIRST.digest)


def later(previous: Record = FIRST, **changes: Any) -> Record:
    signer = Signer(key=FIRST.signers[0].key, organisation=OWN, capacity="organisation")
    values: dict[str, Any] = {"subject": Digest(OWN), "previous": previous.digest, **changes}
    return replace(previous, signers=(signer,), **values)


def refused(record: Record) -> list[str]:
    try:
        records.check_profile(record)
    except InvalidInput as fault:
        return [field.path for field in fault.fields]
    return []


def with_body(**changes: Any) -> Record:
    return replace(FIRST, body={**FIRST.body, **changes})


# ---- bodies --------------------------------------------------------------------------------------


def test_a_first_and_a_later_profile_are_in_order() -> None:
    assert refused(FIRST) == []
    assert refused(later()) == []


ENDPOINTS = {
    "https://comity.example/": True,
    "https://comity.example:8443/node": True,
    "http://localhost:8000": True,
    "http://127.0.0.1:8000": True,
    "http://[::1]:8000": True,
    "https://8.8.8.8/": True,
    "http://comity.example/": False,
    "https://10.0.0.1/": False,
    "https://192.168.1.1/": False,
    "https://169.254.169.254/latest/meta-data": False,
    "https://[::ffff:10.0.0.1]/": False,
    "https://[fd00::1]/": False,
    "https://intranet/": False,
    "https:///nobody": False,
    "ftp://localhost/": False,
    "javascript://localhost/%0aalert(1)": False,
    "file://localhost/etc/passwd": False,
    "https://[bad": False,
    "": False,
}


@pytest.mark.parametrize("url", ENDPOINTS)
def test_an_endpoint_is_public_and_by_https(url: str) -> None:
    told = refused(with_body(endpoints=[url]))
    assert told == ([] if ENDPOINTS[url] else ["body.endpoints[0]"])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"names": []}, "body.names"),
        ({"kinds": []}, "body.kinds"),
        ({"kinds": ["society", "society"]}, "body.kinds"),
        ({"kinds": ["ministry"]}, "body.kinds[0]"),
        ({"region": "China"}, "body.region"),
        ({"region": "cn-46"}, "body.region"),
        ({"contact": ""}, "body.contact"),
        ({"identifiers": [{"scheme": "CISAC"}]}, "body.identifiers[0].value"),
        ({"identifiers": [{"scheme": "CISAC", "value": "19"}]}, "body.identifiers[0].value"),
        ({"identifiers": [{"scheme": "cisac", "value": "１１９"}]}, "body.identifiers[0].value"),
        ({"more": 1}, "body.more"),
    ],
    ids=str,
)
def test_what_is_not_in_order_is_named(changes: dict[str, Any], path: str) -> None:
    assert refused(with_body(**changes)) == [path]


# ---- first and later -----------------------------------------------------------------------------


def test_a_profile_is_public_and_has_one_signer() -> None:
    assert refused(replace(FIRST, visibility=Visibility.SEALED)) == ["visibility"]
    assert refused(replace(FIRST, signers=FIRST.signers * 2)) == ["signers"]


def test_a_first_profile_names_nobody_but_itself() -> None:
    other = replace(FIRST.signers[0], organisation=OrganisationId(bytes(32)))
    assert refused(replace(FIRST, signers=(other,))) == ["signers[0].organisation"]
    assert refused(replace(FIRST, previous=Digest(bytes(32)))) == ["previous"]


def test_a_later_profile_is_by_the_organisation_it_is_about() -> None:
    assert refused(later(subject=Digest(bytes(32)))) == ["signers[0].organisation"]
    assert refused(replace(later(), previous=None)) == ["previous"]


def test_a_profile_is_signed_for_the_organisation_that_it_founds_or_names() -> None:
    assert records.speaks_for(FIRST, FIRST.signers[0]) == OWN
    second = later()
    assert records.speaks_for(second, second.signers[0]) == OWN
    (kind,) = records.RECORD_TYPES
    assert (kind.name, kind.scope) == ("organisation.profile", Scope.ADMINISTRATION)


def test_what_the_chain_is_told_is_what_the_profile_says() -> None:
    told = founding_organisation(signed(FIRST))
    assert (told.id, told.region) == (OWN, "CN-46")
    assert told.kinds == ("society", "mediation_body")
    assert told.key == FIRST.signers[0].key


def test_a_profile_is_projected_under_its_organisation() -> None:
    position = Position(log=LogId(b"\x01" * 32), index=3)
    for record in (FIRST, later()):
        (fact,) = records.project_profile(record, position)
        assert fact.table is organisation_profiles
        assert fact.row == {
            "organisation": OWN,
            "log": position.log,
            "position": 3,
        }


# ---- whose turn it is ----------------------------------------------------------------------------


def admit(spine: Spine) -> None:
    """Let the chain know the organisation."""
    spine.authority.allowed.add((OWN, FIRST.signers[0].key, int(Scope.ADMINISTRATION)))
    spine.authority.regions[OWN] = APPLICANT.region
    spine.authority.kinds[OWN] = APPLICANT.kinds


@pytest.fixture
def registered(spine: Spine) -> Spine:
    """A spine whose authority lets the organisation speak, and that has its first profile."""
    admit(spine)
    assert spine.submit(signed(FIRST).to_bytes()).new
    return spine


def test_each_profile_follows_the_latest(registered: Spine) -> None:
    second = later()
    third = later(second, body={**FIRST.body, "contact": "a new address"})
    for record in (second, third):
        assert registered.submit(signed(record).to_bytes()).new


def test_of_two_that_follow_one_the_later_is_refused(registered: Spine) -> None:
    second, rival = later(), later(body={**FIRST.body, "contact": "another address"})
    registered.submit(signed(second).to_bytes())
    with pytest.raises(Conflict) as refused:
        registered.submit(signed(rival).to_bytes())
    assert refused.value.code == "PREVIOUS_NOT_LATEST"
    assert f"0x{second.digest.hex()}" in refused.value.detail
    assert registered.log.size == 2


def test_of_two_in_one_group_the_first_counts(tmp_path: Path) -> None:
    spine = Spine(tmp_path)
    admit(spine)
    second, rival = later(), later(body={**FIRST.body, "contact": "another address"})
    waiting = [spine.door.submit(signed(each).to_bytes()) for each in (FIRST, second, rival)]
    spine.start()
    assert [future.result(timeout=30).new for future in waiting[:2]] == [True, True]
    with pytest.raises(Conflict):
        waiting[2].result(timeout=30)
    spine.close()


@pytest.mark.parametrize("changes", [{"region": "CN-44"}, {"kinds": ["society"]}], ids=str)
def test_a_profile_states_what_the_organisation_was_admitted_with(
    registered: Spine, changes: dict[str, Any]
) -> None:
    other = later(body={**FIRST.body, **changes})
    with pytest.raises(Conflict) as refused:
        registered.submit(signed(other).to_bytes())
    assert refused.value.code == "PROFILE_NOT_AS_ADMITTED"
    assert "CN-46 as society, mediation_body" in refused.value.detail


def test_a_first_profile_for_another_region_is_no_profile(spine: Spine) -> None:
    admit(spine)
    spine.authority.regions[OWN] = "SG"
    with pytest.raises(Conflict) as refused:
        spine.submit(signed(FIRST).to_bytes())
    assert refused.value.code == "PROFILE_NOT_AS_ADMITTED"


def test_the_order_in_which_kinds_are_named_says_nothing(registered: Spine) -> None:
    turned = later(body={**FIRST.body, "kinds": list(reversed(FIRST.body["kinds"]))})
    assert registered.submit(signed(turned).to_bytes()).new
