"""Agreements from a file of terms to a record that both parties signed.

The draft is the record with the signatures gathered so far. Everything that a door would refuse is
refused when it is drafted and once more before anybody signs: what is signed is what was checked.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from registry.cli import files, keystore, speaking, submitting
from registry.cli.node import Node, malformed
from registry.cli.speaking import Known
from registry.cli.submitting import Accepted
from registry.cli.text import plain, say
from registry.errors import Field, InvalidInput, NotAuthorised, RegistryError
from registry.proofs import canonical, hexes, shape
from registry.proofs.keys import SignerKey, parse_key
from registry.proofs.number import number_of
from registry.proofs.record import Record, Signer, Visibility, new_record
from registry.proofs.signature import key_of, sign_eip712, verify_eip712
from registry.proofs.statement import statement_digest
from registry.proofs.submission import new_submission

SPEC = "comity-agreement-draft/1"
TYPE = "agreement.terms"
CAPACITY = "party"
SCOPE = "agreements"

_FIELDS = frozenset(("spec", "record", "signatures"))
_SIGNATURE_FIELDS = frozenset(("scheme", "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The record, and in the place of each signer its signature or None."""

    record: Record
    signatures: tuple[Mapping[str, Any] | None, ...]

    def unsigned(self) -> list[Signer]:
        """The signers who have not signed yet."""
        pairs = zip(self.record.signers, self.signatures, strict=True)
        return [signer for signer, signature in pairs if signature is None]

    def to_bytes(self) -> bytes:
        """The file that goes from party to party."""
        value = {
            "spec": SPEC,
            "record": self.record.to_json(),
            "signatures": list(self.signatures),
        }
        return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def draft(terms: Path, out: Path, signers: Sequence[str], sealed: bool, node_url: str) -> Draft:
    """Write a draft from a file of terms.

    Raises InvalidInput as the door would, DRAFT_INVALID, SIGNER_UNDECIDED; Conflict FILE_EXISTS.
    """
    node = Node(node_url)
    body = canonical.parse(files.read(terms))
    if not isinstance(body, dict):
        raise _not_a_draft(f"{terms} holds no JSON object")
    parties = _resolved(node, body)
    chosen = dict(map(_chosen, signers))
    ids = {hexes.to_hex(party.id) for party in parties.values()}
    if strangers := chosen.keys() - parties.keys() - ids:
        reason = f"{', '.join(sorted(strangers))}: no party of these terms"
        raise InvalidInput("SIGNER_UNDECIDED", reason, fields=[Field("--signer", reason)])
    record = new_record(
        ledger=node.ledger().id,
        type=TYPE,
        signers=[_signer(name, known, chosen) for name, known in parties.items()],
        body=body,
        issued_at=datetime.now(UTC),
        visibility=Visibility.SEALED if sealed else Visibility.PUBLIC,
    )
    _check(record)
    drafted = Draft(record=record, signatures=(None,) * len(record.signers))
    files.write_new(out, drafted.to_bytes(), mode=0o600 if sealed else 0o666)
    return drafted


def sign(path: Path, key_file: Path) -> Draft:
    """Put the signature of a party in its place; the file is replaced in one step.

    Raises NotAuthorised SIGNER_NOT_NAMED, and as `read` and `keystore.unlock`.
    """
    drafted = read(path)
    private_key = keystore.unlock(key_file)
    key = key_of(private_key)
    if key not in [signer.key for signer in drafted.record.signers]:
        raise NotAuthorised("SIGNER_NOT_NAMED", f"{key} is no key of a party of this draft")
    signature = sign_eip712(private_key, drafted.record)
    signed = replace(
        drafted,
        signatures=tuple(
            signature if signer.key == key else before
            for signer, before in zip(drafted.record.signers, drafted.signatures, strict=True)
        ),
    )
    files.replace(path, signed.to_bytes())
    return signed


def submit(path: Path, node_url: str) -> Accepted:
    """Hand in a draft that both signed; the receipt, checked.

    Raises InvalidInput DRAFT_NOT_SIGNED, and as `read` and `submitting.submit`.
    """
    drafted = read(path)
    if missing := drafted.unsigned():
        named = ", ".join(f"{signer.key}" for signer in missing)
        raise InvalidInput("DRAFT_NOT_SIGNED", f"no signature yet by {named}")
    node = Node(node_url)
    signatures = [dict(each) for each in drafted.signatures if each is not None]
    submission = new_submission(drafted.record, signatures)
    return submitting.submit(node, node.ledger().log_key, submission)


def show(number: str, node_url: str, as_json: bool) -> None:
    """Print a recorded agreement. Raises NotFound RECORD_UNKNOWN, AGREEMENT_UNKNOWN."""
    told = Node(node_url).request("GET", f"/api/v1/agreements/{quote(number, safe='')}").json()
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
        return
    try:
        lines = list(_shown(told))
    except (KeyError, TypeError, IndexError) as fault:
        raise malformed("something else than an agreement") from fault
    say("\n".join(map(plain, lines)))


def read(path: Path) -> Draft:
    """The draft of a file, checked, its signatures too.

    Raises InvalidInput DRAFT_INVALID and as the door would; NotAuthorised SIGNATURE_INVALID.
    """
    try:
        known = shape.exact(canonical.parse(files.read(path)), _FIELDS)
        if known["spec"] != SPEC:
            raise shape.invalid("spec", f"must be {SPEC}")
        record = Record.from_json(known["record"], "record")
        signatures = tuple(map(_signature, shape.array(known["signatures"], "signatures")))
        if len(signatures) != len(record.signers) or record.type != TYPE:
            raise shape.invalid("signatures", "must have a place for each signer")
    except RegistryError as fault:
        if fault.code == "FILE_UNREADABLE":
            raise
        raise _not_a_draft(fault.detail, fault.fields) from fault
    _check(record)
    for place, (signer, signature) in enumerate(zip(record.signers, signatures, strict=True)):
        if signature is not None:
            value = hexes.from_hex(signature["value"])
            verify_eip712(value, statement_digest(record), signer.key, place)
    return Draft(record=record, signatures=signatures)


def account(drafted: Draft) -> list[str]:
    """What is signed, as lines for a person."""
    record = drafted.record
    return [
        f"number: {number_of(record.digest)}",
        f"digest: {hexes.to_hex(record.digest)}",
        *map(plain, _terms_in_words(record.body)),
        *(
            f"signer: {signer.key} for {hexes.to_hex(signer.organisation or b'')}: "
            f"{'signed' if signature else 'not signed yet'}"
            for signer, signature in zip(record.signers, drafted.signatures, strict=True)
        ),
    ]


# ---- parts --------------------------------------------------------------------------------------


def _check(record: Record) -> None:
    """Raise as the door would."""
    from registry.representation.terms import check_terms

    check_terms(record)


def _resolved(node: Node, body: dict[str, Any]) -> dict[str, Known]:
    """The parties by the names that the terms use; each name in the body is replaced by the id."""
    named = body.get("parties")
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise _not_a_draft("parties must be a list of two organisations")
    known = {name: speaking.organisation_named(node, name) for name in named}
    ids = {name: hexes.to_hex(party.id) for name, party in known.items()}
    body["parties"] = [ids[name] for name in named]
    legs = body.get("legs")
    for leg in legs if isinstance(legs, list) else []:
        for side in ("grantor", "grantee"):
            if isinstance(leg, dict) and isinstance(leg.get(side), str):
                leg[side] = ids.get(leg[side], leg[side])
    return known


def _signature(told: Any) -> Mapping[str, Any] | None:
    if told is None:
        return None
    known = shape.exact(told, _SIGNATURE_FIELDS, "signatures")
    if known["scheme"] != "eip712":
        raise shape.invalid("signatures.scheme", "must be eip712: organisations sign so")
    hexes.from_hex(known["value"], size=65, path="signatures.value")
    return known


def _chosen(text: str) -> tuple[str, SignerKey]:
    organisation, found, key = text.rpartition("=")
    if not found or not organisation:
        reason = f"{text!r} must be ORGANISATION=KEY"
        raise InvalidInput("SIGNER_UNDECIDED", reason, fields=[Field("--signer", reason)])
    return organisation, parse_key(key, "--signer")


def _signer(name: str, known: Known, chosen: Mapping[str, SignerKey]) -> Signer:
    """The key that signs for a party: the one chosen, else its only one that may."""
    now = datetime.now(UTC)
    may = known.keys_with(SCOPE, now)
    picked = chosen.get(name) or chosen.get(hexes.to_hex(known.id))
    if picked is None and len(may) == 1:
        picked = may[0]
    if picked is None or picked not in may:
        listed = ", ".join(may) or "none"
        raise InvalidInput(
            "SIGNER_UNDECIDED",
            f"{known.name}: say which key signs with --signer {name}=KEY; its keys with the scope "
            f"{SCOPE}: {listed}",
        )
    return Signer(key=picked, organisation=known.id, capacity=CAPACITY)


def _terms_in_words(body: Mapping[str, Any]) -> Iterator[str]:
    yield f"family: {body['family']}"
    for i, leg in enumerate(body["legs"], 1):
        valid = leg["valid"]
        yield f"leg {i}:  {leg['grantor']} grants {leg['grantee']}"
        yield f"        rights {', '.join(leg['rights'])}; {', '.join(leg['object_classes'])}"
        yield f"        territory {' '.join(leg['territory'])}; {leg['exclusivity']}"
        yield f"        from {valid['from']} to {valid['to'] or 'no end agreed'}, not included"
    filing = body["filing"]
    if filing is None:
        yield "filing: none stated"
    else:
        announced = filing["announced_on"] or "not announced"
        yield f"filing: {filing['authority']} {filing['number'] or ''}, {announced}"


def _shown(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"number: {told['number']}"
    yield f"digest: {told['digest']}"
    for party in told["parties"]:
        names = " / ".join(each["text"] for each in party["names"])
        yield f"party:  {party['organisation']} {names}"
    yield from _terms_in_words(told)
    recorded = told["recorded_at"]
    yield f"state:  recorded {recorded}" if recorded else "state:  received, not final yet"
    evidence = told["evidence"]
    yield f"proof:  entry {evidence['index']} of log {evidence['log']}"


def _not_a_draft(reason: str, fields: Sequence[Field] = ()) -> InvalidInput:
    return InvalidInput("DRAFT_INVALID", reason, fields=fields)
