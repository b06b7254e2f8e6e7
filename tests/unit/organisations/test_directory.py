"""What organisations are called and how they are shown: the chain's word and their own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.bootstrap import RECORD_TYPES
from registry.errors import Conflict, InvalidInput, NotFound, RegistryError
from registry.ledger.authority import ChainNews
from registry.ledger.facts import Recording
from registry.organisations.founding import Applicant, first_profile
from registry.organisations.service import Organisations
from registry.proofs.hexes import to_hex
from registry.proofs.keys import eth_address
from registry.proofs.record import OrganisationId
from registry.proofs.submission import Submission
from registry.proofs.trust import KINDS
from tests.drafts import CREATOR, LEDGER, signed
from tests.unit.ledger.spine import Spine

ADMITTED_AT = 1_700_000_000
NOW = 1_800_000_000


def profile(name: str, region: str, key: bytes = CREATOR, **changes: Any) -> Submission:
    """A signed first profile that says more than a founder's."""
    applicant = Applicant(name=name, lang="en", region=region, kinds=("society",))
    made = first_profile(LEDGER, applicant, key, datetime(2026, 11, 22, tzinfo=UTC)).record
    return signed(replace(made, body={**made.body, **changes}), key)


MCSC = profile("MCSC", "CN", identifiers=[{"scheme": "CISAC", "value": "119"}])
SACEM = profile(
    "SACEM",
    "FR",
    identifiers=[{"scheme": "CISAC", "value": "058"}],
    endpoints=["https://node.example/"],
    contact="a street",
)
RIVAL = profile("Another", "SG", identifiers=[{"scheme": "CISAC", "value": "119"}])
SILENT = profile("Silent", "JP")


def of(founded: Submission) -> OrganisationId:
    return OrganisationId(founded.record.digest)


def admission(place: int, founded: Submission) -> Iterator[ChainNews]:
    record = founded.record
    key = eth_address(record.signers[0].key)
    assert key is not None
    common = {"organisation": to_hex(record.digest)}
    region = record.body["region"].encode().ljust(8, b"\0")
    admitted = {
        "region": to_hex(region),
        "proposal": to_hex(bytes(32)),
        "kinds": 1 << KINDS.index("society"),
        "admitted_at": ADMITTED_AT,
    }
    added = {"key": to_hex(key), "scopes": 128, "valid_from": ADMITTED_AT, "valid_until": 0}
    for step, (name, arguments) in enumerate((("Admitted", admitted), ("KeyAdded", added))):
        yield ChainNews(
            block=1,
            place=2 * place + step,
            time=ADMITTED_AT,
            name=name,
            arguments=common | arguments,
        )


class Town:
    """Organisations that the chain admitted, on a spine that asks them who may act."""

    def __init__(self, spine: Spine) -> None:
        self.spine = spine
        self.organisations = Organisations(spine.database)
        self.recording = Recording(spine.database, RECORD_TYPES, self.organisations, lambda: NOW)

    def admit(self, *founded: Submission) -> None:
        for place, each in enumerate(founded):
            with self.spine.database.write() as connection:
                self.organisations.learn(connection, admission(place, each))
            record = each.record
            who = OrganisationId(record.digest)
            self.spine.authority.allowed.add((who, record.signers[0].key, 128))
            self.spine.authority.regions[who] = record.body["region"]
            self.spine.authority.kinds[who] = ("society",)
        self.organisations.refresh()

    def says(self, *told: Submission) -> None:
        for each in told:
            self.spine.submit(each.to_bytes())

    def described(self, founded: Submission) -> dict[str, Any]:
        with self.recording.now(provisional=True) as facts:
            known = self.organisations.find(facts, to_hex(founded.record.digest))
            return self.organisations.described(facts, known, NOW)

    def find(self, name: str) -> OrganisationId:
        with self.recording.now(provisional=True) as facts:
            return self.organisations.find(facts, name).id

    def society(self, code: str, on: date | None = None) -> dict[str, Any]:
        with self.recording.now(provisional=True) as facts:
            return self.organisations.society(facts, code, on)


@pytest.fixture
def town(spine: Spine) -> Town:
    opened = Town(spine)
    opened.admit(MCSC, SACEM, RIVAL, SILENT)
    opened.says(MCSC, SACEM)
    return opened


def code(call: Callable[[], object]) -> str:
    with pytest.raises(RegistryError) as caught:
        call()
    return caught.value.code


def test_an_organisation_is_found_by_its_identifier_and_by_its_id(town: Town) -> None:
    assert town.find("CISAC:119") == of(MCSC)
    assert town.find("cisac:058") == of(SACEM)
    assert town.find(to_hex(of(SILENT))) == of(SILENT)


def test_whom_nobody_knows_is_not_found(town: Town) -> None:
    assert code(lambda: town.find("CISAC:001")) == "ORGANISATION_UNKNOWN"
    assert code(lambda: town.find("0x" + "00" * 32)) == "ORGANISATION_UNKNOWN"
    with pytest.raises(NotFound):
        town.find("USCC:119")


@pytest.mark.parametrize("name", ["119", "", ":", "CISAC:", ":119"])
def test_what_is_no_name_is_refused(town: Town, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.find(name)
    assert caught.value.code == "ORGANISATION_NAME_INVALID"


def test_two_that_claim_one_identifier_are_both_named(town: Town) -> None:
    town.says(RIVAL)
    with pytest.raises(Conflict) as caught:
        town.find("CISAC:119")
    assert caught.value.code == "IDENTIFIER_AMBIGUOUS"
    assert to_hex(MCSC.record.digest) in caught.value.detail
    assert to_hex(RIVAL.record.digest) in caught.value.detail
    assert town.find("CISAC:058") == of(SACEM)


def test_what_the_chain_says_stands_beside_what_the_profile_says(town: Town) -> None:
    told = town.described(SACEM)
    assert (told["region"], told["kinds"], told["status"]) == ("FR", ["society"], "active")
    assert told["voice"] is True
    assert told["names"] == [{"text": "SACEM", "lang": "en"}]
    assert told["endpoints"] == ["https://node.example/"]
    assert told["contact"] == "a street"
    assert told["profile"]["digest"] == to_hex(SACEM.record.digest)
    (key,) = told["keys"]
    assert key["scopes"] == ["administration"]
    assert (key["from"], key["until"], key["contested_since"]) == (
        "2023-11-14T22:13:20Z",
        None,
        None,
    )
    assert (told["logs"], told["witness"], told["suspensions"]) == ([], None, [])


def test_whoever_has_said_nothing_has_no_name(town: Town) -> None:
    told = town.described(SILENT)
    assert (told["names"], told["identifiers"], told["profile"]) == ([], [], None)
    assert told["region"] == "JP"


def test_names_and_endpoints_are_those_of_the_profile(town: Town) -> None:
    known, who = town.organisations, of(SACEM)
    with town.recording.now(provisional=True) as facts:
        assert known.names_of(facts, who) == (("SACEM", "en"),)
        assert known.endpoints_of(facts, who) == ("https://node.example/",)
        assert known.endpoints_of(facts, of(SILENT)) == ()


def test_a_society_names_the_organisations_that_bear_its_code(town: Town) -> None:
    told = town.society("119", date(2026, 11, 21))
    assert told["organisations"] == [to_hex(MCSC.record.digest)]
    assert (told["member_on"], told["member"]) == (True, {"from": "2004-01-01", "until": None})
    assert told["repertoire"] == ["music"]
    nobody = town.society("329", date(2026, 11, 21))
    assert (nobody["organisations"], nobody["member_on"]) == ([], False)
    assert town.society("119")["member_on"] is None, "no day was named"
