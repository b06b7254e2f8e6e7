"""From settings to a wired node: opens, connects, starts and stops; decides nothing."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from registry.bootstrap import adapters, founding
from registry.bootstrap.types import RECORD_TYPES
from registry.chain.contracts import Logs as LogsContract
from registry.chain.deployments import Deployment
from registry.chain.relay import answer
from registry.chain.rpc import Rpc
from registry.chain.sender import Sender
from registry.config import Settings
from registry.documents.port import Documents
from registry.errors import RegistryError, Unavailable
from registry.ledger import repository as ledger_repository
from registry.ledger.anchor import Anchorer, Pace
from registry.ledger.append import Appender
from registry.ledger.chain_facts import SqlLane, SqlSightings
from registry.ledger.clock import Clock, ClockGuard, SystemClock
from registry.ledger.door import Door
from registry.ledger.examine import Examiner
from registry.ledger.facts import Recording
from registry.ledger.history import History
from registry.ledger.keys import NodeKeys, node_keys, public_key
from registry.ledger.log import Logs, OwnLog
from registry.ledger.publish import Publisher
from registry.ledger.quota import DailyQuota
from registry.ledger.reading import Reading
from registry.ledger.watch import ChainWatch
from registry.ledger.witness import Witness
from registry.ledger.worker import Step, Worker
from registry.organisations.model import Organisation
from registry.organisations.service import Organisations
from registry.organisations.trust import build_trust
from registry.organisations.witnessing import log_keys
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import NoteSigner
from registry.proofs.tree import Tree
from registry.storage.unit_of_work import Database
from registry.works.service import Works

logger = logging.getLogger(__name__)

WORK = ("chain", "history", "anchor", "publication")


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
    witness: Witness
    worker: Worker
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
        } | {name: self.worker.troubles.get(name) for name in WORK}

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
        ledger = _watch(settings, keys, database, chain, deployment)
        node = _start(ledger, opening)
        _introduce(node)
        return node


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledger:
    """What everything of a node stands on: the chain's side of the ledger, and the database."""

    settings: Settings
    keys: NodeKeys
    database: Database
    chain: Rpc
    deployment: Deployment
    clock: Clock
    guard: ClockGuard
    organisations: Organisations
    recording: Recording
    examiner: Examiner
    sightings: SqlSightings
    watch: ChainWatch


def _watch(
    settings: Settings, keys: NodeKeys, database: Database, chain: Rpc, deployment: Deployment
) -> _Ledger:
    clock = SystemClock()
    guard = ClockGuard(clock, deployment.founding.rules.clock_bound_s)
    organisations = Organisations(database)
    sightings = SqlSightings(database, organisations.learn)
    watch = ChainWatch(chain, deployment, sightings, guard, organisations.refresh)
    organisations.refresh()
    try:
        watch.step()
    except Unavailable as exc:
        # What was kept of the chain is enough to take records; the worker goes on looking.
        logger.warning("the chain is away: %s", exc.code)
    return _Ledger(
        settings=settings,
        keys=keys,
        database=database,
        chain=chain,
        deployment=deployment,
        clock=clock,
        guard=guard,
        organisations=organisations,
        recording=Recording(
            database, RECORD_TYPES, organisations, lambda: int(clock.now().timestamp())
        ),
        examiner=Examiner(deployment.ledger, RECORD_TYPES, database),
        sightings=sightings,
        watch=watch,
    )


def _start(ledger: _Ledger, opening: ExitStack) -> Node:
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
    contract = LogsContract(ledger.chain, ledger.deployment.logs.address)
    history = History(contract, log, appender)
    worker = _worker(ledger, organisation, log, documents, history)
    worker.round()
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
        works=Works(
            ledger.recording,
            log,
            reading,
            ledger.clock,
            organisation=organisation.id,
            chain_id=ledger.deployment.chain_id,
            logs_contract=ledger.deployment.logs.address,
        ),
        witness=Witness(
            database,
            lambda origin: log_keys(ledger.organisations.register, origin),
            witness_signer(organisation.id, ledger.keys.witness),
            ledger.guard,
        ),
        worker=worker,
        sightings=ledger.sightings,
        closing=opening.pop_all(),
    )


def _worker(
    ledger: _Ledger,
    organisation: Organisation,
    log: OwnLog,
    documents: Documents,
    history: History,
) -> Worker:
    settings, database = ledger.settings, ledger.database
    sender = Sender(ledger.chain, SqlLane(database), ledger.keys.chain, ledger.deployment.chain_id)
    anchorer = Anchorer(
        database,
        log,
        witness_signer(organisation.id, ledger.keys.witness),
        LogsContract(ledger.chain, ledger.deployment.logs.address),
        sender,
        ledger.guard,
        Pace(entries=settings.anchor_entries, age_s=settings.anchor_age_s),
    )
    publisher = Publisher(database, log, documents)
    return Worker(
        (
            Step(name="chain", run=ledger.watch.step),
            Step(name="history", run=history.step),
            Step(name="anchor", run=anchorer.step),
            Step(name="publication", run=publisher.step),
        ),
        pause_s=settings.tick_s,
        retry_s=settings.retry_s,
    )


def _door(ledger: _Ledger, appender: Appender) -> Door:
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
