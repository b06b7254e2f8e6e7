"""What this node is part of: the ledger, its trust file, and the embedded chain for reading."""

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.deps import TheNode
from api.routes.records import takes
from api.schemas.ledger import Ledger
from api.security import read_body, require_media_type
from registry.bootstrap import Node
from registry.errors import NotFound
from registry.proofs.canonical import parse
from registry.proofs.hexes import to_hex
from registry.proofs.shape import time_text

router = APIRouter(tags=["ledger"])

QUESTION_LIMIT = 64 * 1024


@router.get("/api/v1/ledger", response_model=Ledger)
def ledger(node: TheNode) -> Any:
    """The ledger, its rules, the chain it stands on, and this node's log."""
    deployment = node.deployment
    return {
        "spec": "comity/1",
        "ledger": to_hex(deployment.ledger),
        "name": deployment.founding.name,
        "rules": deployment.founding.rules.to_json(),
        "chain": {
            "id": deployment.chain_id,
            "contracts": {
                "Organisations": to_hex(deployment.organisations.address),
                "Logs": to_hex(deployment.logs.address),
            },
        },
        "organisation": to_hex(node.organisation.id),
        "log": {
            "id": to_hex(node.log.log_id),
            "origin": node.log.signer.key.name,
            "vkey": node.log.signer.key.encode(),
        },
        "size": node.log.size,
        "time": time_text(node.clock.now().replace(microsecond=0)),
    }


@router.get("/api/v1/trust", response_model=dict[str, Any])
def trust(node: TheNode) -> Response:
    """The trust file: organisations, keys, logs, witnesses and policy, as final on the chain."""
    return Response(trust_file(node), media_type="application/json")


def trust_file(node: Node) -> bytes:
    """The trust file to the byte: who uses it names it by the SHA-256 of these."""
    return orjson.dumps(node.trust())


@router.post(
    "/chain",
    openapi_extra=takes("application/json", {"type": "object", "description": "JSON-RPC 2.0"}),
)
async def chain(request: Request, node: TheNode) -> dict[str, Any]:
    """JSON-RPC of the embedded chain, reading methods only.

    404 where the node uses an outside chain: ask a node of that chain.
    """
    require_media_type(request, "application/json")
    if node.settings.chain_url is not None:
        raise NotFound("CHAIN_IS_OUTSIDE", "the chain is outside; ask a node of that chain")
    question = parse(await read_body(request, QUESTION_LIMIT))
    return await asyncio.to_thread(node.ask_chain, question)
