"""Verifying a certificate from files, with the chain and a node where they can be reached.

The checks are `registry.proofs.verify`; this gathers what they are handed. Whatever cannot be asked
is a check that could not be made, and nothing worse.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from registry.cli import files
from registry.errors import InvalidInput
from registry.proofs.policy import parse_policy
from registry.proofs.trust import parse_trust
from registry.proofs.verify import ContentFingerprint, FreshStatus, Report
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
    status = None
    if question.node is not None:
        from registry.cli.node import Node

        status = FreshStatus(Node(question.node, TIMEOUT_S), data)
    with ExitStack() as closing:
        chain = None
        if question.chain is not None and trust is not None:
            from registry.chain.rpc import HttpRpc
            from registry.chain.view import AskedChain

            rpc = HttpRpc(question.chain, timeout=TIMEOUT_S)
            closing.callback(rpc.close)
            chain = AskedChain(rpc, trust)
        return check(data, content=content, trust=trust, policy=policy, chain=chain, status=status)


def _text(path: Path) -> str:
    try:
        return files.read(path).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InvalidInput("POLICY_MALFORMED", f"{path} is not text in UTF-8") from fault
