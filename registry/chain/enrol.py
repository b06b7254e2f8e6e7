"""Enrolment: an organisation's administration key gives its node what the node works with.

A key of scope 1 for anchoring, the organisation's log with the node's Ed25519 key, the witness's
key, the profile. Each step is skipped when it is so already: repeating an enrolment is harmless.
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.chain.contracts import SCOPE_ANCHOR, Call, Organisations
from registry.chain.deployments import Deployment
from registry.chain.rpc import Rpc
from registry.chain.transactions import FeeRule, Receipt, transact
from registry.errors import Conflict, NotFound

LOG_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The organisation's open log, and the transactions that were needed."""

    log: bytes
    number: int
    receipts: tuple[Receipt, ...]


def log_id(organisation: bytes, number: int) -> bytes:
    """SHA-256(organisation ‖ uint32 number): the id of an organisation's log."""
    return sha256(organisation + number.to_bytes(LOG_NUMBER_BYTES, "big")).digest()


def enrol(
    rpc: Rpc,
    deployment: Deployment,
    admin_key: bytes,
    organisation: bytes,
    anchor_address: bytes,
    log_public_key: bytes,
    witness_public_key: bytes,
    profile_digest: bytes | None = None,
    *,
    replace_log: bool = False,
    fees: FeeRule | None = None,
) -> Enrolment:
    """Make the chain say that these keys are the organisation's node.

    `profile_digest` None leaves the profile as it is. A log that another key signs is closed only
    with `replace_log`. Raises NotFound CHAIN_ORGANISATION_UNKNOWN, Conflict CHAIN_KEY_SPENT or
    CHAIN_LOG_KEY_DIFFERS before anything is sent, and whatever the chain refuses.
    """
    contract = Organisations(rpc, deployment.organisations.address)
    state = contract.organisation_of(organisation)
    if not state.admitted_at:
        raise NotFound(
            "CHAIN_ORGANISATION_UNKNOWN", "the organisation was not admitted to this ledger"
        )
    calls = list[Call]()
    if not _may_anchor(contract, organisation, anchor_address):
        calls.append(contract.add_key(organisation, anchor_address, SCOPE_ANCHOR))
    number = state.logs - 1
    if not _has_log(contract, organisation, number, log_public_key, replace_log):
        calls.append(contract.open_log(organisation, log_public_key))
        number += 1
    if state.witness != witness_public_key:
        calls.append(contract.set_witness(organisation, witness_public_key))
    if profile_digest not in (None, state.profile):
        calls.append(contract.set_profile(organisation, profile_digest or b""))
    receipts = tuple(transact(rpc, admin_key, call, fees=fees) for call in calls)
    return Enrolment(log=log_id(organisation, number), number=number, receipts=receipts)


def _may_anchor(contract: Organisations, organisation: bytes, address: bytes) -> bool:
    key = contract.key_of(organisation, address)
    if not key.scopes:
        return False
    if key.valid_until or not key.scopes & SCOPE_ANCHOR:
        # A key has one window, for ever: nothing can be added to it.
        raise Conflict(
            "CHAIN_KEY_SPENT",
            "the node's chain key was registered before without an open window for anchoring; "
            "make a new key",
        )
    return True


def _has_log(
    contract: Organisations, organisation: bytes, number: int, key: bytes, replace_log: bool
) -> bool:
    if number < 0:
        return False
    if contract.log_of(log_id(organisation, number)).key == key:
        return True
    if replace_log:
        return False
    raise Conflict(
        "CHAIN_LOG_KEY_DIFFERS",
        "the organisation's open log is signed by another key; use that key, or close the log for "
        "good by opening the next one",
    )
