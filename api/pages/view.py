"""What the page shows: the frame around it, and what one of its four sections was asked."""

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from api.pages.asking import JSON, Answer, Api
from registry.proofs.policy import parse_policy

Fields = Mapping[str, str]

CHECKED_AT_MOST = 3
"""Of so many records that were found the nine checks are made at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the sections: the ledger, and who is in it."""

    problem: JSON | None = None
    ledger: JSON | None = None
    organisations: Mapping[str, JSON] = field(default_factory=dict)
    single_operator: bool = True

    @property
    def regions(self) -> Sequence[str]:
        """Every region once, in order of admission."""
        return list(dict.fromkeys(each["region"] for each in self.organisations.values()))

    @property
    def societies(self) -> Sequence[JSON]:
        """Whom the question can be asked about: societies, or everybody where nobody says so."""
        every = list(self.organisations.values())
        return [each for each in every if "society" in each["kinds"]] or every

    def nodes_of(self, log: str) -> Sequence[str]:
        """Where the node that writes a log can be reached, as its organisation says."""
        return [
            address.rstrip("/")
            for each in self.organisations.values()
            if log in [known["log"] for known in each["logs"]]
            for address in each["endpoints"]
        ]

    @property
    def today(self) -> str:
        """The node's day (UTC)."""
        return "" if self.ledger is None else str(self.ledger["time"])[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that was found; its nine checks, or the problem that kept them from being made."""

    record: JSON
    checks: JSON | None = None
    problem: JSON | None = None
    case: JSON | None = None
    agreement: JSON | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a section found: records, or what the interface answered; else the problem."""

    fields: Fields
    problem: JSON | None = None
    found: Sequence[Found] = ()
    content: JSON | None = None
    query: str = ""

    @property
    def status(self) -> int:
        """The HTTP status of a page with this result."""
        return 200 if self.problem is None else int(self.problem["status"])


async def frame(api: Api) -> Frame:
    """Ask for what stands around the sections."""
    ledger, organisations, trust = [
        await api.get(name) for name in ("ledger", "organisations", "trust")
    ]
    for answer in (ledger, organisations, trust):
        if not answer.ok:
            return Frame(problem=answer.content)
    return Frame(
        ledger=ledger.content,
        organisations={each["id"]: each for each in organisations.content["organisations"]},
        single_operator=parse_policy(trust.content["policy"]).single_operator,
    )


async def asked(api: Api, section: str, fields: Fields) -> Result:
    """What `section`, one of `SECTIONS`, finds for the fields of its form."""
    return await SECTIONS[section](api, fields)


def section_of(fields: Fields) -> str | None:
    """The section that a query asks; a number or a fingerprint need not say so."""
    named = fields.get("ask")
    if named in SECTIONS:
        return named
    if fields.get("number"):
        return "number"
    return "file" if fields.get("content_sha256") else None


# ---- records ------------------------------------------------------------------------------------


async def _file(api: Api, fields: Fields) -> Result:
    sha256 = "".join(fields.get("content_sha256", "").split()).lower()
    sha256 = sha256 if sha256.startswith("0x") else f"0x{sha256}"
    return await _records(api, fields, await api.get("works", content_sha256=sha256), sha256)


async def _number(api: Api, fields: Fields) -> Result:
    named = fields.get("number", "").strip()
    return await _records(api, fields, await api.get("records", named or "-"), None)


async def _records(api: Api, fields: Fields, answer: Answer, sha256: str | None) -> Result:
    if not answer.ok:
        return Result(fields=fields, problem=answer.content)
    records = answer.content["records"]
    checked = [await _checked(api, each, sha256) for each in records[:CHECKED_AT_MOST]]
    others = [Found(record=each) for each in records[CHECKED_AT_MOST:]]
    return Result(fields=fields, found=[*checked, *others])


async def _checked(api: Api, record: JSON, sha256: str | None) -> Found:
    """A record with its nine checks, the file at hand compared by its fingerprint."""
    if record["visibility"] == "sealed":
        return Found(record=record)
    report = await _report(api, record["digest"], sha256)
    return Found(
        record=record,
        checks=report.content if report.ok else None,
        problem=None if report.ok else report.content,
        case=await _more(api, record, "case.publication", "cases"),
        agreement=await _more(api, record, "agreement.terms", "agreements"),
    )


async def _report(api: Api, digest: str, sha256: str | None) -> Answer:
    """The nine checks of the certificate of a record, or why there are none."""
    certificate = await api.get("certificates", digest)
    if not certificate.ok:
        return certificate
    question = {"certificate": certificate.content, "content_sha256": sha256}
    return await api.post("verify", body=json.dumps(question).encode())


async def _more(api: Api, record: JSON, kind: str, path: str) -> JSON | None:
    """What the room of its kind tells of a record; nothing of other kinds."""
    if record["type"] != kind:
        return None
    answer = await api.get(path, record["digest"])
    return answer.content if answer.ok else None


# ---- questions ----------------------------------------------------------------------------------


async def _question(api: Api, fields: Fields) -> Result:
    return await _content(
        api, "representation", fields, ("society", "repertoire", "right", "territory", "on")
    )


async def _cases(api: Api, fields: Fields) -> Result:
    return await _content(api, "cases", fields, ("class", "right", "region", "words"))


async def _content(api: Api, path: str, fields: Fields, names: Sequence[str]) -> Result:
    query = {name: fields[name].strip() for name in names if fields.get(name, "").strip()}
    answer = await api.get(path, **query)
    return Result(
        fields=fields,
        problem=None if answer.ok else answer.content,
        content=answer.content if answer.ok else None,
        query=urlencode(query),
    )


SECTIONS: Mapping[str, Callable[[Api, Fields], Coroutine[Any, Any, Result]]] = {
    "file": _file,
    "number": _number,
    "representation": _question,
    "cases": _cases,
}
