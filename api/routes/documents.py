"""Published files: only those that a recorded registration names, checked against it."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.deps import TheNode
from api.routes.records import takes
from api.schemas.documents import Stored
from api.security import bounded, require_media_type
from registry.documents.port import read_file
from registry.proofs.cid import parse_cid
from registry.works.publishing import Upload

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])

OCTETS = "application/octet-stream"


@router.put(
    "/{cid}",
    status_code=201,
    response_model=Stored,
    openapi_extra=takes(OCTETS, {"type": "string", "format": "binary"}),
)
async def publish(cid: str, request: Request, node: TheNode) -> Stored:
    """Publish the file that a registration here names by this CID; its hash is compared."""
    require_media_type(request, OCTETS)
    with Upload(node.works.documents_expected(cid), node.settings.data / "incoming") as upload:
        async for piece in bounded(request, node.settings.document_limit):
            upload.write(piece)
        size = await asyncio.to_thread(upload.store, node.documents, cid)
    return Stored(cid=cid, size=size)


@router.get("/{cid}", response_class=StreamingResponse, responses={200: {"content": {OCTETS: {}}}})
def published(cid: str, node: TheNode) -> Response:
    """The bytes of a published file, every block hashed as it is read."""
    return StreamingResponse(
        read_file(node.documents, parse_cid(cid)),
        media_type=OCTETS,
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Disposition": "attachment",
        },
    )
