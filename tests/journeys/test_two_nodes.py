"""Regions as they really run: a process, a database, keys and a store each, and one chain.

They follow each other's logs; one that was off, was killed or joins late catches up, from whoever
has the blocks.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from registry.chain import govern
from registry.chain.deployments import read_deployment
from registry.organisations.founding import Applicant, first_profile, founding_organisation
from registry.proofs.hexes import to_hex
from registry.proofs.record import OrganisationId
from registry.proofs.submission import Submission
from registry.proofs.trust import Scope
from tests.drafts import registration, signed
from tests.running import NodeProcess
from tests.serving import until
from tests.two_nodes import Template, TwoNodes, enrol_node, give, give_keys, private_key

PATIENCE_S = 60


class Region:
    """A node of an organisation, in a process of its own while it runs."""

    def __init__(
        self, folder: Path, organisation: OrganisationId, port: int, **settings: str
    ) -> None:
        self.folder = folder
        self.organisation = to_hex(organisation)
        self.port = port
        self.settings = settings
        self.process: NodeProcess | None = None

    def start(self) -> None:
        self.process = NodeProcess(self.folder, port=self.port, **self.settings)

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process = None

    def ask(self, path: str, body: bytes | None = None) -> Any:
        assert self.process is not None
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(self.process.url + path, body, headers), timeout=PATIENCE_S) as told:
            return json.load(told)

    def submit(self, submission: Submission) -> str:
        """The number of a record that was handed in."""
        number: str = self.ask("/api/v1/records", submission.to_bytes())["number"]
        return number

    def logs(self) -> Mapping[str, Any]:
        """What it shows of each log, by organisation."""
        return {each["organisation"]: each for each in self.ask("/api/v1/logs")["logs"]}

    def record(self, number: str) -> Any:
        """A record as it is shown here; None where it is not here."""
        try:
            (found,) = self.ask(f"/api/v1/records/{number}")["records"]
        except HTTPError as refusal:
            refusal.close()
            return None
        return found

    def shows(self, number: str) -> bool:
        """Whether a record is here, final and in order."""
        found = self.record(number)
        return bool(found and found["state"] == "final" and found["fault"] is None)


@pytest.fixture
def both(founded_two: Template, tmp_path: Path) -> Iterator[tuple[TwoNodes, list[Region]]]:
    """The chain of two founders, and their nodes; none runs yet."""
    two = TwoNodes.copied(founded_two, tmp_path)
    ports = founded_two.ports
    regions = [
        Region(
            side.folder,
            side.member.id,
            ports.numbers[place],
            chain_url=two.chain.rpc.url,
            peers=json.dumps([ports.url(1 - place)]),
            **QUICK,
        )
        for place, side in enumerate(two.sides)
    ]
    with ExitStack() as closing:
        closing.callback(two.chain.stop)
        for region in regions:
            closing.callback(region.stop)
        yield two, regions


QUICK = {
    "loopback_peers": "true",
    "anchor_entries": "1",
    "tick_s": "0.05",
    "retry_s": "0.2",
}


def works(two: TwoNodes) -> Callable[[], Submission]:
    ledger = two.first.member.ledger
    return lambda: signed(registration(ledger=ledger))


def test_one_that_was_off_or_killed_catches_up(both: tuple[TwoNodes, list[Region]]) -> None:
    two, (hainan, singapore) = both
    work = works(two)
    hainan.start()
    singapore.start()
    here, there = hainan.submit(work()), singapore.submit(work())
    until(lambda: singapore.shows(here) and hainan.shows(there), PATIENCE_S)
    singapore.stop()
    missed = [hainan.submit(work()) for _ in range(3)]
    until(lambda: all(map(hainan.shows, missed)), PATIENCE_S)
    singapore.start()
    until(lambda: all(map(singapore.shows, missed)), PATIENCE_S)
    more = [hainan.submit(work()) for _ in range(3)]
    singapore.kill()
    singapore.start()
    until(lambda: all(map(singapore.shows, more)), PATIENCE_S)
    log = singapore.logs()[hainan.organisation]
    assert log["followed"] == log["anchored"]
    assert (log["trouble"], log["faults"]) == (None, [])


def test_who_joins_late_takes_a_log_from_a_third_party(
    both: tuple[TwoNodes, list[Region]], tmp_path: Path
) -> None:
    two, (hainan, singapore) = both
    hainan.start()
    singapore.start()
    early = hainan.submit(works(two)())
    until(lambda: singapore.shows(early), PATIENCE_S)
    hainan.stop()
    harbour, profile = admitted(two, tmp_path / "third", peers=[singapore.process])
    harbour.start()
    try:
        until(lambda: harbour.shows(early), PATIENCE_S)
        late = harbour.submit(profile)
        hainan.settings["peers"] = json.dumps([harbour.process and harbour.process.url])
        hainan.start()
        until(lambda: hainan.shows(late), PATIENCE_S)
        for region in (hainan, harbour):
            logs = region.logs()
            assert len(logs) == 3
            assert {each["trouble"] for each in logs.values()} == {None}
    finally:
        harbour.stop()


def admitted(
    two: TwoNodes, folder: Path, peers: list[NodeProcess | None]
) -> tuple[Region, Submission]:
    """A third organisation that the two let in, with a node that knows `peers`; its profile."""
    rpc = two.chain.rpc
    deployment = read_deployment(two.first.folder / "deployment.json")
    admin = private_key("HK", Scope.ADMINISTRATION)
    give(rpc, admin)
    applicant = Applicant(name="Harbour Society", lang="en", region="HK", kinds=("society",))
    profile = first_profile(deployment.ledger, applicant, admin, datetime.now(UTC))
    candidate = founding_organisation(profile).candidate()
    for side in two.sides:
        voice = side.member.key(Scope.ADMINISTRATION)
        govern.propose(rpc, deployment.organisations.address, voice, candidate, None)
    organisation = OrganisationId(profile.record.digest)
    enrol_node(rpc, deployment, organisation, admin, folder)
    give_keys(rpc, deployment, organisation, admin, "HK")
    urls = json.dumps([peer.url for peer in peers if peer])
    return Region(folder, organisation, 0, chain_url=rpc.url, peers=urls, **QUICK), profile
