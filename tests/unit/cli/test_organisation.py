"""`comity organisation` over a real chain: votes, one voice a region, keys over time, profiles."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.chain.contracts import read_events
from registry.chain.deployments import region_bytes, write_deployment
from registry.chain.govern import Governance, proposal_id, suspension_id
from registry.chain.rpc import head
from registry.chain.transactions import address_from
from registry.cli import keystore
from registry.ledger.chain_facts import news_of
from registry.organisations.model import Register, fold, refusal, voices
from registry.proofs import hexes
from registry.proofs.keys import SignerKey
from registry.proofs.number import number_of
from registry.proofs.record import OrganisationId
from registry.proofs.signature import key_of
from registry.proofs.submission import parse_submission
from registry.proofs.trust import Scope
from tests.ports.chain.ledgers import Ledger, found, give, private_key
from tests.ports.chain.plain import PlainNode
from tests.unit.cli.conftest import PASSWORD, Comity, Ran
from tests.unit.cli.fake_node import FakeNode

DAY = 24 * 3600
NEWCOMER = private_key("a newcomer")
SECOND = private_key("a second one of a region")
DEPLOYMENT = "deployment.json"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[PlainNode]:
    node = PlainNode(tmp_path / "plain")
    yield node
    node.close()


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[bytes], Path]:
    def file(private_key: bytes) -> Path:
        path = tmp_path / f"{private_key[:4].hex()}.json"
        path.write_text(json.dumps(keystore.encrypt(private_key, PASSWORD, n=1 << 4)))
        return path

    return file


class Council:
    """The regions of a ledger at their command lines."""

    def __init__(
        self, chain: PlainNode, regions: tuple[str, ...], comity: Comity, keys: Any
    ) -> None:
        self.chain = chain
        self.ledger: Ledger = found(chain.rpc, chain, regions)
        self.contract = Governance(chain.rpc, self.ledger.deployment.organisations.address)
        self._comity = comity
        self._keys = keys
        write_deployment(self.ledger.deployment, Path(DEPLOYMENT))

    def id(self, region: str) -> str:
        return hexes.to_hex(self.ledger.organisation(region))

    def does(self, who: str | bytes, *arguments: object) -> Ran:
        key = self.ledger.admin_keys[who] if isinstance(who, str) else give(self.chain, who)
        reach = ("--deployment", DEPLOYMENT, "--rpc", self.chain.rpc.url, "--key", self._keys(key))
        return self._comity("organisation", *arguments, *reach)

    def did(self, who: str | bytes, *arguments: object) -> str:
        ran = self.does(who, *arguments)
        assert ran.code == 0, ran.err
        return ran.out

    def was_refused(self, who: str | bytes, *arguments: object) -> str:
        ran = self.does(who, *arguments)
        assert ran.code == 2, ran.out
        return ran.err

    def wait(self, seconds: int) -> None:
        now = head(self.chain.rpc).time
        self.chain.do("evm_setNextBlockTimestamp", now + seconds)
        self.chain.mine()

    def register(self) -> Register:
        address = self.contract.address
        told = read_events(self.chain.rpc, [address], 0, head(self.chain.rpc).number)
        return fold((news.name, news.arguments) for news in (news_of(each, 0) for each in told))


Convene = Callable[..., Council]


@pytest.fixture
def convene(chain: PlainNode, comity: Comity, keys: Any) -> Convene:
    return lambda *regions: Council(chain, regions, comity, keys)


def candidate(name: str, region: str, key: bytes = NEWCOMER, kind: str = "society") -> list[str]:
    identity = hexes.to_hex(name.encode().ljust(32, b"\0"))
    named = ["--id", identity, "--region", region, "--kind", kind]
    return [*named, "--admin", key_of(key)]


def identity(named: list[str]) -> str:
    return named[1]


# ---- admission -----------------------------------------------------------------------------------


@pytest.mark.real
def test_the_first_region_admits_the_second(convene: Convene) -> None:
    council = convene("CN-46")
    newcomer = candidate("second", "SG")
    told = council.did("CN-46", "propose", *newcomer)
    assert "state: admitted" in told
    assert f"voice: {council.id('CN-46')}" in told
    assert council.contract.regions() == (region_bytes("CN-46"), region_bytes("SG"))
    assert "ORGANISATION_ADMITTED" in council.was_refused("CN-46", "propose", *newcomer)


@pytest.mark.real
def test_of_three_regions_two_must_agree(convene: Convene) -> None:
    council = convene("CN-46", "SG", "HK")
    newcomer = candidate("fourth", "JP")
    told = council.did("CN-46", "propose", *newcomer)
    assert "state: open; CN-46 voted, 2 needed of the active regions" in told
    motion = told.split("motion: ")[1].split()[0]
    told = council.did("HK", "endorse", motion)
    assert "state: admitted" in told
    assert f"candidate: {identity(newcomer)}" in told
    assert "PROPOSAL_UNKNOWN" in council.was_refused("SG", "endorse", motion)


@pytest.mark.real
def test_a_second_organisation_of_a_region_needs_that_region_s_voice(convene: Convene) -> None:
    council = convene("CN-46", "SG", "HK")
    second = candidate("second of SG", "SG", SECOND)
    council.did("CN-46", "propose", *second)
    told = council.did("HK", "propose", *second)
    assert "state: open; CN-46, HK voted, 2 needed" in told, "a majority, without the region's own"
    assert "state: admitted" in council.did("SG", "propose", *second)
    # The first one speaks for the region: the second has no voice beside it.
    refused = council.was_refused(SECOND, "propose", *candidate("anybody", "JP"))
    assert "VOICE_OF_ANOTHER" in refused
    assert voices(council.register(), head(council.chain.rpc).time)["SG"] == (
        council.ledger.organisation("SG")
    )


@pytest.mark.real
def test_a_vote_lapses_after_a_week(convene: Convene) -> None:
    council = convene("CN-46", "SG", "HK")
    newcomer = candidate("fourth", "JP")
    council.did("CN-46", "propose", *newcomer)
    council.wait(7 * DAY)
    assert "state: open; SG voted, 2 needed" in council.did("SG", "propose", *newcomer)
    assert "state: admitted" in council.did("CN-46", "propose", *newcomer)


@pytest.mark.real
def test_whoever_administers_nothing_votes_on_nothing(convene: Convene) -> None:
    council = convene("CN-46")
    refused = council.was_refused(NEWCOMER, "propose", *candidate("x", "SG"))
    assert "CHAIN_KEY_NOT_ADMINISTRATION" in refused


@pytest.mark.parametrize(
    ("drop", "code"),
    [("--region", "CANDIDATE_INCOMPLETE"), ("--admin", "CANDIDATE_INCOMPLETE")],
)
def test_a_candidate_is_named_whole(comity: Comity, drop: str, code: str) -> None:
    named = candidate("x", "SG")
    place = named.index(drop)
    ran = comity(
        *("organisation", "propose", *named[:place], *named[place + 2 :]),
        *("--deployment", "d.json", "--rpc", "http://127.0.0.1:9", "--key", "k.json"),
    )
    assert ran.code == 2
    assert code in ran.err


# ---- suspension ----------------------------------------------------------------------------------


@pytest.mark.real
def test_two_of_three_regions_suspend_and_the_suspension_lapses(convene: Convene) -> None:
    council = convene("CN-46", "SG", "HK")
    target = council.id("HK")
    told = council.did("CN-46", "suspend", target)
    assert "state: not suspended; CN-46 voted, 2 needed of all regions" in told
    assert "SUSPENSION_OWN_REGION" in council.was_refused("HK", "suspend", target)
    assert "state: suspended for 30 days" in council.did("SG", "suspend", target)
    assert "SUSPENSION_IN_FORCE" in council.was_refused("SG", "suspend", target)
    refused = council.was_refused("HK", "propose", *candidate("x", "JP"))
    assert "VOICE_OF_ANOTHER" in refused

    (known,) = (one for one in council.register().values() if one.region == "HK")
    ((start, end),) = known.suspensions
    assert end - start == 30 * DAY
    assert "HK" not in voices(council.register(), start)
    council.wait(30 * DAY)
    assert council.contract.is_active(council.ledger.organisation("HK"))
    assert voices(council.register(), head(council.chain.rpc).time)["HK"] == known.id
    assert "state: open" in council.did("HK", "propose", *candidate("x", "JP"))


@pytest.mark.real
def test_with_two_regions_nobody_is_suspended(convene: Convene) -> None:
    council = convene("CN-46", "SG")
    told = council.did("CN-46", "suspend", council.id("SG"))
    assert "state: not suspended; CN-46 voted, 2 needed of all regions" in told


@pytest.mark.real
def test_nobody_is_suspended_who_is_not_here(convene: Convene) -> None:
    council = convene("CN-46", "SG")
    assert "CHAIN_ORGANISATION_UNKNOWN" in council.was_refused("SG", "suspend", "0x" + "99" * 32)


# ---- keys ----------------------------------------------------------------------------------------


def allowed(council: Council, key: SignerKey, scope: Scope, time: int) -> bool:
    """By the events alone; the contract must say the same."""
    organisation = council.ledger.organisation("SG")
    ours = refusal(council.register(), organisation, key, scope, time) is None
    theirs, _ = council.contract.was_authorised(organisation, address_from(key), scope, time)
    assert ours is theirs
    return ours


@pytest.mark.real
def test_a_key_counts_in_its_window_and_for_its_scopes(convene: Convene) -> None:
    council = convene("SG")
    key = key_of(NEWCOMER)
    told = council.did("SG", "add-key", key, "--scope", "agreements", "--scope", "cases")
    assert f"key: {key}, for agreements, cases" in told
    added = head(council.chain.rpc).time
    council.wait(DAY)
    assert f"key: {key}, retired" in council.did("SG", "retire-key", key)
    retired = head(council.chain.rpc).time
    council.wait(DAY)
    for time, holds in ((added - 1, False), (added, True), (retired - 1, True), (retired, False)):
        assert allowed(council, key, Scope.AGREEMENTS, time) is holds
    assert not allowed(council, key, Scope.RECOGNISE, added)
    again = ("add-key", key, "--scope", "agreements")
    assert "CHAIN_KEY_SPENT" in council.was_refused("SG", *again)
    assert "CHAIN_KEY_ENDED" in council.was_refused("SG", "retire-key", key)


@pytest.mark.real
def test_a_window_in_the_future_begins_and_ends_as_stated(convene: Convene) -> None:
    council = convene("SG")
    key = key_of(NEWCOMER)
    told = ("add-key", key, "--scope", "recognise", "--from", "2028-01-01", "--until")
    council.did("SG", *told, "2028-01-02T12:00:00Z")
    start, end = 1_830_297_600, 1_830_297_600 + 36 * 3600
    for time, holds in ((start - 1, False), (start, True), (end - 1, True), (end, False)):
        assert allowed(council, key, Scope.RECOGNISE, time) is holds


@pytest.mark.real
def test_the_last_administration_key_is_not_lost_by_mistake(convene: Convene) -> None:
    council = convene("SG")
    own = key_of(council.ledger.admin_keys["SG"])
    assert "CHAIN_KEY_IN_USE" in council.was_refused("SG", "retire-key", own)
    stranger = key_of(SECOND)
    assert "CHAIN_KEY_UNKNOWN" in council.was_refused("SG", "retire-key", stranger)
    council.did("SG", "add-key", key_of(NEWCOMER), "--scope", "administration")
    council.did(NEWCOMER, "retire-key", own)
    refused = council.was_refused("SG", "add-key", stranger, "--scope", "cases")
    assert "CHAIN_KEY_NOT_ADMINISTRATION" in refused


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--scope", "everything"), "--scope"),
        (("--scope", "cases", "--from", "yesterday"), "--from"),
        (("--scope", "cases", "--from", "2027-01-01", "--until", "2027-01-01"), "--until"),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_once(
    comity: Comity, arguments: tuple[str, ...], named: str
) -> None:
    ran = comity(
        *("organisation", "add-key", key_of(NEWCOMER), *arguments),
        *("--deployment", "d.json", "--rpc", "http://127.0.0.1:9", "--key", "k.json"),
    )
    assert ran.code == 2
    assert named in ran.err


# ---- the names of motions ------------------------------------------------------------------------


@pytest.mark.real
def test_a_motion_has_the_name_that_the_contract_gives_it(convene: Convene) -> None:
    council = convene("CN-46", "SG", "HK")
    told = council.did("CN-46", "propose", *candidate("fourth", "JP"))
    named = hexes.from_hex(told.split("motion: ")[1].split()[0])
    found_there = council.contract.proposal_of(named)
    assert found_there is not None
    assert proposal_id(found_there) == named
    council.did("CN-46", "suspend", council.id("SG"))
    motion = suspension_id(council.ledger.organisation("SG"))
    assert council.contract.voted_at(motion, region_bytes("CN-46")) > 0


# ---- profiles ------------------------------------------------------------------------------------


@pytest.mark.real
def test_an_organisation_is_proposed_by_the_profile_that_everybody_reads(
    convene: Convene, comity: Comity, keys: Any, node: FakeNode
) -> None:
    council = convene("CN-46", "SG", "HK")
    drafted = comity(
        *("organisation", "profile", "draft", "--out", "draft.json", "--node", node.url),
        *("--name", "中国音乐著作权协会@zh", "--name", "MCSC", "--region", "CN"),
        *("--kind", "society", "--identifier", "CISAC=119", "--endpoint", "https://mcsc.example"),
    )
    assert drafted.code == 0, drafted.err
    ran = comity(
        *("organisation", "profile", "sign", "draft.json", "--key", keys(NEWCOMER)),
        *("--out", "profile.json"),
    )
    assert ran.code == 0, ran.err
    record = parse_submission(Path("profile.json").read_bytes().strip()).record
    identity = hexes.to_hex(record.digest)
    assert ran.out == f"organisation: {identity}\nprofile: {number_of(record.digest)}\n"
    assert record.body["names"][0] == {"text": "中国音乐著作权协会", "lang": "zh"}

    told = council.did("CN-46", "propose", "profile.json")
    assert f"candidate: {identity}\n  CN, society, {key_of(NEWCOMER)}" in told
    assert "state: admitted" in council.did("SG", "endorse", "profile.json")
    admitted = council.register()[OrganisationId(record.digest)]
    assert (admitted.region, admitted.kinds) == ("CN", ("society",))


@pytest.mark.real
def test_what_was_not_proposed_in_these_words_is_not_endorsed(
    convene: Convene, comity: Comity, keys: Any, node: FakeNode
) -> None:
    council = convene("CN-46", "SG", "HK")
    for out, region in (("one", "CN"), ("other", "CN-44")):
        common = ("--node", node.url, "--name", "X", "--kind", "society", "--region", region)
        comity("organisation", "profile", "draft", "--out", f"{out}.draft", *common)
        signing = ("--key", keys(NEWCOMER), "--out", f"{out}.json")
        comity("organisation", "profile", "sign", f"{out}.draft", *signing)
    council.did("CN-46", "propose", "one.json")
    assert "PROPOSAL_UNKNOWN" in council.was_refused("SG", "endorse", "other.json")


def test_a_profile_that_breaks_a_rule_is_refused_before_it_is_signed(
    comity: Comity, node: FakeNode
) -> None:
    ran = comity(
        *("organisation", "profile", "draft", "--out", "draft.json", "--node", node.url),
        *("--name", "X", "--kind", "bakery", "--region", "SG"),
    )
    assert ran.code == 2
    assert "body.kinds[0]" in ran.err
    assert not Path("draft.json").exists()


def test_a_file_that_is_no_first_profile_proposes_nobody(comity: Comity, key_file: Path) -> None:
    Path("nothing.json").write_text("{}")
    ran = comity(
        *("organisation", "propose", "nothing.json", "--deployment", "d.json"),
        *("--rpc", "http://127.0.0.1:9", "--key", key_file),
    )
    assert ran.code == 2
