"""Errors as problem details (RFC 9457): one family in, one form out.

The family says whose move it is and this module says it in HTTP. `type` is a path on this node that
explains the code; title and next step come from the catalogue, in English and Chinese.
"""

import logging
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.security import HEADERS
from registry import errors
from registry.errors import Field, InvalidInput, NotFound, RegistryError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS_OF_FAMILY: tuple[tuple[type[RegistryError], int], ...] = (
    (errors.InvalidInput, 422),
    (errors.NotAuthorised, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.QuotaExceeded, 429),
    (errors.Unavailable, 503),
    (errors.Damaged, 500),
)

# Where HTTP has a word of its own for one code of a family.
STATUS_OF_CODE = {
    "BLOCK_FORMAT_MISSING": 400,
    "BLOCK_FORMAT_OTHER": 406,
    "MALFORMED_JSON": 400,
    "MEDIA_TYPE_WRONG": 415,
    "METHOD_NOT_ALLOWED": 405,
    "WITNESS_REQUEST_MALFORMED": 400,
}


def status_of(error: RegistryError) -> int:
    """The HTTP status that says whose move it is."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    found = (status for family, status in STATUS_OF_FAMILY if isinstance(error, family))
    return next(found, 500)


def problem(error: RegistryError) -> dict[str, Any]:
    """The problem details of an error, as a JSON object."""
    explanation = errors.catalogue()[error.code]
    return {
        "type": f"/problems/{error.code}",
        "title": explanation.en,
        "title_zh": explanation.zh,
        "status": status_of(error),
        "detail": error.detail,
        "code": error.code,
        "do": explanation.do_en,
        "do_zh": explanation.do_zh,
        "errors": [{"path": field.path, "reason": field.reason} for field in error.fields],
    }


def answer(error: RegistryError) -> Response:
    """The HTTP answer that carries an error."""
    content = problem(error)
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return Response(
        orjson.dumps(content), status_code=content["status"], headers=headers, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Let every error of the app leave as problem details."""
    app.add_exception_handler(RegistryError, _registry_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unforeseen)


def _registry_error(_request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RegistryError)
    return answer(exc)


def _validation_error(_request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    fields = [Field(".".join(str(part) for part in e["loc"]), e["msg"]) for e in exc.errors()]
    return answer(
        InvalidInput("PARAMETER_INVALID", "a parameter is not as it should be", fields=fields)
    )


def _http_exception(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if exc.status_code == 405:
        refused = answer(
            InvalidInput("METHOD_NOT_ALLOWED", f"{request.method} is not offered at this path")
        )
        refused.headers.update(exc.headers or {})  # Allow
        return refused
    return answer(NotFound("PATH_UNKNOWN", f"there is nothing at {request.url.path}"))


def _unforeseen(_request: Request, exc: Exception) -> Response:
    # What happened is for the operator's log; a stranger learns only that it did.
    logger.error("unforeseen failure", exc_info=exc)
    failed = answer(errors.Damaged("NODE_FAILED", "the node failed on this request"))
    failed.headers.update(HEADERS)  # this answer is made outside of the app's own middleware
    return failed
