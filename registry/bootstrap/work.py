"""What a node does by itself, in two threads: for its own log, and with the other nodes.

A peer that is slow or silent may hold back what has to do with peers, and never the own anchors.
"""

from collections.abc import Sequence
from contextlib import ExitStack

from registry.bootstrap.ledger import Ledger
from registry.chain.sender import Sender
from registry.documents.port import Documents
from registry.ledger.anchor import Anchorer, Pace
from registry.ledger.chain_facts import SqlLane
from registry.ledger.cosigning import Cosigners
from registry.ledger.history import History
from registry.ledger.log import OwnLog
from registry.ledger.publish import Publisher
from registry.ledger.worker import Step, Worker
from registry.organisations.model import Organisation
from registry.organisations.witnessing import other_witnesses
from registry.peers.http import Peer
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import VerifierKey


def anchorer(
    ledger: Ledger, organisation: Organisation, log: OwnLog, cosigners: Cosigners
) -> Anchorer:
    """Who anchors the own log."""
    settings = ledger.settings
    chain_id = ledger.deployment.chain_id
    return Anchorer(
        ledger.database,
        log,
        witness_signer(organisation.id, ledger.keys.witness),
        cosigners,
        ledger.organisations.vouched,
        ledger.contract,
        Sender(ledger.chain, SqlLane(ledger.database), ledger.keys.chain, chain_id),
        ledger.guard,
        Pace(entries=settings.anchor_entries, age_s=settings.anchor_age_s),
    )


def cosigners(
    ledger: Ledger, organisation: Organisation, log: OwnLog, opening: ExitStack
) -> Cosigners:
    """The other organisations' witnesses, at the endpoints that their profiles name."""
    settings = ledger.settings

    def listed() -> Sequence[tuple[VerifierKey, Sequence[str]]]:
        known = ledger.organisations
        with ledger.recording.now(provisional=True) as facts:
            return [
                (key, known.endpoints_of(facts, other))
                for other, key in other_witnesses(known.register, organisation.id)
            ]

    def connected(url: str) -> Peer:
        return Peer(url, loopback=settings.loopback_peers, timeout_s=settings.witness_wait_s)

    asked = Cosigners(log.tree, listed, connected, wait_s=settings.witness_wait_s)
    opening.callback(asked.close)
    return asked


def own_work(
    ledger: Ledger, log: OwnLog, documents: Documents, history: History, anchorer: Anchorer
) -> Worker:
    """Watch the chain, anchor, publish."""
    return Worker(
        (
            Step(name="chain", run=ledger.watch.step),
            Step(name="history", run=history.step),
            Step(name="anchor", run=anchorer.step),
            Step(name="publication", run=Publisher(ledger.database, log, documents).step),
        ),
        pause_s=ledger.settings.tick_s,
        retry_s=ledger.settings.retry_s,
    )


def peer_work(ledger: Ledger, anchorer: Anchorer) -> Worker:
    """Ask again those witnesses whose names are missing."""
    return Worker(
        (Step(name="witnesses", run=anchorer.complete),),
        pause_s=ledger.settings.tick_s,
        retry_s=ledger.settings.retry_s,
    )
