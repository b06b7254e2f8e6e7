"""Check 7: does the chain hold the checkpoint, in a block that is final?

Only the contract that the trust file names is asked: whoever could name another could answer for
it too.
"""

from registry.errors import RegistryError
from registry.proofs import hexes
from registry.proofs.certificate import Anchor
from registry.proofs.checkpoint import log_of
from registry.proofs.keccak import keccak256
from registry.proofs.tlog_proof import TlogProof
from registry.proofs.trust import Trust
from registry.proofs.verify.findings import Finding, finding, reason_of
from registry.proofs.verify.inputs import ChainView

CONTRACT = "Logs"
"""The name of the contract that holds anchors, in a trust file."""


def anchor_value(root: bytes, timestamp: int) -> bytes:
    """What the contract stores of an anchor: keccak256(abi.encode(root, uint256(timestamp)))."""
    return keccak256(root + timestamp.to_bytes(32, "big"))


def check_anchor(
    anchor: Anchor | None, proof: TlogProof | None, trust: Trust | None, chain: ChainView | None
) -> Finding:
    """Check 7."""
    if anchor is None:
        return finding("unknown-none")
    if proof is None:
        return finding("unknown-unread")
    checkpoint = proof.checkpoint
    if (anchor.size, anchor.root) != (checkpoint.size, checkpoint.root):
        return finding("failed-checkpoint")
    if chain is None:
        return finding("unknown-chain")
    if trust is None or CONTRACT not in trust.contracts:
        return finding("unknown-contract")
    if trust.contracts[CONTRACT] != anchor.contract or trust.chain_id != anchor.chain_id:
        return finding("unknown-other")
    try:
        return _ask(anchor, proof, trust, chain)
    except RegistryError as error:
        # Whatever keeps the chain from answering says nothing against the certificate.
        return finding("unknown-connection", reason=reason_of(error))


def _ask(anchor: Anchor, proof: TlogProof, trust: Trust, chain: ChainView) -> Finding:
    if chain.chain_id() != anchor.chain_id:
        return finding("unknown-other")
    behind = chain.head() - anchor.block_number
    if behind < 0:
        return finding("unknown-behind")
    stored = chain.anchor_of(anchor.contract, log_of(proof.checkpoint.origin), anchor.size)
    if stored != anchor_value(anchor.root, anchor.timestamp):
        return finding("failed-chain", size=anchor.size)
    block = chain.block(anchor.block_number)
    if block is None:
        return finding("unknown-block", block=anchor.block_number)
    if block != (anchor.block_hash, anchor.timestamp):
        return finding("failed-block", block=anchor.block_number)
    if behind + 1 < trust.rules.confirmations:
        missing = trust.rules.confirmations - behind - 1
        return finding("unknown-final", missing=missing)
    return finding("passed", block=anchor.block_number, hash=hexes.to_hex(anchor.block_hash))
