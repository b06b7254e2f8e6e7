"""Enrolment of a node by its organisation: complete, repeatable, and never by accident."""

import pytest

from registry.chain.enrol import Enrolment, enrol, log_id
from registry.chain.rpc import head
from registry.chain.transactions import address_of_key, transact
from registry.errors import Conflict, NotFound
from tests.ports.chain.ledgers import (
    LOG_KEY,
    NODE_KEY,
    REGIONS,
    WITNESS_KEY,
    Chain,
    Ledger,
    enrolled,
    found,
)


@pytest.fixture
def ledger(chain: Chain) -> Ledger:
    return found(chain.rpc, chain.funds)


def again(
    ledger: Ledger,
    *,
    log_key: bytes = LOG_KEY,
    organisation: bytes | None = None,
    profile: bytes | None = None,
    replace_log: bool = False,
) -> Enrolment:
    return enrol(
        ledger.rpc,
        ledger.deployment,
        ledger.admin_keys[REGIONS[0]],
        organisation or ledger.organisation(),
        address_of_key(NODE_KEY),
        log_key,
        WITNESS_KEY,
        profile,
        replace_log=replace_log,
    )


def test_a_node_gets_its_key_its_log_and_its_witness(ledger: Ledger, chain: Chain) -> None:
    done = enrolled(ledger, chain.funds, NODE_KEY)
    assert (done.log, done.number) == (log_id(ledger.organisation(), 0), 0)
    assert len(done.receipts) == 3
    contract, organisation = ledger.organisations, ledger.organisation()
    assert contract.organisation_of(organisation).witness == WITNESS_KEY
    assert contract.log_of(done.log).key == LOG_KEY
    time = head(chain.rpc).time
    for scope, may in ((1, True), (128, False)):
        asked = contract.was_authorised(organisation, address_of_key(NODE_KEY), scope, time)
        assert asked == (may, False)


def test_repeating_it_sends_nothing(ledger: Ledger, chain: Chain) -> None:
    first = enrolled(ledger, chain.funds, NODE_KEY)
    second = again(ledger)
    assert (second.log, second.number, second.receipts) == (first.log, first.number, ())


def test_a_new_profile_is_the_only_thing_sent(ledger: Ledger, chain: Chain) -> None:
    enrolled(ledger, chain.funds, NODE_KEY)
    assert len(again(ledger, profile=b"\x55" * 32).receipts) == 1
    assert ledger.organisations.organisation_of(ledger.organisation()).profile == b"\x55" * 32


def test_another_log_key_does_not_close_the_log_by_accident(ledger: Ledger, chain: Chain) -> None:
    enrolled(ledger, chain.funds, NODE_KEY)
    with pytest.raises(Conflict) as caught:
        again(ledger, log_key=b"\x66" * 32)
    assert caught.value.code == "CHAIN_LOG_KEY_DIFFERS"
    assert ledger.organisations.organisation_of(ledger.organisation()).logs == 1


def test_a_log_is_replaced_on_demand(ledger: Ledger, chain: Chain) -> None:
    enrolled(ledger, chain.funds, NODE_KEY)
    done = again(ledger, log_key=b"\x66" * 32, replace_log=True)
    assert (done.number, done.log) == (1, log_id(ledger.organisation(), 1))
    assert ledger.organisations.log_of(log_id(ledger.organisation(), 0)).closed


def test_a_retired_key_is_not_taken_for_a_new_one(ledger: Ledger, chain: Chain) -> None:
    enrolled(ledger, chain.funds, NODE_KEY)
    call = ledger.organisations.retire_key(ledger.organisation(), address_of_key(NODE_KEY))
    transact(chain.rpc, ledger.admin_keys[REGIONS[0]], call)
    with pytest.raises(Conflict) as caught:
        again(ledger)
    assert caught.value.code == "CHAIN_KEY_SPENT"


def test_an_organisation_that_was_not_admitted_is_named(ledger: Ledger) -> None:
    with pytest.raises(NotFound) as caught:
        again(ledger, organisation=b"\x99" * 32)
    assert caught.value.code == "CHAIN_ORGANISATION_UNKNOWN"
