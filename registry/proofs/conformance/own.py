"""Vectors of this project, and of the first implementation of the protocol text."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from registry.proofs import cid, founding, hexes, manifest, number, receipt, tree
from registry.proofs.certificate import build_certificate, parse_certificate
from registry.proofs.checkpoint import Checkpoint, log_id, origin_of, sign_checkpoint
from registry.proofs.conformance.loading import Vectors, load
from registry.proofs.cosignature import cosign, witness_signer
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.note import NoteSigner, parse_note, with_signatures
from registry.proofs.policy import build_policy
from registry.proofs.record import Digest, OrganisationId, Record
from registry.proofs.signature import (
    Eip712Signature,
    key_of,
    sign_eip712,
    verify_signatures,
)
from registry.proofs.statement import statement_digest
from registry.proofs.submission import Submission, new_submission, parse_submission
from registry.proofs.tlog_proof import encode_proof, parse_proof
from registry.proofs.trust import parse_trust
from registry.proofs.verify import ContentFingerprint, verify
from registry.proofs.verify.inputs import fingerprint

FRESH_KEY = bytes(range(32))
"""The seed of the key that a changed policy gives to a witness."""


def check_founding(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """The founding statement: bytes and ledger id."""
    statement = founding.parse_founding(vectors["statement"])
    yield "canonical", statement.canonical().decode() == vectors["canonical"]
    yield "ledger", hexes.to_hex(statement.ledger()) == vectors["ledger"]


def check_records(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Records: bytes, digest, number, CID, statement, signatures, entry, leaf."""
    private = {item["key"]: hexes.from_hex(item["private"]) for item in vectors["keys"]}
    for key, secret in private.items():
        yield key, key_of(secret) == key
    known: dict[Digest, Record] = {}
    for item in vectors["records"]:
        submission = new_submission(Record.from_json(item["record"]), item["signatures"])
        known[submission.record.digest] = submission.record
        for name, holds in _check_record(item, submission, private):
            yield f"{item['name']}: {name}", holds
        verify_signatures(submission.record, submission.signatures, batches=known.get)
        yield f"{item['name']}: signatures hold", True


def _check_record(
    item: Vectors, submission: Submission, private: Mapping[str, bytes]
) -> Iterator[tuple[str, bool]]:
    record = submission.record
    entry = entry_of(record, submission.signatures_digest)
    yield "canonical", record.canonical.decode() == item["canonical"]
    yield "digest", hexes.to_hex(record.digest) == item["digest"]
    yield "number", number.number_of(record.digest) == item["number"]
    yield "cid", cid.cid_of_digest(record.digest) == item["cid"]
    yield "statement", hexes.to_hex(statement_digest(record)) == item["statement"]
    yield "signatures digest", _hex(submission.signatures_digest) == item["signatures_digest"]
    yield "entry", hexes.to_hex(entry) == item["entry"]
    yield "leaf", hexes.to_hex(leaf_hash(entry)) == item["leaf"]
    yield "submission", parse_submission(submission.to_bytes()) == submission
    made = zip(record.signers, submission.signatures, item["signatures"], strict=True)
    for signer, signature, stated in made:
        if isinstance(signature, Eip712Signature):
            yield "signed again", sign_eip712(private[signer.key], record) == stated


def check_log(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """The log: names, roots, proofs, checkpoints with cosignatures."""
    leaves = [hexes.from_hex(item["leaf"]) for item in load("records.json")["records"][:8]]
    grown = tree.Tree(leaves)
    organisations = [OrganisationId(hexes.from_hex(x)) for x in vectors["organisations"]]
    log = log_id(organisations[0])
    yield "log", hexes.to_hex(log) == vectors["log"]
    yield "origin", origin_of(log) == vectors["origin"]
    for item in vectors["roots"]:
        yield f"root {item['size']}", hexes.to_hex(grown.root(item["size"])) == item["root"]
    for item in vectors["consistency"]:
        yield f"consistency {item['old']} {item['new']}", _check_consistency(grown, item)
    sign = _cosigned(vectors, organisations)
    size = grown.size
    yield "checkpoint", sign(size, grown.root()) == vectors["checkpoint"]
    for item in vectors["inclusion"]:
        path = grown.inclusion_proof(item["index"], item["size"])
        made = encode_proof(item["index"], path, sign(item["size"], grown.root(item["size"])))
        proof = parse_proof(item["proof"])
        holds = proof.includes(leaves[item["index"]]) and proof.encode() == made
        yield f"inclusion {item['index']} {item['size']}", holds and made == item["proof"]


def _check_consistency(grown: tree.Tree, item: Vectors) -> bool:
    old, new = item["old"], item["new"]
    proof = [hexes.from_hex(node) for node in item["proof"]]
    roots = grown.root(old), grown.root(new)
    holds = tree.verify_consistency(old, new, *roots, proof)
    return holds and grown.consistency_proof(old, new) == proof


def _cosigned(vectors: Vectors, organisations: list[OrganisationId]) -> Callable[[int, bytes], str]:
    private = [hexes.from_hex(item["private"]) for item in vectors["keys"]]
    log = NoteSigner(vectors["origin"], private[0])
    pairs = zip(organisations, private[1:], strict=True)
    witnesses = [witness_signer(organisation, secret) for organisation, secret in pairs]
    at = datetime.fromisoformat(vectors["cosigned_at"])

    def sign(size: int, root: bytes) -> str:
        checkpoint = Checkpoint(origin=vectors["origin"], size=size, root=root)
        note = parse_note(sign_checkpoint(checkpoint, log))
        lines = [cosign(checkpoint.body(), witness, at) for witness in witnesses]
        return with_signatures(note, lines).encode()

    return sign


def check_certificate(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """The certificate: trust file, policy, seal, and the verdict of every case."""
    trust = parse_trust(_bytes(vectors["trust"]))
    yield "trust", trust.to_json() == vectors["trust"]
    yield "policy", build_policy(trust.organisations) == trust.policy.text
    yield "seal", _sealed_again(vectors["certificate"]) == vectors["certificate"]
    for case in vectors["cases"]:
        yield case["name"], _holds(vectors, case)


def _sealed_again(stated: Vectors) -> Any:
    certificate, log = parse_certificate(_bytes(stated)), load("log.json")
    return build_certificate(
        evidence=certificate.evidence,
        received_at=certificate.received_at,
        anchor=certificate.anchor,
        timestamps=certificate.timestamps,
        related=certificate.related,
        as_of=certificate.as_of,
        signer=NoteSigner(log["origin"], hexes.from_hex(log["keys"][0]["private"])),
    ).to_json()


def _holds(vectors: Vectors, case: Vectors) -> bool:
    change = case["change"]
    certificate = json.loads(json.dumps(vectors["certificate"]))
    if "certificate" in change:
        *way, last = change["certificate"]["at"]
        place = certificate
        for step in way:
            place = place[step]
        place[last] = change["certificate"]["value"]
    trust = {**vectors["trust"], "policy": _changed_policy(vectors["trust"]["policy"], change)}
    report = verify(
        _bytes(certificate), content=_content(vectors, change), trust=parse_trust(_bytes(trust))
    )
    outcomes = [check.outcome.value for check in report.checks]
    stated = (case["outcomes"], case["verdict"], case["exit"])
    return (outcomes, report.verdict.value, report.exit_code) == stated


def _content(vectors: Vectors, change: Vectors) -> ContentFingerprint | None:
    if "content" in change:
        return None
    return fingerprint(
        hexes.from_hex(vectors["content"]) + hexes.from_hex(change.get("content_suffix", "0x"))
    )


def _changed_policy(text: str, change: Vectors) -> str:
    policy = change.get("policy", {})
    lines = []
    for line in text.splitlines():
        words = line.split()
        if words[0] == "quorum" and "quorum" in policy:
            words[1] = policy["quorum"]
        if words[0] == "witness" and words[1] == policy.get("witness"):
            name = words[2].split("+")[0]
            words[2] = NoteSigner(name, FRESH_KEY, 4).key.encode()
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def check_documents(vectors: Vectors) -> Iterator[tuple[str, bool]]:
    """Receipt, manifest, numbers as people write them."""
    stated = receipt.parse_receipt(vectors["receipt"])
    yield "receipt", stated.to_json() == vectors["receipt"]
    published = manifest.parse_manifest(vectors["manifest"].encode())
    yield "manifest", published.canonical().decode() == vectors["manifest"]
    yield "manifest digest", hexes.to_hex(published.digest()) == vectors["manifest_digest"]
    for item in vectors["numbers"]:
        yield f"number {item['written']}", number.parse_number(item["written"]) == item["number"]


def _hex(data: bytes) -> str:
    return hexes.to_hex(data)


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
