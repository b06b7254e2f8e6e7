"""The question: may this society act on that right, with that repertoire, there and then?"""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TheNode
from api.schemas.representation import Result
from registry.ledger.bodies import CivilDate
from registry.proofs import shape
from registry.representation.rights import Use
from registry.representation.service import Question
from registry.representation.words import Action, ObjectClass

router = APIRouter(prefix="/api/v1", tags=["representation"])

Society = Annotated[
    str, Query(description="a CISAC code, SCHEME:VALUE or an organisation's id", max_length=240)
]


@router.get("/representation", response_model=Result)
def representation(
    node: TheNode,
    society: Society,
    repertoire: Society,
    territory: Annotated[
        str, Query(description="a code as CN, or a list as +2136 -2114", max_length=4000)
    ],
    right: Annotated[str | None, Query(description="as CN.10.9", max_length=20)] = None,
    use: Use | None = None,
    object_class: ObjectClass | None = None,
    on: CivilDate | None = None,
    known_at: Annotated[str | None, Query(description="as 2026-11-22T03:00:00Z")] = None,
    action: Action = Action.LICENSE,
) -> Any:
    """Whether `society` may act on the right with the repertoire of `repertoire`; with reasons.

    Say a right, a use, or both; with a use alone also the kind of work. `on` is a civil day, else
    today; `known_at` leaves out what was recorded later.
    """
    moment = None if known_at is None else int(shape.time(known_at, "known_at").timestamp())
    return node.representation.ask(
        Question(
            society=society,
            repertoire=repertoire,
            territory=territory,
            on=on or node.clock.now().date(),
            right=right,
            use=use,
            object_class=object_class,
            action=action,
            known_at=moment,
        )
    )
