"""What a node does by itself, in threads of their own: for its log, and with the other nodes.

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
from registry.ledger.following.contents import Contents
from registry.ledger.following.follower import Follower, Patience
from registry.ledger.following.sources import Exchange
from registry.ledger.history import History
from registry.ledger.log import Logs, OwnLog
from registry.ledger.publish import Publisher
from registry.ledger.worker import Step, Worker
from registry.organisations.model import Organisation
from registry.organisations.witnessing import log_key, other_witnesses
from registry.peers.http import Peer
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import VerifierKey
from registry.proofs.record import OrganisationId


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


def follower(ledger: Ledger, logs: Logs, documents: Documents, opening: ExitStack) -> Follower:
    """Who follows the other organisations' logs, with blocks of whoever has them."""
    settings, known = ledger.settings, ledger.organisations

    def endpoints(organisation: OrganisationId) -> Sequence[str]:
        with ledger.recording.now(provisional=True) as facts:
            return known.endpoints_of(facts, organisation)

    def connected(url: str) -> Peer:
        return Peer(url, loopback=settings.loopback_peers)

    made = Follower(
        ledger.database,
        logs,
        known.logs,
        lambda log: log_key(known.register, log),
        Exchange(documents, endpoints, settings.peers, connected),
        Contents(ledger.database, documents, ledger.examiner),
        ledger.clock,
        Patience(publication_s=ledger.deployment.founding.rules.publication_delay_s),
    )
    opening.callback(made.close)
    return made


def following_work(ledger: Ledger, follower: Follower) -> Worker:
    """Follow the other logs."""
    return Worker(
        (Step(name="following", run=follower.step),),
        pause_s=ledger.settings.tick_s,
        retry_s=ledger.settings.retry_s,
    )
