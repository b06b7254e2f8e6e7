"""From the chain to the register: whatever was done in whatever order, the register agrees.

Invariant 9 of the contracts, from this side: the events alone, seen by the watcher, kept in the
database and folded, give the contract's own views. Also after a restart, from the rows alone.
"""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.chain.contracts import Call
from registry.chain.embedded import EmbeddedChain
from registry.chain.refusals import ContractReverted
from registry.chain.rpc import head
from registry.chain.transactions import transact
from registry.chain.watcher import Watcher
from registry.errors import NotFound
from registry.ledger.chain_facts import SqlSightings
from registry.organisations.service import Organisations
from registry.proofs.keys import eth_key
from registry.proofs.record import OrganisationId
from registry.proofs.trust import Scope
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from tests.ports.chain.ledgers import REGIONS, Ledger, found
from tests.ports.chain.test_organisations import Story, agrees

STEPS = 100
SEED = 20261122


class Follower:
    """What a node knows of the organisations of a ledger, and how it comes to know it."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.database = Database(open_engine(f"sqlite:///{folder / 'follower.sqlite3'}"))
        upgrade(self.database.engine)
        self.organisations = Organisations(self.database)
        sightings = SqlSightings(self.database, self.organisations.learn)
        self._watcher = Watcher(ledger.rpc, ledger.deployment, sightings)
        self.organisations.refresh()

    def look(self) -> None:
        while self._watcher.poll().behind:
            pass
        self.organisations.refresh()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with EmbeddedChain(tmp_path / "chain") as chain:
        yield found(chain, chain, REGIONS)


@pytest.fixture
def follower(ledger: Ledger, tmp_path: Path) -> Iterator[Follower]:
    opened = Follower(ledger, tmp_path)
    yield opened
    opened.database.close()


def calls(story: Story, chance: random.Random, region: str, now: int) -> list[Callable[[], Call]]:
    """What the organisation of a region may do, with arguments that are sometimes refused."""
    contract, organisation = story.contract, story.id(region)
    other = story.id(chance.choice([each for each in REGIONS if each != region]))
    key, word = bytes((chance.randrange(1, 7),)) * 20, chance.randbytes(32)
    start = chance.choice((0, 0, now + 1000))
    return [
        lambda: contract.add_key(organisation, key, chance.randrange(1, 256), start, 0),
        lambda: contract.add_key(organisation, key, 64, 0, now + chance.randrange(1, 10**6)),
        lambda: contract.retire_key(organisation, key),
        lambda: contract.report_compromised(organisation, key, now - chance.randrange(100), word),
        lambda: contract.open_log(organisation, word),
        lambda: contract.set_witness(organisation, word),
        lambda: contract.set_profile(organisation, word),
        lambda: contract.suspend(organisation, other),
    ]


def test_the_register_agrees_with_the_contract_after_any_story(
    ledger: Ledger, follower: Follower, tmp_path: Path
) -> None:
    chance, story = random.Random(SEED), Story(ledger)
    done = 0
    for step in range(STEPS):
        now = head(ledger.rpc).time
        region = chance.choice(REGIONS)
        call = chance.choice(calls(story, chance, region, now))()
        caller = region if chance.random() < 0.9 else chance.choice(REGIONS)
        try:
            story.send(caller, call)
            done += 1
        except ContractReverted:
            continue
        if step % 3 == 0:
            follower.look()
    assert STEPS // 4 < done < STEPS
    follower.look()
    register = follower.organisations.register
    assert list(register) == [story.id(region) for region in REGIONS]
    assert any(known.suspensions for known in register.values())
    for known in register.values():
        agrees(story, register, known, head(ledger.rpc).time)
    again = Follower(ledger, tmp_path)
    assert again.organisations.register == register, "from the rows alone"
    again.database.close()


def test_who_may_act_is_answered_from_what_is_final(ledger: Ledger, follower: Follower) -> None:
    follower.look()
    organisation, key = OrganisationId(ledger.organisation()), eth_key(b"\x05" * 20)
    answers = follower.organisations
    now = int(time.time())
    refused = answers.refusal(organisation, key, Scope.REGISTRATIONS, now)
    assert refused is not None
    assert refused.code == "KEY_NOT_OF_ORGANISATION"
    call = ledger.organisations.add_key(organisation, b"\x05" * 20, Scope.REGISTRATIONS)
    transact(ledger.rpc, ledger.admin_keys[REGIONS[0]], call)
    follower.look()
    since = head(ledger.rpc).time
    assert answers.refusal(organisation, key, Scope.REGISTRATIONS, since) is None
    outside = answers.refusal(organisation, key, Scope.ADMINISTRATION, since)
    assert outside is not None
    assert outside.code == "KEY_OUTSIDE_SCOPE"
    assert answers.changed_at() == since


def test_a_node_finds_the_organisation_whose_open_log_it_signs(
    ledger: Ledger, follower: Follower
) -> None:
    contract, administration = ledger.organisations, ledger.admin_keys[REGIONS[0]]
    organisation = ledger.organisation()
    with pytest.raises(NotFound) as nobody:
        follower.organisations.run_by(b"\x07" * 32)
    assert nobody.value.code == "NODE_NOT_ENROLLED"
    for log_key in (b"\x07" * 32, b"\x08" * 32):
        transact(ledger.rpc, administration, contract.open_log(organisation, log_key))
    follower.look()
    assert follower.organisations.run_by(b"\x08" * 32).id == organisation
    with pytest.raises(NotFound):
        follower.organisations.run_by(b"\x07" * 32)
