"""The trust file, from the register: what a verifier needs of the chain, once.

Follows protocol section 5. The register holds final events only, so the file stands on the block up
to which the node's view of the chain is final.
"""

from datetime import UTC, datetime
from typing import Any

from registry.organisations.model import KeyWindow, Organisation, Register
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_name
from registry.proofs.founding import Rules
from registry.proofs.keys import SignerKey
from registry.proofs.note import COSIGNATURE, ED25519, VerifierKey
from registry.proofs.policy import build_policy, parse_policy
from registry.proofs.record import LedgerId
from registry.proofs.trust import OrganisationKey, Status, Trust, TrustedOrganisation


def build_trust(
    register: Register,
    *,
    ledger: LedgerId,
    chain_id: int,
    block: int,
    contracts: dict[str, bytes],
    rules: Rules,
    at: datetime,
) -> dict[str, Any]:
    """The trust file as a JSON object; `at` decides who counts as suspended."""
    organisations = tuple(_organisation(each, at) for each in register.values())
    trust = Trust(
        ledger=ledger,
        chain_id=chain_id,
        block=block,
        contracts=contracts,
        organisations=organisations,
        rules=rules,
        policy=parse_policy(build_policy(organisations)),
    )
    return trust.to_json()


def policy_of(register: Register) -> str:
    """The policy of a register's organisations, as text (C2SP tlog-policy)."""
    at = datetime.now(UTC)  # who is suspended now plays no part in a policy
    return build_policy([_organisation(each, at) for each in register.values()])


def _organisation(known: Organisation, at: datetime) -> TrustedOrganisation:
    suspended = known.suspended(int(at.timestamp()))
    return TrustedOrganisation(
        id=known.id,
        region=known.region,
        kinds=known.kinds,
        status=Status.SUSPENDED if suspended else Status.ACTIVE,
        profile=known.profile,
        keys=tuple(_key(key, window) for key, window in known.keys.items()),
        logs=tuple(
            VerifierKey(name=origin_of(each.log), type=ED25519, public=each.key)
            for each in known.logs
        ),
        witness=None
        if known.witness is None
        else VerifierKey(name=witness_name(known.id), type=COSIGNATURE, public=known.witness),
    )


def _key(key: SignerKey, window: KeyWindow) -> OrganisationKey:
    return OrganisationKey(
        key=key,
        scopes=window.scopes,
        since=_time(window.start),
        until=None if window.end is None else _time(window.end),
        contested_since=None if window.contested_since is None else _time(window.contested_since),
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
