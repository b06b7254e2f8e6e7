"""A question about representation, resolved, and the parts of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import auto
from typing import Any

from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, OrganisationId
from registry.proofs.shape import time_text
from registry.representation.model.agreement import Agreement, Leg
from registry.representation.rights import RightCode, Use
from registry.representation.territories import Asked, Mask
from registry.representation.words import Action, ObjectClass, Word

RULES = "representation/1"
"""The edition of the rules that an answer was made by."""


class Value(Word):
    """The six answers. PARTIAL is for several territories of which not all have the same."""

    YES = auto()
    CONDITIONAL = auto()
    CONTESTED = auto()
    UNKNOWN = auto()
    NO = auto()
    PARTIAL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Society:
    """A society as it was found: by an organisation of the ledger, by CISAC's list, or by both.

    `claimants` are the organisations that bear the identifier asked for, where there are several.
    `member` is whether CISAC counted it among its members on the day; None where nobody says.
    """

    organisation: OrganisationId | None
    code: str | None
    en: str
    zh: str
    suspended: bool = False
    member: bool | None = None
    claimants: tuple[OrganisationId, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The society as answers carry it."""
        return {
            "organisation": None if self.organisation is None else to_hex(self.organisation),
            "cisac": self.code,
            "en": self.en,
            "zh": self.zh,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """May `society` act on `right` or for `use`, with the repertoire of `repertoire`, there, then?

    `rights` are the rights to look for: the one asked for or those that the use needs. `mask` holds
    the countries of `territory` on the day.
    """

    society: Society
    repertoire: Society
    right: RightCode | None
    use: Use | None
    object_class: ObjectClass | None
    rights: tuple[RightCode, ...]
    action: Action
    territory: Asked
    mask: Mask
    on: date
    known_at: datetime
    data_version: bytes

    def to_json(self) -> dict[str, Any]:
        """The question as it was understood, in the form that the result's hash covers."""
        return {
            "rules": RULES,
            "society": self.society.to_json(),
            "repertoire": self.repertoire.to_json(),
            "right": self.right,
            "use": None if self.use is None else self.use.value,
            "object_class": None if self.object_class is None else self.object_class.value,
            "rights": list(self.rights),
            "action": self.action.value,
            "territory": [
                *map(str, self.territory.items),
                *self.territory.absent,
            ],
            "data_version": to_hex(self.data_version),
            "on": self.on.isoformat(),
            "known_at": time_text(self.known_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the answer is what it is, for some countries; of an agreement's leg where one is named.

    `field`, `expected` and `actual` say what was compared.
    """

    code: str
    en: str
    zh: str
    mask: Mask
    agreement: Agreement | None = None
    leg: Leg | None = None
    right: RightCode | None = None
    field: str | None = None
    expected: str | None = None
    actual: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """The rejected leg that fails the fewest predicates, and what would make it a yes."""

    agreement: Agreement
    leg: Leg
    right: RightCode
    failed: tuple[str, ...]
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer: one value, the countries of each, and everything it was decided on."""

    value: Value
    territories: Mapping[Value, Mask]
    reasons: tuple[Reason, ...]
    nearest: tuple[NearMiss, ...]

    @property
    def evidence(self) -> tuple[Digest, ...]:
        """The records that reasons and near misses name, each once."""
        named = [each.agreement for each in self.reasons if each.agreement]
        named += [each.agreement for each in self.nearest]
        return tuple(dict.fromkeys(agreement.digest for agreement in named))
