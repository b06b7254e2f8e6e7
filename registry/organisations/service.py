"""Use cases of organisations: learn what the chain decided, and answer who may act."""

from collections.abc import Iterable

from sqlalchemy import Connection

from registry.errors import NotAuthorised, NotFound
from registry.ledger.clock import Clock
from registry.ledger.types import ChainNews
from registry.organisations import model, repository
from registry.proofs.keys import SignerKey
from registry.proofs.record import OrganisationId
from registry.proofs.trust import Scope
from registry.storage.unit_of_work import Database


class Organisations:
    """The organisations of the ledger as the chain's final events leave them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Call `refresh` once the tables are there."""
        self._database = database
        self._clock = clock
        self._register: model.Register = {}

    @property
    def register(self) -> model.Register:
        """The organisations by id, in order of admission."""
        return self._register

    def learn(self, connection: Connection, news: Iterable[ChainNews]) -> None:
        """Keep final events of the chain; `refresh` after the commit makes them count."""
        for one in news:
            repository.insert_event(connection, one.block, one.place, one.name, one.arguments)

    def refresh(self) -> None:
        """Read the register anew. It is replaced in one step: any thread may ask meanwhile."""
        with self._database.read() as connection:
            kept = repository.events(connection)
        self._register = model.fold(kept)

    def run_by(self, log_key: bytes) -> model.Organisation:
        """The organisation whose open log is signed by this Ed25519 key.

        Raises NotFound NODE_NOT_ENROLLED.
        """
        for organisation in self._register.values():
            if organisation.logs and organisation.logs[-1].key == log_key:
                return organisation
        raise NotFound(
            "NODE_NOT_ENROLLED",
            "no organisation of this ledger has opened a log with this node's key; its "
            "administration enrols the node (comity chain enrol)",
        )

    def require(self, organisation: OrganisationId, key: SignerKey, scope: int) -> None:
        """Raise NotAuthorised unless `key` may use `scope` for `organisation` now."""
        now = int(self._clock.now().timestamp())
        refusal = model.refusal(self._register, organisation, key, Scope(scope), now)
        if refusal is not None:
            raise NotAuthorised(refusal.code, refusal.reason)
