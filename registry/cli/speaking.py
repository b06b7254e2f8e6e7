"""Speaking as an organisation: whose key this is, signing in its name, handing the record in.

The chain says which organisation a key acts for, and a node says what the chain says; a node that
lied about it would see the record refused by every other one. What was signed is on the disk before
it is sent wherever a path was named, and in any case when the node goes away meanwhile.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from registry.cli import files, keystore, submitting
from registry.cli.node import Node, malformed
from registry.cli.submitting import Accepted
from registry.errors import Conflict, Damaged, InvalidInput, NotAuthorised, Unavailable
from registry.proofs import hexes, shape
from registry.proofs.keys import SignerKey
from registry.proofs.number import number_of
from registry.proofs.record import Digest, OrganisationId, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key of an organisation: the names of its scopes, and its window [since, until)."""

    key: SignerKey
    scopes: tuple[str, ...]
    since: datetime
    until: datetime | None

    def ended(self, now: datetime) -> bool:
        """Whether the key's window is over at `now`."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An organisation as a node describes it. `name` is its first name, or its id without one."""

    id: OrganisationId
    name: str
    region: str
    kinds: tuple[str, ...]
    profile: Digest | None
    keys: tuple[KnownKey, ...]

    def has(self, key: SignerKey, now: datetime) -> bool:
        """Whether `key` is one of its keys and not over at `now`."""
        return any(one.key == key and not one.ended(now) for one in self.keys)

    def keys_with(self, scope: str, now: datetime) -> list[SignerKey]:
        """Its keys that have the scope of this name and are not over at `now`."""
        return [one.key for one in self.keys if scope in one.scopes and not one.ended(now)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A private key and the organisation that it speaks for."""

    private_key: bytes
    organisation: Known

    def signer(self, capacity: str) -> Signer:
        """The signer of a record, in that capacity."""
        key = key_of(self.private_key)
        return Signer(key=key, organisation=self.organisation.id, capacity=capacity)


def told_of_all(node: Node) -> dict[str, Any]:
    """What the node tells of all organisations, in order of admission."""
    told = node.request("GET", "/api/v1/organisations").json()
    if not isinstance(told, dict) or not isinstance(told.get("organisations"), list):
        raise malformed("something else than a list of organisations")
    return told


def told_of(node: Node, name: str) -> dict[str, Any]:
    """What the node tells of the organisation of an id (0x…) or an identifier (`CISAC:119`).

    Raises NotFound ORGANISATION_UNKNOWN, Conflict IDENTIFIER_AMBIGUOUS.
    """
    told = node.request("GET", f"/api/v1/organisations/{quote(name, safe='')}").json()
    if not isinstance(told, dict):
        raise malformed("something else than an organisation")
    return told


def organisations(node: Node) -> list[Known]:
    """All organisations of the node's ledger, in order of admission."""
    return [_known(item) for item in told_of_all(node)["organisations"]]


def organisation_named(node: Node, name: str) -> Known:
    """The organisation of an id or an identifier. Raises as `told_of`."""
    return _known(told_of(node, name))


def speaker(node: Node, key_file: Path, organisation: str | None) -> Speaker:
    """Unlock a key file and find whom it speaks for; `organisation` decides where it is named.

    Raises NotAuthorised KEY_NOT_OF_ORGANISATION, Conflict ORGANISATION_AMBIGUOUS, and as
    `keystore.unlock` and `organisation_named`.
    """
    named = None if organisation is None else organisation_named(node, organisation)
    private_key = keystore.unlock(key_file)
    key, now = key_of(private_key), datetime.now(UTC)
    known = [named] if named is not None else organisations(node)
    ours = [one for one in known if one.has(key, now)]
    if not ours:
        whom = "any organisation of this ledger" if named is None else named.name
        raise NotAuthorised("KEY_NOT_OF_ORGANISATION", f"{key} is no key of {whom} in force")
    if len(ours) > 1:
        names = ", ".join(f"{one.name} ({hexes.to_hex(one.id)})" for one in ours)
        raise Conflict(
            "ORGANISATION_AMBIGUOUS", f"{key} speaks for several: {names}; name your --organisation"
        )
    return Speaker(private_key=private_key, organisation=ours[0])


def signed_by(
    node: Node,
    who: Speaker,
    *,
    type: str,
    body: Mapping[str, Any],
    subject: Digest | None,
    previous: Digest | None,
    capacity: str,
) -> Submission:
    """A public record of the node's ledger, made now and signed by `who` alone."""
    record = new_record(
        ledger=node.ledger().id,
        type=type,
        subject=subject,
        previous=previous,
        signers=[who.signer(capacity)],
        body=body,
        issued_at=datetime.now(UTC),
    )
    return new_submission(record, [sign_eip712(who.private_key, record)])


def submitted(node: Node, submission: Submission, save: Path | None) -> Accepted:
    """Hand in a signed record; the receipt, checked. It is kept in `save` before it is sent.

    Raises Conflict FILE_EXISTS before anything is sent, and as `submitting.submit`; where the node
    was away the record is kept in any case, and the error's note says where.
    """
    if save is not None:
        files.write_new(save, submission.to_bytes() + b"\n")
    try:
        return submitting.submit(node, node.ledger().log_key, submission)
    except (Unavailable, Damaged) as fault:
        # It may have been recorded: sending the same record again cannot record it twice.
        kept = save or Path(f"{number_of(submission.record.digest)}.json")
        if save is None:
            files.write_new(kept, submission.to_bytes() + b"\n")
        fault.add_note(
            f"the signed record is in {kept}; send it once more with:"
            f" comity submit {shlex.quote(str(kept))} --node {shlex.quote(node.url)}"
        )
        raise


def _known(told: Any) -> Known:
    try:
        names = told["names"]
        profile = told["profile"]
        return Known(
            id=OrganisationId(hexes.from_hex(told["id"], size=32)),
            name=str(names[0]["text"]) if names else str(told["id"]),
            region=str(told["region"]),
            kinds=tuple(map(str, told["kinds"])),
            profile=None if profile is None else Digest(hexes.from_hex(profile["digest"], size=32)),
            keys=tuple(map(_key, told["keys"])),
        )
    except (KeyError, TypeError, IndexError, InvalidInput) as fault:
        raise malformed("something else than an organisation") from fault


def _key(told: Any) -> KnownKey:
    until = told["until"]
    return KnownKey(
        key=SignerKey(told["key"]),
        scopes=tuple(map(str, told["scopes"])),
        since=shape.time(told["from"], "from"),
        until=None if until is None else shape.time(until, "until"),
    )
