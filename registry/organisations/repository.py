"""The queries of this room."""

from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select

from registry.ledger.authority import ChainNews
from registry.ledger.facts import Facts, Recorded
from registry.organisations.profiles import in_force
from registry.organisations.tables import organisation_events, organisation_profiles
from registry.proofs.canonical import encode
from registry.proofs.record import Digest, OrganisationId

PROFILE = "organisation.profile"


def insert_event(connection: Connection, news: ChainNews) -> None:
    """Keep one final event of the chain."""
    connection.execute(
        insert(organisation_events).values(
            block=news.block,
            place=news.place,
            time=news.time,
            name=news.name,
            arguments=encode(dict(news.arguments)),
        )
    )


def events(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
    """All final events, in the order of the chain: name and arguments."""
    query = select(organisation_events.c.name, organisation_events.c.arguments).order_by(
        organisation_events.c.block, organisation_events.c.place
    )
    return [(name, orjson.loads(arguments)) for name, arguments in connection.execute(query)]


def changed_at(connection: Connection) -> int:
    """The block time of the newest event; 0 before the first."""
    return connection.scalar(select(func.max(organisation_events.c.time))) or 0


def profiles(facts: Facts, organisation: OrganisationId) -> list[Recorded]:
    """The profiles of an organisation, in order."""
    return facts.where(organisation_profiles, organisation_profiles.c.organisation == organisation)


def profile_in_force(facts: Facts, organisation: OrganisationId) -> Recorded | None:
    """The profile of an organisation that counts now; None where none is known here."""
    return in_force(facts.authority, organisation, profiles(facts, organisation))


def profiles_in_force(facts: Facts) -> dict[OrganisationId, Recorded]:
    """The profile that counts now of every organisation that has one here."""
    told: dict[OrganisationId, list[Recorded]] = {}
    for one in facts.where(organisation_profiles):
        told.setdefault(OrganisationId(one.record.founds), []).append(one)
    found = ((id, in_force(facts.authority, id, profiles)) for id, profiles in told.items())
    return {id: one for id, one in found if one is not None}


def latest_profile(facts: Facts, organisation: OrganisationId) -> Digest:
    """The digest of the profile in force, or the organisation's id where none is known here."""
    found = profile_in_force(facts, organisation)
    return Digest(organisation) if found is None else found.record.digest
