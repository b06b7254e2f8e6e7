"""Verification of a certificate by this node: nine checks, each with one of four outcomes."""

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.deps import TheNode
from api.routes.ledger import trust_file
from api.routes.records import takes
from api.schemas.verification import Verification, Verified
from api.security import read_body, require_media_type
from registry.bootstrap import Node
from registry.proofs import canonical
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.trust import parse_trust
from registry.proofs.verify import TITLES, Check, ContentFingerprint
from registry.works.verifying import verify_here

router = APIRouter(prefix="/api/v1", tags=["verification"])

LIMIT = canonical.PARSE_LIMIT


@router.post(
    "/verify",
    response_model=Verified,
    openapi_extra=takes("application/json", Verification.model_json_schema()),
)
async def verify(request: Request, node: TheNode) -> Any:
    """Check a certificate (protocol section 7) by what this node trusts, sees and holds.

    The file itself is not sent: its SHA-256 is compared with the one that was registered. To take
    nobody's word, verify with `comity verify` and a trust file from a region that you know.
    """
    require_media_type(request, "application/json")
    asked = _read(await read_body(request, LIMIT))
    return await asyncio.to_thread(_verified, asked, node)


def _read(body: bytes) -> Verification:
    value = canonical.parse(body, limit=LIMIT, depth=canonical.PARSE_DEPTH + 1)
    try:
        return Verification.model_validate(value)
    except ValidationError as exc:
        raise RequestValidationError(exc.errors()) from exc


def _verified(asked: Verification, node: Node) -> dict[str, Any]:
    content = None
    if asked.content_sha256 is not None:
        content = ContentFingerprint(sha256=from_hex(asked.content_sha256, size=32))
    trust = parse_trust(trust_file(node))
    report = verify_here(
        orjson.dumps(asked.certificate),
        content,
        trust=trust,
        chain=node.chain,
        works=node.works,
    )
    told = report.to_json()
    return {
        **{name: told[name] for name in ("verdict", "verdict_zh", "exit", "number", "digest")},
        **{name: told[name] for name in ("received_at", "as_of", "life")},
        "single_operator": report.trust.single_operator,
        "checks": [_check(each) for each in report.checks],
        "regions": list(report.trust.cosigned_by),
        "anchor_block": report.trust.anchor_block,
        "trust": {
            "digest": to_hex(trust.digest),
            "ledger": to_hex(trust.ledger),
            "block": trust.block,
        },
    }


def _check(check: Check) -> dict[str, Any]:
    title = TITLES[check.name]
    return {
        "number": check.number,
        "name": check.name,
        "title_en": title.en,
        "title_zh": title.zh,
        "outcome": check.outcome.value,
        "en": check.sentence.en,
        "zh": check.sentence.zh,
        "remedy_en": check.remedy.en,
        "remedy_zh": check.remedy.zh,
    }
