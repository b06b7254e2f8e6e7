"""What an error code means and what to do next, at the path that every problem names."""

from typing import Any

from fastapi import APIRouter

from api.schemas.problems import Explanation
from registry.errors import NotFound, catalogue

router = APIRouter(tags=["problems"])


@router.get("/problems/{code}", response_model=Explanation)
async def explain(code: str) -> Any:
    """The explanation of a code, in English and Chinese."""
    known = catalogue().get(code)
    if known is None:
        raise NotFound("PATH_UNKNOWN", f"no error has the code {code}")
    return {"code": code, "en": known.en, "zh": known.zh, "do": known.do_en, "do_zh": known.do_zh}
