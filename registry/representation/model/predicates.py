"""What a leg must satisfy to carry a yes: one function a predicate, each independent of the others.

A predicate says what failed, or nothing. The territory is the one predicate that a leg can satisfy
for some countries and not for others, so it answers with sets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.representation.model.agreement import Agreement, Leg
from registry.representation.model.reasons import Why
from registry.representation.rights import RIGHTS, RightCode, Use
from registry.representation.territories import Mask, Resolver
from registry.representation.tis import Window
from registry.representation.words import Action, ObjectClass, RepertoireScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is asked of a leg: one right, on one day."""

    right: RightCode
    use: Use | None
    object_class: ObjectClass | None
    action: Action
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A predicate that does not hold: which, in which field, what was wanted and what is there."""

    why: Why
    field: str
    expected: str
    actual: str


Predicate = Callable[[Leg, Point], Failure | None]


def in_force(leg: Leg, point: Point) -> Failure | None:
    """The day lies in the leg's term."""
    if leg.valid.holds(point.on):
        return None
    return Failure(
        why=Why.NOT_IN_FORCE,
        field="valid",
        expected=point.on.isoformat(),
        actual=span(leg.valid),
    )


def grants_right(leg: Leg, point: Point) -> Failure | None:
    """The right is among those granted."""
    if point.right in leg.rights:
        return None
    return Failure(
        why=Why.RIGHT_NOT_GRANTED,
        field="rights",
        expected=f"{RIGHTS[point.right].zh} {point.right}",
        actual=listed(leg.rights),
    )


def grants_use(leg: Leg, point: Point) -> Failure | None:
    """The use, where one is asked for, is among those granted and not excluded."""
    if point.use is None:
        return None
    if point.use in leg.uses_excluded:
        why, field, uses = Why.USE_EXCLUDED, "uses_excluded", leg.uses_excluded
    elif leg.uses_included and point.use not in leg.uses_included:
        why, field, uses = Why.USE_NOT_GRANTED, "uses_included", leg.uses_included
    else:
        return None
    return Failure(why=why, field=field, expected=point.use.value, actual=listed(uses))


def covers_class(leg: Leg, point: Point) -> Failure | None:
    """The kind of work, where one is asked for, is covered."""
    if point.object_class is None or point.object_class in leg.object_classes:
        return None
    return Failure(
        why=Why.CLASS_NOT_COVERED,
        field="object_classes",
        expected=point.object_class.value,
        actual=listed(leg.object_classes),
    )


def permits_action(leg: Leg, point: Point) -> Failure | None:
    """The grantee may do with the right what is asked: license, collect, enforce."""
    if point.action in leg.actions:
        return None
    return Failure(
        why=Why.ACTION_NOT_GRANTED,
        field="actions",
        expected=point.action.value,
        actual=listed(leg.actions),
    )


def admits_repertoire(leg: Leg, _point: Point) -> Failure | None:
    """The leg is for the grantor's repertoire, not for works on a list that nobody can see here."""
    if leg.repertoire not in (RepertoireScope.CATALOGUE_LIST, RepertoireScope.WORK_LIST):
        return None
    return Failure(
        why=Why.REPERTOIRE_LIMITED,
        field="repertoire.scope",
        expected=RepertoireScope.OWN_MEMBERS.value,
        actual=leg.repertoire.value,
    )


PREDICATES: tuple[Predicate, ...] = (
    in_force,
    grants_right,
    grants_use,
    covers_class,
    permits_action,
    admits_repertoire,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A leg held against a point: the predicates that failed, and the countries asked for.

    `inside` the leg covers, `excluded` it takes out by name, of `left` it had and has no more, of
    `silent` it says nothing. `ended`: its term was over by the day.
    """

    agreement: Agreement
    leg: Leg
    failures: tuple[Failure, ...]
    inside: Mask
    excluded: Mask
    left: Mask
    silent: Mask
    ended: bool

    @property
    def granted(self) -> Mask:
        """Where the leg carries a yes."""
        return Mask(0) if self.failures else self.inside

    @property
    def refused(self) -> Mask:
        """Where the leg is a positive ground for no.

        A leg that would have carried a yes refuses where it has ended, where its list takes the
        country out, and where its words exclude the use. What it merely does not grant is reserved
        to the grantor (Copyright Law of the PRC, Art. 29), who may have granted it by a paper that
        nobody recorded here: a leg that is silent, or has not begun, is no ground for a no.
        """
        failed = {failure.why for failure in self.failures}
        if not failed:
            return self.excluded
        ended = failed == {Why.NOT_IN_FORCE} and self.ended
        return self.inside if ended or failed == {Why.USE_EXCLUDED} else Mask(0)


def try_leg(agreement: Agreement, leg: Leg, point: Point, asked: Mask, resolver: Resolver) -> Tried:
    """Hold a leg against a point, for the countries asked for."""
    scope = resolver.scope(leg.territory, point.on)
    inside, excluded = asked & scope.mask, asked & scope.excluded
    outside = asked & ~scope.mask & ~scope.excluded
    began = point.on if leg.valid.start is None else leg.valid.start
    left = outside & resolver.scope(leg.territory, began).mask
    failures = (predicate(leg, point) for predicate in PREDICATES)
    return Tried(
        agreement=agreement,
        leg=leg,
        failures=tuple(failure for failure in failures if failure),
        inside=Mask(inside),
        excluded=Mask(excluded),
        left=Mask(left),
        silent=Mask(outside & ~left),
        ended=leg.valid.end is not None and leg.valid.end <= point.on,
    )


def territory_failures(tried: Tried, where: Mask) -> list[tuple[Failure, Mask]]:
    """How the territory failed, and for which of the countries of `where`."""
    items = " ".join(map(str, tried.leg.territory))
    found = (
        (Why.TERRITORY_EXCLUDED, tried.excluded & where),
        (Why.GROUP_MEMBERSHIP_CHANGED, tried.left & where),
        (Why.TERRITORY_NOT_GRANTED, tried.silent & where),
    )
    return [
        (Failure(why=why, field="territory", expected="", actual=items), Mask(mask))
        for why, mask in found
        if mask
    ]


def listed(words: Sequence[str]) -> str:
    """Words as one text; a dash for none."""
    return ", ".join(words) or "–"


def span(window: Window) -> str:
    """A window as people write it: both days are those of the record, the second not included."""
    return f"[{window.start or '…'}, {window.end or '…'})"
