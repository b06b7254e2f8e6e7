"""Where a ledger stands on a chain: the deployment file, and how one comes to be.

`deployments/<chain id>.json` carries the founders' signed statement and what was deployed with it:
addresses, code hashes, the block. Written by `comity chain deploy`, read by every node at start,
which refuses another chain, other code or another ledger by name. `former_anchors` is null for a
ledger's first deployment; see `docs/protocol/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from registry.chain.abi import artifact
from registry.chain.contracts import Candidate, Logs, Organisations
from registry.chain.rpc import Rpc, chain_id, octets
from registry.chain.transactions import (
    FeeRule,
    Receipt,
    address_from,
    address_of_key,
    checksummed,
    send,
    suggest_fees,
    wait_for,
)
from registry.durable import write_durably
from registry.errors import Conflict, Damaged, NotFound
from registry.proofs import canonical, hexes, shape
from registry.proofs.founding import Founding, parse_founding, parse_region, verify_founding
from registry.proofs.keccak import keccak256
from registry.proofs.keys import SignerKey, parse_key
from registry.proofs.record import LedgerId, OrganisationId

SPEC = "comity-deployment/1"
KINDS = {
    "society": 1,
    "mediation_body": 2,
    "registration_office": 4,
    "court": 8,
    "notary": 16,
    "authority": 32,
}
REGION_BYTES = 8

_FIELDS = frozenset(
    (
        "spec",
        "ledger",
        "founding",
        "signatures",
        "organisations",
        "chain_id",
        "contracts",
        "block",
        "former_anchors",
    )
)
_FOUNDER_FIELDS = frozenset(("id", "region", "kinds", "key"))
_CONTRACTS = frozenset(("Organisations", "Logs"))
_CONTRACT_FIELDS = frozenset(("address", "code_hash"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingOrganisation:
    """A founder as the chain admits it: `id` is the digest of its first profile."""

    id: OrganisationId
    region: str
    kinds: tuple[str, ...]
    key: SignerKey

    def candidate(self) -> Candidate:
        """The founder as the contract's constructor takes it."""
        return Candidate(
            id=self.id,
            region=region_bytes(self.region),
            kinds=sum(KINDS[kind] for kind in self.kinds),
            key=address_from(self.key),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A contract's address (20 bytes) and the Keccak-256 of its code."""

    address: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A ledger on a chain. `block` is the first that holds one of its contracts."""

    founding: Founding
    signatures: tuple[bytes, ...]
    founders: tuple[FoundingOrganisation, ...]
    chain_id: int
    organisations: Deployed
    logs: Deployed
    block: int
    former_anchors: bytes | None = None

    @property
    def ledger(self) -> LedgerId:
        """The ledger's id."""
        return self.founding.ledger()

    def to_json(self) -> dict[str, Any]:
        """The deployment file's object."""
        return {
            "spec": SPEC,
            "ledger": hexes.to_hex(self.ledger),
            "founding": self.founding.to_json(),
            "signatures": [hexes.to_hex(signature) for signature in self.signatures],
            "organisations": [
                {
                    "id": hexes.to_hex(founder.id),
                    "region": founder.region,
                    "kinds": list(founder.kinds),
                    "key": founder.key,
                }
                for founder in self.founders
            ],
            "chain_id": self.chain_id,
            "contracts": {
                name: {
                    "address": hexes.to_hex(deployed.address),
                    "code_hash": hexes.to_hex(deployed.code_hash),
                }
                for name, deployed in (("Organisations", self.organisations), ("Logs", self.logs))
            },
            "block": self.block,
            "former_anchors": self.former_anchors and hexes.to_hex(self.former_anchors),
        }


def region_bytes(region: str) -> bytes:
    """A region's code as the chain holds it: ASCII, zeros on the right."""
    return region.encode("ascii").ljust(REGION_BYTES, b"\0")


def region_text(region: bytes) -> str:
    """A region's code as people write it."""
    return region.rstrip(b"\0").decode("ascii", errors="replace")


def kinds_of(bits: int) -> tuple[str, ...]:
    """The names of the kinds in a bit field."""
    return tuple(name for name, bit in KINDS.items() if bits & bit)


def parse_deployment(value: Any) -> Deployment:
    """The deployment that a JSON object states; the founders' signatures are checked.

    Raises InvalidInput as `shape`, NotAuthorised as `verify_founding`.
    """
    known = shape.exact(value, _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    contracts = shape.exact(known["contracts"], _CONTRACTS, "contracts")
    signatures = shape.array(known["signatures"], "signatures")
    founders = shape.array(known["organisations"], "organisations")
    former = known["former_anchors"]
    deployment = Deployment(
        founding=parse_founding(known["founding"]),
        signatures=tuple(
            hexes.from_hex(item, size=65, path=f"signatures[{at}]")
            for at, item in enumerate(signatures)
        ),
        founders=tuple(_founder(item, f"organisations[{at}]") for at, item in enumerate(founders)),
        chain_id=shape.integer(known["chain_id"], "chain_id", least=1),
        organisations=_deployed(contracts["Organisations"], "contracts.Organisations"),
        logs=_deployed(contracts["Logs"], "contracts.Logs"),
        block=shape.integer(known["block"], "block"),
        former_anchors=former and hexes.from_hex(former, size=32, path="former_anchors"),
    )
    if known["ledger"] != hexes.to_hex(deployment.ledger):
        raise shape.invalid("ledger", "must be the digest of the founding statement")
    _check_founders(deployment.founding, deployment.signatures, deployment.founders)
    return deployment


def read_deployment(path: Path) -> Deployment:
    """The deployment in a file. Raises NotFound DEPLOYMENT_MISSING and as `parse_deployment`."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as exc:
        raise NotFound(
            "DEPLOYMENT_MISSING", f"there is no deployment file {path.name}; get it from a founder"
        ) from exc
    return parse_deployment(canonical.parse(data))


def write_deployment(deployment: Deployment, path: Path) -> None:
    """Put the deployment's file at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, orjson.dumps(deployment.to_json(), option=orjson.OPT_INDENT_2) + b"\n")


def deploy(
    rpc: Rpc,
    founding: Founding,
    signatures: Sequence[bytes],
    founders: Sequence[FoundingOrganisation],
    deployer_key: bytes,
    *,
    fees: FeeRule | None = None,
    timeout_s: float = 120,
) -> Deployment:
    """Found the ledger on the chain behind `rpc`: both contracts, checked after.

    `founders` are those of the statement, in its order. Raises as `verify_founding`, Conflict
    DEPLOYMENT_FOUNDERS_DIFFER, Damaged CHAIN_CODE_DIFFERS, and whatever the chain refuses.
    """
    _check_founders(founding, signatures, founders)
    ledger = founding.ledger()
    candidates = [
        (c.id, c.region, c.kinds, c.key) for c in (founder.candidate() for founder in founders)
    ]
    make = _Maker(rpc, deployer_key, fees or FeeRule(), timeout_s)
    first = make.contract("Organisations", ledger, candidates)
    organisations = _checked(rpc, "Organisations", first, ledger)
    second = make.contract("Logs", organisations.address)
    logs = _checked(rpc, "Logs", second, organisations.address.rjust(32, b"\0"))
    deployment = Deployment(
        founding=founding,
        signatures=tuple(signatures),
        founders=tuple(founders),
        chain_id=chain_id(rpc),
        organisations=organisations,
        logs=logs,
        block=first.block_number,
    )
    verify_deployment(rpc, deployment)
    return deployment


def verify_deployment(rpc: Rpc, deployment: Deployment) -> None:
    """Check that the chain behind `rpc` is the one that the deployment names.

    Raises Damaged CHAIN_WRONG, CHAIN_CONTRACTS_MISSING, CHAIN_CODE_DIFFERS, CHAIN_LEDGER_DIFFERS.
    """
    found = chain_id(rpc)
    if found != deployment.chain_id:
        raise Damaged(
            "CHAIN_WRONG",
            f"the node's chain has the id {found}, the ledger's chain {deployment.chain_id}",
        )
    for name, deployed in (("Organisations", deployment.organisations), ("Logs", deployment.logs)):
        code = _code(rpc, deployed.address)
        if not code:
            raise Damaged(
                "CHAIN_CONTRACTS_MISSING",
                f"the chain has no {name} contract of this ledger: it was reset, or is another one",
            )
        if keccak256(code) != deployed.code_hash:
            raise Damaged("CHAIN_CODE_DIFFERS", f"the code of {name} is not what was deployed")
    ledger = Organisations(rpc, deployment.organisations.address).ledger()
    asked = Logs(rpc, deployment.logs.address).organisations()
    if ledger != deployment.ledger or asked != deployment.organisations.address:
        raise Damaged("CHAIN_LEDGER_DIFFERS", "the contracts on the chain are of another ledger")


class _Maker:
    """Sends the transactions that create contracts, through web3's contract objects."""

    def __init__(self, rpc: Rpc, key: bytes, fees: FeeRule, timeout_s: float) -> None:
        self._rpc = rpc
        self._key = key
        self._fees = fees
        self._timeout_s = timeout_s

    def contract(self, name: str, *arguments: Any) -> Receipt:
        from eth_account import Account

        from registry.chain.web import web3_over

        web3 = web3_over(self._rpc)
        compiled = artifact(name)
        fees = suggest_fees(self._rpc, self._fees)
        sender = web3.to_checksum_address(checksummed(address_of_key(self._key)))
        transaction = (
            web3.eth.contract(abi=compiled.abi, bytecode=compiled.creation_code)
            .constructor(*arguments)
            .build_transaction(
                {
                    "from": sender,
                    "nonce": web3.eth.get_transaction_count(sender, "pending"),
                    "maxFeePerGas": web3.to_wei(fees.max_fee, "wei"),
                    "maxPriorityFeePerGas": web3.to_wei(fees.tip, "wei"),
                }
            )
        )
        signed = Account.sign_transaction(transaction, self._key)
        send(self._rpc, bytes(signed.raw_transaction))
        return wait_for(self._rpc, bytes(signed.hash), self._timeout_s)


def _checked(rpc: Rpc, name: str, receipt: Receipt, immutable: bytes) -> Deployed:
    """The contract that a transaction created, its code compared with this release's."""
    if receipt.contract is None:
        raise Damaged("CHAIN_CODE_DIFFERS", f"the chain did not create the {name} contract")
    code = _code(rpc, receipt.contract)
    if code != artifact(name).deployed_code(immutable):
        raise Damaged("CHAIN_CODE_DIFFERS", f"the code of {name} is not what was deployed")
    return Deployed(address=receipt.contract, code_hash=keccak256(code))


def _code(rpc: Rpc, address: bytes) -> bytes:
    return octets(rpc.call("eth_getCode", hexes.to_hex(address), "latest"))


def _check_founders(
    founding: Founding, signatures: Sequence[bytes], founders: Sequence[FoundingOrganisation]
) -> None:
    verify_founding(founding, signatures)
    stated = [(founder.region, founder.key) for founder in founding.founders]
    if stated != [(founder.region, founder.key) for founder in founders]:
        raise Conflict(
            "DEPLOYMENT_FOUNDERS_DIFFER",
            "the organisations must be the founders of the statement, in its order",
        )


def _founder(value: Any, path: str) -> FoundingOrganisation:
    known = shape.exact(value, _FOUNDER_FIELDS, path)
    kinds = shape.array(known["kinds"], f"{path}.kinds")
    if not kinds or any(kind not in KINDS for kind in kinds) or len(set(kinds)) != len(kinds):
        raise shape.invalid(f"{path}.kinds", f"must be some of {', '.join(KINDS)}")
    return FoundingOrganisation(
        id=OrganisationId(hexes.from_hex(known["id"], size=32, path=f"{path}.id")),
        region=parse_region(known["region"], f"{path}.region"),
        kinds=tuple(kinds),
        key=parse_key(known["key"], f"{path}.key"),
    )


def _deployed(value: Any, path: str) -> Deployed:
    known: Mapping[str, Any] = shape.exact(value, _CONTRACT_FIELDS, path)
    return Deployed(
        address=hexes.from_hex(known["address"], size=20, path=f"{path}.address"),
        code_hash=hexes.from_hex(known["code_hash"], size=32, path=f"{path}.code_hash"),
    )
