"""Verifying a certificate from files, with the chain and a node where they can be reached.

The checks are `registry.proofs.verify`; this gathers what they are handed. Whatever cannot be asked
is a check that could not be made, and nothing worse.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.cli import files
from registry.errors import InvalidInput, NotAuthorised, Unavailable
from registry.proofs import hexes
from registry.proofs.certificate import Certificate, parse_certificate
from registry.proofs.policy import parse_policy
from registry.proofs.record import Digest
from registry.proofs.submission import Submission
from registry.proofs.trust import parse_trust
from registry.proofs.verify import ContentFingerprint, Report
from registry.proofs.verify import verify as check

# Long enough for a node across the world, short enough for a person who waits.
TIMEOUT_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be verified, against what; `node` and `chain` are None offline."""

    certificate: Path
    file: Path | None
    trust: Path | None
    policy: Path | None
    node: str | None
    chain: str | None


def verify(question: Question) -> Report:
    """The report on a certificate.

    Raises InvalidInput FILE_UNREADABLE, TRUST_MALFORMED, POLICY_MALFORMED: wrong use, all of them.
    """
    data = files.read(question.certificate)
    content = None
    if question.file is not None:
        found = files.fingerprint(question.file)
        content = ContentFingerprint(sha256=found.sha256, size=found.size)
    trust = None if question.trust is None else parse_trust(files.read(question.trust))
    policy = None if question.policy is None else parse_policy(_text(question.policy))
    status = None if question.node is None else NodeStatus(question.node, data)
    with ExitStack() as closing:
        chain = None
        if question.chain is not None and trust is not None:
            from registry.cli.chain_view import JsonRpcChain

            chain = JsonRpcChain(question.chain, trust, TIMEOUT_S)
            closing.callback(chain.close)
        return check(data, content=content, trust=trust, policy=policy, chain=chain, status=status)


@dataclass(slots=True)
class NodeStatus:
    """What a node says now of the subject of a certificate: the related part of a fresh one."""

    url: str
    certificate: bytes
    _fresh: Certificate | None = field(default=None, init=False)

    def as_of(self) -> datetime:
        """The time for which the node answers. Raises as `Node`."""
        return self._reading().as_of

    def later(self, subject: Digest) -> Sequence[Any]:
        """Later records on the subject, as the node gives them; none of another subject's."""
        fresh = self._reading()
        if fresh.evidence.record.founds != subject:
            raise Unavailable("NODE_UNREACHABLE", "the node answered for another subject")
        return [item.to_json() for item in fresh.related]

    def _reading(self) -> Certificate:
        if self._fresh is None:
            self._fresh = parse_certificate(self._ask())
        return self._fresh

    def _ask(self) -> bytes:
        from registry.cli.node import Node

        held = parse_certificate(self.certificate).evidence
        node = Node(self.url, TIMEOUT_S)
        try:
            return node.certificate(hexes.to_hex(held.record.founds))
        except NotAuthorised:
            # A sealed record: whoever holds it may ask.
            if held.record.founds != held.record.digest:
                raise
            shown = Submission(
                record=held.record,
                signatures=held.signatures,
                signatures_bytes=held.signatures_bytes,
            )
            return node.certificate_for(shown.to_bytes())


def _text(path: Path) -> str:
    try:
        return files.read(path).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InvalidInput("POLICY_MALFORMED", f"{path} is not text in UTF-8") from fault
