"""A reciprocal representation agreement: directed legs between two societies, and its rules.

Each leg is a grant from one party to the other. What a leg does not grant is reserved (Copyright
Law of the PRC, Art. 29); moral rights are nobody's to grant (Art. 10). Days are civil days, windows
half-open. A unilateral agreement has one leg; it is recorded and not refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registry.errors import Field
from registry.proofs.record import Digest, OrganisationId
from registry.representation.rights import RIGHTS, RightCode, Use
from registry.representation.territories import Item
from registry.representation.tis import Window
from registry.representation.words import (
    Action,
    Exclusivity,
    Family,
    ObjectClass,
    RepertoireScope,
)

DEEPEST_SUB_REPRESENTATION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SubRepresentation:
    """Whether the grantee may pass the grant on, and over how many legs in all."""

    allowed: bool
    max_depth: int | None
    consent: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One grant. `index` counts the legs of its agreement from 0.

    No included use means every use of the rights that is not excluded.
    """

    index: int
    grantor: OrganisationId
    grantee: OrganisationId
    rights: tuple[RightCode, ...]
    uses_included: tuple[Use, ...]
    uses_excluded: tuple[Use, ...]
    object_classes: tuple[ObjectClass, ...]
    territory: tuple[Item, ...]
    exclusivity: Exclusivity
    repertoire: RepertoireScope
    valid: Window
    actions: tuple[Action, ...]
    sub_representation: SubRepresentation

    @property
    def excludes_others(self) -> bool:
        """Whether nobody but the grantor may hold the same beside it."""
        return self.exclusivity is not Exclusivity.NON_EXCLUSIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where an authority was told of the agreement, and when it announced that."""

    authority: str
    number: str | None
    announced_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the parties signed."""

    parties: tuple[OrganisationId, ...]
    family: Family
    legs: tuple[Leg, ...]
    filing: Filing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Terms as they stand in the ledger; `number` and `digest` name the record."""

    digest: Digest
    number: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that terms break: its code and where."""

    code: str
    field: Field


def fold(recorded: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """The agreements in force of record, each once.

    Terms found a thing of their own and answer nothing recorded before, so none is refused here;
    amendments and ends will be folded in at this place.
    """
    return tuple({agreement.digest: agreement for agreement in recorded}.values())


def faults(terms: Terms, signers: Sequence[OrganisationId | None]) -> Iterator[Fault]:
    """Each rule that terms under these signatures break; nothing where they are in order."""
    yield from _party_faults(terms.parties)
    yield from _signer_faults(terms.parties, signers)
    for leg in terms.legs:
        yield from leg_faults(leg, set(terms.parties), f"body.legs[{leg.index}]")


def _party_faults(parties: Sequence[OrganisationId]) -> Iterator[Fault]:
    if len(parties) != 2 or len(set(parties)) != 2:
        yield Fault("AGREEMENT_PARTIES", Field("body.parties", "names two different organisations"))


def _signer_faults(
    parties: Sequence[OrganisationId], signers: Sequence[OrganisationId | None]
) -> Iterator[Fault]:
    for i, signer in enumerate(signers):
        if signer not in parties:
            reason = "acts for neither party: only the two parties sign"
        elif signer in signers[:i]:
            reason = "signs a second time for its party"
        else:
            continue
        yield Fault("AGREEMENT_SIGNERS", Field(f"signers[{i}].organisation", reason))
    if set(parties) - set(signers):
        yield Fault("AGREEMENT_SIGNERS", Field("signers", "a party has not signed: both do"))


def leg_faults(leg: Leg, parties: set[OrganisationId], path: str) -> Iterator[Fault]:
    """Each rule that one leg breaks."""
    if {leg.grantor, leg.grantee} != parties:
        reason = "a leg runs from one party to the other, and no further"
        yield Fault("LEG_OUTSIDE_PARTIES", Field(f"{path}.grantee", reason))
    start, end = leg.valid.start, leg.valid.end
    if start is not None and end is not None and end <= start:
        reason = "is the first day after the leg, and later than `from`"
        yield Fault("DATES_REVERSED", Field(f"{path}.valid.to", reason))
    yield from _right_faults(leg, path)
    yield from _use_faults(leg, path)
    yield from _sub_representation_faults(leg.sub_representation, f"{path}.sub_representation")
    for name in ("object_classes", "actions"):
        words = getattr(leg, name)
        if len(set(words)) < len(words):
            yield Fault("AGREEMENT_INVALID", Field(f"{path}.{name}", "names something twice"))


def _right_faults(leg: Leg, path: str) -> Iterator[Fault]:
    for i, code in enumerate(leg.rights):
        known, at = RIGHTS.get(code), f"{path}.rights[{i}]"
        if known is None:
            yield Fault("RIGHT_UNKNOWN", Field(at, f"{code!r} is no right of the list"))
        elif not known.licensable:
            reason = f"{known.zh} ({known.en}) is a moral right: it cannot be licensed"
            yield Fault("RIGHT_NOT_LICENSABLE", Field(at, reason))
        elif code in leg.rights[:i]:
            yield Fault("AGREEMENT_INVALID", Field(at, "is named twice"))


def _use_faults(leg: Leg, path: str) -> Iterator[Fault]:
    for name in ("uses_included", "uses_excluded"):
        uses = getattr(leg, name)
        if len(set(uses)) < len(uses):
            yield Fault("AGREEMENT_INVALID", Field(f"{path}.{name}", "names a use twice"))
    for use in set(leg.uses_included) & set(leg.uses_excluded):
        reason = f"{use.value} is included as well"
        yield Fault("AGREEMENT_INVALID", Field(f"{path}.uses_excluded", reason))


def _sub_representation_faults(clause: SubRepresentation, path: str) -> Iterator[Fault]:
    depth = clause.max_depth or 1
    if clause.allowed and depth < 2:
        reason = f"is 2 to {DEEPEST_SUB_REPRESENTATION} where sub-representation is allowed"
    elif not clause.allowed and depth > 1:
        reason = "is null or 1 at most where sub-representation is not allowed"
    else:
        return
    yield Fault("AGREEMENT_INVALID", Field(f"{path}.max_depth", reason))
