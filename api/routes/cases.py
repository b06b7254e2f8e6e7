"""Published cases: search, and one case with citations, recognitions and their proofs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TheNode
from api.schemas.cases import Cases, WholeCase
from api.schemas.records import HEX32
from registry.proofs.record import OrganisationId
from registry.recognition.service import Search, digest_of

router = APIRouter(prefix="/api/v1", tags=["cases"])

Code = Annotated[str | None, Query(max_length=80)]
Hex32 = Annotated[str | None, Query(pattern=HEX32)]


@router.get("/cases", response_model=Cases)
def search(
    node: TheNode,
    class_: Annotated[str | None, Query(alias="class", max_length=80)] = None,
    use: Code = None,
    right: Code = None,
    region: Code = None,
    tier: Annotated[int | None, Query(ge=0, le=99)] = None,
    issue: Code = None,
    method: Code = None,
    factor: Code = None,
    standard: Code = None,
    confirmation: Code = None,
    body: Hex32 = None,
    words: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Hex32 = None,
) -> Any:
    """Final cases of all regions, the one recorded last first; all that is asked for must fit.

    `words` are Chinese (from one character) or Latin; `after` is the `case` that ended a page.
    """
    asked = {
        "class": class_,
        "use": use,
        "right": right,
        "region_tier": None if tier is None else str(tier),
        "issue": issue,
        "method": method,
        "factor": factor,
        "standard": standard,
        "confirmation": confirmation,
    }
    return node.recognition.search(
        Search(
            fields={name: value for name, value in asked.items() if value is not None},
            region=region,
            organisation=None if body is None else OrganisationId(digest_of(body)),
            words=words,
            limit=limit,
            after=None if after is None else digest_of(after),
        )
    )


@router.get("/cases/{reference}", response_model=WholeCase)
def show(reference: str, node: TheNode) -> Any:
    """One case by its reference (perhaps with @version), a number or a digest.

    With versions, statuses, citations of and by it, recognitions, marks, and the proof of each.
    """
    return node.recognition.show(reference)
