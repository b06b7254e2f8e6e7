"""The trust file: what a verifier takes from the chain once, to check certificates without it.

Organisations with their keys and windows, their logs and witnesses, the rules, and the policy, all
read at one block. A verifier names the file that it used, by the SHA-256 of its bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag, StrEnum
from hashlib import sha256
from typing import Any

from registry.errors import InvalidInput
from registry.proofs import canonical, hexes, shape
from registry.proofs.cosignature import witness_name
from registry.proofs.founding import Rules, parse_region, parse_rules
from registry.proofs.keys import SignerKey, parse_key
from registry.proofs.note import COSIGNATURE, ED25519, VerifierKey, parse_vkey
from registry.proofs.policy import Policy, parse_policy
from registry.proofs.record import Digest, LedgerId, OrganisationId

KINDS = ("society", "mediation_body", "registration_office", "court", "notary", "authority")

_FIELDS = frozenset(
    ("ledger", "chain_id", "block", "contracts", "organisations", "rules", "policy")
)
_ORGANISATION_FIELDS = frozenset(
    ("id", "region", "kinds", "status", "profile", "keys", "logs", "witness")
)
_KEY_FIELDS = frozenset(("key", "scopes", "from", "until", "contested_since"))


class Scope(IntFlag):
    """What a key of an organisation may do."""

    ANCHOR = 1
    AGREEMENTS = 2
    CASES = 4
    RECOGNISE = 8
    LICENCE = 16
    ANSWERS = 32
    REGISTRATIONS = 64
    ADMINISTRATION = 128


class Status(StrEnum):
    """Whether an organisation may write; a suspended one still anchors and witnesses."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKey:
    """A signing key: scopes, and the window [since, until) in which it counts."""

    key: SignerKey
    scopes: Scope
    since: datetime
    until: datetime | None
    contested_since: datetime | None

    def to_json(self) -> dict[str, Any]:
        """The key as it stands in a trust file."""
        return {
            "key": self.key,
            "scopes": int(self.scopes),
            "from": shape.time_text(self.since),
            "until": _time_or_null(self.until),
            "contested_since": _time_or_null(self.contested_since),
        }

    def in_force(self, time: datetime) -> bool:
        """Whether `time` lies in the key's window."""
        return self.since <= time and (self.until is None or time < self.until)

    def contested(self, time: datetime) -> bool:
        """Whether the organisation says that the key was in other hands at `time`."""
        return self.contested_since is not None and time >= self.contested_since


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedOrganisation:
    """An organisation as the chain knows it."""

    id: OrganisationId
    region: str
    kinds: tuple[str, ...]
    status: Status
    profile: Digest | None
    keys: tuple[OrganisationKey, ...]
    logs: tuple[VerifierKey, ...]
    witness: VerifierKey | None

    def to_json(self) -> dict[str, Any]:
        """The organisation as it stands in a trust file."""
        return {
            "id": hexes.to_hex(self.id),
            "region": self.region,
            "kinds": list(self.kinds),
            "status": self.status.value,
            "profile": None if self.profile is None else hexes.to_hex(self.profile),
            "keys": [key.to_json() for key in self.keys],
            "logs": [key.encode() for key in self.logs],
            "witness": None if self.witness is None else self.witness.encode(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A trust file. `digest` is the SHA-256 of the bytes it was read from."""

    ledger: LedgerId
    chain_id: int
    block: int
    contracts: Mapping[str, bytes]
    organisations: tuple[TrustedOrganisation, ...]
    rules: Rules
    policy: Policy
    digest: bytes = field(default=b"", compare=False)

    def to_json(self) -> dict[str, Any]:
        """The trust file as a JSON object."""
        return {
            "ledger": hexes.to_hex(self.ledger),
            "chain_id": self.chain_id,
            "block": self.block,
            "contracts": {name: hexes.to_hex(at) for name, at in self.contracts.items()},
            "organisations": [organisation.to_json() for organisation in self.organisations],
            "rules": self.rules.to_json(),
            "policy": self.policy.text,
        }

    def organisation(self, id: OrganisationId | Digest) -> TrustedOrganisation | None:
        """The organisation of that id; None where the chain knows none."""
        return next((known for known in self.organisations if known.id == id), None)

    def log_keys(self, origin: str) -> list[VerifierKey]:
        """The keys that the file lists for a log: of organisations first, then of the policy."""
        listed = [key for known in self.organisations for key in known.logs if key.name == origin]
        return listed + [key for key in self.policy.log_keys(origin) if key not in listed]


def parse_trust(data: bytes) -> Trust:
    """The trust file whose bytes are `data`; it need not be canonical.

    Raises InvalidInput TRUST_MALFORMED or POLICY_MALFORMED, with the fields that are wrong.
    """
    try:
        return _read(canonical.parse(data), sha256(data).digest())
    except InvalidInput as fault:
        if fault.code == "POLICY_MALFORMED":
            raise
        raise InvalidInput(
            "TRUST_MALFORMED", f"the trust file is not one: {fault.detail}", fields=fault.fields
        ) from fault


def _read(value: Any, digest: bytes) -> Trust:
    known = shape.exact(value, _FIELDS)
    organisations = shape.array(known["organisations"], "organisations")
    return Trust(
        ledger=LedgerId(_bytes32(known["ledger"], "ledger")),
        chain_id=shape.integer(known["chain_id"], "chain_id"),
        block=shape.integer(known["block"], "block"),
        contracts=_contracts(known["contracts"]),
        organisations=tuple(
            _organisation(item, f"organisations[{at}]") for at, item in enumerate(organisations)
        ),
        rules=parse_rules(known["rules"], "rules"),
        policy=parse_policy(shape.text(known["policy"], "policy")),
        digest=digest,
    )


def _organisation(value: Any, path: str) -> TrustedOrganisation:
    known = shape.exact(value, _ORGANISATION_FIELDS, path)
    id = OrganisationId(_bytes32(known["id"], f"{path}.id"))
    profile, witness = known["profile"], known["witness"]
    keys = shape.array(known["keys"], f"{path}.keys")
    logs = shape.array(known["logs"], f"{path}.logs")
    return TrustedOrganisation(
        id=id,
        region=parse_region(known["region"], f"{path}.region"),
        kinds=_kinds(known["kinds"], f"{path}.kinds"),
        status=_status(known["status"], f"{path}.status"),
        profile=None if profile is None else Digest(_bytes32(profile, f"{path}.profile")),
        keys=tuple(_key(item, f"{path}.keys[{at}]") for at, item in enumerate(keys)),
        logs=tuple(_vkey(item, ED25519, f"{path}.logs[{at}]") for at, item in enumerate(logs)),
        witness=None if witness is None else _witness(witness, id, f"{path}.witness"),
    )


def _key(value: Any, path: str) -> OrganisationKey:
    known = shape.exact(value, _KEY_FIELDS, path)
    return OrganisationKey(
        key=parse_key(known["key"], f"{path}.key"),
        scopes=Scope(shape.integer(known["scopes"], f"{path}.scopes", most=255)),
        since=shape.time(known["from"], f"{path}.from"),
        until=_time_or_none(known["until"], f"{path}.until"),
        contested_since=_time_or_none(known["contested_since"], f"{path}.contested_since"),
    )


def _kinds(value: Any, path: str) -> tuple[str, ...]:
    kinds = shape.array(value, path)
    if any(kind not in KINDS for kind in kinds) or len(set(kinds)) != len(kinds):
        raise shape.invalid(path, f"must be some of {', '.join(KINDS)}, each once")
    return tuple(kinds)


def _status(value: Any, path: str) -> Status:
    if value not in ("active", "suspended"):
        raise shape.invalid(path, "must be active or suspended")
    return Status(value)


def _witness(value: Any, id: OrganisationId, path: str) -> VerifierKey:
    key = _vkey(value, COSIGNATURE, path)
    if key.name != witness_name(id):
        raise shape.invalid(path, "must bear the name of its organisation's witness")
    return key


def _vkey(value: Any, type: int, path: str) -> VerifierKey:
    key = parse_vkey(shape.text(value, path))
    if key.type != type:
        raise shape.invalid(path, "must be a key of the type of its use")
    return key


def _contracts(value: Any) -> dict[str, bytes]:
    if type(value) is not dict:
        raise shape.invalid("contracts", "must be an object")
    return {
        name: hexes.from_hex(address, size=20, path=f"contracts.{name}")
        for name, address in value.items()
    }


def _bytes32(value: Any, path: str) -> bytes:
    return hexes.from_hex(value, size=32, path=path)


def _time_or_none(value: Any, path: str) -> datetime | None:
    return None if value is None else shape.time(value, path)


def _time_or_null(moment: datetime | None) -> str | None:
    return None if moment is None else shape.time_text(moment)
