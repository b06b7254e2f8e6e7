"""The page for people at `/`, and the style sheet and scripts that it uses."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.pages import files
from api.pages.asking import Api
from api.pages.rendering import render
from api.pages.view import asked, frame, section_of
from api.pages.words import language_of
from api.security import PAGE_POLICY, POLICY

router = APIRouter(tags=["pages"])

HEADERS = {POLICY: PAGE_POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
FOREVER = {POLICY: PAGE_POLICY, "Cache-Control": "public, max-age=31536000, immutable"}
LONGEST_FIELD = 4000

PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": {"type": "string"},
    }
    for name, text in (
        ("lang", "zh or en, else as the browser says"),
        ("number", "a number to look up"),
        ("content_sha256", "the fingerprint of a file to look up"),
        ("ask", "representation or cases, with the fields of its form"),
    )
]


@router.get("/", response_class=HTMLResponse, openapi_extra={"parameters": PARAMETERS})
async def page(request: Request) -> HTMLResponse:
    """Look up a file or a number, ask who represents whom, search cases: for people, zh and en."""
    fields = {name: text[:LONGEST_FIELD] for name, text in request.query_params.items()}
    language = language_of(fields.get("lang"), request.headers.get("accept-language", ""))
    api = Api(request.app, request.scope)
    section = section_of(fields)
    result = None if section is None else await asked(api, section, fields)
    html = render(language, await frame(api), fields, section, result)
    return HTMLResponse(html, 200 if result is None else result.status, HEADERS)


@router.get(
    "/static/{edition}/{name}",
    response_class=Response,
    responses={200: {"content": {"text/css": {}, "text/javascript": {}, "image/svg+xml": {}}}},
)
async def static(edition: str, name: str) -> Response:
    """A file of the page. Its address changes with its content, so it may be kept for ever."""
    data, media_type = files.read(edition, name)
    return Response(data, media_type=media_type, headers=FOREVER)
