"""Verification: nine checks of a certificate, always in one order, and a verdict.

Pure: the file, what the verifier trusts, and two views (of the chain, of a node) are handed in;
nothing is fetched here. See `docs/protocol/verification.md`.
"""

from registry.proofs.verify.inputs import ChainView, ContentFingerprint, StatusView
from registry.proofs.verify.report import Check, Outcome, Report, Text, Verdict
from registry.proofs.verify.verifier import verify

__all__ = [
    "ChainView",
    "Check",
    "ContentFingerprint",
    "Outcome",
    "Report",
    "StatusView",
    "Text",
    "Verdict",
    "verify",
]
