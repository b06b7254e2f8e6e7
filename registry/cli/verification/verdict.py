"""A verification put before a person: check by check, the verdict, and on whose word it rests.

Every outcome has a mark and a word of its own, so that nothing depends on colour.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from registry.cli.text import plain
from registry.cli.verification.verifying import Question
from registry.proofs import hexes
from registry.proofs.certificate import EFFECT
from registry.proofs.record import Digest, Visibility
from registry.proofs.verify import TITLES, Check, Outcome, Report, Text

MARKS = {
    Outcome.PASSED: ("✓", Text(en="passed", zh="通过")),
    Outcome.FAILED: ("✗", Text(en="FAILED", zh="未通过")),
    Outcome.WARNING: ("!", Text(en="warning", zh="警告")),
    Outcome.COULD_NOT_CHECK: ("?", Text(en="could not check", zh="未能核验")),
}
WORDS = {
    "number": Text(en="number", zh="编号"),
    "title": Text(en="title", zh="作品名称"),
    "authors": Text(en="authors", zh="作者"),
    "claimant": Text(en="claimant", zh="权利主张人"),
    "signed": Text(en="signed by", zh="签署"),
    "sealed": Text(
        en="sealed: the log shows nothing of this but a salted digest",
        zh="密封记录：日志仅载加盐摘要，不显示内容",
    ),
    "sha256": Text(en="sha-256", zh="内容指纹"),
    "received": Text(en="received", zh="收到时间"),
    "verdict": Text(en="verdict", zh="结论"),
    "trust": Text(en="trust file", zh="信任文件"),
    "no_trust": Text(
        en="none: take one from a region you know (comity trust export --out trust.json), and name"
        " it with --trust trust.json",
        zh="无：请从您信任的地区取得（comity trust export --out trust.json），并以 --trust"
        " trust.json 指定",
    ),
    "unused": Text(
        en="there is a {name} beside the certificate; it is used only when you name it",
        zh="证明旁有 {name}；仅在您明确指定时使用",
    ),
    "cosigned": Text(en="cosigned by", zh="共签地区"),
    "block": Text(en="anchored in block", zh="锚定区块"),
    "single": Text(
        en="single operator: nobody but the log's own operator vouches for it",
        zh="单一运营者：除日志运营者自身外，无人为其作证",
    ),
    "beside": Text(en="disputes noted beside it", zh="另记争议数"),
    "withdrawn": Text(en="withdrawn by", zh="撤回记录"),
    "superseded": Text(en="superseded by", zh="取代记录"),
    "disputed": Text(en="disputed by", zh="争议记录"),
    "transferred": Text(en="transferred by", zh="转让记录"),
    "hidden": Text(
        en="nothing of the content is shown: signatures or inclusion failed",
        zh="签名或收录未通过，不显示任何内容",
    ),
}
BOLD, RESET = "\033[1m", "\033[0m"


def to_json(question: Question, report: Report) -> str:
    """The report for programs, with the files that it was made from."""
    paths = {
        "certificate": str(question.certificate),
        "file": None if question.file is None else str(question.file),
        "trust_path": None if question.trust is None else str(question.trust),
        "offline": question.node is None,
    }
    return json.dumps({**report.to_json(), **paths}, ensure_ascii=False, indent=2)


def account(question: Question, report: Report, *, chinese: bool) -> Iterator[str]:
    """The report for a person, line by line."""
    language = "zh" if chinese else "en"

    def word(name: str) -> str:
        return _in(WORDS[name], language)

    yield str(question.certificate)
    yield from _content(report, word)
    yield ""
    for check in report.checks:
        yield from _check(check, language)
    yield ""
    verdict = report.verdict.zh if chinese else report.verdict.value
    yield _strong(f"{word('verdict')}: {verdict}")
    yield from _life(report, word)
    yield from _trust(question, report, word)
    if report.record is not None:
        yield ""
        yield EFFECT[language]


def _check(check: Check, language: str) -> Iterator[str]:
    mark, outcome = MARKS[check.outcome]
    name = _in(TITLES[check.name], language)
    sentence = plain(_in(check.sentence, language))
    yield f"{check.number} {mark} {_in(outcome, language)} · {name}: {sentence}"
    if check.outcome is not Outcome.PASSED:
        yield f"    → {plain(_in(check.remedy, language))}"


def _content(report: Report, word: Any) -> Iterator[str]:
    if report.record is None:
        yield f"  {word('hidden')}" if report.number else ""
        return
    yield f"  {word('number')}: {report.number}"
    body = report.record.body
    if report.record.type == "work.registration":
        yield from _registration(body, word)
    else:
        yield f"  {plain(report.record.type)}"
    for signer in report.record.signers:
        yield f"  {word('signed')}: {signer.key} ({plain(signer.capacity)})"
    if report.record.visibility is Visibility.SEALED:
        yield f"  {word('sealed')}"
    if report.received_at is not None:
        yield f"  {word('received')}: {report.received_at:%Y-%m-%d %H:%M:%S} UTC"


def _registration(body: Mapping[str, Any], word: Any) -> Iterator[str]:
    """The particulars, as far as the body has them: a verifier does not judge a body's form."""
    for name, found in (
        ("title", [_field(item, "text") for item in _items(body.get("title"))]),
        ("authors", [_field(item, "name") for item in _items(body.get("authors"))]),
        ("claimant", [_field(body.get("claimant"), "name")]),
        ("sha256", [_field(body.get("content"), "sha256")]),
    ):
        told = " · ".join(text for text in found if text)
        if told:
            yield f"  {word(name)}: {told}"


def _life(report: Report, word: Any) -> Iterator[str]:
    life = report.life
    known: dict[str, list[Digest | None]] = {
        "withdrawn": [life.withdrawn_by],
        "superseded": [life.superseded_by],
        "transferred": [life.transferred_by],
        "disputed": list(life.disputed_by),
    }
    for name, digests in known.items():
        for digest in digests:
            if digest is not None:
                yield f"  {word(name)}: {hexes.to_hex(digest)}"
    if life.disputes_beside:
        yield f"  {word('beside')}: {life.disputes_beside}"


def _trust(question: Question, report: Report, word: Any) -> Iterator[str]:
    root = report.trust
    if question.trust is None or root.trust_file is None:
        yield f"  {word('trust')}: {word('no_trust')}"
        beside = question.certificate.with_name("trust.json")
        if beside.exists():
            yield f"    {word('unused').format(name=beside.name)}"
    else:
        yield f"  {word('trust')}: {question.trust} (sha256 {root.trust_file.hex()})"
    if root.cosigned_by:
        yield f"  {word('cosigned')}: {', '.join(map(plain, root.cosigned_by))}"
    if root.anchor_block is not None:
        yield f"  {word('block')}: {root.anchor_block}"
    if root.single_operator:
        yield f"  {word('single')}"


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _field(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return plain(found) if isinstance(found, str) else ""


def _in(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _strong(text: str) -> str:
    return f"{BOLD}{text}{RESET}" if sys.stdout.isatty() else text
