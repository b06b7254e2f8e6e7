"""The node as a witness of other logs (C2SP tlog-witness): answers as that specification says."""

import asyncio

from fastapi import APIRouter, Request, Response

from api.deps import TheNode
from api.routes.records import takes
from api.security import read_body
from registry.ledger.witness import StandsElsewhere
from registry.proofs.witness_request import LONGEST, PATH, SIZE_TYPE, encode_size

router = APIRouter(tags=["witness"])

TEXT = "text/plain"


@router.post(
    PATH,
    response_class=Response,
    responses={
        200: {"description": "The cosignature line", "content": {TEXT: {}}},
        409: {"description": "The size at which the log stands here", "content": {SIZE_TYPE: {}}},
    },
    openapi_extra=takes(
        TEXT,
        {"type": "string", "description": "old size, consistency proof, empty line, checkpoint"},
    ),
)
async def add_checkpoint(request: Request, node: TheNode) -> Response:
    """Cosign a head of a log of this ledger that continues what is known of it here.

    404 for a log that is not on the chain, 403 for one that did not sign, 400 for what cannot be
    read, 409 with the size to start from, 422 for a proof that fails, 429 for more than one new
    head a second.
    """
    body = await read_body(request, LONGEST)
    try:
        lines = await asyncio.to_thread(node.witness.add_checkpoint, body)
    except StandsElsewhere as exc:
        # By a header: a charset would be added to a media type of text.
        return Response(encode_size(exc.size), 409, headers={"Content-Type": SIZE_TYPE})
    return Response(lines, media_type=f"{TEXT}; charset=utf-8")
