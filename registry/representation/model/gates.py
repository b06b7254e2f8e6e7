"""What the law of a territory adds to a grant: a gate turns a yes into a yes on a condition.

One function a gate; each says for which of the countries granted it is shut, and why.
"""

from collections.abc import Callable

from registry.representation.model.agreement import Filing
from registry.representation.model.predicates import Failure, Point, Tried
from registry.representation.model.reasons import Why
from registry.representation.territories import MAINLAND, Mask, Resolver
from registry.representation.words import RepertoireScope

Shut = tuple[Failure, Mask]
Gate = Callable[[Tried, Point, Resolver], Shut | None]


def chinese_filing(tried: Tried, point: Point, resolver: Resolver) -> Shut | None:
    """In territory 156 the agreement is filed and announced: Collective Management Regs., 22."""
    mask = tried.granted & resolver.leaves(MAINLAND, point.on)
    filing = tried.agreement.terms.filing
    if not mask or _announced(filing, point):
        return None
    failure = Failure(
        why=Why.CN_RRA_FILING_NOT_EVIDENCED,
        field="filing.announced_on",
        expected=f"≤ {point.on}",
        actual=_filing_in_words(filing),
    )
    return failure, Mask(mask)


def _announced(filing: Filing | None, point: Point) -> bool:
    day = None if filing is None else filing.announced_on
    return day is not None and day <= point.on


def _filing_in_words(filing: Filing | None) -> str:
    if filing is None:
        return "filing: –"
    return f"{filing.authority} {filing.number or '–'}, {filing.announced_on or '–'}"


def repertoire_exceptions(tried: Tried, _point: Point, _resolver: Resolver) -> Shut | None:
    """A grant of all works but those on a list leaves each work to be looked up."""
    if not tried.granted or tried.leg.repertoire is not RepertoireScope.ALL_EXCEPT_LIST:
        return None
    failure = Failure(
        why=Why.REPERTOIRE_EXCEPTIONS,
        field="repertoire.scope",
        expected=RepertoireScope.OWN_MEMBERS.value,
        actual=tried.leg.repertoire.value,
    )
    return failure, tried.granted


GATES: tuple[Gate, ...] = (chinese_filing, repertoire_exceptions)
