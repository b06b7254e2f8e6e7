"""The queries of this room."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from registry.ledger.repository import latest_of
from registry.organisations.tables import organisation_events
from registry.proofs.canonical import encode
from registry.proofs.record import Digest, OrganisationId

PROFILE = "organisation.profile"


def insert_event(
    connection: Connection, block: int, place: int, name: str, arguments: Mapping[str, Any]
) -> None:
    """Keep one final event of the chain; `place` is its index among the block's logs."""
    connection.execute(
        insert(organisation_events).values(
            block=block, place=place, name=name, arguments=encode(dict(arguments))
        )
    )


def events(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
    """All final events, in the order of the chain: name and arguments."""
    query = select(organisation_events.c.name, organisation_events.c.arguments).order_by(
        organisation_events.c.block, organisation_events.c.place
    )
    return [(name, orjson.loads(arguments)) for name, arguments in connection.execute(query)]


def latest_profile(connection: Connection, organisation: OrganisationId) -> Digest:
    """The digest of the organisation's newest profile here, or its id where there is none."""
    return latest_of(connection, Digest(organisation), PROFILE)
