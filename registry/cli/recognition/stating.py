"""Speaking about published cases: read, check, sign, hand in.

What the door will ask of a record by itself is asked here before the key is opened, with the same
function; what a statement continues or answers is read from the node first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from registry.cli import files, speaking
from registry.cli.node import Node, malformed
from registry.cli.submitting import Accepted
from registry.cli.text import say
from registry.cli.works.drafting import language_of
from registry.errors import Field, InvalidInput
from registry.proofs import canonical, hexes
from registry.proofs.keys import eth_key
from registry.proofs.number import number_of
from registry.proofs.record import Digest, OrganisationId, Signer, new_record
from registry.recognition.checks import CHECKS
from registry.recognition.model.codes import effect
from registry.recognition.model.numbers import parse_version

PUBLICATION, STATUS = "case.publication", "case.status"
CITATION, RECOGNITION = "citation.statement", "recognition.statement"
CAPACITIES = {
    PUBLICATION: "issuing body",
    STATUS: "issuing body",
    CITATION: "citing body",
    RECOGNITION: "recognising body",
}


@dataclass(frozen=True, slots=True)
class Speaking:
    """Where to speak, with which key, in whose name, and where to keep what was signed."""

    node: str
    key: Path
    organisation: str | None
    save: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """What a citation says, as the person wrote it."""

    treatment: str
    similarity: Mapping[str, str]
    reason: Sequence[str]
    differences: Sequence[str]
    pinpoint: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a recognition says, as the person wrote it."""

    id: str | None
    decision: str
    scope: Sequence[str]
    conditions: Sequence[str]
    reason_codes: Sequence[str]
    reasons: Sequence[str]
    legal_basis: Sequence[str]
    reciprocity: str | None
    adjustments: Sequence[str]
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of status says, as the person wrote it."""

    status: str
    reason: Sequence[str]
    basis: str | None
    effective_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that is ready to be signed."""

    type: str
    body: Mapping[str, Any]
    subject: Digest | None = None
    previous: Digest | None = None


def publish(by: Speaking, summary: Path) -> Accepted:
    """Publish the summary in a file; a later version follows the latest that the node has.

    Raises InvalidInput and what the node refuses; nothing is sent before all is checked.
    """
    node = Node(by.node)
    body = canonical.parse(files.read(summary))
    if not isinstance(body, dict):
        raise InvalidInput("CASE_INVALID", f"{summary} holds no JSON object")
    version = parse_version(str(body.get("id")), "body.id")
    subject = previous = None
    if version.number > 1:
        shown = case_named(node, str(version.reference))
        subject, previous = _digest(shown, "case"), _digest(shown, "digest")
    statement = Statement(type=PUBLICATION, body=body, subject=subject, previous=previous)
    return _state(node, by, statement)


def cite(by: Speaking, reference: str, citing: str | None, said: Treated) -> Accepted:
    """Cite a case. Raises as `publish`."""
    node = Node(by.node)
    cited = case_named(node, reference)
    own = None if citing is None else case_named(node, citing)
    body = {
        "citing": None if own is None else own["digest"],
        "cited": cited["case"],
        "read": cited["digest"],
        "pinpoint": list(said.pinpoint),
        "treatment": said.treatment,
        "similarity": dict(said.similarity),
        "differences": texts(said.differences),
        "reason": texts(said.reason),
    }
    return _state(node, by, Statement(type=CITATION, body=body))


def recognise(by: Speaking, reference: str, decided: Decided) -> Accepted:
    """State on a case, continuing what the body stated before. Raises as `publish`."""
    node = Node(by.node)
    case = case_named(node, reference)
    who = speaking.speaker(node, by.key, by.organisation)
    before = _stated_by(case, hexes.to_hex(who.organisation.id))
    if before is None and decided.id is None:
        reason = "names the recognition, as REC:SG:IPOSADR:2026:000001Y"
        raise InvalidInput("REC_INVALID", reason, fields=[Field("--id", reason)])
    recognised = _digest(case, "digest")
    body = {
        "id": decided.id if before is None else decided.id or before["id"],
        "recognised": case["digest"],
        "recognised_number": number_of(recognised),
        "subject_hash": case["digest"],
        "decision": decided.decision,
        "scope": list(decided.scope),
        "conditions": [_condition(no, text) for no, text in enumerate(decided.conditions, 1)],
        "reason_codes": list(decided.reason_codes),
        "reasons": by_language(decided.reasons) or None,
        "legal_basis": list(decided.legal_basis),
        "reciprocity": decided.reciprocity,
        "adjustments": dict(map(_adjustment, decided.adjustments)) or None,
        "valid_from": decided.valid_from or _today(),
        "valid_to": decided.valid_to,
        "effect": effect().code,
    }
    statement = Statement(
        type=RECOGNITION,
        body=body,
        subject=None if before is None else _digest(before, "recognition"),
        previous=None if before is None else _digest(before, "digest"),
    )
    return _state(node, by, statement, who)


def change(by: Speaking, reference: str, changed: Changed) -> Accepted:
    """Change the status of a case. Raises as `publish`."""
    node = Node(by.node)
    case = case_named(node, reference)
    body = {
        "status": changed.status,
        "reason": texts(changed.reason),
        "basis": changed.basis,
        "effective_on": changed.effective_on or _today(),
    }
    earlier = case["statuses"]
    previous = _digest(earlier[-1], "digest") if earlier else _digest(case, "case")
    subject = _digest(case, "case")
    statement = Statement(type=STATUS, body=body, subject=subject, previous=previous)
    return _state(node, by, statement)


def account(accepted: Accepted, as_json: bool) -> None:
    """Print what happened."""
    if as_json:
        say(accepted.raw.decode())
        return
    receipt = accepted.receipt
    say(f"number: {receipt.number}")
    say(f"digest: {hexes.to_hex(receipt.digest)}")
    say(f"state:  received, entry {receipt.index} of the log; the receipt was checked")
    say("It is listed once its anchor is final on the chain, here and in the other regions.")


def case_named(node: Node, reference: str) -> dict[str, Any]:
    """A case as the node shows it. Raises NotFound CASE_UNKNOWN, Damaged NODE_ANSWER_MALFORMED."""
    told = node.request("GET", f"/api/v1/cases/{quote(reference, safe='')}").json()
    wanted = {"case", "digest", "statuses", "recognitions"}
    if not isinstance(told, dict) or not wanted <= told.keys():
        raise malformed("something else than a case")
    return told


def texts(written: Iterable[str]) -> list[dict[str, str]]:
    """Texts with their languages, as records hold them."""
    return [{"text": text, "lang": lang} for text, lang in map(_text, written)]


def by_language(written: Iterable[str]) -> dict[str, str]:
    """Texts by their language. Raises InvalidInput REC_INVALID where one is given twice."""
    found: dict[str, str] = {}
    for text, lang in map(_text, written):
        if lang in found:
            reason = f"two texts are in {lang}: write TEXT@LANG"
            raise InvalidInput("REC_INVALID", reason, fields=[Field("--reason", reason)])
        found[lang] = text
    return found


def _state(
    node: Node, by: Speaking, statement: Statement, who: speaking.Speaker | None = None
) -> Accepted:
    _check(node, statement)
    submission = speaking.signed_by(
        node,
        who or speaking.speaker(node, by.key, by.organisation),
        type=statement.type,
        body=statement.body,
        subject=statement.subject,
        previous=statement.previous,
        capacity=CAPACITIES[statement.type],
    )
    return speaking.submitted(node, submission, by.save)


def _check(node: Node, statement: Statement) -> None:
    """Ask of the statement what the door will ask of it, before the key is opened."""
    nobody = Signer(
        key=eth_key(bytes(20)), organisation=OrganisationId(bytes(32)), capacity="draft"
    )
    draft = new_record(
        ledger=node.ledger().id,
        type=statement.type,
        subject=statement.subject,
        previous=statement.previous,
        signers=[nobody],
        body=statement.body,
        issued_at=datetime.now(UTC),
    )
    CHECKS[statement.type](draft)


def _stated_by(case: Mapping[str, Any], organisation: str) -> dict[str, Any] | None:
    """The recognition that the organisation has stated on the case, as the node shows it."""
    try:
        found: list[dict[str, Any]] = [
            one for one in case["recognitions"] if one["body"]["organisation"] == organisation
        ]
    except (KeyError, TypeError) as fault:
        raise malformed("something else than recognitions") from fault
    return found[0] if found else None


def _condition(no: int, written: str) -> dict[str, Any]:
    """A condition from `DAY[+DAY]=TEXT[@LANG] / TEXT@LANG`."""
    days, found, text = written.partition("=")
    due, met, met_at = days.partition("+")
    if not found or not text.strip():
        reason = f"{written!r} must be DAY=TEXT, as 2027-01-31=convert with the local tariff"
        raise InvalidInput("REC_INVALID", reason, fields=[Field("--condition", reason)])
    return {
        "no": no,
        "text": by_language(text.split(" / ")),
        "due": due.strip(),
        "met_at": met_at.strip() if met else None,
    }


def _adjustment(written: str) -> tuple[str, str]:
    name, found, value = written.partition("=")
    if not found:
        reason = f"{written!r} must be NAME=VALUE, as tariff=SG/2026"
        raise InvalidInput("REC_INVALID", reason, fields=[Field("--adjust", reason)])
    return name.strip(), value.strip()


def _text(written: str) -> tuple[str, str]:
    """A text and its language: `理由@zh`, or the language that its script suggests."""
    text, found, lang = written.strip().rpartition("@")
    if found and text.strip() and lang.replace("-", "").isalnum() and lang[:2].isalpha():
        return text.strip(), lang
    return written.strip(), language_of(written)


def _digest(told: Mapping[str, Any], name: str) -> Digest:
    try:
        return Digest(hexes.from_hex(told[name], size=32))
    except (KeyError, TypeError, InvalidInput) as fault:
        raise malformed(f"a case without {name}") from fault


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
