"""The record types of this room: `work.registration` and `work.batch` (protocol, 2, 9, 10)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Bounds
from pydantic import StringConstraints

from registry.errors import Field, InvalidInput
from registry.ledger.bodies import Body, CivilDate, Hex32, Identifier, Name, Text, read_body
from registry.ledger.position import Fact, Position
from registry.ledger.types import RecordType
from registry.proofs.record import Record, Visibility
from registry.proofs.trust import Scope
from registry.works import model, tables


class AuthorBody(Body):
    """An author; `role` by the codes of CISAC's CWR (A author, C composer, …) or a plain word."""

    name: Name
    role: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z_ -]{0,31}$")]
    share: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}\.[0-9]{4}$")] | None


class ClaimantBody(Body):
    """Who claims the work."""

    name: Name


class ContentBody(Body):
    """The file: its SHA-256, size in bytes, media type, and CID where the file is published."""

    sha256: Hex32
    size: Annotated[int, Bounds(ge=0)]
    media_type: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$", max_length=127)
    ]
    cid: Annotated[str, StringConstraints(pattern=r"^b[a-z2-7]{58,}$")] | None


class DeclarationBody(Body):
    """What the claimant declares about the making, and how far a machine made it."""

    statement: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    ai: Literal["none", "assisted", "generated"]


class RegistrationBody(Body):
    """`work.registration`, first version."""

    title: Annotated[list[Text], Bounds(min_length=1, max_length=50)]
    category: Annotated[str, StringConstraints(pattern="^(" + "|".join(model.Category) + ")$")]
    content: ContentBody
    authors: Annotated[list[AuthorBody], Bounds(min_length=1, max_length=500)]
    claimant: ClaimantBody
    created_on: CivilDate | None
    first_published_on: CivilDate | None
    declaration: DeclarationBody
    identifiers: Annotated[list[Identifier], Bounds(max_length=100)]
    consent: list[Name]


class BatchBody(Body):
    """`work.batch`: how many registrations one signature covers, the root over their digests."""

    count: Annotated[int, Bounds(ge=1, le=model.MOST_IN_ONE_BATCH)]
    root: Hex32


def check_registration(record: Record) -> None:
    """The rules of `work.registration`; `InvalidInput` names every field that breaks one."""
    body = read_body(RegistrationBody, record.body)
    found = [*_founding_faults(record), *model.faults(_registration(record, body))]
    if found:
        raise InvalidInput(
            "REGISTRATION_INVALID", "the registration breaks a rule; see the fields", fields=found
        )


def check_batch(record: Record) -> None:
    """The rules of `work.batch`: public, founding, a count and a root."""
    read_body(BatchBody, record.body)
    found = [*_founding_faults(record)]
    if record.visibility is not Visibility.PUBLIC:
        found.append(Field("visibility", "a batch names nobody and is always public"))
    if found:
        raise InvalidInput("BATCH_INVALID", "the batch breaks a rule; see the fields", fields=found)


def _founding_faults(record: Record) -> Iterator[Field]:
    for name in ("subject", "previous", "terms"):
        if getattr(record, name) is not None:
            yield Field(name, f"is null in a {record.type}")
    for i, signer in enumerate(record.signers):
        if signer.organisation is None and signer.capacity != "claimant":
            yield Field(f"signers[{i}].capacity", "is claimant where no organisation signs")


def _registration(record: Record, body: RegistrationBody) -> model.Registration:
    return model.Registration(
        authors=[
            model.Author(
                name=author.name,
                role=author.role,
                share=None if author.share is None else Decimal(author.share),
            )
            for author in body.authors
        ],
        claimant=body.claimant.name,
        consent=body.consent,
        content=model.Content(
            sha256=body.content.sha256, size=body.content.size, cid=body.content.cid
        ),
        created_on=body.created_on,
        first_published_on=body.first_published_on,
        public=record.visibility is Visibility.PUBLIC,
        issued_on=record.issued_at.date(),
    )


def project_registration(record: Record, position: Position) -> Iterator[Fact]:
    """The work, found by the hash of its content."""
    content = record.body["content"]
    yield Fact(
        table=tables.works,
        row={
            "log": position.log,
            "position": position.index,
            "content_sha256": bytes.fromhex(content["sha256"][2:]),
            "content_cid": content["cid"],
            "category": record.body["category"],
        },
    )


def project_batch(_record: Record, _position: Position) -> Iterator[Fact]:
    """A batch founds nothing that is asked for by itself: people find its registrations."""
    yield from ()


RECORD_TYPES = (
    RecordType(
        name="work.registration",
        scope=Scope.REGISTRATIONS,
        check=check_registration,
        project=project_registration,
    ),
    RecordType(
        name="work.batch",
        scope=Scope.REGISTRATIONS,
        check=check_batch,
        project=project_batch,
    ),
)
