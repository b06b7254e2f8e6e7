"""Blocks that this node holds, by content: a trustless gateway for raw blocks.

Follows https://specs.ipfs.tech/http-gateways/trustless-gateway/: what is asked for is hashed by
whoever asked. Nothing is fetched from elsewhere to answer a stranger.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import TheNode
from api.routes.log import FOREVER
from registry.bootstrap import Node
from registry.errors import InvalidInput, NotFound
from registry.proofs.cid import parse_cid

router = APIRouter(prefix="/ipfs", tags=["blocks"])

RAW = "application/vnd.ipld.raw"
# The empty block, of which the CID itself is the content: clients look with it for a gateway.
PROBE = "bafkqaaa"

Format = Annotated[str | None, Query(description="raw, the one format here")]


@router.get(
    "/{cid}",
    response_class=Response,
    responses={200: {"content": {RAW: {}}}, 304: {"description": "It never changes"}},
)
def block(cid: str, request: Request, node: TheNode, format: Format = None) -> Response:
    """A raw block, with `?format=raw` or `Accept: application/vnd.ipld.raw`.

    404 where this node does not hold it, 406 for another format, 400 for none.
    """
    require_raw(format, request.headers.get("accept"))
    data = b"" if cid == PROBE else _held(node, cid)
    headers = {
        "Cache-Control": FOREVER,
        "Content-Disposition": f'attachment; filename="{cid}.bin"',
        "ETag": f'"{cid}.raw"',
        "Vary": "Accept",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=RAW, headers=headers)


@router.head("/{cid}", response_class=Response, responses={200: {"content": {RAW: {}}}})
def block_head(cid: str, request: Request, node: TheNode, format: Format = None) -> Response:
    """The headers of a raw block."""
    return block(cid, request, node, format)


def require_raw(format: str | None, accept: str | None) -> None:
    """Refuse what does not ask for a raw block; `format` goes before `accept`.

    Raises InvalidInput BLOCK_FORMAT_MISSING or BLOCK_FORMAT_OTHER.
    """
    if format is None and (accept or "*/*").strip() == "*/*":
        raise InvalidInput("BLOCK_FORMAT_MISSING", "ask for a format: ?format=raw")
    accepted = [each.partition(";")[0].strip().lower() for each in (accept or "").split(",")]
    if format != "raw" and (format is not None or RAW not in accepted):
        raise InvalidInput("BLOCK_FORMAT_OTHER", "blocks are served raw, with ?format=raw")


def _held(node: Node, text: str) -> bytes:
    cid = parse_cid(text)
    if not node.documents.has(cid):
        raise NotFound("BLOCK_MISSING", f"this node does not hold the block {cid}")
    return node.documents.get_block(cid)
