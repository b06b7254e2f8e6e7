"""Every error code that the source names stands in the catalogue, and the other way round.

Codes are found in the syntax tree: as the argument of a class of the family or of a function that
makes one, and as any text of that form. What has the form and is no code is listed here.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from registry.errors import catalogue

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
ANY_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
#: Environment variables and the like.
NO_CODES = {
    "COMITY_ANVIL",
    "COMITY_CHAIN_URL",
    "COMITY_KEY_PASSWORD",
    "COMITY_NODE",
    "ETH_HASH_BACKEND",
    "LC_ALL",
    "LC_MESSAGES",
    "TARIFF_NOT_COMPARABLE",
}
#: Functions that make an error from a code, beside the classes themselves.
MAKERS = {
    "__init__",
    "Fault",
    "Meaning",
    "Refusal",
    "_named",
    "_refuse",
    "_refused",
    "chain_damaged",
    "invalid",
}


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for room in ("registry", "api")
        for path in sorted((ROOT / room).rglob("*.py"))
    ]


@cache
def families() -> set[str]:
    """The names of all classes of the family, found by their bases."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"RegistryError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def raised(tree: ast.AST, makers: set[str]) -> Iterator[tuple[int, str]]:
    """The codes that calls of `makers` carry, first or as `code`; the line of each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in makers:
            named = (word.value for word in node.keywords if word.arg == "code")
            for value in (*node.args[:1], *named):
                if isinstance(value, ast.Constant) and ANY_CODE.fullmatch(str(value.value)):
                    yield node.lineno, str(value.value)


def _name(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def test_every_code_that_is_raised_is_explained() -> None:
    makers = families() | MAKERS
    missing = [
        f"{path}:{line} {code}"
        for path, tree in trees()
        for line, code in raised(tree, makers)
        if code not in catalogue()
    ]
    assert missing == []


def test_every_text_that_looks_like_a_code_is_one() -> None:
    unknown = {
        f"{path} {text}"
        for path, tree in trees()
        for text in texts(tree)
        if CODE.fullmatch(text) and text not in NO_CODES and text not in catalogue()
    }
    assert unknown == set()


def test_every_explained_code_is_in_use() -> None:
    used = {text for _, tree in trees() for text in texts(tree)}
    assert set(catalogue()) - used == set()


def test_what_is_no_code_is_still_there() -> None:
    used = {text for _, tree in trees() for text in texts(tree)}
    assert used >= NO_CODES


def test_the_scan_sees_what_it_should() -> None:
    found = {code for _, tree in trees() for _, code in raised(tree, families() | MAKERS)}
    assert {
        "QUEUE_FULL",
        "FLOAT",
        "SIGNATURE_HIGH_S",
        "CHAIN_REVERTED",
        "KEY_OUTSIDE_SCOPE",
    } <= found
    assert len(found) > 100


def test_the_catalogue_is_in_alphabetical_order() -> None:
    text = (ROOT / "registry/error_codes.toml").read_text(encoding="utf-8")
    codes = re.findall(r"(?m)^\[(\w+)\]$", text)
    assert codes == sorted(codes) == sorted(tomllib.loads(text))
