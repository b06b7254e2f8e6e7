"""Certificates: what a creator keeps, and anybody verifies without this node."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from api.deps import TheNode
from api.routes.records import WAITS, takes
from api.schemas.records import Submission
from api.security import preferred_wait, read_body, require_media_type
from registry.proofs.hexes import to_hex
from registry.proofs.submission import LIMIT, parse_submission

router = APIRouter(prefix="/api/v1/certificates", tags=["certificates"])


@router.get("/{reference}", openapi_extra=WAITS)
async def certificate(
    reference: str, request: Request, response: Response, node: TheNode
) -> dict[str, Any]:
    """The certificate of a public record, by number or digest (protocol section 7).

    With `Prefer: wait=N` it comes when its anchor is final, or as it stands after N seconds.
    """
    await _wait(request, response, node, reference)
    return await asyncio.to_thread(node.works.certificate, reference)


@router.post("", openapi_extra=takes("application/json", Submission.model_json_schema()) | WAITS)
async def certificate_of_shown(
    request: Request, response: Response, node: TheNode
) -> dict[str, Any]:
    """The certificate of a record that the caller shows, as it was submitted: sealed ones too."""
    require_media_type(request, "application/json")
    shown = parse_submission(await read_body(request, LIMIT))
    await _wait(request, response, node, to_hex(shown.record.digest))
    return await asyncio.to_thread(node.works.certificate_for, shown)


async def _wait(request: Request, response: Response, node: TheNode, reference: str) -> None:
    if seconds := preferred_wait(request):
        await node.works.wait_until_final(reference, seconds)
        response.headers["Preference-Applied"] = f"wait={seconds}"
