"""May this society act on that right, with that repertoire, there and then: one of six answers.

Direct legs only. Absence from this ledger is not absence from the world: NO needs a positive ground
and is otherwise UNKNOWN, and neither is ever shown as the other. For a country and a right the
first that applies: CONTESTED, YES, CONDITIONAL, NO, UNKNOWN. Several rights are all needed: the
worst counts. Several countries with different answers make PARTIAL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.representation.model import explain, predicates
from registry.representation.model.agreement import Agreement
from registry.representation.model.gates import GATES, Shut
from registry.representation.model.predicates import Point, Tried
from registry.representation.model.question import Answer, NearMiss, Query, Reason, Value
from registry.representation.model.reasons import Why
from registry.representation.rights import RIGHTS, RightCode, missing_for
from registry.representation.territories import NOWHERE, Mask, Resolver
from registry.representation.words import Action

# Where several rights are needed, the answer is the first of these that one of them has.
WORST_FIRST = (Value.NO, Value.UNKNOWN, Value.CONTESTED, Value.CONDITIONAL, Value.YES)

Shares = Mapping[Value, Mask]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """What was decided of one right, or of the question before any right was looked at."""

    shares: Shares
    reasons: tuple[Reason, ...]
    nearest: tuple[NearMiss, ...] = ()


def answer(
    query: Query, agreements: Iterable[Agreement], resolver: Resolver, *, complete: bool
) -> Answer:
    """The answer to `query` from agreements in any order.

    `complete`: whether every log is known as far as the chain has it; otherwise nothing is ruled
    out by what agreements say.
    """
    decided = _at_once(query)
    if decided is None:
        ordered = sorted(agreements, key=lambda each: (each.number, each.digest))
        per_right = [_of_right(query, right, ordered, resolver) for right in query.rights]
        decided = _unless_incomplete(_all_of(per_right, query), complete)
    shares = {value: mask for value, mask in decided.shares.items() if mask}
    (value, *more) = shares or {Value.UNKNOWN: NOWHERE}
    return Answer(
        value=Value.PARTIAL if more else value,
        territories=shares,
        reasons=(*decided.reasons, *_remarks(query)),
        nearest=decided.nearest,
    )


# ---- of the question as a whole -----------------------------------------------------------------


def _at_once(query: Query) -> _Decided | None:
    """What needs no agreement to be answered, or cannot be answered by any."""
    if query.territory.absent:
        return _unknown(query, Why.TERRITORY_NOT_IN_TIS, actual=", ".join(query.territory.absent))
    if not query.mask:
        return _unknown(query, Why.TERRITORY_NOT_EXISTING, expected=query.on.isoformat())
    for society in (query.society, query.repertoire):
        if society.claimants:
            asked = f"CISAC:{society.code}" if society.code else society.en
            return _unknown(query, Why.SOCIETY_AMBIGUOUS, expected=asked)
        if society.organisation is None:
            return _unknown(query, Why.SOCIETY_NOT_ON_LEDGER, actual=society.en)
    if query.society.suspended:
        reason = explain.reason_of(Why.SUSPENDED, query.mask, expected=query.on.isoformat())
        return _Decided(shares={Value.NO: query.mask}, reasons=(reason,))
    if query.society.organisation == query.repertoire.organisation:
        return _unknown(query, Why.MEMBERSHIP_NOT_RECORDED)
    moral = [each for each in query.rights if not RIGHTS[each].licensable]
    if moral and query.action is Action.LICENSE:
        named = f"{RIGHTS[moral[0]].zh} {moral[0]}"
        reason = explain.reason_of(Why.RIGHT_NOT_LICENSABLE, query.mask, expected=named)
        return _Decided(shares={Value.NO: query.mask}, reasons=(reason,))
    if not query.rights and query.use and query.object_class:
        return _unknown(
            query, Why.NO_USE_TABLE, expected=query.use.value, actual=query.object_class.value
        )
    return None


def _unknown(
    query: Query, why: Why, expected: str | None = None, actual: str | None = None
) -> _Decided:
    reason = explain.reason_of(why, query.mask, expected=expected, actual=actual)
    return _Decided(shares={Value.UNKNOWN: query.mask}, reasons=(reason,))


def _unless_incomplete(decided: _Decided, complete: bool) -> _Decided:
    """Where a log is not known as far as the chain has it, a no becomes unknown."""
    refused = decided.shares.get(Value.NO, NOWHERE)
    if complete or not refused:
        return decided
    unknown = decided.shares.get(Value.UNKNOWN, NOWHERE) | refused
    shares = {**decided.shares, Value.UNKNOWN: Mask(unknown), Value.NO: NOWHERE}
    reason = explain.reason_of(Why.LOG_NOT_FOLLOWED, refused)
    return replace(decided, shares=shares, reasons=(*decided.reasons, reason))


def _remarks(query: Query) -> Iterator[Reason]:
    """What does not change the answer and should be known with it."""
    for society in (query.society, query.repertoire):
        if society.member is False:
            yield explain.reason_of(
                Why.CISAC_MEMBERSHIP_ENDED,
                query.mask,
                expected=query.on.isoformat(),
                actual=society.en,
            )
    if (
        query.use
        and query.right
        and (missing := missing_for(query.use, query.object_class, query.right))
    ):
        in_words = ", ".join(f"{RIGHTS[each].zh} {each}" for each in missing)
        yield explain.reason_of(
            Why.RIGHT_NOT_SUFFICIENT_FOR_USE,
            query.mask,
            expected=query.use.value,
            actual=in_words,
        )
    for caution in query.territory.cautions:
        yield Reason(code=caution.code.value, en=caution.en, zh=caution.zh, mask=query.mask)


# ---- of one right -------------------------------------------------------------------------------


def _of_right(
    query: Query, right: RightCode, agreements: Sequence[Agreement], resolver: Resolver
) -> _Decided:
    point = Point(
        right=right,
        use=query.use,
        object_class=query.object_class,
        action=query.action,
        on=query.on,
    )
    granted_by = [
        predicates.try_leg(agreement, leg, point, query.mask, resolver)
        for agreement in agreements
        for leg in agreement.terms.legs
        if leg.grantor == query.repertoire.organisation
    ]
    own = [tried for tried in granted_by if tried.leg.grantee == query.society.organisation]
    others = [tried for tried in granted_by if tried.leg.grantee != query.society.organisation]
    shut = [(tried, gate(tried, point, resolver)) for tried in own for gate in GATES]
    conditions = [(tried, found) for tried, found in shut if found is not None]
    conflicts = list(_conflicts(own, others))
    shares = _shares(query.mask, own, conditions, conflicts)
    refused, unknown = shares[Value.NO], shares[Value.UNKNOWN]
    reasons = [
        *(explain.granted(tried, right) for tried in own if tried.granted),
        *(explain.limited(tried, right) for tried in own if explain.limits_uses(tried, query)),
        *(explain.of_leg(tried, right, *found) for tried, found in conditions),
        *(explain.conflicting(one, other, mask, right) for one, other, mask in conflicts),
        *explain.refusals(own, right, refused),
        *explain.misses(own, right, unknown),
    ]
    if unknown and not own:
        reasons.append(explain.reason_of(Why.NO_AGREEMENT, unknown, right=right))
    nearest = explain.nearest_miss(own, right, Mask(refused | unknown))
    return _Decided(shares=shares, reasons=tuple(reasons), nearest=(nearest,) if nearest else ())


def _shares(
    asked: Mask,
    own: Sequence[Tried],
    conditions: Sequence[tuple[Tried, Shut]],
    conflicts: Sequence[tuple[Tried, Tried, Mask]],
) -> dict[Value, Mask]:
    """Each country asked for under the first answer that applies."""
    clear = 0
    for tried in own:
        clear |= tried.granted & ~_union(mask for one, (_, mask) in conditions if one is tried)
    wanted = {
        Value.CONTESTED: _union(mask for _, _, mask in conflicts),
        Value.YES: clear,
        Value.CONDITIONAL: _union(tried.granted for tried in own),
        Value.NO: _union(tried.refused for tried in own),
        Value.UNKNOWN: asked,
    }
    shares, left = {}, int(asked)
    for value, mask in wanted.items():
        shares[value] = Mask(mask & left)
        left &= ~mask
    return shares


def _conflicts(
    own: Sequence[Tried], others: Sequence[Tried]
) -> Iterator[tuple[Tried, Tried, Mask]]:
    """Two grants by one grantor that meet in a country, at least one of them exclusive."""
    for one in own:
        for other in others:
            mask = one.granted & other.granted
            if mask and (one.leg.excludes_others or other.leg.excludes_others):
                yield one, other, Mask(mask)


def _all_of(per_right: Sequence[_Decided], query: Query) -> _Decided:
    """Every right is needed: a country has the worst answer that one of them has there."""
    shares, left = {}, int(query.mask)
    for value in WORST_FIRST:
        mask = _union(decided.shares[value] for decided in per_right) & left
        shares[value] = Mask(mask)
        left &= ~mask
    return _Decided(
        shares={value: shares[value] for value in Value if value in shares},
        reasons=tuple(reason for decided in per_right for reason in decided.reasons),
        nearest=tuple(near for decided in per_right for near in decided.nearest),
    )


def _union(masks: Iterable[int]) -> Mask:
    found = 0
    for mask in masks:
        found |= mask
    return Mask(found)
