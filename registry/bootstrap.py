"""From settings to a wired node: the only file that knows every adapter.

Adapters are imported when they are needed, so that the command line stays quick. Nothing here
decides anything: it opens, connects, starts and stops.
"""

import fcntl
import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.chain.contracts import Logs
from registry.chain.deployments import Deployment, read_deployment, write_deployment
from registry.chain.relay import answer
from registry.chain.rpc import HttpRpc, Rpc
from registry.chain.sender import Sender
from registry.chain.transactions import address_of_key, checksummed
from registry.config import Settings
from registry.documents.port import Documents
from registry.durable import write_durably
from registry.errors import Conflict, NotFound, RegistryError, Unavailable
from registry.ledger import repository as ledger_repository
from registry.ledger.anchor import Anchorer, Pace
from registry.ledger.append import Appender
from registry.ledger.chain_facts import SqlLane, SqlSightings
from registry.ledger.clock import Clock, ClockGuard, SystemClock
from registry.ledger.door import Door
from registry.ledger.history import History
from registry.ledger.keys import NodeKeys, node_keys, public_key, read_or_make
from registry.ledger.log import Log
from registry.ledger.publish import Publisher
from registry.ledger.quota import DailyQuota
from registry.ledger.reading import Reading
from registry.ledger.watch import ChainWatch
from registry.ledger.worker import Step, Worker
from registry.organisations import records as organisation_records
from registry.organisations.founding import Applicant, found_alone
from registry.organisations.model import Organisation
from registry.organisations.service import Organisations
from registry.organisations.trust import build_trust
from registry.proofs.checkpoint import origin_of
from registry.proofs.cosignature import witness_signer
from registry.proofs.note import NoteSigner
from registry.proofs.tree import Tree
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from registry.works import records as work_records
from registry.works.service import Works

logger = logging.getLogger(__name__)

ENDOWMENT = 10**24  # of the embedded chain's own coin, which is worth nothing
FOUNDER = "founder"
PROFILE = "profile.json"
WORK = ("chain", "history", "anchor", "publication")
RECORD_TYPES = {
    kind.name: kind for kind in (*organisation_records.RECORD_TYPES, *work_records.RECORD_TYPES)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A running node: what the door over HTTP and the command line talk to."""

    settings: Settings
    deployment: Deployment
    organisation: Organisation
    chain: Rpc
    log: Log
    database: Database
    documents: Documents
    clock: Clock
    guard: ClockGuard
    organisations: Organisations
    appender: Appender
    door: Door
    reading: Reading
    works: Works
    worker: Worker
    sightings: SqlSightings
    closing: ExitStack

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
        _lock(settings.data, opening)
        keys = node_keys(settings.data / "keys")
        database = _open_database(settings, opening)
        chain = _open_chain(settings, keys, opening)
        deployment = _open_ledger(settings, keys, chain)
        ledger = _follow(settings, keys, database, chain, deployment)
        node = _start(ledger, opening)
        _introduce(node)
        return node


# ---- adapters -----------------------------------------------------------------------------------


def _lock(folder: Path, opening: ExitStack) -> None:
    """One process a data folder: two writers of one log would fork it."""
    folder.mkdir(parents=True, exist_ok=True)
    held = opening.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise Conflict(
            "DATA_FOLDER_IN_USE", f"another node runs in {folder}; stop it or use another folder"
        ) from exc


def _open_database(settings: Settings, opening: ExitStack) -> Database:
    database = Database(open_engine(settings.database()))
    opening.callback(database.close)
    upgrade(database.engine)
    return database


def _open_chain(settings: Settings, keys: NodeKeys, opening: ExitStack) -> Rpc:
    if settings.chain_url is not None:
        outside = HttpRpc(settings.chain_url)
        opening.callback(outside.close)
        return outside
    from registry.chain.embedded import EmbeddedChain

    chain = EmbeddedChain(settings.data / "chain")
    opening.callback(chain.close)
    for key in (keys.chain, administration_key(settings.data)):
        chain.fund(checksummed(address_of_key(key)), ENDOWMENT)
    return chain


def _open_documents(settings: Settings, opening: ExitStack) -> Documents:
    documents: Documents
    if settings.kubo_address is not None:
        from registry.documents.kubo import KuboDocuments

        documents = KuboDocuments(settings.kubo_address)
    else:
        from registry.documents.embedded import EmbeddedDocuments

        documents = EmbeddedDocuments(settings.data / "documents")
    opening.callback(documents.close)
    return documents


def _open_ledger(settings: Settings, keys: NodeKeys, chain: Rpc) -> Deployment:
    path = settings.deployment_file()
    if path.exists():
        return read_deployment(path)
    if settings.chain_url is not None:
        raise NotFound(
            "DEPLOYMENT_MISSING",
            f"there is no deployment file at {path}; a ledger on an outside chain is founded by "
            "comity chain deploy",
        )
    return _found_embedded(settings, keys, chain)


# ---- the node -----------------------------------------------------------------------------------


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
    sightings: SqlSightings
    watch: ChainWatch


def _follow(
    settings: Settings, keys: NodeKeys, database: Database, chain: Rpc, deployment: Deployment
) -> _Ledger:
    clock = SystemClock()
    guard = ClockGuard(clock, deployment.founding.rules.clock_bound_s)
    organisations = Organisations(database, clock)
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
        sightings=sightings,
        watch=watch,
    )


def _start(ledger: _Ledger, opening: ExitStack) -> Node:
    settings, database = ledger.settings, ledger.database
    organisation = ledger.organisations.run_by(public_key(ledger.keys.log))
    log_id = organisation.logs[-1].log
    log = Log(log_id=log_id, signer=NoteSigner(origin_of(log_id), ledger.keys.log), tree=Tree())
    documents = _open_documents(settings, opening)
    appender = Appender(
        database,
        log,
        ledger.guard,
        group_limit=settings.group_limit,
        queue_limit=settings.queue_limit,
    )
    appender.start()
    opening.callback(appender.stop)
    history = History(Logs(ledger.chain, ledger.deployment.logs.address), log, appender)
    worker = _worker(ledger, organisation, log, documents, history)
    worker.round()
    worker.start()
    opening.callback(worker.stop)
    reading = Reading(database, log)
    return Node(
        settings=settings,
        deployment=ledger.deployment,
        organisation=organisation,
        chain=ledger.chain,
        log=log,
        database=database,
        documents=documents,
        clock=ledger.clock,
        guard=ledger.guard,
        organisations=ledger.organisations,
        appender=appender,
        door=_door(ledger, appender),
        reading=reading,
        works=Works(
            database,
            log,
            reading,
            ledger.clock,
            organisation=organisation.id,
            chain_id=ledger.deployment.chain_id,
            logs_contract=ledger.deployment.logs.address,
        ),
        worker=worker,
        sightings=ledger.sightings,
        closing=opening.pop_all(),
    )


def _worker(
    ledger: _Ledger,
    organisation: Organisation,
    log: Log,
    documents: Documents,
    history: History,
) -> Worker:
    settings, database = ledger.settings, ledger.database
    sender = Sender(ledger.chain, SqlLane(database), ledger.keys.chain, ledger.deployment.chain_id)
    anchorer = Anchorer(
        database,
        log,
        witness_signer(organisation.id, ledger.keys.witness),
        Logs(ledger.chain, ledger.deployment.logs.address),
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
        ledger=ledger.deployment.ledger,
        types=RECORD_TYPES,
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


# ---- founding alone -----------------------------------------------------------------------------


def administration_key(data: Path) -> bytes:
    """The administration key of an organisation founded here; elsewhere as soon as it matters."""
    return read_or_make(data / FOUNDER / "administration.key")


def _found_embedded(settings: Settings, keys: NodeKeys, chain: Rpc) -> Deployment:
    """A ledger of one organisation on the embedded chain; the deployment file is written last."""
    deployment, profile = found_alone(
        chain,
        name=f"Ledger of {settings.organisation}",
        applicant=Applicant(
            name=settings.organisation,
            lang="en",
            region=settings.region,
            kinds=("registration_office",),
        ),
        administration=administration_key(settings.data),
        keys=keys,
        at=SystemClock().now(),
    )
    write_durably(settings.data / FOUNDER / PROFILE, profile.to_bytes(), mode=0o600)
    write_deployment(deployment, settings.deployment_file())
    return deployment


def _introduce(node: Node) -> None:
    """Let the first entry be the organisation's own profile, where this node founded it.

    Only the first: a node that takes nothing now (its clock, an old copy) still serves its log.
    """
    profile = node.settings.data / FOUNDER / PROFILE
    if profile.exists() and node.log.size == 0 and node.appender.held is None:
        node.door.submit(profile.read_bytes()).result()
