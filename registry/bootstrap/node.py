"""From settings to a wired node: opens, connects, starts and stops; decides nothing."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from registry.bootstrap import adapters, founding, work
from registry.bootstrap.ledger import Ledger, watch_chain
from registry.chain.deployments import Deployment
from registry.chain.relay import answer
from registry.chain.rpc import Rpc
from registry.config import Settings
from registry.documents.port import Documents
from registry.errors import RegistryError
from registry.ledger import repository as ledger_repository
from registry.ledger.append import Appender
from registry.ledger.chain_facts import SqlSightings
from registry.ledger.clock import Clock, ClockGuard
from registry.ledger.door import Door
from registry.ledger.facts import Recording
from registry.ledger.following.follower import Follower
from registry.ledger.history import History
from registry.ledger.keys import node_keys, public_key
from registry.ledger.log import Logs, OwnLog
from registry.ledger.quota import DailyQuota
from registry.ledger.reading import Reading
from registry.ledger.witness import Witness
from registry.ledger.worker import Worker
from registry.organisations.model import Organisation
from registry.organisations.service import Organisations
from registry.organisations.trust import build_trust
from registry.organisations.witnessing import log_keys
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import NoteSigner
from registry.proofs.tree import Tree
from registry.recognition.service import PublishedCases
from registry.representation.service import Representation
from registry.storage.unit_of_work import Database
from registry.works.service import Works


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A running node: what the door over HTTP and the command line talk to."""

    settings: Settings
    deployment: Deployment
    organisation: Organisation
    chain: Rpc
    logs: Logs
    database: Database
    documents: Documents
    clock: Clock
    guard: ClockGuard
    organisations: Organisations
    recording: Recording
    appender: Appender
    door: Door
    reading: Reading
    works: Works
    recognition: PublishedCases
    representation: Representation
    witness: Witness
    follower: Follower
    workers: tuple[Worker, ...]
    sightings: SqlSightings
    closing: ExitStack

    @property
    def log(self) -> OwnLog:
        """The log that this node writes."""
        return self.logs.own

    def close(self) -> None:
        """Answer what waits, then stop everything in the reverse order of its start."""
        self.closing.close()

    def trust(self) -> dict[str, Any]:
        """The trust file as the node's final view of the chain has it."""
        position = self.sightings.position()
        return build_trust(
            self.organisations.register,
            ledger=self.deployment.ledger,
            chain_id=self.deployment.chain_id,
            block=0 if position is None else position.number,
            contracts={
                "Organisations": self.deployment.organisations.address,
                "Logs": self.deployment.logs.address,
            },
            rules=self.deployment.founding.rules,
            at=self.clock.now(),
        )

    def ask_chain(self, question: Any) -> dict[str, Any]:
        """The JSON-RPC answer to one reading question to the chain."""
        return answer(self.chain, question)

    def condition(self) -> dict[str, RegistryError | None]:
        """What is the matter with each part of the node now; None where nothing is."""
        return {
            "database": _trouble(self._ask_database),
            "clock": _trouble(self.guard.now),
            "writer": self.appender.held,
            "documents": _trouble(self.documents.health),
        } | {name: worker.troubles.get(name) for worker in self.workers for name in worker.names}

    def _ask_database(self) -> None:
        with self.database.read() as connection:
            ledger_repository.log_size(connection, self.log.log_id)


def _trouble(ask: Callable[[], object]) -> RegistryError | None:
    try:
        ask()
    except RegistryError as exc:
        return exc
    return None


def open_node(settings: Settings) -> Node:
    """Open and start the node of `settings.data`, founding a ledger there if it has none.

    Raises Conflict DATA_FOLDER_IN_USE, and what a chain, a database or a store raises.
    """
    with ExitStack() as opening:
        adapters.lock(settings.data, opening)
        keys = node_keys(settings.data / "keys")
        database = adapters.open_database(settings, opening)
        alone = settings.chain_url is None
        payers = (keys.chain, founding.administration_key(settings.data)) if alone else ()
        chain = adapters.open_chain(settings, payers, opening)
        deployment = founding.open_ledger(settings, keys, chain)
        ledger = watch_chain(settings, keys, database, chain, deployment)
        node = _start(ledger, opening)
        _introduce(node)
        return node


def _start(ledger: Ledger, opening: ExitStack) -> Node:
    settings, database = ledger.settings, ledger.database
    organisation = ledger.organisations.run_by(public_key(ledger.keys.log))
    log_id = organisation.logs[-1].log
    log = OwnLog(log_id=log_id, signer=NoteSigner(origin_of(log_id), ledger.keys.log), tree=Tree())
    logs = Logs(log, database)
    documents = adapters.open_documents(settings, opening)
    appender = Appender(
        database,
        log,
        ledger.recording,
        ledger.guard,
        group_limit=settings.group_limit,
        queue_limit=settings.queue_limit,
    )
    appender.start()
    opening.callback(appender.stop)
    history = History(ledger.contract, log, appender)
    anchorer = work.anchorer(
        ledger, organisation, log, work.cosigners(ledger, organisation, log, opening)
    )
    own_work = work.own_work(ledger, log, documents, history, anchorer)
    own_work.round()
    follower = work.follower(ledger, logs, documents, opening)
    workers = (
        own_work,
        work.peer_work(ledger, anchorer),
        work.following_work(ledger, follower),
    )
    for worker in workers:
        worker.start()
        opening.callback(worker.stop)
    reading = Reading(database, logs, ledger.organisations.vouched)
    return Node(
        settings=settings,
        deployment=ledger.deployment,
        organisation=organisation,
        chain=ledger.chain,
        logs=logs,
        database=database,
        documents=documents,
        clock=ledger.clock,
        guard=ledger.guard,
        organisations=ledger.organisations,
        recording=ledger.recording,
        appender=appender,
        door=_door(ledger, appender),
        reading=reading,
        works=_works(ledger, log, reading, organisation),
        recognition=PublishedCases(ledger.recording, reading, ledger.organisations),
        representation=Representation(
            ledger.recording, reading, ledger.organisations, ledger.clock
        ),
        witness=_witness(ledger, organisation),
        follower=follower,
        workers=workers,
        sightings=ledger.sightings,
        closing=opening.pop_all(),
    )


def _works(ledger: Ledger, log: OwnLog, reading: Reading, organisation: Organisation) -> Works:
    return Works(
        ledger.recording,
        log,
        reading,
        ledger.clock,
        organisation=organisation.id,
        chain_id=ledger.deployment.chain_id,
        logs_contract=ledger.deployment.logs.address,
    )


def _witness(ledger: Ledger, organisation: Organisation) -> Witness:
    organisations = ledger.organisations
    return Witness(
        ledger.database,
        lambda origin: log_keys(organisations.register, origin),
        witness_signer(organisation.id, ledger.keys.witness),
        ledger.guard,
    )


def _door(ledger: Ledger, appender: Appender) -> Door:
    settings = ledger.settings
    return Door(
        examiner=ledger.examiner,
        authority=ledger.organisations,
        quota=DailyQuota(
            ledger.clock,
            key=settings.key_quota,
            prefix=settings.prefix_quota,
            loopback=settings.loopback_quota,
        ),
        guard=ledger.guard,
        clock_bound_s=ledger.deployment.founding.rules.clock_bound_s,
        stranger_limit=settings.stranger_record_limit,
        database=ledger.database,
        appender=appender,
    )


def _introduce(node: Node) -> None:
    """Let the first entry be the organisation's own profile, where this node founded it.

    Only the first: a node that takes nothing now (its clock, an old copy) still serves its log.
    """
    profile = founding.founding_profile(node.settings.data)
    if profile.exists() and node.log.size == 0 and node.appender.held is None:
        node.door.submit(profile.read_bytes()).result()
