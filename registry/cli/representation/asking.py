"""Asking who may license what, and telling the answer."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from registry.cli.node import Node, malformed
from registry.cli.text import plain, prefers_chinese, say
from registry.errors import Field, InvalidInput


def ask(asked: Mapping[str, str], node_url: str, as_json: bool) -> None:
    """Put the question to a node and print its answer. Raises what the node refuses."""
    said = {name: value for name, value in asked.items() if value}
    path = f"/api/v1/representation?{urlencode(said, quote_via=quote)}"
    answer = Node(node_url).request("GET", path)
    told = answer.json()
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
        return
    try:
        shown = list(_lines(told, "zh" if prefers_chinese() else "en"))
    except (KeyError, TypeError) as fault:
        raise malformed("something else than an answer") from fault
    say("\n".join(map(plain, shown)))


def day(text: str, option: str) -> date:
    """The day that an option states. Raises InvalidInput PARAMETER_INVALID."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        reason = f"{text!r} must be a day written like 2026-11-22"
        raise InvalidInput("PARAMETER_INVALID", reason, fields=[Field(option, reason)])
    return found


def _lines(told: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"answer: {told['answer']}"
    yield told["sentence"][lang]
    for value, codes in told["territories"].items():
        names = (told["names"][str(code)][lang] for code in codes)
        yield f"  {value}: {', '.join(names)}"
    for reason in told["reasons"]:
        where = f" [{reason['agreement']} leg {reason['leg']}]" if reason["agreement"] else ""
        yield f"because: {reason['code']}{where}: {reason[lang]}"
    for near in told["nearest"]:
        wish = near["would_be_yes_if"][lang]
        yield f"nearest: {near['agreement']} leg {near['leg']} would answer yes if {wish}"
    for evidence in told["evidence"]:
        at = evidence["recorded_at"] or "not final yet"
        yield f"evidence: {evidence['number']}, entry {evidence['index']}, recorded {at}"
    stand = told["stands_on"]
    yield f"stands on: known at {stand['known_at']}, block {stand['block']}"
    yield f"result: {told['result_hash']}"
