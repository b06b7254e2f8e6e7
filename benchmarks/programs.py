"""The programs that people start: a verification and a help text, process included."""

import subprocess
from functools import partial
from pathlib import Path
from statistics import median

import orjson

from benchmarks.limits import Limits
from benchmarks.node import COMITY
from benchmarks.results import Figure, Group
from benchmarks.timing import Scale, duration
from registry.proofs import conformance

EXIT_CODES = (0, 3)  # valid, and what cannot be said offline


def measure(folder: Path, scale: Scale, limits: Limits) -> Group:
    """Write the certificate of the vectors and verify it offline, then ask for the help text."""
    example = conformance.load("certificate.json")
    certificate, trust = folder / "certificate.json", folder / "trust.json"
    content = folder / "content"
    certificate.write_bytes(orjson.dumps(example["certificate"]))
    trust.write_bytes(orjson.dumps(example["trust"]))
    content.write_bytes(bytes.fromhex(example["content"][2:]))
    verify = ["verify", str(certificate), str(content), "--trust", str(trust), "--offline"]
    commands = (("comity verify, offline", verify), ("comity --help", ["--help"]))
    return Group(
        title="Programs, from start to end of the process",
        figures=[
            Figure(
                what=what,
                value=1000 * median(duration(partial(_run, words)) for _ in range(scale.starts)),
                unit="ms",
                limit=1000 * limits.start,
                limited_by="an empty Python process",
            )
            for what, words in commands
        ],
    )


def _run(words: list[str]) -> None:
    done = subprocess.run([COMITY, *words], check=False, capture_output=True)
    if done.returncode not in EXIT_CODES:
        raise RuntimeError(f"comity {words[0]} ended with {done.returncode}: {done.stdout!r:.800}")
