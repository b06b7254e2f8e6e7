"""What events alone say of organisations is what the contract says."""

import pytest

from registry.chain.contracts import Call, Candidate, Organisations, read_events
from registry.chain.deployments import KINDS, region_bytes
from registry.chain.enrol import log_id
from registry.chain.events import Advanced, Proposed
from registry.chain.refusals import ContractReverted
from registry.chain.rpc import head
from registry.chain.transactions import Receipt, address_from, address_of_key, transact
from registry.ledger.chain_facts import news_of
from registry.organisations.model import Organisation, Register, fold, refusal
from registry.proofs.record import OrganisationId
from registry.proofs.trust import Scope
from tests.ports.chain.ledgers import NODE_KEY, REGIONS, Chain, Ledger, Working, found, private_key

NEWCOMER = Candidate(
    id=b"\x33" * 32,
    region=region_bytes("JP"),
    kinds=4,
    key=address_of_key(private_key("JP")),
)
SCOPES = (1, 2, 64, 66, 128)


class Story:
    """Sends calls for the regions of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.contract: Organisations = ledger.organisations

    def id(self, region: str) -> bytes:
        return self.ledger.organisation(region)

    def send(self, region: str, call: Call) -> Receipt:
        return transact(self.ledger.rpc, self.ledger.admin_keys[region], call)


def lived(ledger: Ledger) -> Story:
    """A ledger in which everything that an organisation can do was done."""
    story, contract = Story(ledger), ledger.organisations
    first, second, third = REGIONS
    a, b = story.id(first), story.id(second)
    story.send(first, contract.propose(a, NEWCOMER))
    proposal = next(
        event.content.proposal
        for event in read_events(ledger.rpc, [contract.address], 0, head(ledger.rpc).number)
        if isinstance(event.content, Proposed)
    )
    story.send(second, contract.endorse(b, proposal))
    story.send(first, contract.add_key(a, b"\x01" * 20, 2 | 64))
    story.send(first, contract.add_key(a, b"\x02" * 20, 1, 1_900_000_000, 1_950_000_000))
    story.send(first, contract.retire_key(a, b"\x01" * 20))
    story.send(second, contract.add_key(b, b"\x03" * 20, 64))
    story.send(second, contract.report_compromised(b, b"\x03" * 20, 0, b"\x04" * 32))
    story.send(first, contract.open_log(a, b"\x05" * 32))
    story.send(first, contract.open_log(a, b"\x06" * 32))
    story.send(first, contract.set_witness(a, b"\x07" * 32))
    story.send(second, contract.set_profile(b, b"\x08" * 32))
    for region in (first, third):
        call = contract.suspend(story.id(region), b)
        # Four regions: more than half are three, so two votes do not carry.
        story.send(region, call)
    return story


def register_of(ledger: Ledger, last: int | None = None) -> Register:
    """The organisations as the events up to a block leave them, the newest where None."""
    newest = head(ledger.rpc).number if last is None else last
    events = read_events(ledger.rpc, [ledger.organisations.address], 0, newest)
    return fold((news.name, news.arguments) for news in (news_of(each, 0) for each in events))


def agrees(story: Story, register: Register, known: Organisation, time: int) -> None:
    """Check one organisation against every view of it."""
    contract = story.contract
    stated = contract.organisation_of(known.id)
    assert stated.region == region_bytes(known.region)
    assert stated.kinds == sum(KINDS[kind] for kind in known.kinds)
    assert stated.profile == known.profile
    assert stated.witness == (known.witness or bytes(32))
    assert stated.logs == len(known.logs)
    assert stated.suspended_until == max((end for _, end in known.suspensions), default=0)
    assert contract.is_active(known.id) is not known.suspended(time)
    for key, window in known.keys.items():
        address = address_from(key)
        seen = contract.key_of(known.id, address)
        assert (seen.scopes, seen.valid_from) == (window.scopes, window.start)
        assert (seen.valid_until or None) == window.end
        assert (seen.contested_since or None) == window.contested_since
        for moment in {window.start - 1, window.start, window.end or 0, time, 1_920_000_000}:
            for scope in SCOPES:
                refused = refusal(register, known.id, key, Scope(scope), moment)
                contested = (window.contested_since or moment + 1) <= moment
                assert contract.was_authorised(known.id, address, scope, moment) == (
                    refused is None,
                    contested,
                )
    for number, log in enumerate(known.logs):
        opened = contract.log_of(log.log)
        assert (opened.organisation, opened.number, opened.key) == (known.id, number, log.key)
        assert opened.closed is (log != known.logs[-1])
        assert log.log == log_id(known.id, number)


@pytest.mark.parametrize("suspended", [False, True])
def test_events_alone_give_the_contracts_state(chain: Chain, suspended: bool) -> None:
    ledger = found(chain.rpc, chain.funds, REGIONS)
    story = lived(ledger)
    if suspended:
        jp = private_key("JP")
        chain.funds.fund("0x" + address_of_key(jp).hex(), 10**18)
        transact(chain.rpc, jp, ledger.organisations.suspend(NEWCOMER.id, story.id(REGIONS[1])))
    register = register_of(ledger)
    assert list(register) == [*map(story.id, REGIONS), NEWCOMER.id]
    assert any(known.suspensions for known in register.values()) is suspended
    for known in register.values():
        agrees(story, register, known, head(chain.rpc).time)


def test_an_earlier_block_gives_the_state_of_then(chain: Chain) -> None:
    ledger = found(chain.rpc, chain.funds, REGIONS)
    before = head(chain.rpc).number
    organisation = OrganisationId(ledger.organisation())
    Story(ledger).send(REGIONS[0], ledger.organisations.set_witness(organisation, b"\x07" * 32))
    assert register_of(ledger, before)[organisation].witness is None
    assert register_of(ledger)[organisation].witness == b"\x07" * 32


def test_the_views_of_regions_agree(chain: Chain) -> None:
    ledger = found(chain.rpc, chain.funds, REGIONS)
    contract = ledger.organisations
    assert contract.regions() == tuple(map(region_bytes, REGIONS))
    for region in REGIONS:
        assert contract.organisations_in(region_bytes(region)) == (ledger.organisation(region),)
        assert contract.voice_of(region_bytes(region)) == ledger.organisation(region)
    assert contract.voice_of(region_bytes("FR")) is None


def test_an_anchor_is_read_back_in_every_way(working: Working) -> None:
    from registry.proofs.keccak import keccak256

    logs, rpc = working.ledger.logs, working.ledger.rpc
    assert logs.head(working.log).size == 0
    transact(rpc, NODE_KEY, logs.advance(working.log, 0, 9, b"\x11" * 32, [], b"\x12" * 32))
    newest = head(rpc)
    found_head = logs.head(working.log)
    assert (found_head.size, found_head.root, found_head.time) == (9, b"\x11" * 32, newest.time)
    stated = keccak256(found_head.root + found_head.time.to_bytes(32, "big"))
    assert logs.anchor_of(working.log, 9) == stated
    assert logs.anchor_of(working.log, 8) is None
    (event,) = read_events(rpc, [logs.address], newest.number, newest.number)
    assert event.content == Advanced(
        log=working.log, size=9, root=b"\x11" * 32, time=newest.time, manifest=b"\x12" * 32
    )
    assert event.raw.block_hash == newest.hash


def test_an_entry_is_verified_on_the_chain(working: Working) -> None:
    from hashlib import sha256

    logs, entry = working.ledger.logs, b"\x21" * 128
    root = sha256(b"\0" + entry).digest()
    transact(working.ledger.rpc, NODE_KEY, logs.advance(working.log, 0, 1, root, [], bytes(32)))
    time = logs.head(working.log).time
    assert logs.verify(working.log, 1, root, time, entry, 0, [])
    assert not logs.verify(working.log, 1, root, time + 1, entry, 0, [])
    assert not logs.verify(working.log, 1, root, time, entry[:-1] + b"\0", 0, [])


def test_events_are_read_in_order_however_small_the_steps(chain: Chain) -> None:
    ledger = found(chain.rpc, chain.funds, REGIONS)
    lived(ledger)
    last, addresses = head(chain.rpc).number, [ledger.organisations.address]
    whole = list(read_events(chain.rpc, addresses, 0, last))
    assert whole == list(read_events(chain.rpc, addresses, 0, last, step=1))
    assert [event.raw.order for event in whole] == sorted(event.raw.order for event in whole)


def test_a_stranger_cannot_anchor(working: Working, stranger: bytes) -> None:
    call = working.ledger.logs.advance(working.log, 0, 1, b"\x01" * 32, [], bytes(32))
    with pytest.raises(ContractReverted) as caught:
        transact(working.ledger.rpc, stranger, call)
    assert caught.value.name == "OrganisationsUnauthorised"
