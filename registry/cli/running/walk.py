"""The walk of a first run: a file that ships with Comity becomes a certificate.

It goes the way of every creator: over the door, with a key that never leaves this side. The signed
record is kept before it is sent, so a second run finds the first one's number again.
"""

import shlex
import sys
from importlib.resources import as_file, files
from pathlib import Path

from registry.cli import defaults
from registry.cli import files as written
from registry.cli.node import Node
from registry.cli.submitting import submit
from registry.cli.text import say
from registry.cli.works import certifying, drafting
from registry.cli.works.drafting import Faults, Stated
from registry.cli.works.registering import sign
from registry.ledger.keys import read_or_make
from registry.proofs.record import LedgerId, Visibility
from registry.proofs.submission import Submission, parse_submission

SAMPLE = "night-flight.svg"
WAIT_S = 60
STATED = Stated(
    titles=["夜航", "Night Flight@en"],
    lang="zh",
    category="art",
    authors=["林梅"],
    created_on="2026-11-01",
    ai="none",
    media_type="image/svg+xml",
)


def walk(url: str, folder: Path) -> None:
    """Register the sample with the node at `url` and leave certificate and trust file in `folder`.

    Raises RegistryError as each step does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with as_file(files("registry.samples").joinpath(SAMPLE)) as sample:
        node = Node(url)
        ledger = node.ledger()
        submission = _signed(folder, sample, ledger.id)
        receipt = submit(node, ledger.log_key, submission).receipt
        say(f"registered {_shown(sample)}: entry {receipt.index} of the log")
        fetched = certifying.fetch(node, receipt.number, None, WAIT_S)
        certificate, trust = folder / "certificate.json", folder / "trust.json"
        certifying.save(fetched, certificate, force=True)
        written.replace(trust, node.trust())
        say(f"number: {receipt.number}")
        say(f"state:  {fetched.state}")
        say("verify it, now or with this node gone:")
        line = [_comity(), "verify", _shown(certificate), _shown(sample), "--trust", _shown(trust)]
        if url.rstrip("/") != defaults.NODE:
            line += ["--node", url]
        say("  " + shlex.join(line))


def _signed(folder: Path, sample: Path, ledger: LedgerId) -> Submission:
    kept = folder / f"record-{ledger.hex()[:16]}.json"
    if kept.exists():
        return parse_submission(kept.read_bytes())
    faults = Faults()
    work = drafting.read(STATED, faults)
    submission = sign(
        work,
        written.fingerprint(sample, with_cid=False),
        Visibility.PUBLIC,
        ledger,
        read_or_make(folder / "creator.key"),
    )
    written.write_new(kept, submission.to_bytes(), mode=0o600)
    return submission


def _comity() -> str:
    return _shown(Path(sys.argv[0]))


def _shown(path: Path) -> str:
    """The path as one would write it here: relative where it lies below this folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
