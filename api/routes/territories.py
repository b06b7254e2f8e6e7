"""Lists of territories, resolved on a day."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TheNode
from api.schemas.representation import Territories
from registry.ledger.bodies import CivilDate
from registry.representation.territories import described

router = APIRouter(prefix="/api/v1", tags=["representation"])


@router.get("/territories", response_model=Territories)
def territories(
    node: TheNode,
    expression: Annotated[
        str, Query(description="as +2136 -2114 +124, or a code as CN", max_length=4000)
    ],
    on: CivilDate | None = None,
) -> Any:
    """The countries of an ordered list of territories (CISAC TIS) on a day, else today.

    Codes are TIS numbers, TIS or ISO 3166-1 letters, or ISO 3166-2 codes of China. A plus sign is
    `%2B` in an address; a code without a sign is included.
    """
    return described(expression, on or node.clock.now().date())
