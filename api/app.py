"""The application: routes, problems, headers. It is given a running node and opens nothing."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api import problems, security
from api.routes import (
    agreements,
    cases,
    certificates,
    documents,
    health,
    ipfs,
    ledger,
    log,
    logs,
    organisations,
    pages,
    records,
    representation,
    territories,
    verify,
    witness,
)
from api.routes import problems as explanations

PROBLEM = {"$ref": "#/components/schemas/Problem"}

DESCRIPTION = """A node of a copyright ledger that several regions run together.

Every signed record goes through one door; everything else reads. Errors are problem details
(RFC 9457) with stable codes, explained at `/problems/{code}`."""


def create_app(node: Any = None) -> FastAPI:
    """The application over a node; without one it only describes itself."""
    app = FastAPI(
        title="Comity",
        version="1",
        description=DESCRIPTION,
        docs_url=None,  # the usual page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a redirect would name whatever host the caller wrote
        responses={
            "default": {
                "description": "A problem (RFC 9457)",
                "content": {problems.MEDIA_TYPE: {"schema": PROBLEM}},
            }
        },
    )
    app.state.node = node
    problems.install(app)
    app.add_middleware(security.SecureHeaders)
    for subject in (
        records,
        certificates,
        verify,
        documents,
        ledger,
        logs,
        organisations,
        territories,
        agreements,
        representation,
        cases,
        log,
        ipfs,
        witness,
        health,
        pages,
        explanations,
    ):
        app.include_router(subject.router)
    list(iter_route_contexts(app.routes))  # built now: else the first request would wait for it
    return app
