"""A creator registers a picture in Hainan; the certificate holds with every connection cut."""

from importlib.resources import as_file, files
from pathlib import Path

from registry.cli import files as written
from registry.cli.demonstration.stage import Stage, Told, asked, name_in, require
from registry.cli.running import walk
from registry.cli.verification import verifying
from registry.cli.verification.verifying import Question
from registry.cli.works import certifying, registering
from registry.proofs import hexes
from registry.proofs.certificate import EFFECT
from registry.proofs.verify import Report

WAIT_S = 30
QUORUM_CHECK = 6


def play(stage: Stage, told: Told) -> None:
    """Register, certify, verify without and with the chain, find it in the other region."""
    with as_file(files("registry.samples").joinpath(walk.SAMPLE)) as sample:
        registered = registering.register(
            walk.STATED,
            sample,
            stage.ground.creator,
            stage.hainan.url,
            sealed=False,
            publish=False,
            save=None,
        )
        found = stage.accepted("work", stage.hainan, registered.accepted)
        digest = found.digest
        told.record("work", found)
        offline = stage.wait_for(
            lambda: _vouched(stage, sample, digest), "both regions have signed for the certificate"
        )
        online = verifying.verify(_question(stage, sample, stage.ground.chain.rpc.url))
    require(offline.exit_code == 0, f"the certificate should hold offline: {offline.verdict}")
    require(online.verdict == "valid", f"the certificate should be valid: {online.verdict}")
    _look_up_elsewhere(stage, sample, digest)
    told.verdicts |= {"offline": offline.verdict.value, "with chain": online.verdict.value}
    regions = " and ".join(offline.trust.cosigned_by)
    told.said += [
        "Lin Mei 林梅 registers her picture “Night Flight” 夜航 in Hainan. The picture stays with "
        "her; its fingerprint and what she states of it are recorded.",
        f"Number 编号 {found.number}, recorded {stage.hainan.place.clock(found.at)}",
        "Her certificate 存证证明 is checked with every connection cut, trusting what Singapore "
        f"says of the ledger: “{offline.verdict.value}” {offline.verdict.zh}. Signed for by "
        f"{regions}.",
        f"Checked against the shared chain as well: “{online.verdict.value}” {online.verdict.zh}.",
        "Singapore finds the same picture under the same number, with proof.",
        EFFECT["en"],
        EFFECT["zh"],
        "Nobody had to trust Hainan alone: Singapore signed that it saw the entry, so neither can "
        "take it back, change it or give it another date.",
    ]


def _vouched(stage: Stage, sample: Path, digest: str) -> Report | None:
    """The offline report, once the certificate carries the signatures of enough regions."""
    fetched = certifying.fetch(stage.hainan.node, digest, None, WAIT_S)
    certifying.save(fetched, _certificate(stage), force=True)
    written.replace(_trust(stage), stage.singapore.node.trust())
    report = verifying.verify(_question(stage, sample, None))
    return None if QUORUM_CHECK in report.not_passed or not fetched.final else report


def _question(stage: Stage, sample: Path, chain: str | None) -> Question:
    return Question(
        certificate=_certificate(stage),
        file=sample,
        trust=_trust(stage),
        policy=None,
        node=None,
        chain=chain,
    )


def verify_again(stage: Stage) -> Report:
    """The report on the certificate with every connection cut, as it lies in the folder."""
    with as_file(files("registry.samples").joinpath(walk.SAMPLE)) as sample:
        return verifying.verify(_question(stage, sample, None))


def _look_up_elsewhere(stage: Stage, sample: Path, digest: str) -> None:
    sha256 = hexes.to_hex(written.fingerprint(sample).sha256)
    path = f"/api/v1/works?content_sha256={name_in(sha256)}"
    listed = [each["digest"] for each in asked(stage.singapore, path)["records"]]
    require(listed == [digest], "the other region should find the picture by its content")


def _certificate(stage: Stage) -> Path:
    return stage.ground.folder / "certificate.json"


def _trust(stage: Stage) -> Path:
    return stage.ground.folder / "trust.json"
