"""Every log of the ledger, and how far it is followed here."""

from typing import Any

from fastapi import APIRouter

from api.deps import TheNode
from api.schemas.logs import Logs
from registry.ledger.following.overview import overview

router = APIRouter(prefix="/api/v1", tags=["logs"])


@router.get("/logs", response_model=Logs)
def logs(node: TheNode) -> Any:
    """All logs that the chain knows: sizes, what keeps one from being followed, what is at fault.

    Of the entries at fault the first hundred of each log.
    """
    with node.recording.now() as facts:
        return {"logs": overview(facts, node.log.log_id, node.follower.troubles)}
