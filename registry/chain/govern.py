"""Governance: what the regions vote on, and what an organisation decides about its own keys.

The contract decides; this module finds who speaks with a key, sends, and says afterwards how the
vote stands. See `IOrganisations.sol`: one voice a region, that of its first active organisation;
a vote counts for seven days, and only while its region is active.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.chain.contracts import SCOPE_ADMINISTRATION, Call, Candidate, Organisations
from registry.chain.deployments import region_text
from registry.chain.refusals import ContractReverted
from registry.chain.rpc import Rpc, head
from registry.chain.transactions import Receipt, address_of_key, transact
from registry.errors import Conflict, InvalidInput, NotAuthorised, NotFound, RegistryError
from registry.proofs.keccak import keccak256

VOTE_LAPSES_S = 7 * 24 * 3600
NO_ADDRESS = bytes(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a motion stands: the regions whose votes count now, and how many are needed."""

    motion: bytes
    voted: tuple[str, ...]
    needed: int
    carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """What became of a vote: the organisation that cast it, its transaction, and the tally."""

    voice: bytes
    receipt: Receipt
    tally: Tally


class Governance(Organisations):
    """The contract's views about votes."""

    @property
    def rpc(self) -> Rpc:
        """The way to the chain."""
        return self._rpc

    def proposal_of(self, proposal: bytes) -> Candidate | None:
        """The candidate of an open proposal."""
        known = Candidate(**self._struct("proposalOf", proposal))
        return None if known.key == NO_ADDRESS else known

    def voted_at(self, motion: bytes, region: bytes) -> int:
        """When a region last voted for a motion, in seconds since 1970; 0 for never."""
        time: int = self._view("votedAt", motion, region)[0]
        return time

    def active_in(self, region: bytes) -> int:
        """How many organisations of a region are active now."""
        count: int = self._view("activeIn", region)[0]
        return count


def proposal_id(candidate: Candidate) -> bytes:
    """The name of a proposal: the hash of all fields of its candidate."""
    words = (
        candidate.id,
        candidate.region.ljust(32, b"\0"),
        candidate.kinds.to_bytes(32, "big"),
        candidate.key.rjust(32, b"\0"),
    )
    return keccak256(b"".join(words))


def suspension_id(organisation: bytes) -> bytes:
    """The name of the motion to suspend an organisation."""
    return keccak256(organisation)


def administered(contract: Governance, address: bytes) -> tuple[bytes, ...]:
    """The organisations that the key of `address` administers now, in order of region."""
    now = head(contract.rpc).time
    return tuple(
        organisation
        for region in contract.regions()
        for organisation in contract.organisations_in(region)
        if contract.was_authorised(organisation, address, SCOPE_ADMINISTRATION, now)[0]
    )


def speaking_for(contract: Governance, admin_key: bytes, organisation: bytes | None) -> bytes:
    """The organisation that a private key administers; `organisation` decides between several.

    Raises NotAuthorised CHAIN_KEY_NOT_ADMINISTRATION, Conflict ORGANISATION_AMBIGUOUS.
    """
    ours = administered(contract, address_of_key(admin_key))
    if organisation is not None:
        ours = tuple(one for one in ours if one == organisation)
    if not ours:
        raise _not_administration()
    if len(ours) > 1:
        listed = ", ".join("0x" + one.hex() for one in ours)
        raise Conflict("ORGANISATION_AMBIGUOUS", f"the key administers several: {listed}")
    return ours[0]


def propose(
    rpc: Rpc, address: bytes, admin_key: bytes, candidate: Candidate, voice: bytes | None = None
) -> Motion:
    """Put a candidate to the vote, or vote for it where it is proposed already.

    `address` is the Organisations contract's. Raises as `speaking_for` and `said`.
    """
    contract = Governance(rpc, address)
    return _vote(
        contract,
        admin_key,
        voice,
        lambda speaker: contract.propose(speaker, candidate),
        lambda: admission_tally(contract, candidate),
    )


def endorse(
    rpc: Rpc, address: bytes, admin_key: bytes, proposal: bytes, voice: bytes | None = None
) -> tuple[Candidate, Motion]:
    """Vote for an open proposal; the candidate that it names, and how the vote stands.

    Raises NotFound PROPOSAL_UNKNOWN, and as `propose`.
    """
    contract = Governance(rpc, address)
    candidate = contract.proposal_of(proposal)
    if candidate is None:
        raise _proposal_unknown()
    motion = _vote(
        contract,
        admin_key,
        voice,
        lambda speaker: contract.endorse(speaker, proposal),
        lambda: admission_tally(contract, candidate),
    )
    return candidate, motion


def suspend(
    rpc: Rpc, address: bytes, admin_key: bytes, organisation: bytes, voice: bytes | None = None
) -> Motion:
    """Vote for suspending an organisation. Raises as `speaking_for` and `said`."""
    contract = Governance(rpc, address)
    return _vote(
        contract,
        admin_key,
        voice,
        lambda speaker: contract.suspend(speaker, organisation),
        lambda: suspension_tally(contract, organisation),
    )


def add_key(
    rpc: Rpc,
    address: bytes,
    admin_key: bytes,
    key: bytes,
    scopes: int,
    valid_from: int = 0,
    valid_until: int = 0,
    organisation: bytes | None = None,
) -> tuple[bytes, Receipt]:
    """Give the organisation a further key (an address); whose key it is now, and the transaction.

    Times are seconds since 1970; 0 for from now, and for no end.
    """
    contract = Governance(rpc, address)
    ours = speaking_for(contract, admin_key, organisation)
    call = contract.add_key(ours, key, scopes, valid_from, valid_until)
    return ours, _sent(rpc, admin_key, call)


def retire_key(
    rpc: Rpc, address: bytes, admin_key: bytes, key: bytes, organisation: bytes | None = None
) -> tuple[bytes, Receipt]:
    """End the window of a key (an address) now; whose key it was, and the transaction."""
    contract = Governance(rpc, address)
    ours = speaking_for(contract, admin_key, organisation)
    return ours, _sent(rpc, admin_key, contract.retire_key(ours, key))


def admission_tally(contract: Governance, candidate: Candidate) -> Tally:
    """How the vote on a candidate stands: more than half of the active regions are needed."""
    motion = proposal_id(candidate)
    regions = contract.regions()
    active = [region for region in regions if contract.active_in(region)]
    return Tally(
        motion=motion,
        voted=_voted(contract, motion, active),
        needed=len(active) // 2 + 1,
        carried=contract.organisation_of(candidate.id).admitted_at > 0,
    )


def suspension_tally(contract: Governance, organisation: bytes) -> Tally:
    """How the vote on a suspension stands: more than half of all regions are needed."""
    motion = suspension_id(organisation)
    regions = contract.regions()
    active = [region for region in regions if contract.active_in(region)]
    until = contract.organisation_of(organisation).suspended_until
    return Tally(
        motion=motion,
        voted=_voted(contract, motion, active),
        needed=len(regions) // 2 + 1,
        carried=until > head(contract.rpc).time,
    )


def said(refused: ContractReverted) -> RegistryError:
    """What the contract's refusal means to whoever asked; the refusal itself where it says all."""
    meaning = _MEANINGS.get(refused.name)
    return refused if meaning is None else meaning()


def _vote(
    contract: Governance,
    admin_key: bytes,
    voice: bytes | None,
    call: Callable[[bytes], Call],
    tally: Callable[[], Tally],
) -> Motion:
    speaker = speaking_for(contract, admin_key, voice)
    receipt = _sent(contract.rpc, admin_key, call(speaker))
    return Motion(voice=speaker, receipt=receipt, tally=tally())


def _sent(rpc: Rpc, admin_key: bytes, call: Call) -> Receipt:
    try:
        return transact(rpc, admin_key, call)
    except ContractReverted as refused:
        raise said(refused) from refused


def _voted(contract: Governance, motion: bytes, active: list[bytes]) -> tuple[str, ...]:
    lapsed = head(contract.rpc).time - VOTE_LAPSES_S
    cast = ((region, contract.voted_at(motion, region)) for region in active)
    return tuple(region_text(region) for region, time in cast if time > lapsed)


def _not_administration() -> RegistryError:
    return NotAuthorised(
        "CHAIN_KEY_NOT_ADMINISTRATION",
        "the key is no administration key in force of that organisation, or of any",
    )


def _proposal_unknown() -> RegistryError:
    return NotFound(
        "PROPOSAL_UNKNOWN", "no such proposal is open: it was carried, or never made in these words"
    )


_MEANINGS: dict[str, Callable[[], RegistryError]] = {
    "OrganisationsUnauthorised": _not_administration,
    "OrganisationsUnknownProposal": _proposal_unknown,
    "OrganisationsMalformed": lambda: InvalidInput(
        "CANDIDATE_MALFORMED", "a candidate needs an id, a region, kinds and a key, a key scopes"
    ),
    "OrganisationsUnknown": lambda: NotFound(
        "CHAIN_ORGANISATION_UNKNOWN", "the organisation was not admitted to this ledger"
    ),
    "OrganisationsAlreadyAdmitted": lambda: Conflict(
        "ORGANISATION_ADMITTED", "the organisation was admitted before"
    ),
    "OrganisationsNotTheVoice": lambda: NotAuthorised(
        "VOICE_OF_ANOTHER", "another organisation speaks for this region, or none while suspended"
    ),
    "OrganisationsOwnRegion": lambda: NotAuthorised(
        "SUSPENSION_OWN_REGION", "a region has no vote on the suspension of its own organisations"
    ),
    "OrganisationsAlreadySuspended": lambda: Conflict(
        "SUSPENSION_IN_FORCE", "the organisation is suspended; vote again when that has ended"
    ),
    "OrganisationsKeyKnown": lambda: Conflict(
        "CHAIN_KEY_SPENT", "the organisation had this key before, and a key has one window"
    ),
    "OrganisationsKeyUnknown": lambda: NotFound(
        "CHAIN_KEY_UNKNOWN", "the organisation has no such key on the chain"
    ),
    "OrganisationsKeyEnded": lambda: Conflict(
        "CHAIN_KEY_ENDED", "the window of the key is over, or would end before it begins"
    ),
    "OrganisationsKeyInUse": lambda: Conflict(
        "CHAIN_KEY_IN_USE", "a key does not retire itself; another administration key has to"
    ),
}
