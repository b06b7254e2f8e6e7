"""Registering one work: read, check, sign, hand in, check the receipt, publish if asked.

Everything that can be wrong is found before the key is opened; what was signed is on the disk
before it is sent wherever losing it would hurt.
"""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from registry.cli import defaults, files, keystore
from registry.cli.node import Ledger, Node
from registry.cli.submitting import Accepted, submit
from registry.cli.text import plain
from registry.cli.works import drafting
from registry.cli.works.drafting import Faults, Stated, Work
from registry.errors import Conflict, Damaged, InvalidInput, Unavailable
from registry.proofs import hexes
from registry.proofs.number import number_of
from registry.proofs.record import LedgerId, Signer, Visibility, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission

CLAIMANT = "claimant"

# The person wrote options; the rules speak of columns.
OPTIONS = {
    "title": "--title",
    "lang": "--title-lang",
    "category": "--category",
    "authors": "--author",
    "claimant": "--claimant",
    "created_on": "--created-on",
    "first_published_on": "--first-published-on",
    "ai": "--ai",
    "statement": "--statement",
    "identifiers": "--identifier",
    "media_type": "--media-type",
    "consent": "--author",
    "content": "FILE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of a work: its receipt, and where its record was kept, if it was."""

    file: Path
    work: Work
    sealed: bool
    published: str | None
    accepted: Accepted
    kept: Path | None
    node: str


def register(
    stated: Stated,
    file: Path,
    key_file: Path,
    node_url: str,
    *,
    sealed: bool,
    publish: bool,
    save: Path | None,
) -> Registered:
    """Register one file. Raises what its steps raise; nothing is sent before all is checked."""
    if sealed and publish:
        raise InvalidInput("OPTIONS_DISAGREE", "--sealed and --publish-file exclude one another")
    visibility = Visibility.SEALED if sealed else Visibility.PUBLIC
    kept = save or (file.with_name(f"{file.name}.comity-record.json") if sealed else None)
    if kept is not None and kept.exists():
        raise Conflict("FILE_EXISTS", f"{kept} is there already; move it, or name another path")
    work, print_of_file = read_work(stated, file, visibility, publish)
    node = Node(node_url)
    ledger = node.ledger()
    private_key = keystore.unlock(key_file)
    signed = sign(work, print_of_file, visibility, ledger.id, private_key)
    if kept is not None:
        files.write_new(kept, signed.to_bytes() + b"\n", mode=0o600)
    accepted = _hand_in(node, ledger, signed, file, kept)
    if publish and print_of_file.cid is not None:
        node.put_document(print_of_file.cid, file, print_of_file.size)
    return Registered(
        file=file,
        work=work,
        sealed=sealed,
        published=print_of_file.cid,
        accepted=accepted,
        kept=kept,
        node=node_url,
    )


def read_work(
    stated: Stated, file: Path, visibility: Visibility, publish: bool
) -> tuple[Work, files.Fingerprint]:
    """The particulars and the file's fingerprint. Raises InvalidInput REGISTRATION_INVALID."""
    faults = Faults()
    work = drafting.read(stated, faults)
    found = faults.fields
    print_of_file = files.fingerprint(file, with_cid=publish)
    if not found:
        found = drafting.check(work, print_of_file, visibility, datetime.now(UTC))
    if found:
        raise InvalidInput(
            "REGISTRATION_INVALID",
            "the registration breaks a rule; nothing was sent",
            fields=drafting.renamed(found, OPTIONS),
        )
    return work, print_of_file


def sign(
    work: Work,
    print_of_file: files.Fingerprint,
    visibility: Visibility,
    ledger: LedgerId,
    private_key: bytes,
) -> Submission:
    """The signed registration, made now, by a claimant who acts for no organisation."""
    signer = Signer(key=key_of(private_key), organisation=None, capacity=CLAIMANT)
    record = new_record(
        ledger=ledger,
        type="work.registration",
        signers=[signer],
        body=drafting.body_of(work, print_of_file, visibility),
        issued_at=datetime.now(UTC),
        visibility=visibility,
    )
    return new_submission(record, [sign_eip712(private_key, record)])


def account(registered: Registered) -> list[str]:
    """What happened and what to do next, as lines for a person."""
    receipt = registered.accepted.receipt
    work = registered.work
    names = ", ".join(map(plain, work.names()))
    lines = [
        f"number: {receipt.number}",
        f"digest: {hexes.to_hex(receipt.digest)}",
        f"state:  received, entry {receipt.index} of the log; the receipt was checked",
    ]
    if registered.sealed:
        lines.append("names:  none published; the log holds a salted digest and nothing else")
    else:
        lines.append(f"names:  published with the consent that you signed for: {names}")
    lines.append(f"stated: {plain(work.statement)} Machine's part (AI): {work.ai}.")
    if registered.published:
        lines.append(f"file:   published as {registered.published}")
    if registered.kept is not None:
        lines.append(f"record: kept in {registered.kept}")
        if registered.sealed:
            lines.append("        the node gives the certificate only to whoever holds this file")
    lines.append("It is evidence of a claim and its time, not a registration certificate of a")
    lines.append("public authority. 本凭证是权利主张及其时间的证据，不是行政机关的登记证书。")
    return [*lines, "", "next:", *(f"  {line}" for line in _next_steps(registered))]


def _next_steps(registered: Registered) -> list[str]:
    node = "" if registered.node == defaults.NODE else f" --node {shlex.quote(registered.node)}"
    held = f" --record {shlex.quote(str(registered.kept))}" if registered.sealed else ""
    number = registered.accepted.receipt.number
    file = shlex.quote(str(registered.file))
    return [
        f"comity certificate {number} --out certificate.json --wait 60{held}{node}",
        f"comity trust export --out trust.json{node}",
        f"comity verify certificate.json {file} --trust trust.json{node}",
    ]


def _hand_in(
    node: Node, ledger: Ledger, signed: Submission, file: Path, kept: Path | None
) -> Accepted:
    try:
        return submit(node, ledger.log_key, signed)
    except (Unavailable, Damaged) as fault:
        # It may have been recorded: sending the same record again cannot register it twice.
        saved = kept or file.with_name(f"{file.name}.{number_of(signed.record.digest)}.json")
        if kept is None:
            files.write_new(saved, signed.to_bytes() + b"\n")
        fault.add_note(
            f"the signed record is in {saved}; send it once more with:"
            f" comity submit {shlex.quote(str(saved))} --node {shlex.quote(node.url)}"
        )
        raise
