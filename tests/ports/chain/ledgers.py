"""Ledgers for tests: founders with fixed keys, deployed and enrolled on whatever chain is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from registry.chain.contracts import Logs, Organisations
from registry.chain.deployments import Deployment, FoundingOrganisation, deploy
from registry.chain.enrol import Enrolment, enrol
from registry.chain.rpc import Rpc
from registry.chain.transactions import address_of_key
from registry.proofs.founding import Founder, Founding, Rules, sign_founding
from registry.proofs.record import OrganisationId
from registry.proofs.signature import key_of

ETHER = 10**18
REGIONS = ("CN-46", "SG", "HK")
LOG_KEY = b"\x71" * 32
WITNESS_KEY = b"\x72" * 32


class Funds(Protocol):
    """Whatever can give a key something to pay with."""

    def fund(self, address: str, wei: int) -> None: ...


def private_key(name: str) -> bytes:
    return sha256(name.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A deployed ledger with one founder a region, and the administration keys by region."""

    rpc: Rpc
    deployment: Deployment
    admin_keys: dict[str, bytes]

    @property
    def organisations(self) -> Organisations:
        return Organisations(self.rpc, self.deployment.organisations.address)

    @property
    def logs(self) -> Logs:
        return Logs(self.rpc, self.deployment.logs.address)

    def organisation(self, region: str = REGIONS[0]) -> OrganisationId:
        return next(f.id for f in self.deployment.founders if f.region == region)


NODE_KEY = private_key("node")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A way to a chain, and a purse for keys on it."""

    rpc: Rpc
    funds: Funds


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A ledger with an enrolled node: its chain key is NODE_KEY, its log is `log`."""

    ledger: Ledger
    log: bytes


def founding_of(regions: Sequence[str], confirmations: int = 1) -> Founding:
    return Founding(
        name="Test ledger",
        founders=tuple(
            Founder(region=region, name=f"Society of {region}", key=key_of(private_key(region)))
            for region in regions
        ),
        rules=Rules(
            confirmations=confirmations, anchor_delay_s=60, publication_delay_s=60, clock_bound_s=60
        ),
        salt=bytes(32),
    )


def founders_of(founding: Founding) -> list[FoundingOrganisation]:
    return [
        FoundingOrganisation(
            id=OrganisationId(sha256(founder.name.encode()).digest()),
            region=founder.region,
            kinds=("society", "mediation_body"),
            key=founder.key,
        )
        for founder in founding.founders
    ]


def give(funds: Funds, key: bytes) -> bytes:
    funds.fund("0x" + address_of_key(key).hex(), ETHER)
    return key


def found(
    rpc: Rpc, funds: Funds, regions: Sequence[str] = REGIONS[:1], confirmations: int = 1
) -> Ledger:
    """Deploy a ledger with one founder a region."""
    founding = founding_of(regions, confirmations)
    keys = {region: give(funds, private_key(region)) for region in regions}
    deployment = deploy(
        rpc,
        founding,
        [sign_founding(keys[region], founding) for region in regions],
        founders_of(founding),
        keys[regions[0]],
    )
    return Ledger(rpc=rpc, deployment=deployment, admin_keys=keys)


def enrolled(ledger: Ledger, funds: Funds, node_key: bytes) -> Enrolment:
    """Enrol a node of the first founder with `node_key` as its chain key."""
    give(funds, node_key)
    return enrol(
        ledger.rpc,
        ledger.deployment,
        ledger.admin_keys[REGIONS[0]],
        ledger.organisation(),
        address_of_key(node_key),
        LOG_KEY,
        WITNESS_KEY,
    )
