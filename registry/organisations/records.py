"""The record type of this room: `organisation.profile` (protocol, sections 8, 9, 10)."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints
from pydantic import Field as Bounds

from registry.errors import Field, InvalidInput
from registry.ledger.bodies import Body, Identifier, Text, read_body
from registry.ledger.facts import Facts
from registry.ledger.position import Fact, Position
from registry.ledger.types import RecordType
from registry.organisations import repository
from registry.organisations.profiles import require_fitting
from registry.organisations.societies import CODE, SCHEME
from registry.organisations.tables import organisation_profiles
from registry.proofs.record import OrganisationId, Record, Signer, Visibility
from registry.proofs.trust import Scope

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https":
        raise ValueError("an endpoint is reached by https (http only on loopback)")
    if "." not in host or _private(host):
        raise ValueError("an endpoint has a public address")
    return url


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _distinct(kinds: list[str]) -> list[str]:
    if len(set(kinds)) < len(kinds):
        raise ValueError("a kind is named twice")
    return kinds


class ProfileBody(Body):
    """`organisation.profile`, first version."""

    names: Annotated[list[Text], Bounds(min_length=1, max_length=50)]
    kinds: Annotated[
        list[
            Literal[
                "society",
                "mediation_body",
                "registration_office",
                "court",
                "notary",
                "authority",
            ]
        ],
        Bounds(min_length=1),
        AfterValidator(_distinct),
    ]
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    identifiers: Annotated[list[Identifier], Bounds(max_length=100)]
    contact: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None
    endpoints: Annotated[
        list[Annotated[str, StringConstraints(max_length=500), AfterValidator(_endpoint)]],
        Bounds(max_length=20),
    ]


def check_profile(record: Record) -> None:
    """The rules of a profile: public, one signer, and the shape of a first or of a later one."""
    read_body(ProfileBody, record.body)
    found = list(_faults(record))
    if found:
        raise InvalidInput(
            "PROFILE_INVALID", "the profile breaks a rule; see the fields", fields=found
        )


def _faults(record: Record) -> Iterator[Field]:
    if record.visibility is not Visibility.PUBLIC:
        yield Field("visibility", "a profile is public")
    if len(record.signers) != 1:
        yield Field("signers", "one administration key signs a profile")
        return
    signer = record.signers[0]
    if (record.subject is None) != (record.previous is None):
        yield Field("previous", "is null in a first profile, and names the last one in a later")
    if record.subject is None and signer.organisation is not None:
        yield Field("signers[0].organisation", "is null in a first profile: its digest is the id")
    if record.subject is not None and signer.organisation != OrganisationId(record.subject):
        yield Field("signers[0].organisation", "is the organisation that the profile is about")
    for place, named in enumerate(record.body["identifiers"]):
        if named["scheme"].upper() == SCHEME and not CODE.fullmatch(named["value"]):
            yield Field(f"body.identifiers[{place}].value", "a CISAC code has three digits, as 119")


def admit_profile(facts: Facts, record: Record) -> None:
    """A profile states what was admitted, and answers the one in force.

    Raises Conflict PROFILE_NOT_AS_ADMITTED or PREVIOUS_NOT_LATEST.
    """
    latest = repository.latest_profile(facts, OrganisationId(record.founds))
    require_fitting(facts.authority, latest, record)


def project_profile(record: Record, position: Position) -> Iterator[Fact]:
    """The profile, found by its organisation."""
    yield Fact(
        table=organisation_profiles,
        row={
            "log": position.log,
            "position": position.index,
            "organisation": record.founds,
        },
    )


def speaks_for(record: Record, signer: Signer) -> OrganisationId:
    """The organisation of a profile: the one it names or, if it is the first, founds."""
    return signer.organisation or OrganisationId(record.digest)


RECORD_TYPES = (
    RecordType(
        name=repository.PROFILE,
        scope=Scope.ADMINISTRATION,
        check=check_profile,
        admit=admit_profile,
        project=project_profile,
        acts_for=speaks_for,
    ),
)
