"""Verification: nine checks of a certificate, always in one order, and a verdict.

Pure: the file, what the verifier trusts, and two views (of the chain, of a node) are handed in;
nothing is fetched here. See `docs/protocol/verification.md`.
"""

from registry.proofs.verify.fresh import FreshStatus, Issuer
from registry.proofs.verify.inputs import ChainView, ContentFingerprint, StatusView
from registry.proofs.verify.report import TITLES, Check, Outcome, Report, Text, Verdict
from registry.proofs.verify.verifier import verify

__all__ = [
    "TITLES",
    "ChainView",
    "Check",
    "ContentFingerprint",
    "FreshStatus",
    "Issuer",
    "Outcome",
    "Report",
    "StatusView",
    "Text",
    "Verdict",
    "verify",
]
