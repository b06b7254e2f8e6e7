"""`comity verify`: nine checks, a verdict, an exit code; with node and chain or without them.

It has a parser of its own, of the standard library: the one of the other commands takes longer to
import than a certificate takes to verify.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from registry.cli import defaults
from registry.cli.text import prefers_chinese

DESCRIPTION = "Verify a certificate: nine checks and a verdict, offline if you like."
EPILOG = """exit codes: 0 valid (also: confirmation pending, disputed, superseded), 1 not valid or
withdrawn, 2 wrong use, 3 could not be checked fully. Without --trust nobody's signature over the
log can be checked; a trust.json beside the certificate is never used unasked."""
CHAIN_VARIABLE = "COMITY_CHAIN_URL"


def run(arguments: Sequence[str]) -> int:
    """Verify as `arguments` say, print the result; the exit code. Raises RegistryError."""
    asked = _parser().parse_args(arguments)
    from registry.cli.verification import verdict, verifying

    node = asked.node or os.environ.get(defaults.NODE_VARIABLE) or defaults.NODE
    chain = asked.chain or os.environ.get(CHAIN_VARIABLE) or f"{node.rstrip('/')}/chain"
    question = verifying.Question(
        certificate=asked.certificate,
        file=asked.file,
        trust=asked.trust,
        policy=asked.policy,
        node=None if asked.offline else node,
        chain=None if asked.offline else chain,
    )
    answer = verifying.verify(question)
    if asked.json:
        print(verdict.to_json(question, answer))
    else:
        chinese = prefers_chinese() if asked.lang is None else asked.lang == "zh"
        print("\n".join(verdict.account(question, answer, chinese=chinese)))
    return answer.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="comity verify", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False
    )
    option = parser.add_argument
    option("certificate", type=Path, metavar="CERTIFICATE.json", help="the certificate")
    option("file", type=Path, nargs="?", metavar="FILE", help="the work, to compare its content")
    option("--trust", type=Path, metavar="trust.json", help="whom you trust; never guessed")
    option("--policy", type=Path, metavar="FILE", help="a C2SP tlog-policy instead of its own")
    option("--offline", action="store_true", help="ask neither the chain nor a node")
    option(
        "--chain",
        metavar="URL",
        help=f"JSON-RPC of the chain [${CHAIN_VARIABLE}, else /chain of the node]",
    )
    option(
        "--node",
        metavar="URL",
        help=f"the node to ask for the status [${defaults.NODE_VARIABLE}, else {defaults.NODE}]",
    )
    option("--lang", choices=("en", "zh"), help="language [as the environment says]")
    option("--json", action="store_true", help="print JSON for programs, nothing else")
    return parser
