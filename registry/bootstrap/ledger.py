"""What everything of a node stands on: settings, keys, the database and the chain's side."""

import logging
from dataclasses import dataclass

from registry.bootstrap.types import RECORD_TYPES
from registry.chain.contracts import Logs as LogsContract
from registry.chain.deployments import Deployment
from registry.chain.rpc import Rpc
from registry.config import Settings
from registry.errors import Unavailable
from registry.ledger.chain_facts import SqlSightings
from registry.ledger.clock import Clock, ClockGuard, SystemClock
from registry.ledger.examine import Examiner
from registry.ledger.facts import Recording
from registry.ledger.keys import NodeKeys
from registry.ledger.watch import ChainWatch
from registry.organisations.service import Organisations
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The parts that the rest of a node is made of."""

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

    @property
    def contract(self) -> LogsContract:
        """The contract that anchors the logs."""
        return LogsContract(self.chain, self.deployment.logs.address)


def watch_chain(
    settings: Settings, keys: NodeKeys, database: Database, chain: Rpc, deployment: Deployment
) -> Ledger:
    """The ledger as far as the chain can be read now; a chain that is away is looked for later."""
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
    return Ledger(
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
