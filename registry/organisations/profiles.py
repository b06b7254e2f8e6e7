"""Profiles: what an organisation says of itself, and which of its profiles is in force.

The chain decides on region and kinds; a profile that states others counts for nothing, at the door
and wherever it comes from, so that no name ever stands beside a region that it did not claim. The
first profile's digest is the organisation's id; each later one answers the one in force, and of two
answers to one the first in order counts (protocol, sections 8 and 9).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.errors import Conflict, Field
from registry.ledger.authority import Authority
from registry.ledger.facts import Recorded
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, OrganisationId, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A name that somebody else gave the organisation, as CISAC 119."""

    scheme: str
    value: str

    def matches(self, other: "Identifier") -> bool:
        """Whether both are the same name: schemes are read without regard to case."""
        return self.scheme.casefold() == other.scheme.casefold() and self.value == other.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an organisation says of itself; `names` are (text, language)."""

    digest: Digest
    number: str
    names: tuple[tuple[str, str], ...]
    identifiers: tuple[Identifier, ...]
    contact: str | None
    endpoints: tuple[str, ...]


def require_fitting(authority: Authority, latest: Digest, record: Record) -> None:
    """Raise Conflict where a profile cannot follow `latest`, the digest of the one in force.

    PROFILE_NOT_AS_ADMITTED where its region or kinds are not the chain's, PREVIOUS_NOT_LATEST.
    """
    organisation = OrganisationId(record.founds)
    region, kinds = authority.region_of(organisation), authority.kinds_of(organisation)
    if record.body["region"] != region or set(record.body["kinds"]) != set(kinds):
        raise Conflict(
            "PROFILE_NOT_AS_ADMITTED",
            f"the organisation was admitted for {region} as {', '.join(kinds)}",
            fields=[Field("record.body", "states another region or other kinds")],
        )
    if record.subject is not None and record.previous != latest:
        raise Conflict(
            "PREVIOUS_NOT_LATEST",
            f"the latest profile is {to_hex(latest)}; read it, then sign one that names it",
            fields=[Field("record.previous", "does not name the latest profile")],
        )


def in_force(
    authority: Authority, organisation: OrganisationId, recorded: Iterable[Recorded]
) -> Recorded | None:
    """The profile in force, of the organisation's profiles in order; None where there is none."""
    answered, found = Digest(organisation), None
    for one in recorded:
        try:
            require_fitting(authority, answered, one.record)
        except Conflict:
            continue
        if one.record.subject is None and found is not None:
            continue  # the first profile, heard of after one that answers it
        answered, found = one.record.digest, one
    return found


def read(recorded: Recorded) -> Profile:
    """What a profile that counts says."""
    body = recorded.record.body
    return Profile(
        digest=recorded.record.digest,
        number=recorded.number,
        names=tuple((each["text"], each["lang"]) for each in body["names"]),
        identifiers=tuple(
            Identifier(scheme=each["scheme"], value=each["value"]) for each in body["identifiers"]
        ),
        contact=body["contact"],
        endpoints=tuple(body["endpoints"]),
    )
