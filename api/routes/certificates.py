"""Certificates: what a creator keeps, and anybody verifies without this node."""

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.deps import TheNode
from api.routes.records import WAITS, takes
from api.schemas.records import Submission
from api.security import preferred_wait, read_body, require_media_type
from registry.bootstrap import Node
from registry.proofs.hexes import to_hex
from registry.proofs.submission import LIMIT, parse_submission

router = APIRouter(prefix="/api/v1/certificates", tags=["certificates"])


@router.get("/{reference}", response_model=dict[str, Any], openapi_extra=WAITS)
async def certificate(reference: str, request: Request, node: TheNode) -> Response:
    """The certificate of a public record, by number or digest (protocol section 7).

    With `Prefer: wait=N` it comes when its anchor is final, or as it stands after N seconds.
    """
    waited = await _wait(request, node, reference)
    return _answer(await asyncio.to_thread(node.works.certificate, reference), waited)


@router.post(
    "",
    response_model=dict[str, Any],
    openapi_extra=takes("application/json", Submission.model_json_schema()) | WAITS,
)
async def certificate_of_shown(request: Request, node: TheNode) -> Response:
    """The certificate of a record that the caller shows, as it was submitted: sealed ones too."""
    require_media_type(request, "application/json")
    shown = parse_submission(await read_body(request, LIMIT))
    waited = await _wait(request, node, to_hex(shown.record.digest))
    return _answer(await asyncio.to_thread(node.works.certificate_for, shown), waited)


async def _wait(request: Request, node: Node, reference: str) -> dict[str, str]:
    seconds = preferred_wait(request)
    if not seconds:
        return {}
    await node.works.wait_until_final(reference, seconds)
    return {"Preference-Applied": f"wait={seconds}"}


def _answer(certificate: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(certificate), media_type="application/json", headers=headers)
