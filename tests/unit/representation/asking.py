"""Questions and agreements for the tests of the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from registry.proofs.number import number_of
from registry.representation.model.agreement import Agreement
from registry.representation.model.answer import answer
from registry.representation.model.question import Answer, Query, Society, Value
from registry.representation.rights import RightCode
from registry.representation.terms import terms_of
from registry.representation.territories import Mask, read_expression, resolver
from registry.representation.words import Action
from tests import agreements
from tests.agreements import MCSC, SACEM, Party

D = date(2026, 11, 21)


def society(party: Party | None, name: str, **changes: Any) -> Society:
    return Society(
        organisation=None if party is None else party.id, code=None, en=name, zh=name, **changes
    )


def query(territory: str = "CN", **changes: Any) -> Query:
    """May MCSC license the performing right of SACEM in China; with `changes` on top."""
    on = changes.get("on", D)
    asked = read_expression(territory, on)
    rights = (RightCode("CN.10.9"),)
    if "right" in changes:
        rights = (RightCode(changes["right"]),)
    made = Query(
        society=society(MCSC, "MCSC"),
        repertoire=society(SACEM, "SACEM"),
        right=rights[0],
        use=None,
        object_class=None,
        rights=rights,
        action=Action.LICENSE,
        territory=asked,
        mask=resolver().scope(asked.items, on).mask,
        on=on,
        known_at=datetime(2026, 11, 22, tzinfo=UTC),
        data_version=resolver().tis.version,
    )
    return replace(made, **changes)


def recorded(*legs: Mapping[str, Any], salt: int = 0, **changes: Any) -> Agreement:
    """An agreement of MCSC and SACEM as it stands in the ledger."""
    body = agreements.terms(*legs, **changes)
    record = agreements.agreement(body, salt=salt.to_bytes(32, "big"))
    return Agreement(digest=record.digest, number=number_of(record.digest), terms=terms_of(record))


def between(grantee: Party, salt: int = 0, **changes: Any) -> Agreement:
    """An agreement by which SACEM grants somebody something, with changes to its one leg."""
    return recorded(agreements.leg(SACEM, grantee, **changes), salt=salt, parties=(grantee, SACEM))


def ask(asked: Query, *known: Agreement, complete: bool = True) -> Answer:
    return answer(asked, known, resolver(), complete=complete)


def codes(found: Answer) -> list[str]:
    return [reason.code for reason in found.reasons]


def of(found: Answer, value: Value) -> list[int]:
    """The countries that have this answer."""
    return list(map(int, resolver().codes(found.territories.get(value, Mask(0)))))


def failed(found: Answer) -> Sequence[str]:
    """What the nearest miss fails."""
    return found.nearest[0].failed if found.nearest else ()
