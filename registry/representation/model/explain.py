"""How an answer is explained: reasons with what was compared, and the nearest miss."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.representation.model import predicates
from registry.representation.model.agreement import Leg
from registry.representation.model.predicates import Failure, Tried
from registry.representation.model.question import NearMiss, Query, Reason
from registry.representation.model.reasons import TEXTS, Why
from registry.representation.rights import RIGHTS, RightCode
from registry.representation.territories import Mask


def reason_of(
    why: Why,
    mask: Mask,
    *,
    right: RightCode | None = None,
    expected: str | None = None,
    actual: str | None = None,
) -> Reason:
    """The reason with its sentences; `expected` and `actual` are what was compared."""
    text = TEXTS[why]
    return Reason(
        code=why.value,
        en=text.en.format(expected=expected, actual=actual),
        zh=text.zh.format(expected=expected, actual=actual),
        mask=mask,
        right=right,
        expected=expected,
        actual=actual,
    )


def of_leg(tried: Tried, right: RightCode, failure: Failure, mask: Mask) -> Reason:
    """What a predicate or a gate found in a leg, as a reason."""
    reason = reason_of(
        failure.why, mask, right=right, expected=failure.expected or None, actual=failure.actual
    )
    return replace(reason, agreement=tried.agreement, leg=tried.leg, field=failure.field)


def granted(tried: Tried, right: RightCode) -> Reason:
    """The reason of a leg that carries a yes."""
    leg = tried.leg
    grant = "; ".join(
        (
            f"{RIGHTS[right].zh} {right}",
            predicates.listed(leg.object_classes),
            " ".join(map(str, leg.territory)),
            predicates.span(leg.valid),
            leg.exclusivity.value,
        )
    )
    failure = Failure(why=Why.LEG_OK, field="rights", expected=right, actual=grant)
    return of_leg(tried, right, failure, tried.granted)


def limits_uses(tried: Tried, query: Query) -> bool:
    """Whether a leg carries a yes for some uses only, and no use was asked for."""
    leg = tried.leg
    return bool(tried.granted and query.use is None and (leg.uses_included or leg.uses_excluded))


def limited(tried: Tried, right: RightCode) -> Reason:
    """That the grant is for some uses only, as the parties signed it."""
    signed = [f"+{use}" for use in tried.leg.uses_included]
    signed += [f"-{use}" for use in tried.leg.uses_excluded]
    failure = Failure(
        why=Why.USES_LIMITED, field="uses_included", expected="", actual=" ".join(signed)
    )
    return of_leg(tried, right, failure, tried.granted)


def conflicting(one: Tried, other: Tried, mask: Mask, right: RightCode) -> Reason:
    """That two grants exclude one another; it is listed at the other society's leg."""
    both = [
        f"{tried.agreement.number} leg {tried.leg.index + 1} ({tried.leg.exclusivity.value})"
        for tried in (one, other)
    ]
    failure = Failure(
        why=Why.EXCLUSIVE_OVERLAP, field="exclusivity", expected=both[0], actual=" / ".join(both)
    )
    return of_leg(other, right, failure, mask)


def refusals(own: Sequence[Tried], right: RightCode, refused: Mask) -> Iterator[Reason]:
    """The positive grounds of a no: what each leg that refuses a country says of it."""
    for tried in own:
        where = Mask(tried.refused & refused)
        if where:
            yield from _failed(tried, right, where)


def misses(own: Sequence[Tried], right: RightCode, unknown: Mask) -> Iterator[Reason]:
    """Why nothing is known: what keeps the legs that come nearest from granting it."""
    failures = {tried: _failures_nearest(tried, unknown) for tried in own if unknown}
    fewest = min(map(len, failures.values()), default=0)
    for tried, failed in failures.items():
        if len(failed) == fewest:
            yield from _failed(tried, right, unknown)


def _failed(tried: Tried, right: RightCode, where: Mask) -> Iterator[Reason]:
    for failure in tried.failures:
        yield of_leg(tried, right, failure, where)
    for failure, mask in predicates.territory_failures(tried, where):
        yield of_leg(tried, right, failure, mask)


def nearest_miss(own: Sequence[Tried], right: RightCode, left: Mask) -> NearMiss | None:
    """The rejected leg with the fewest failures; of equal ones that which began last."""
    rejected = [(_failures_nearest(tried, left), tried) for tried in own if left]
    if not rejected:
        return None
    failures, tried = min(
        rejected,
        key=lambda each: (
            len(each[0]),
            -_began(each[1].leg),
            each[1].agreement.number,
            each[1].leg.index,
        ),
    )
    wishes = [
        (TEXTS[each.why], {"expected": each.expected, "actual": each.actual}) for each in failures
    ]
    return NearMiss(
        agreement=tried.agreement,
        leg=tried.leg,
        right=right,
        failed=tuple(failure.why.value for failure in failures),
        en="; ".join(text.wish_en.format(**values) for text, values in wishes),
        zh="；".join(text.wish_zh.format(**values) for text, values in wishes),
    )


def _failures_nearest(tried: Tried, left: Mask) -> tuple[Failure, ...]:
    """The failures in the country where the leg fails least: its territory counts as one more."""
    if tried.inside & left and tried.failures:
        return tried.failures
    outside = predicates.territory_failures(tried, left)[:1]
    return (*tried.failures, *(failure for failure, _ in outside))


def _began(leg: Leg) -> int:
    return 0 if leg.valid.start is None else leg.valid.start.toordinal()
