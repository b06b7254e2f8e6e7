"""Verification at a node: the nine checks with its own trust, its own chain and its own records.

The checks are `registry.proofs.verify`. Whoever asks here takes the node's word for whom to trust;
`comity verify` with a trust file from elsewhere does not.
"""

from dataclasses import dataclass

import orjson

from registry.chain.rpc import Rpc
from registry.chain.view import AskedChain
from registry.proofs.submission import parse_submission
from registry.proofs.trust import Trust
from registry.proofs.verify import ContentFingerprint, FreshStatus, Report
from registry.proofs.verify import verify as check
from registry.works.service import Works


def verify_here(
    certificate: bytes,
    content: ContentFingerprint | None,
    *,
    trust: Trust,
    chain: Rpc,
    works: Works,
) -> Report:
    """The report on a certificate, by what this node trusts, sees and holds."""
    return check(
        certificate,
        content=content,
        trust=trust,
        chain=AskedChain(chain, trust),
        status=FreshStatus(_Here(works), certificate),
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """This node as an issuer of certificates."""

    works: Works

    def certificate(self, reference: str) -> bytes:
        """The certificate of a public record. Raises as `Works`."""
        return orjson.dumps(self.works.certificate(reference))

    def certificate_for(self, submission: bytes) -> bytes:
        """The certificate of the record that is shown. Raises as `Works`."""
        return orjson.dumps(self.works.certificate_for(parse_submission(submission)))
