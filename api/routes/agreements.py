"""Agreements between societies, as both signed them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import TheNode
from api.schemas.representation import Agreements, AgreementWithEvidence

router = APIRouter(prefix="/api/v1", tags=["representation"])


@router.get("/agreements", response_model=Agreements)
def agreements(
    node: TheNode,
    party: Annotated[
        str | None,
        Query(description="a CISAC code, an identifier or an organisation's id", max_length=240),
    ] = None,
) -> Any:
    """All public agreements in order, or those of a party."""
    return {"agreements": node.representation.agreements(party)}


@router.get("/agreements/{reference}", response_model=AgreementWithEvidence)
def agreement(reference: str, node: TheNode) -> Any:
    """An agreement by number or digest, with the proof that it is in the log."""
    return node.representation.agreement(reference)
