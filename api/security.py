"""What every answer says to browsers, and what is checked about a request before anything reads it.

A body is counted while it arrives, so that one without an honest Content-Length is cut off at the
limit and never held in memory whole.
"""

import re
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.errors import InvalidInput, TooLarge

POLICY = "Content-Security-Policy"
HEADERS = {
    POLICY: "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The policy of a page: its own scripts, styles and pictures, and nothing from anywhere else."""

LONGEST_WAIT_S = 60
_WAIT = re.compile(r"(?:^|[,;]\s*)wait=(\d{1,4})\b")


class SecureHeaders:
    """Puts `HEADERS` on every answer, but for those that the answer has itself, as a page does.

    Plain ASGI: it lies on the path of every submission.
    """

    def __init__(self, app: ASGIApp) -> None:
        """`app` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [name for name, _ in message["headers"]]
                added = [each for each in _RAW_HEADERS if each[0] not in given]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, with_headers)


def require_media_type(request: Request, wanted: str) -> None:
    """Refuse a body of another media type; parameters such as a charset are let pass."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise InvalidInput(
            "MEDIA_TYPE_WRONG", f"send Content-Type: {wanted}, not {given or 'none at all'}"
        )


async def bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The pieces of the body as they arrive.

    Raises TooLarge BODY_TOO_LARGE past `limit` bytes, InvalidInput BODY_INCOMPLETE.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    received = 0
    try:
        async for piece in request.stream():
            received += len(piece)
            if received > limit:
                raise _too_large(limit)
            yield piece
    except ClientDisconnect as exc:
        raise InvalidInput("BODY_INCOMPLETE", "the connection ended before the body did") from exc


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, of `limit` bytes at most."""
    return b"".join([piece async for piece in bounded(request, limit)])


def caller(request: Request) -> str:
    """The network address of the caller."""
    return request.client.host if request.client else "127.0.0.1"


def preferred_wait(request: Request) -> int:
    """Seconds that the caller would wait (RFC 7240 `Prefer: wait=N`), at most a minute."""
    found = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_S) if found else 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge("BODY_TOO_LARGE", f"the body is longer than the {limit} bytes taken here")
