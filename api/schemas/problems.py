"""Explanations of error codes, as they go over the wire."""

from api.schemas.records import Closed


class Explanation(Closed):
    """What a code means, and what to do next."""

    code: str
    en: str
    zh: str
    do: str
    do_zh: str
