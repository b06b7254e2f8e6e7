"""Is it alive, does it take records, and what is the matter with which part."""

from typing import Any

from fastapi import APIRouter, Response

from api.deps import TheNode
from api.schemas.ledger import Alive, Ready

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Alive)
async def alive() -> Any:
    """The process answers."""
    return {"alive": True}


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
def ready(response: Response, node: TheNode) -> Any:
    """Whether records are taken. A chain or store that is away is told, and does not hinder it."""
    parts = {
        name: {"ok": trouble is None}
        if trouble is None
        else {"ok": False, "code": trouble.code, "detail": trouble.detail}
        for name, trouble in node.condition().items()
    }
    takes_records = all(parts[name]["ok"] for name in ("database", "clock", "writer"))
    if not takes_records:
        response.status_code = 503
    return {"ready": takes_records, "parts": parts}
