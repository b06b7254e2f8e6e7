"""The trust file: read back it says what the register says, and its policy follows the regions."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from registry.organisations.model import Register, fold
from registry.organisations.trust import build_trust
from registry.proofs.checkpoint import log_id, origin_of
from registry.proofs.cosignature import witness_name
from registry.proofs.founding import Rules
from registry.proofs.keys import eth_key
from registry.proofs.record import LedgerId, OrganisationId
from registry.proofs.trust import Scope, Status, Trust, parse_trust
from tests.unit.organisations.test_model import A, B, Said, added, admitted, of

LEDGER = LedgerId(b"\x0e" * 32)
AT = datetime.fromtimestamp(250, UTC)
RULES = Rules(confirmations=3, anchor_delay_s=60, publication_delay_s=60, clock_bound_s=120)
REGIONS = ("CN-46", "SG", "HK", "JP")


def organisation(place: int) -> OrganisationId:
    return OrganisationId(bytes((place + 1,)) * 32)


def ed25519(name: str) -> bytes:
    return sha256(name.encode()).digest()


def lived(regions: int) -> list[Said]:
    """One organisation a region, each with keys, a log and a witness."""
    events: list[Said] = []
    for place, region in enumerate(REGIONS[:regions]):
        who = organisation(place)
        log = log_id(who)
        events += [
            admitted(who, region),
            added(A, scopes=128, organisation=who),
            added(B, scopes=3, start=200, end=300, organisation=who),
            of("LogOpened", who, log=log, number=0, opened_at=1, key=ed25519(region)),
            of("WitnessSet", who, key=ed25519(f"witness of {region}")),
        ]
    return events


def trust_of(register: Register, at: datetime = AT) -> Trust:
    stated = build_trust(
        register,
        ledger=LEDGER,
        chain_id=31337,
        block=17,
        contracts={"Organisations": b"\x01" * 20, "Logs": b"\x02" * 20},
        rules=RULES,
        at=at,
    )
    return parse_trust(json.dumps(stated).encode())


def test_read_back_it_says_what_the_register_says() -> None:
    trust = trust_of(fold(lived(1)))
    assert (trust.ledger, trust.chain_id, trust.block, trust.rules) == (LEDGER, 31337, 17, RULES)
    (known,) = trust.organisations
    assert (known.id, known.region, known.status) == (organisation(0), "CN-46", Status.ACTIVE)
    administration, anchoring = known.keys
    assert (administration.key, administration.scopes) == (eth_key(A), Scope.ADMINISTRATION)
    assert (administration.until, administration.contested_since) == (None, None)
    assert anchoring.scopes == Scope(3)
    assert (anchoring.since.timestamp(), anchoring.until) == (200, datetime.fromtimestamp(300, UTC))
    (log,) = known.logs
    assert (log.name, log.public) == (origin_of(log_id(organisation(0))), ed25519("CN-46"))
    assert known.witness is not None
    assert known.witness.name == witness_name(organisation(0))


def test_an_organisation_without_a_node_is_listed_without_one() -> None:
    (known,) = trust_of(fold([admitted(organisation(0))])).organisations
    assert (known.keys, known.logs, known.witness) == ((), (), None)


@pytest.mark.parametrize(("at_s", "status"), [(250, Status.SUSPENDED), (300, Status.ACTIVE)])
def test_who_is_suspended_is_so_at_that_time(at_s: int, status: Status) -> None:
    suspended = of("Suspended", organisation(0), valid_from=200, valid_until=300)
    at = datetime.fromtimestamp(at_s, UTC)
    (known,) = trust_of(fold([*lived(1), suspended]), at).organisations
    assert known.status is status


def test_what_is_contested_says_since_when() -> None:
    report = of("KeyReported", organisation(0), key=B, since=220, reported_at=240, reason=bytes(32))
    (known,) = trust_of(fold([*lived(1), report])).organisations
    assert [key.contested_since for key in known.keys] == [None, datetime.fromtimestamp(220, UTC)]


def test_an_older_log_stays_listed() -> None:
    """Past log keys keep verifying (protocol, section 3)."""
    who = organisation(0)
    second = of("LogOpened", who, log=log_id(who, 1), number=1, opened_at=9, key=ed25519("new"))
    (known,) = trust_of(fold([*lived(1), second])).organisations
    assert [log.public for log in known.logs] == [ed25519("CN-46"), ed25519("new")]


@pytest.mark.parametrize(("regions", "wanted"), [(1, None), (2, 2), (3, 3), (4, 3)])
def test_the_quorum_is_that_of_the_protocol(regions: int, wanted: int | None) -> None:
    """k = ⌊(n − 1)/2⌋ + 2 of n regions; one region alone is shown as a single operator."""
    policy = trust_of(fold(lived(regions))).policy
    assert policy.single_operator is (wanted is None)
    if wanted is not None:
        assert policy.groups[policy.quorum].threshold == wanted
        assert len(policy.groups[policy.quorum].members) == regions
