"""Two organisations of two regions, founded together, each with a node that follows the other's.

`found_two` founds them once and leaves their folders, and the chain, as files; `TwoNodes` runs on a
copy: a chain of its own, both nodes in this process behind sockets. Ports are kept for the session,
so that the profiles in the template name where the nodes are reached.

    both.first.served, both.second.served        the nodes; first is Hainan, second Singapore
    both.first.member                            the organisation: id, region, its keys by scope
    both.first.submit(statement(...))            hand a record in, and get its receipt
    both.settle()                                everything anchored, published, followed
"""

import gzip
import shutil
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from registry.chain.anvil import Anvil, anvil_options
from registry.chain.contracts import Organisations
from registry.chain.deployments import Deployment, deploy, read_deployment, write_deployment
from registry.chain.enrol import enrol
from registry.chain.rpc import HttpRpc, octets
from registry.chain.transactions import address_of_key, transact
from registry.ledger.keys import node_keys, public_key
from registry.organisations.founding import Applicant, first_profile, founding_organisation
from registry.proofs.founding import Founder, Founding, Rules, sign_founding
from registry.proofs.record import (
    Digest,
    LedgerId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from registry.proofs.trust import Scope
from tests.serving import HOST, Served, until

CHAIN_ID = 4245
WEALTH = hex(10**20)
NAMES = ("first", "second")
#: Final as soon as mined; nothing of a test waits for a delay that founders would grant.
RULES = Rules(confirmations=1, anchor_delay_s=600, publication_delay_s=600, clock_bound_s=7200)
APPLICANTS = (
    Applicant(
        name="海南版权调解中心", lang="zh", region="CN-46", kinds=("society", "mediation_body")
    ),
    Applicant(
        name="Centre B, Singapore", lang="en", region="SG", kinds=("society", "mediation_body")
    ),
)
SCOPES = (Scope.AGREEMENTS, Scope.CASES, Scope.RECOGNISE, Scope.REGISTRATIONS)


def private_key(region: str, scope: Scope) -> bytes:
    """The key that the organisation of a region uses for one scope."""
    return sha256(f"{region} {scope.value}".encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An organisation of the ledger, with a signing key a scope."""

    ledger: LedgerId
    id: OrganisationId
    region: str

    def key(self, scope: Scope) -> bytes:
        """The private key of a scope: 2, 4, 8, 64 or 128."""
        return private_key(self.region, scope)

    def signer(self, scope: Scope, capacity: str = "organisation") -> Signer:
        """The organisation as a signer, by its key of a scope."""
        return Signer(key=key_of(self.key(scope)), organisation=self.id, capacity=capacity)


def statement(
    type: str,
    body: Mapping[str, Any],
    *members: Member,
    scope: Scope,
    subject: Digest | None = None,
    previous: Digest | None = None,
    issued_at: datetime | None = None,
    visibility: Visibility = Visibility.PUBLIC,
) -> Submission:
    """A record of `members`, signed by each of them with its key of `scope`, in this order."""
    record = new_record(
        ledger=members[0].ledger,
        type=type,
        signers=[member.signer(scope) for member in members],
        body=body,
        issued_at=issued_at or datetime.now(UTC),
        subject=subject,
        previous=previous,
        visibility=visibility,
    )
    return countersigned(record, *members, scope=scope)


def countersigned(record: Record, *members: Member, scope: Scope) -> Submission:
    """A record that was drafted elsewhere, signed by its signers."""
    return new_submission(record, [sign_eip712(each.key(scope), record) for each in members])


# ---- founding ------------------------------------------------------------------------------------


class Ports:
    """Two ports that nobody else gets while this lives: bound, and listened on only by nodes."""

    def __init__(self) -> None:
        self._held = [_bound(0) for _ in NAMES]
        self.numbers = [each.getsockname()[1] for each in self._held]

    def close(self) -> None:
        for each in self._held:
            each.close()

    def listen(self, place: int) -> socket.socket:
        """A socket that listens on one of them."""
        listening = _bound(self.numbers[place])
        listening.listen(128)
        return listening

    def url(self, place: int) -> str:
        """Where a node that listens there is reached."""
        return f"http://{HOST}:{self.numbers[place]}"


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((HOST, port))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Folders `first`, `second` of nodes that were stopped, the chain's `state`, and the ports."""

    folder: Path
    ports: Ports


def start_chain(folder: Path, state: Path | None = None) -> Anvil:
    """A chain that mines every transaction at once, from a state that was saved."""
    chain = Anvil.start(folder, anvil_options(CHAIN_ID, int(time.time()) - 60, state))
    chain.rpc.call("evm_setAutomine", True)
    return chain


def found_two(folder: Path) -> Template:
    """Found the ledger; both nodes follow each other, and are stopped."""
    ports = Ports()
    chain = start_chain(folder / "chain")
    profiles = _founded(chain.rpc, folder)
    with TwoNodes(chain, folder, ports) as both:
        for place, side in enumerate(both.sides):
            side.submit(profiles[place])
            side.submit(_reached_at(ports.url(place), profiles[place].record, side.member))
        both.settle()
        (folder / "state").write_bytes(_state(chain.rpc))
    return Template(folder=folder, ports=ports)


def _state(rpc: HttpRpc) -> bytes:
    return gzip.decompress(octets(rpc.call("anvil_dumpState")))


def _founded(rpc: HttpRpc, folder: Path) -> list[Submission]:
    admins = [private_key(each.region, Scope.ADMINISTRATION) for each in APPLICANTS]
    founding = Founding(
        name="Two shores",
        founders=tuple(
            Founder(region=each.region, name=each.name, key=key_of(admin))
            for each, admin in zip(APPLICANTS, admins, strict=True)
        ),
        rules=RULES,
        salt=sha256(b"two nodes").digest(),
    )
    now = datetime.now(UTC)
    profiles = [
        first_profile(founding.ledger(), each, admin, now)
        for each, admin in zip(APPLICANTS, admins, strict=True)
    ]
    for admin in admins:
        give(rpc, admin)
    deployment = deploy(
        rpc,
        founding,
        [sign_founding(admin, founding) for admin in admins],
        [founding_organisation(profile) for profile in profiles],
        admins[0],
    )
    for name, profile, admin in zip(NAMES, profiles, admins, strict=True):
        organisation = OrganisationId(profile.record.digest)
        enrol_node(rpc, deployment, organisation, admin, folder / name)
        give_keys(rpc, deployment, organisation, admin, profile.record.body["region"])
    return profiles


def give(rpc: HttpRpc, key: bytes) -> None:
    """Let a key pay for what it sends."""
    rpc.call("anvil_setBalance", "0x" + address_of_key(key).hex(), WEALTH)


def enrol_node(
    rpc: HttpRpc, deployment: Deployment, organisation: OrganisationId, admin: bytes, data: Path
) -> None:
    """Make the node on `data` the organisation's: keys, log, witness, deployment file."""
    keys = node_keys(data / "keys")
    give(rpc, keys.chain)
    enrol(
        rpc,
        deployment,
        admin,
        organisation,
        address_of_key(keys.chain),
        public_key(keys.log),
        public_key(keys.witness),
    )
    write_deployment(deployment, data / "deployment.json")


def give_keys(
    rpc: HttpRpc, deployment: Deployment, organisation: OrganisationId, admin: bytes, region: str
) -> None:
    """Give an organisation a signing key a scope."""
    contract = Organisations(rpc, deployment.organisations.address)
    for scope in SCOPES:
        address = address_of_key(private_key(region, scope))
        transact(rpc, admin, contract.add_key(organisation, address, scope.value))


def _reached_at(url: str, first: Record, member: Member) -> Submission:
    """The profile that says where the organisation's node is."""
    return statement(
        "organisation.profile",
        {**first.body, "endpoints": [url]},
        member,
        scope=Scope.ADMINISTRATION,
        subject=first.digest,
        previous=first.digest,
    )


# ---- running -------------------------------------------------------------------------------------


class Side:
    """One of the two: its organisation, and its node, which can be stopped and started again."""

    def __init__(self, folder: Path, chain: Anvil, ports: Ports, place: int) -> None:
        deployment = read_deployment(folder / "deployment.json")
        founder = deployment.founders[place]
        self.member = Member(ledger=deployment.ledger, id=founder.id, region=founder.region)
        self.folder = folder
        self._chain = chain
        self._ports = ports
        self._place = place
        self.running: Served | None = None

    @property
    def served(self) -> Served:
        assert self.running is not None
        return self.running

    def start(self) -> None:
        other = 1 - self._place
        self.running = Served(
            self.folder,
            listener=self._ports.listen(self._place),
            chain_url=self._chain.rpc.url,
            peers=(self._ports.url(other),),
            loopback_peers=True,
        )

    def stop(self) -> None:
        if self.running is not None:
            self.running.close()
            self.running = None

    def submit(self, submission: Submission) -> Any:
        """The receipt of a record that this node takes, or took before."""
        answer = self.served.submit(submission.to_bytes())
        assert answer.status in (200, 201), answer.body.decode()
        return answer.json()

    def followed(self) -> Mapping[str, int]:
        """How many entries of each log are verified and kept here, by the log's id in hex."""
        with self.served.node.recording.now() as facts:
            return {each.log.hex(): each.followed for each in facts.stand.logs}


class TwoNodes:
    """Both nodes on one chain, which is stopped with them."""

    def __init__(self, chain: Anvil, folder: Path, ports: Ports) -> None:
        self.chain = chain
        self.sides = [Side(folder / name, chain, ports, at) for at, name in enumerate(NAMES)]
        self.first, self.second = self.sides

    @classmethod
    def copied(cls, template: Template, folder: Path) -> Self:
        """The same two nodes, on a copy of everything."""
        for name in NAMES:
            shutil.copytree(template.folder / name, folder / name)
        chain = start_chain(folder / "chain", template.folder / "state")
        return cls(chain, folder, template.ports)

    def __enter__(self) -> Self:
        for side in self.sides:
            side.start()
        return self

    def __exit__(self, *_: object) -> None:
        for side in self.sides:
            side.stop()
        self.chain.stop()

    def settle(self) -> None:
        """Wait until each log is anchored and published whole, and followed whole by the other."""
        until(lambda: all(side.running is None or self._settled(side) for side in self.sides))

    def _settled(self, side: Side) -> bool:
        side.served.settle()
        wanted = {
            each.served.node.log.log_id.hex(): each.served.node.log.size
            for each in self.sides
            if each.running is not None
        }
        known = side.followed()
        return all(known.get(log, 0) == size for log, size in wanted.items())
