"""Published cases on a terminal."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from registry.cli.node import Node, malformed
from registry.cli.recognition.stating import case_named
from registry.cli.text import plain, say


def search(url: str, asked: Mapping[str, Any], as_json: bool) -> None:
    """Print the cases that match. Raises what the node refuses."""
    wanted = {name: value for name, value in asked.items() if value is not None}
    told = Node(url).request("GET", f"/api/v1/cases?{urlencode(wanted)}").json()
    _print(told, as_json, listed)


def show(url: str, reference: str, as_json: bool) -> None:
    """Print one case. Raises NotFound CASE_UNKNOWN."""
    _print(case_named(Node(url), reference), as_json, lines)


def listed(told: Mapping[str, Any]) -> Iterator[str]:
    """The cases of a search, two lines each."""
    for case in told["cases"]:
        yield f"{case['id']}  {case['number']}  {_both(case['status'])}"
        yield f"    {_what(case)}; {_treatments(case)}"
    shown = len(told["cases"])
    yield f"{shown} of {told['total']}"
    if shown < told["total"] and shown:
        yield f"next page: --after {told['cases'][-1]['case']}"


def lines(case: Mapping[str, Any]) -> Iterator[str]:
    """One case with all that was said of it."""
    yield f"case:   {case['id']}" + ("" if case["latest"] else " (there is a later version)")
    yield f"number: {case['number']}"
    yield f"digest: {case['digest']}"
    yield f"body:   {_body(case['body'])}, station {case['body']['station']}"
    yield f"status: {_both(case['status'])}"
    yield f"since:  {case['recorded_at'] or 'received, not final yet'}"
    yield f"about:  {_what(case)}"
    yield f"issues: {_codes(case['labels'].get('issue', ())) or 'none named'}"
    for change in case["statuses"]:
        on = f"{_both(change['status'])} on {change['effective_on']}"
        yield f"  {on}: {_texts(change['reason'])}"
    yield from _citations(case)
    for one in case["recognitions"]:
        yield f"recognition {one['id']} by {_body(one['body'])}: {_both(one['decision'])}"
        yield from (f"  {line}" for line in _recognition(one))
    for mark in case["reasons_for_review"]:
        named = f"{mark['id']} is {_both(mark['status'])}"
        yield f"review: {named}: {mark['mark'].replace('_', ' ')}"
    for mark in case["reached"]:
        yield f"reaches {mark['kind']} {mark.get('id') or mark['number']}: {mark['mark']}"
    for one in case["refused"]:
        yield f"does not count: {one['number']} ({one['code']}): {one['reason']}"
    yield f"proofs: {len(case['evidence'])} records, in --json"
    yield f"effect: {case['effect']['en']}"
    yield f"        {case['effect']['zh']}"


def _citations(case: Mapping[str, Any]) -> Iterator[str]:
    for one in case["citations"]["received"]:
        whose = one["citing"]["id"] if one["citing"] else "a case not published yet"
        outdated = " of an earlier version" if one["outdated"] else ""
        yield f"cited by {_body(one['body'])} in {whose}: {_both(one['treatment'])}{outdated}"
        yield f"  {_limbs(one['similarity'])}; {_texts(one['reason'])}"
    for one in case["citations"]["made"]:
        cited = one["cited"]
        yield f"cites {cited['id']} ({_both(cited['status'])}): {_both(one['treatment'])}"


def _recognition(one: Mapping[str, Any]) -> Iterator[str]:
    stated = one["statement"]
    if stated["scope"]:
        yield f"scope: {', '.join(stated['scope'])}"
    for condition in stated["conditions"]:
        met = f"met on {condition['met_at']}" if condition["met_at"] else f"due {condition['due']}"
        yield f"condition {condition['no']}: {' / '.join(condition['text'].values())} ({met})"
    if one["reasons"]:
        yield f"reasons: {_codes(one['reasons'])}"
    yield f"valid {stated['valid_from']} to {stated['valid_to'] or 'further notice'}"
    if one["outdated"] or one["review"]:
        yield f"look again: {one['review'] or 'a later version is out'}"


def _what(case: Mapping[str, Any]) -> str:
    labels = case["labels"]
    return ", ".join(_codes(labels.get(name, ())) for name in ("class", "right", "method"))


def _treatments(case: Mapping[str, Any]) -> str:
    counts = case["counts"]
    said = [f"{count} {code}" for code, count in counts["treatments"].items()]
    said += [f"recognised {code}: {count}" for code, count in counts["decisions"].items()]
    return ", ".join(said) or "not cited yet"


def _limbs(similarity: Mapping[str, str]) -> str:
    return ", ".join(f"{limb} {said}" for limb, said in similarity.items())


def _body(body: Mapping[str, Any]) -> str:
    name = body["names"][0]["text"] if body["names"] else body["organisation"]
    return f"{name} ({body['region']})"


def _both(code: Mapping[str, str]) -> str:
    return f"{code['en']} {code['zh']}"


def _codes(codes: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(map(_both, codes))


def _texts(texts: Iterable[Mapping[str, str]]) -> str:
    return " / ".join(text["text"] for text in texts)


def _print(told: Any, as_json: bool, view: Any) -> None:
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
        return
    try:
        shown = list(view(told))
    except (KeyError, TypeError, IndexError, AttributeError) as fault:
        raise malformed("something else than cases") from fault
    say("\n".join(map(plain, shown)))
