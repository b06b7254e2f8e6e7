"""Two regions on this machine: a chain, two nodes with everything of their own, and their keys.

Everything lies in one folder, which is removed at the end unless it is to be kept. Nothing of it
outlives this process.
"""

import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson

from registry.chain.anvil import Anvil
from registry.cli import files, keystore
from registry.cli.demonstration import ledger
from registry.cli.demonstration.ledger import Desk
from registry.cli.demonstration.places import PLACES, SCHEME, Place
from registry.cli.demonstration.processes import NodeProcess
from registry.cli.node import Node
from registry.cli.organisations import profiling
from registry.errors import Conflict, Damaged, NotFound
from registry.proofs import hexes
from registry.proofs.record import OrganisationId

PASSWORD = "playground"
#: Keys that are worth nothing are opened quickly.
COST = 1 << 10
PATIENCE_S = 90.0
LOOK_S = 0.1
QUICK = {
    "anchor_age_s": "0.2",
    "tick_s": "0.1",
    "retry_s": "0.5",
    "witness_wait_s": "3",
    "loopback_peers": "true",
}

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Region:
    """A region with its node, running or not."""

    desk: Desk
    organisation: OrganisationId
    port: int
    settings: dict[str, str]
    process: NodeProcess | None = None

    @property
    def place(self) -> Place:
        """Which region it is."""
        return self.desk.place

    @property
    def id(self) -> str:
        """Its organisation, as the nodes write it."""
        return hexes.to_hex(self.organisation)

    @property
    def url(self) -> str:
        """Where its node answers, whether it runs or not."""
        return f"http://localhost:{self.port}"

    @property
    def node(self) -> Node:
        """Its node, to be asked."""
        return Node(self.url)

    def start(self) -> None:
        """Start the node; it may take a moment until it serves."""
        self.process = NodeProcess(self.desk.node_folder, self.port, self.settings)

    def require_running(self) -> None:
        """Raise Damaged DEMO_NOT_AS_TOLD where the node was started and ended by itself."""
        if self.process is not None and not self.process.running():
            raise Damaged("DEMO_NOT_AS_TOLD", f"the node of {self.place.en} ended by itself")

    def stop(self) -> None:
        """Stop the node, if it runs."""
        if self.process is not None:
            self.process.stop()
            self.process = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playground:
    """The running regions, the folder of everything, and a key for a creator."""

    folder: Path
    chain: Anvil
    deployment: Path
    creator: Path
    regions: tuple[Region, ...]


@contextmanager
def playground(folder: Path | None, *, keep: bool) -> Iterator[Playground]:
    """Found a ledger of two regions in `folder` (None: a temporary one), and run it.

    At the end both nodes and the chain are stopped and, unless `keep`, the folder is removed.
    Raises Conflict FILE_EXISTS for a folder that holds something already.
    """
    with ExitStack() as closing:
        home = _made(folder, keep, closing)
        _use_password(closing)
        chain = ledger.start_chain(home / "chain")
        closing.callback(chain.stop)
        desks = [_desk(home, place) for place in PLACES]
        deployment, profiles = ledger.found(chain, desks, home)
        ledger.keep_pace(chain)
        regions = _regions(desks, profiles, chain.rpc.url, deployment)
        for region in regions:
            closing.callback(region.stop)
            region.start()
        for region in regions:
            assert region.process is not None  # it was just started
            region.process.serving()
        _introduce(regions, profiles, home)
        creator = _new_key(home / "keys" / "creator.json")
        yield Playground(
            folder=home, chain=chain, deployment=deployment, creator=creator, regions=regions
        )


def require_free(folder: Path) -> None:
    """Raise Conflict FILE_EXISTS for a path that holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict("FILE_EXISTS", f"{folder} is there already; name a folder that is not")


def wait_for(look: Callable[[], T | None], what: str, regions: Sequence[Region]) -> T:
    """What `look` finds, looked for until it is there; something unknown is not there yet.

    Raises Damaged DEMO_NOT_AS_TOLD where it does not come, or a node of `regions` has ended.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        for region in regions:
            region.require_running()
        found = _looked(look)
        if found:
            return found
        if time.monotonic() > deadline:
            raise Damaged("DEMO_NOT_AS_TOLD", f"waited {PATIENCE_S:.0f} s in vain: {what}")
        time.sleep(LOOK_S)


def follows(region: Region, others: Sequence[Region]) -> bool:
    """Whether a region's node has the whole of what the others have recorded so far."""
    known = {each["organisation"]: each for each in _logs(region)}
    for other in others:
        own = next(each for each in _logs(other) if each["own"])
        here = known.get(other.id)
        if here is None or here["followed"] < own["anchored"] or own["anchored"] == 0:
            return False
    return True


def _logs(region: Region) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = region.node.request("GET", "/api/v1/logs").json()["logs"]
    return found


def _looked(look: Callable[[], T | None]) -> T | None:
    try:
        return look()
    except NotFound:
        return None


def _made(folder: Path | None, keep: bool, closing: ExitStack) -> Path:
    if folder is None:
        home = Path(tempfile.mkdtemp(prefix="comity-demo-"))
    else:
        home = folder.absolute()
        require_free(home)
        home.mkdir(parents=True, exist_ok=True)
    if not keep:
        closing.callback(shutil.rmtree, home, ignore_errors=True)
    (home / "keys").mkdir(mode=0o700)
    return home


def _use_password(closing: ExitStack) -> None:
    """The keys of the playground open with its own password, whatever the caller's is."""
    before = os.environ.get(keystore.PASSWORD_VARIABLE)

    def restore() -> None:
        os.environ.pop(keystore.PASSWORD_VARIABLE, None)
        if before is not None:
            os.environ[keystore.PASSWORD_VARIABLE] = before

    os.environ[keystore.PASSWORD_VARIABLE] = PASSWORD
    closing.callback(restore)


def _desk(home: Path, place: Place) -> Desk:
    keys = home / "keys"
    return Desk(
        place=place,
        administration=_new_key(keys / f"{place.name}-administration.json"),
        daily=_new_key(keys / f"{place.name}.json"),
        node_folder=home / place.name,
    )


def _new_key(path: Path) -> Path:
    kept = keystore.encrypt(secrets.token_bytes(32), PASSWORD, n=COST)
    files.write_new(path, orjson.dumps(kept), mode=0o600)
    return path


def _regions(
    desks: Sequence[Desk], profiles: Sequence[bytes], chain_url: str, deployment: Path
) -> tuple[Region, ...]:
    settings = {**QUICK, "chain_url": chain_url, "deployment": str(deployment)}
    return tuple(
        Region(
            desk=desk,
            organisation=ledger.organisation_of(profile),
            port=_free_port(),
            settings=settings,
        )
        for desk, profile in zip(desks, profiles, strict=True)
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _introduce(regions: Sequence[Region], profiles: Sequence[bytes], home: Path) -> None:
    """Each node hears who both bodies are and where their nodes answer; then they follow."""
    for profile in profiles:
        for region in regions:
            region.node.submit(profile)
    for subject in regions:
        signed = _full_profile(subject, home)
        for region in regions:
            region.node.submit(signed)
    for region in regions:
        others = [other for other in regions if other is not region]
        wait_for(
            partial(follows, region, others),
            f"{region.place.en} reads what the other region has recorded",
            regions,
        )


def _full_profile(region: Region, home: Path) -> bytes:
    """The profile with names in both languages, the short name, and where the node answers."""
    place = region.place
    drafted = home / "keys" / f"{place.name}-profile-draft.json"
    signed = home / "keys" / f"{place.name}-profile.json"
    stated = profiling.Stated(
        names=[f"{place.body_zh}@zh", f"{place.body_en}@en"],
        region="",
        kinds=[],
        identifiers=[f"{SCHEME}={place.name}"],
        contact="",
        endpoints=[region.url],
    )
    profiling.draft(stated, region.url, region.id, drafted)
    list(profiling.sign(drafted, region.desk.administration, signed))
    return files.read(signed).strip()
