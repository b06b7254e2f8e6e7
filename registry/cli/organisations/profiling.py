"""Profiles from words to a signed record: drafted beside a node, signed where the key is.

The draft is a small file that travels from one to the other; it states the ledger and, of a later
profile, which one it answers.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.cli import files, keystore, speaking
from registry.cli.node import Node, malformed
from registry.errors import InvalidInput
from registry.proofs import canonical, hexes, shape
from registry.proofs.keys import SignerKey
from registry.proofs.number import number_of
from registry.proofs.record import Digest, LedgerId, OrganisationId, Record, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import new_submission

SPEC = "comity-profile-draft/1"
TYPE = "organisation.profile"
CAPACITY = "organisation"
# Who signs is not known while a draft is checked, and changes nothing of it.
ANYBODY = SignerKey("eth:0x0000000000000000000000000000000000000000")

_FIELDS = frozenset(("spec", "ledger", "subject", "previous", "body"))
_NAME = re.compile(r"(.+)@([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person wrote, as it was written; empty means not said."""

    names: Sequence[str]
    region: str
    kinds: Sequence[str]
    identifiers: Sequence[str]
    contact: str
    endpoints: Sequence[str]


def draft(stated: Stated, node_url: str, organisation: str | None, out: Path) -> None:
    """Write the draft of a first profile or, of an organisation that is named, of a later one.

    Raises InvalidInput PROFILE_INVALID with what is missing, Conflict FILE_EXISTS, and as
    `speaking.told_of`.
    """
    node = Node(node_url)
    told = None if organisation is None else speaking.told_of(node, organisation)
    value = {
        "spec": SPEC,
        "ledger": hexes.to_hex(node.ledger().id),
        "subject": None if told is None else _field(told, "id"),
        "previous": None if told is None else _previous(told),
        "body": _body(stated, told),
    }
    _check(value)
    files.write_new(out, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def sign(drafted: Path, key_file: Path, out: Path) -> Iterator[str]:
    """Sign the profile of a draft and write it, ready for `propose` and `submit`.

    Raises InvalidInput as `shape` and `check_profile`, Conflict FILE_EXISTS.
    """
    value = canonical.parse(files.read(drafted))
    _check(value)
    private_key = keystore.unlock(key_file)
    record = _record(value, key_of(private_key))
    signed = new_submission(record, [sign_eip712(private_key, record)])
    files.write_new(out, signed.to_bytes() + b"\n")
    yield f"organisation: {hexes.to_hex(record.founds)}"
    yield f"profile: {number_of(record.digest)}"


def _body(stated: Stated, told: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body: what was written, else what the organisation says today."""
    now: Mapping[str, Any] = {} if told is None else told
    if told is not None and (stated.region or stated.kinds):
        raise InvalidInput(
            "OPTIONS_DISAGREE", "the region and kinds of an organisation never change"
        )
    return {
        "names": [_name(text) for text in stated.names] or now.get("names", []),
        "kinds": list(stated.kinds) or now.get("kinds", []),
        "region": stated.region or now.get("region", ""),
        "identifiers": [_identifier(text) for text in stated.identifiers]
        or now.get("identifiers", []),
        "contact": stated.contact or now.get("contact"),
        "endpoints": list(stated.endpoints) or now.get("endpoints", []),
    }


def _check(value: Any) -> None:
    """Raise as the door would, before anybody signs."""
    from registry.organisations.records import check_profile

    check_profile(_record(value, ANYBODY))


def _record(value: Any, key: SignerKey) -> Record:
    known = shape.exact(value, _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    subject, previous = _digest(known["subject"], "subject"), _digest(known["previous"], "previous")
    return new_record(
        ledger=LedgerId(hexes.from_hex(known["ledger"], size=32, path="ledger")),
        type=TYPE,
        subject=subject,
        previous=previous,
        signers=[
            Signer(
                key=key,
                organisation=None if subject is None else OrganisationId(subject),
                capacity=CAPACITY,
            )
        ],
        body=known["body"],
        issued_at=datetime.now(UTC),
    )


def _digest(value: Any, path: str) -> Digest | None:
    return None if value is None else Digest(hexes.from_hex(value, size=32, path=path))


def _previous(told: Mapping[str, Any]) -> str:
    """The profile in force or, where the node knows none, the first one: the organisation's id."""
    profile = _field(told, "profile")
    return str(_field(told, "id") if profile is None else _field(profile, "digest"))


def _field(told: Mapping[str, Any], name: str) -> Any:
    try:
        return told[name]
    except (KeyError, TypeError) as fault:
        raise malformed(f"an organisation without {name}") from fault


def _name(text: str) -> dict[str, str]:
    found = _NAME.fullmatch(text.strip())
    if found is None:
        return {"text": text.strip(), "lang": "en"}
    return {"text": found.group(1).strip(), "lang": found.group(2)}


def _identifier(text: str) -> dict[str, str]:
    scheme, equals, value = text.partition("=")
    if not (scheme.strip() and equals and value.strip()):
        raise shape.invalid("--identifier", "must be like CISAC=119")
    return {"scheme": scheme.strip(), "value": value.strip()}
