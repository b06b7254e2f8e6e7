"""What an `agreement.terms` record may say: its body, and the check of the record alone.

Protocol, sections 9 and 10. Kept apart from the projection, so that whoever drafts an agreement can
check it as a door does.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, StringConstraints
from pydantic import Field as Bounds

from registry.errors import Field, InvalidInput
from registry.ledger.bodies import Body, CivilDate, Hex32, Name, read_body
from registry.proofs.record import OrganisationId, Record
from registry.representation.model import agreement as model
from registry.representation.model.agreement import Fault
from registry.representation.rights import RightCode, Use
from registry.representation.territories import MOST_ITEMS, read_items
from registry.representation.tis import Window
from registry.representation.words import (
    Action,
    Exclusivity,
    Family,
    ObjectClass,
    RepertoireScope,
)

TERMS = "agreement.terms"
MOST_LEGS = 100

E = TypeVar("E", bound=StrEnum)


def _reader(kind: type[E]) -> BeforeValidator:
    """Reads a word of a closed list and names the list where it is none of it."""

    def read(value: Any) -> Any:
        try:
            return kind(value)
        except ValueError as exc:
            raise ValueError(f"is one of {', '.join(kind)}") from exc

    return BeforeValidator(read)


FamilyWord = Annotated[Family, _reader(Family)]
UseWord = Annotated[Use, _reader(Use)]
ObjectClassWord = Annotated[ObjectClass, _reader(ObjectClass)]
ExclusivityWord = Annotated[Exclusivity, _reader(Exclusivity)]
RepertoireWord = Annotated[RepertoireScope, _reader(RepertoireScope)]
ActionWord = Annotated[Action, _reader(Action)]
Text = Annotated[str, StringConstraints(max_length=20)]


class RepertoireBody(Body):
    """Which works of the grantor."""

    scope: RepertoireWord


class ValidBody(Body):
    """From this day on; `to` is the first day after, null while no end is agreed."""

    start: Annotated[CivilDate, Bounds(alias="from")]
    end: Annotated[CivilDate | None, Bounds(alias="to")]


class SubRepresentationBody(Body):
    """Whether the grantee may pass the grant on; `consent_doc` is a SHA-256 or null."""

    allowed: bool
    max_depth: Annotated[int, Bounds(ge=0, le=model.DEEPEST_SUB_REPRESENTATION)] | None
    consent_doc: Hex32 | None


class LegBody(Body):
    """One grant from one party to the other."""

    grantor: Hex32
    grantee: Hex32
    rights: Annotated[list[Text], Bounds(min_length=1, max_length=100)]
    uses_included: Annotated[list[UseWord], Bounds(max_length=100)]
    uses_excluded: Annotated[list[UseWord], Bounds(max_length=100)]
    object_classes: Annotated[list[ObjectClassWord], Bounds(min_length=1)]
    territory: Annotated[list[Text], Bounds(min_length=1, max_length=MOST_ITEMS)]
    exclusivity: ExclusivityWord
    repertoire: RepertoireBody
    valid: ValidBody
    actions: Annotated[list[ActionWord], Bounds(min_length=1)]
    sub_representation: SubRepresentationBody


class FilingBody(Body):
    """Where the agreement was filed; `announced_on` is null until the authority announces it."""

    authority: Name
    number: Name | None
    announced_on: CivilDate | None


class TermsBody(Body):
    """`agreement.terms`, first version."""

    parties: Annotated[list[Hex32], Bounds(min_length=2, max_length=2)]
    family: FamilyWord
    legs: Annotated[list[LegBody], Bounds(min_length=1, max_length=MOST_LEGS)]
    filing: FilingBody | None


def check_terms(record: Record) -> None:
    """The rules of `agreement.terms`.

    Raises InvalidInput with the code of the first rule that is broken and every field that breaks
    one: BODY_INVALID, TERRITORY_UNKNOWN, AGREEMENT_PARTIES, AGREEMENT_SIGNERS, AGREEMENT_INVALID,
    LEG_OUTSIDE_PARTIES, DATES_REVERSED, RIGHT_UNKNOWN, RIGHT_NOT_LICENSABLE.
    """
    signers = [signer.organisation for signer in record.signers]
    found = [*_founding_faults(record), *model.faults(terms_of(record), signers)]
    if found:
        raise InvalidInput(
            found[0].code,
            f"the agreement breaks a rule: {found[0].field.path} {found[0].field.reason}",
            fields=[fault.field for fault in found],
        )


def _founding_faults(record: Record) -> Iterator[Fault]:
    for name in ("subject", "previous", "terms"):
        if getattr(record, name) is not None:
            yield Fault("AGREEMENT_INVALID", Field(name, f"is null in {TERMS}"))


def terms_of(record: Record) -> model.Terms:
    """What the body states. Raises InvalidInput BODY_INVALID, TERRITORY_UNKNOWN."""
    body = read_body(TermsBody, record.body)
    return model.Terms(
        parties=tuple(OrganisationId(party) for party in body.parties),
        family=body.family,
        legs=tuple(_leg(leg, i) for i, leg in enumerate(body.legs)),
        filing=None if body.filing is None else model.Filing(**dict(body.filing)),
    )


def _leg(body: LegBody, index: int) -> model.Leg:
    clause = body.sub_representation
    return model.Leg(
        index=index,
        grantor=OrganisationId(body.grantor),
        grantee=OrganisationId(body.grantee),
        rights=tuple(map(RightCode, body.rights)),
        uses_included=tuple(body.uses_included),
        uses_excluded=tuple(body.uses_excluded),
        object_classes=tuple(body.object_classes),
        territory=read_items(body.territory, f"body.legs[{index}].territory"),
        exclusivity=body.exclusivity,
        repertoire=body.repertoire.scope,
        valid=Window(start=body.valid.start, end=body.valid.end),
        actions=tuple(body.actions),
        sub_representation=model.SubRepresentation(
            allowed=clause.allowed, max_depth=clause.max_depth, consent=clause.consent_doc
        ),
    )
