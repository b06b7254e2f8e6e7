"""The log as static files, checkpoint and tiles (C2SP tlog-tiles), for anybody's tools."""

from fastapi import APIRouter, Response

from api.deps import TheNode

router = APIRouter(prefix="/log", tags=["log"])

FOREVER = "public, max-age=31536000, immutable"


@router.get(
    "/checkpoint", response_class=Response, responses={200: {"content": {"text/plain": {}}}}
)
def checkpoint(node: TheNode) -> Response:
    """The newest checkpoint: origin, size, root, signed by the log's key."""
    return Response(
        node.reading.checkpoint(),
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@router.get(
    "/tile/{path:path}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def tile(path: str, node: TheNode) -> Response:
    """A tile of hashes (`<L>/<N>[.p/<W>]`) or a bundle of entries (`entries/<N>[.p/<W>]`)."""
    return Response(
        node.reading.tile(f"tile/{path}"),
        media_type="application/octet-stream",
        headers={"Cache-Control": FOREVER},
    )
