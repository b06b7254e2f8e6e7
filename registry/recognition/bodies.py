"""The bodies of this room's records (protocol, section 10), and the statements that they are."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field as Bounds
from pydantic import StringConstraints

from registry.ledger.bodies import Body, CivilDate, Hex32, Language, read_body
from registry.proofs.number import number_of
from registry.proofs.record import Digest, OrganisationId, Record
from registry.recognition.model.cases import Content, Said
from registry.recognition.model.citation import Citation, Similarity
from registry.recognition.model.numbers import Kind, parse_reference, parse_version
from registry.recognition.model.publication import Departure, Summary
from registry.recognition.model.statement import Condition, Statement
from registry.recognition.model.status import StatusChange
from registry.recognition.model.texts import Text

REMEMBERED = 8192

# A code in one of the forms that the lists use; whether it is listed is a rule of the model.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
Codes = Annotated[list[Code], Bounds(max_length=50)]
Band = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Anchor = Annotated[str, StringConstraints(pattern=r"^#[a-z0-9.]{1,20}$")]
Anchors = Annotated[list[Anchor], Bounds(max_length=50)]
ReferenceText = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Passage = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]
ByLanguage = Annotated[dict[Language, Passage], Bounds(min_length=1, max_length=20)]


class PassageBody(Body):
    """A text in one language; `lang` is a BCP 47 tag."""

    text: Passage
    lang: Language


Passages = Annotated[list[PassageBody], Bounds(max_length=20)]


class DepartureBody(Body):
    """Where the settlement departed from the standard, and why."""

    point: Anchor
    reason: Annotated[Passages, Bounds(min_length=1)]


class LanguagesBody(Body):
    """The language that decides, and those it was translated into."""

    authentic: Language
    translations: Annotated[list[Language], Bounds(max_length=20)]


class PublicationBody(Body):
    """`case.publication`, first version. `reviewer2` is a code of the body's own register."""

    id: ReferenceText
    case_class: Annotated[Code, Bounds(alias="class")]
    use: Code
    rights: Annotated[Codes, Bounds(min_length=1)]
    region_tier: Annotated[int, Bounds(ge=0, le=99)] | None
    scale_band: Band | None
    works_band: Band
    issue_codes: Codes
    standard: ReferenceText | None
    method: Code
    factors: Codes
    per_unit_band: Band | None
    licence_converted: bool
    days: Annotated[int, Bounds(ge=0, le=3650)]
    confirmation: Code
    departures: Annotated[list[DepartureBody], Bounds(max_length=50)]
    consents: Annotated[list[Hex32], Bounds(max_length=50)]
    reviewer2: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")]
    k_anonymity: Annotated[int, Bounds(ge=0, le=1_000_000)]
    lang: LanguagesBody


class StatusBody(Body):
    """`case.status`, first version."""

    status: Code
    reason: Annotated[Passages, Bounds(min_length=1)]
    basis: Passage | None
    effective_on: CivilDate


class SimilarityBody(Body):
    """The three limbs, each same, similar or different."""

    facts: Code | None
    issues: Code | None
    law: Code | None


class CitationBody(Body):
    """`citation.statement`, first version."""

    citing: Hex32 | None
    cited: Hex32
    read: Hex32
    pinpoint: Anchors
    treatment: Code
    similarity: SimilarityBody
    differences: Annotated[list[PassageBody], Bounds(max_length=50)]
    reason: Passages


class ConditionBody(Body):
    """A condition of a recognition."""

    no: Annotated[int, Bounds(ge=1, le=100)]
    text: ByLanguage
    due: CivilDate
    met_at: CivilDate | None


class RecognitionBody(Body):
    """`recognition.statement`, first version."""

    id: ReferenceText
    recognised: Hex32
    recognised_number: ReferenceText
    subject_hash: Hex32
    decision: Code
    scope: Anchors
    conditions: Annotated[list[ConditionBody], Bounds(max_length=50)]
    reason_codes: Codes
    reasons: ByLanguage | None
    legal_basis: Annotated[list[Passage], Bounds(max_length=50)]
    reciprocity: Passage | None
    adjustments: Annotated[dict[Code, Passage], Bounds(min_length=1, max_length=50)] | None
    valid_from: CivilDate
    valid_to: CivilDate | None
    effect: Annotated[str, StringConstraints(max_length=200)]


def summary_of(record: Record) -> Summary:
    """The summary that a `case.publication` states. Raises as `read_body` and `parse_version`."""
    body = read_body(PublicationBody, record.body)
    return Summary(
        version=parse_version(body.id, "body.id"),
        case_class=body.case_class,
        use=body.use,
        rights=body.rights,
        region_tier=body.region_tier,
        scale_band=body.scale_band,
        works_band=body.works_band,
        issue_codes=body.issue_codes,
        standard=body.standard,
        method=body.method,
        factors=body.factors,
        per_unit_band=body.per_unit_band,
        licence_converted=body.licence_converted,
        days=body.days,
        confirmation=body.confirmation,
        departures=[
            Departure(point=each.point, reason=_texts(each.reason)) for each in body.departures
        ],
        consents=body.consents,
        k_anonymity=body.k_anonymity,
        authentic=body.lang.authentic,
        translations=body.lang.translations,
    )


def change_of(record: Record) -> StatusChange:
    """The change that a `case.status` states. Raises as `read_body`."""
    body = read_body(StatusBody, record.body)
    return StatusChange(
        status=body.status,
        reason=_texts(body.reason),
        basis=body.basis,
        effective_on=body.effective_on,
    )


def citation_of(record: Record) -> Citation:
    """The citation that a `citation.statement` states. Raises as `read_body`."""
    body = read_body(CitationBody, record.body)
    limbs = body.similarity
    return Citation(
        citing=None if body.citing is None else Digest(body.citing),
        cited=Digest(body.cited),
        read=Digest(body.read),
        pinpoint=body.pinpoint,
        treatment=body.treatment,
        similarity=Similarity(facts=limbs.facts, issues=limbs.issues, law=limbs.law),
        differences=_texts(body.differences),
        reason=_texts(body.reason),
    )


def statement_of(record: Record) -> Statement:
    """The statement of a `recognition.statement`. Raises as `read_body` and `parse_reference`."""
    body = read_body(RecognitionBody, record.body)
    return Statement(
        reference=parse_reference(Kind.RECOGNITION, body.id, "body.id"),
        recognised=Digest(body.recognised),
        recognised_number=body.recognised_number,
        subject_hash=body.subject_hash,
        decision=body.decision,
        scope=body.scope,
        conditions=[
            Condition(no=each.no, text=each.text, due=each.due, met_at=each.met_at)
            for each in body.conditions
        ],
        reason_codes=body.reason_codes,
        reasons=body.reasons or {},
        legal_basis=body.legal_basis,
        reciprocity=body.reciprocity,
        adjustments=body.adjustments or {},
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        effect=body.effect,
    )


CONTENT_OF: Mapping[str, Callable[[Record], Content]] = {
    "case.publication": summary_of,
    "case.status": change_of,
    "citation.statement": citation_of,
    "recognition.statement": statement_of,
}


def content_of(record: Record) -> Content:
    """What a checked record of one of this room's types states."""
    return _read(record.canonical)


@lru_cache(maxsize=REMEMBERED)
def _read(canonical: bytes) -> Content:
    """Read once: what these bytes state never changes, and every fold asks for it again."""
    record = Record.from_bytes(canonical)
    return CONTENT_OF[record.type](record)


def said(record: Record, region: str | None, recorded_at: int | None) -> Said:
    """A checked record as the fold takes it; `region` is that of its organisation on the chain."""
    organisation = speaker(record)
    return Said(
        digest=record.digest,
        number=number_of(record.digest),
        organisation=organisation,
        region=region,
        subject=record.subject,
        previous=record.previous,
        recorded_at=recorded_at,
        issued_on=issued_on(record),
        content=content_of(record),
    )


def speaker(record: Record) -> OrganisationId:
    """The organisation that speaks in a checked record: its one signer's."""
    organisation = record.signers[0].organisation
    assert organisation is not None  # what `check` made sure of
    return organisation


def issued_on(record: Record) -> date:
    """The day of a record."""
    return record.issued_at.date()


def _texts(passages: list[PassageBody]) -> tuple[Text, ...]:
    return tuple(Text(each.text, each.lang) for each in passages)
