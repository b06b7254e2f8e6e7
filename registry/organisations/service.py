"""Use cases of organisations: learn what the chain decided, and answer who may act."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from registry.errors import Conflict, InvalidInput, NotAuthorised, NotFound
from registry.ledger.authority import ChainNews
from registry.ledger.facts import Facts
from registry.organisations import model, profiles, repository, societies
from registry.organisations.profiles import Identifier, Profile
from registry.organisations.trust import policy_of
from registry.organisations.views import organisation_view, society_view
from registry.proofs.checkpoint import parse_checkpoint
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.keys import SignerKey
from registry.proofs.policy import parse_policy
from registry.proofs.record import LogId, OrganisationId
from registry.proofs.trust import Scope
from registry.storage.unit_of_work import Database

CHECKPOINTS_REMEMBERED = 4096


class Organisations:
    """The organisations of the ledger as the chain's final events leave them."""

    def __init__(self, database: Database) -> None:
        """Call `refresh` once the tables are there."""
        self._database = database
        self._register: model.Register = {}
        self._policy = policy_of(self._register)
        self._changed_at = 0

    @property
    def register(self) -> model.Register:
        """The organisations by id, in order of admission."""
        return self._register

    def learn(self, connection: Connection, news: Iterable[ChainNews]) -> None:
        """Keep final events of the chain; `refresh` after the commit makes them count."""
        for one in news:
            repository.insert_event(connection, one)

    def refresh(self) -> None:
        """Read the register anew. It is replaced in one step: any thread may ask meanwhile."""
        with self._database.read() as connection:
            kept = repository.events(connection)
            changed_at = repository.changed_at(connection)
        self._register = model.fold(kept)
        self._policy = policy_of(self._register)
        self._changed_at = changed_at

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

    def vouched(self, note: str) -> bool:
        """Whether the witnesses of enough regions signed a checkpoint, by the policy of now."""
        return _vouched(self._policy, note)

    # ---- what the chain decided (registry.ledger.types.Authority) -------------------------------

    def refusal(
        self, organisation: OrganisationId, key: SignerKey, scope: int, time: int
    ) -> NotAuthorised | None:
        """Why `key` may not use `scope` for `organisation` at `time`; None where it may."""
        refused = model.refusal(self._register, organisation, key, Scope(scope), time)
        return None if refused is None else NotAuthorised(refused.code, refused.reason)

    def region_of(self, organisation: OrganisationId) -> str | None:
        """The region of an organisation; None for one that is not on the chain."""
        known = self._register.get(organisation)
        return None if known is None else known.region

    def kinds_of(self, organisation: OrganisationId) -> tuple[str, ...]:
        """What the regions admitted an organisation as; nothing for one not on the chain."""
        known = self._register.get(organisation)
        return () if known is None else known.kinds

    def logs(self) -> Mapping[LogId, OrganisationId]:
        """Every log that was opened, with its organisation."""
        return {
            opened.log: organisation.id
            for organisation in self._register.values()
            for opened in organisation.logs
        }

    def changed_at(self) -> int:
        """The block time of the newest event that is known; 0 before the first."""
        return self._changed_at

    # ---- what organisations say of themselves ---------------------------------------------------

    def profile_of(self, facts: Facts, organisation: OrganisationId) -> Profile | None:
        """The profile in force, by the facts given; None where none is known here."""
        found = repository.profile_in_force(facts, organisation)
        return None if found is None else profiles.read(found)

    def names_of(self, facts: Facts, organisation: OrganisationId) -> tuple[tuple[str, str], ...]:
        """The names of an organisation, as (text, language), its first name first."""
        profile = self.profile_of(facts, organisation)
        return () if profile is None else profile.names

    def endpoints_of(self, facts: Facts, organisation: OrganisationId) -> tuple[str, ...]:
        """Where the node of an organisation is reached, by its own profile."""
        profile = self.profile_of(facts, organisation)
        return () if profile is None else profile.endpoints

    def bearing(self, facts: Facts, scheme: str, value: str) -> list[OrganisationId]:
        """Every organisation whose profile claims an identifier, in order of admission."""
        wanted = Identifier(scheme=scheme, value=value)
        said = repository.profiles_in_force(facts)
        return [
            organisation
            for organisation in self._register
            if organisation in said
            and any(wanted.matches(each) for each in profiles.read(said[organisation]).identifiers)
        ]

    def find_by_identifier(self, facts: Facts, scheme: str, value: str) -> OrganisationId:
        """The one organisation that claims an identifier, as CISAC 119.

        Raises NotFound ORGANISATION_UNKNOWN, Conflict IDENTIFIER_AMBIGUOUS naming those who do.
        """
        found = self.bearing(facts, scheme, value)
        if not found:
            raise NotFound(
                "ORGANISATION_UNKNOWN",
                f"no organisation here bears the identifier {scheme}:{value}",
            )
        if len(found) > 1:
            claimants = " and ".join(map(to_hex, found))
            raise Conflict("IDENTIFIER_AMBIGUOUS", f"{claimants} both claim {scheme}:{value}")
        return found[0]

    def find(self, facts: Facts, name: str) -> model.Organisation:
        """The organisation of an id (0x…) or of an identifier (SCHEME:VALUE).

        Raises NotFound ORGANISATION_UNKNOWN, InvalidInput ORGANISATION_NAME_INVALID, and as
        `find_by_identifier` and `from_hex`.
        """
        if name.startswith("0x"):
            known = self._register.get(OrganisationId(from_hex(name, size=32)))
            if known is None:
                raise NotFound("ORGANISATION_UNKNOWN", f"the chain knows no organisation {name}")
            return known
        scheme, colon, value = name.partition(":")
        if not (scheme and colon and value):
            raise InvalidInput(
                "ORGANISATION_NAME_INVALID", "name an organisation by its id or as CISAC:119"
            )
        return self._register[self.find_by_identifier(facts, scheme, value)]

    def described(self, facts: Facts, organisation: model.Organisation, now: int) -> dict[str, Any]:
        """An organisation as anybody may see it; status and voice as of `now`, in seconds."""
        profile = self.profile_of(facts, organisation.id)
        return organisation_view(organisation, profile, self._register, now)

    def society(self, facts: Facts, code: str, on: date | None) -> dict[str, Any]:
        """A society of CISAC's list, its membership on a day, and the organisations of its code.

        Raises as `societies.society`.
        """
        known = societies.society(code)
        return society_view(known, on, self.bearing(facts, societies.SCHEME, code))


@lru_cache(maxsize=CHECKPOINTS_REMEMBERED)
def _vouched(policy: str, checkpoint: str) -> bool:
    """Judged once: a busy log's checkpoint is asked for with each of its certificates."""
    stated, note = parse_checkpoint(checkpoint)
    return parse_policy(policy).judge(note, stated.origin).enough
