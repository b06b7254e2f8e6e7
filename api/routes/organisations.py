"""Who is in the ledger: organisations with their keys over time, and CISAC's societies."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TheNode
from api.schemas.organisations import Organisation, Organisations, Society
from registry.errors import InvalidInput
from registry.ledger.bodies import CivilDate

router = APIRouter(prefix="/api/v1", tags=["organisations"])


@router.get("/organisations", response_model=Organisations)
def organisations(
    node: TheNode,
    identifier: Annotated[str | None, Query(description="as CISAC:119", max_length=240)] = None,
) -> Any:
    """All organisations in order of admission, or every one that claims an identifier."""
    now = int(node.clock.now().timestamp())
    known = node.organisations
    with node.recording.now(provisional=True) as facts:
        if identifier is None:
            chosen = list(known.register.values())
        else:
            scheme, colon, value = identifier.partition(":")
            if not (scheme and colon and value):
                raise InvalidInput("ORGANISATION_NAME_INVALID", "write an identifier as CISAC:119")
            chosen = [known.register[one] for one in known.bearing(facts, scheme, value)]
        return {"organisations": [known.described(facts, one, now) for one in chosen]}


@router.get("/organisations/{name}", response_model=Organisation)
def organisation(name: str, node: TheNode) -> Any:
    """One organisation, by its id or by an identifier that it alone claims, as CISAC:119."""
    now = int(node.clock.now().timestamp())
    with node.recording.now(provisional=True) as facts:
        found = node.organisations.find(facts, name)
        return node.organisations.described(facts, found, now)


@router.get("/societies/{code}", response_model=Society)
def society(code: str, node: TheNode, on: CivilDate | None = None) -> Any:
    """A society of CISAC's list by its three digits, and whether it was a member on a day."""
    with node.recording.now(provisional=True) as facts:
        return node.organisations.society(facts, code, on)
