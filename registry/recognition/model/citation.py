"""What a citation may say: how the citing body treated the case that it read, and why.

Similar means the three limbs of the search for similar cases (类案检索): basic facts, issues in
dispute, application of law. Whoever turns away from a case owes a difference and a reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.proofs.record import Digest
from registry.recognition.model.codes import code_list
from registry.recognition.model.faults import Fault
from registry.recognition.model.texts import Text, anchors, same_language_twice, width

LEAST_REASON = 20
"""The shortest reason for turning away from a case, in letters; a Chinese character is two."""


class Treatment(StrEnum):
    """What the citing body did with the case."""

    FOLLOWED = "followed"
    APPLIED_STANDARD = "applied_standard"
    ADAPTED = "adapted"
    CONSIDERED = "considered"
    MENTIONED = "mentioned"
    DISTINGUISHED = "distinguished"
    NOT_FOLLOWED = "not_followed"
    CRITICISED = "criticised"
    SUPERSEDED_BY = "superseded_by"


RELYING = frozenset((Treatment.FOLLOWED, Treatment.APPLIED_STANDARD, Treatment.ADAPTED))
"""Treatments that build on the case: a change of its status reaches whoever used them."""

TURNING_AWAY = frozenset((Treatment.DISTINGUISHED, Treatment.NOT_FOLLOWED, Treatment.CRITICISED))

DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """The three limbs, each same, similar or different; None where nothing is said."""

    facts: str | None
    issues: str | None
    law: str | None

    def limbs(self) -> dict[str, str | None]:
        """The limbs by name."""
        return {"facts": self.facts, "issues": self.issues, "law": self.law}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation: `cited` is the case, `read` the version read; `citing` the own publication."""

    citing: Digest | None
    cited: Digest
    read: Digest
    pinpoint: Sequence[str]
    treatment: str
    similarity: Similarity
    differences: Sequence[Text]
    reason: Sequence[Text]

    @property
    def relies(self) -> bool:
        """Whether the citing case builds on the cited one."""
        return self.treatment in RELYING


def faults(citation: Citation) -> Iterator[Fault]:
    """Each rule that a citation breaks."""
    if citation.citing is not None and citation.citing in (citation.cited, citation.read):
        yield Fault("CIT_SELF", "body.citing", "is the case that is cited")
    yield from code_list("treatment").faults(citation.treatment, "body.treatment")
    yield from _similarity_faults(citation)
    yield from _reason_faults(citation)
    yield from anchors(citation.pinpoint, "body.pinpoint", "CIT_INVALID")
    yield from same_language_twice(citation.reason, "body.reason", "CIT_INVALID")


def _similarity_faults(citation: Citation) -> Iterator[Fault]:
    for name, said in citation.similarity.limbs().items():
        path = f"body.similarity.{name}"
        if said is None:
            reason = "is one of the three limbs: say same, similar or different"
            yield Fault("CIT_SIMILARITY_INCOMPLETE", path, reason)
        else:
            yield from code_list("similarity").faults(said, path)
        if said == DIFFERENT and citation.treatment == Treatment.FOLLOWED:
            yield Fault("CIT_FOLLOWED_DIFFERENT", path, "a case that differs is not followed")


def _reason_faults(citation: Citation) -> Iterator[Fault]:
    longest = max((width(text.text) for text in citation.reason), default=0)
    if longest == 0:
        yield Fault("CIT_TREATMENT_REASON", "body.reason", "says why the case was treated so")
    if citation.treatment not in TURNING_AWAY:
        return
    if 0 < longest < LEAST_REASON:
        reason = f"has at least {LEAST_REASON} letters, a Chinese character counting two"
        yield Fault("CIT_TREATMENT_REASON", "body.reason", reason)
    if not citation.differences:
        reason = f"a case that is {citation.treatment} differs somewhere: say where"
        yield Fault("CIT_TREATMENT_REASON", "body.differences", reason)
