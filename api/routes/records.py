"""The one door for every signed record, and the look-up of what came through it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import problems
from api.deps import TheNode
from api.schemas.records import BatchAnswer, Receipt, Records, Submission
from api.security import caller, preferred_wait, read_body, require_media_type
from registry.bootstrap import Node
from registry.errors import RegistryError
from registry.ledger.append import Appended
from registry.proofs.canonical import too_long
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.submission import LIMIT
from registry.works.service import described

router = APIRouter(prefix="/api/v1", tags=["records"])

NDJSON = "application/x-ndjson"
# Lines of a batch that may wait for the writer at once: enough to fill its groups.
IN_FLIGHT = 1024


WAITS: dict[str, Any] = {
    "parameters": [
        {
            "name": "Prefer",
            "in": "header",
            "required": False,
            "description": "wait=N: answer when the anchor is final, or after N seconds (RFC 7240)",
            "schema": {"type": "string", "examples": ["wait=30"]},
        }
    ]
}
"""What the OpenAPI document says of a route that waits where it is preferred."""


class Lines(StreamingResponse):
    """JSON objects, one a line."""

    media_type = NDJSON


def takes(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What the OpenAPI document says of a body that is read as bytes."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


@router.post(
    "/records",
    status_code=201,
    response_model=Receipt,
    responses={200: {"model": Receipt, "description": "Known already: the first receipt"}},
    openapi_extra=takes("application/json", Submission.model_json_schema()) | WAITS,
)
async def submit(request: Request, node: TheNode) -> Response:
    """Append a signed record. The body is canonical JSON (RFC 8785), compared byte for byte.

    With `Prefer: wait=N` the answer comes when the anchor is final, or after N seconds.
    """
    require_media_type(request, "application/json")
    body = await read_body(request, LIMIT)
    appended = await asyncio.wrap_future(node.door.submit(body, caller(request)))
    receipt, headers = appended.receipt.to_json(), {}
    if seconds := preferred_wait(request):
        found = await node.works.wait_until_final(to_hex(appended.receipt.digest), seconds)
        receipt["proof"] = found.standing.proof
        headers["Preference-Applied"] = f"wait={seconds}"
    headers["Location"] = f"/api/v1/records/{receipt['digest']}"
    return Response(
        orjson.dumps(receipt),
        status_code=201 if appended.new else 200,
        media_type="application/json",
        headers=headers,
    )


@router.post(
    "/records/batch",
    response_class=Lines,
    responses={200: {"model": BatchAnswer, "description": "One JSON object a line, in order"}},
    openapi_extra=takes(NDJSON, {"type": "string", "description": "one submission a line"}),
)
async def submit_batch(request: Request, node: TheNode) -> Response:
    """Append many signed records, a canonical submission a line; each line has its own answer."""
    require_media_type(request, NDJSON)
    body = await read_body(request, node.settings.batch_limit)
    lines = [line for line in body.split(b"\n") if line]
    return Lines(_answers(node, lines, caller(request)))


@router.get("/records/{reference}", response_model=Records)
def look_up(reference: str, node: TheNode) -> Any:
    """All records that a number or a digest names; a number is a handle, never an identity."""
    return {"records": [described(found) for found in node.reading.find(reference)]}


@router.get("/works", response_model=Records)
def look_up_work(
    content_sha256: Annotated[str, Query(pattern="^0x[0-9a-f]{64}$")], node: TheNode
) -> Any:
    """The public registrations of a file, by the SHA-256 of its bytes, the first one first."""
    found = node.works.of_content(from_hex(content_sha256, size=32))
    return {"records": [described(each) for each in found]}


async def _answers(node: Node, lines: list[bytes], address: str) -> AsyncIterator[bytes]:
    for start in range(0, len(lines), IN_FLIGHT):
        waiting = []
        for line in lines[start : start + IN_FLIGHT]:
            waiting.append(_submitted(node, line, address))
            if b'"type":"work.batch"' in line:
                # What follows is proved by this record, which must therefore be there first.
                with suppress(RegistryError):  # told on its own line
                    await asyncio.wrap_future(waiting[-1])
        for place, future in enumerate(waiting, start + 1):
            yield orjson.dumps(await _answer(place, future)) + b"\n"


def _submitted(node: Node, line: bytes, address: str) -> Future[Appended]:
    try:
        if len(line) > LIMIT:
            raise too_long(LIMIT)
        return node.door.submit(line, address)
    except RegistryError as exc:
        refused: Future[Appended] = Future()
        refused.set_exception(exc)
        return refused


async def _answer(place: int, future: Future[Appended]) -> dict[str, Any]:
    try:
        appended = await asyncio.wrap_future(future)
    except RegistryError as exc:
        content = problems.problem(exc)
        return {"line": place, "status": content["status"], "problem": content}
    status = 201 if appended.new else 200
    return {"line": place, "status": status, "receipt": appended.receipt.to_json()}
