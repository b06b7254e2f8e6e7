"""The founders' paper: the file that goes from founder to founder until all have signed.

It holds the founding statement, and for each founder a place for two things that only its key can
give: the signature over the statement and the organisation's first profile, whose digest becomes
its id. The statement never changes while it travels; a changed one would have another digest, and
every signature already given would fail.
"""

import json
import re
import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.chain import deployments
from registry.chain.deployments import KINDS, Deployment
from registry.chain.rpc import HttpRpc, chain_id
from registry.cli import files, keystore
from registry.errors import Conflict, NotAuthorised
from registry.organisations.founding import Applicant, first_profile, founding_organisation
from registry.proofs import canonical, hexes, shape
from registry.proofs.founding import (
    Founder,
    Founding,
    Rules,
    founding_digest,
    parse_founding,
    parse_region,
    sign_founding,
)
from registry.proofs.keys import parse_key
from registry.proofs.signature import key_of, verify_eip712, verify_signatures
from registry.proofs.submission import Submission, parse_submission

SPEC = "comity-founding-paper/1"

_FOUNDER = re.compile(r"([^:]+):(.+):([a-z_,]+):(eth:0x[0-9a-fA-F]{40})")
_NAME = re.compile(r"(.+)@([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")
_FIELDS = frozenset(("spec", "founding", "parties"))
_PARTY_FIELDS = frozenset(("lang", "kinds", "signature", "profile"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A founder's place in the paper; signature and profile are None until it has signed."""

    lang: str
    kinds: tuple[str, ...]
    signature: bytes | None = None
    profile: Submission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The statement, and the parties in the order of its founders."""

    founding: Founding
    parties: tuple[Party, ...]

    def missing(self) -> list[str]:
        """The names of the founders that have not signed."""
        pairs = zip(self.founding.founders, self.parties, strict=True)
        return [founder.name for founder, party in pairs if party.signature is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A deployment, where its file is, and where the founders' profiles are."""

    deployment: Deployment
    path: Path
    profiles: Path


def draft(name: str, founders: Sequence[str], rules: Rules) -> Paper:
    """A new paper. Raises InvalidInput FIELD_INVALID naming the founder that cannot be read."""
    read = [_founder(text, f"--founder {place}") for place, text in enumerate(founders, 1)]
    keys = [founder.key for founder, _ in read]
    if len(set(keys)) < len(keys):
        raise shape.invalid("--founder", "must name each key once")
    if not name.strip():
        raise shape.invalid("--name", "is empty")
    founding = Founding(
        name=name.strip(),
        founders=tuple(founder for founder, _ in read),
        rules=rules,
        salt=secrets.token_bytes(32),
    )
    return Paper(founding=founding, parties=tuple(party for _, party in read))


def sign(paper: Paper, private_key: bytes) -> tuple[Paper, int]:
    """The paper with one founder's signature and profile, and that founder's place.

    Raises NotAuthorised FOUNDER_UNKNOWN, Conflict FOUNDER_SIGNED.
    """
    key = key_of(private_key)
    keys = [founder.key for founder in paper.founding.founders]
    if key not in keys:
        raise NotAuthorised("FOUNDER_UNKNOWN", f"no founder in this paper has the key {key}")
    place = keys.index(key)
    party, founder = paper.parties[place], paper.founding.founders[place]
    if party.signature is not None:
        raise Conflict("FOUNDER_SIGNED", f"{founder.name} has signed this paper already")
    applicant = Applicant(
        name=founder.name, lang=party.lang, region=founder.region, kinds=party.kinds
    )
    signed = changed(
        party,
        signature=sign_founding(private_key, paper.founding),
        profile=first_profile(paper.founding.ledger(), applicant, private_key, datetime.now(UTC)),
    )
    parties = (*paper.parties[:place], signed, *paper.parties[place + 1 :])
    return changed(paper, parties=parties), place


def deploy(paper: Paper, rpc_url: str, key_file: Path, out: Path | None) -> Written:
    """Found the ledger that the paper states, and write what a node needs of it.

    Raises Conflict FOUNDERS_UNSIGNED, FILE_EXISTS, and as `registry.chain.deployments.deploy`.
    """
    if paper.missing():
        names = ", ".join(paper.missing())
        raise Conflict("FOUNDERS_UNSIGNED", f"not everybody has signed yet: {names}")
    rpc = HttpRpc(rpc_url)
    with closing(rpc):
        return _deploy(paper, rpc, key_file, out)


def _deploy(paper: Paper, rpc: HttpRpc, key_file: Path, out: Path | None) -> Written:
    path = out or Path("deployments") / f"{chain_id(rpc)}.json"
    profiles = path.with_suffix(".profiles.ndjson")
    for target in (path, profiles):
        _require_free(target)
    submissions = [party.profile for party in paper.parties if party.profile is not None]
    deployment = deployments.deploy(
        rpc,
        paper.founding,
        [party.signature for party in paper.parties if party.signature is not None],
        [founding_organisation(one) for one in submissions],
        keystore.unlock(key_file),
    )
    deployments.write_deployment(deployment, path)
    files.replace(profiles, b"".join(one.to_bytes() + b"\n" for one in submissions))
    return Written(deployment=deployment, path=path, profiles=profiles)


def read(path: Path) -> Paper:
    """The paper in a file; what was signed is checked.

    Raises InvalidInput as `shape`, NotAuthorised as `verify_signatures`.
    """
    known = shape.exact(canonical.parse(files.read(path)), _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    founding = parse_founding(known["founding"])
    listed = shape.array(known["parties"], "parties")
    if len(listed) != len(founding.founders):
        raise shape.invalid("parties", "must have one place a founder")
    return Paper(
        founding=founding,
        parties=tuple(
            _party(item, founding, place, f"parties[{place}]") for place, item in enumerate(listed)
        ),
    )


def write_new(paper: Paper, path: Path) -> None:
    """Write a fresh paper. Raises Conflict FILE_EXISTS."""
    files.write_new(path, _text(paper))


def replace(paper: Paper, path: Path) -> None:
    """Write the paper over its earlier state, in one step."""
    files.replace(path, _text(paper))


def _founder(text: str, path: str) -> tuple[Founder, Party]:
    found = _FOUNDER.fullmatch(text.strip())
    if found is None:
        raise shape.invalid(path, "must be like SG:Centre B:mediation_body:eth:0x… (40 digits)")
    region, named, listed, key = found.groups()
    name, lang = _named(named.strip())
    kinds = tuple(listed.split(","))
    if any(kind not in KINDS for kind in kinds) or len(set(kinds)) < len(kinds):
        raise shape.invalid(path, f"must name kinds of {', '.join(KINDS)}")
    founder = Founder(region=parse_region(region, path), name=name, key=parse_key(key, path))
    return founder, Party(lang=lang, kinds=kinds)


def _named(text: str) -> tuple[str, str]:
    found = _NAME.fullmatch(text)
    return (text, "en") if found is None else (found.group(1).strip(), found.group(2))


def _party(value: Any, founding: Founding, place: int, path: str) -> Party:
    known = shape.exact(value, _PARTY_FIELDS, path)
    founder = founding.founders[place]
    kinds = shape.array(known["kinds"], f"{path}.kinds")
    if not kinds or any(kind not in KINDS for kind in kinds):
        raise shape.invalid(f"{path}.kinds", f"must be some of {', '.join(KINDS)}")
    party = Party(lang=shape.text(known["lang"], f"{path}.lang"), kinds=tuple(kinds))
    if known["signature"] is None:
        return party
    signature = hexes.from_hex(known["signature"], size=65, path=f"{path}.signature")
    verify_eip712(signature, founding_digest(founding), founder.key, place)
    profile = parse_submission(canonical.encode(known["profile"], depth=canonical.DEPTH + 1))
    verify_signatures(profile.record, profile.signatures)
    record = profile.record
    ours = (record.ledger, record.type, [signer.key for signer in record.signers])
    if ours != (founding.ledger(), "organisation.profile", [founder.key]):
        raise shape.invalid(f"{path}.profile", "must be this founder's first profile")
    if (record.body.get("region"), record.body.get("kinds")) != (founder.region, kinds):
        raise shape.invalid(f"{path}.profile", "must have the region and kinds of its founder")
    return changed(party, signature=signature, profile=profile)


def _text(paper: Paper) -> bytes:
    parties = [
        {
            "lang": party.lang,
            "kinds": list(party.kinds),
            "signature": None if party.signature is None else hexes.to_hex(party.signature),
            "profile": None if party.profile is None else json.loads(party.profile.to_bytes()),
        }
        for party in paper.parties
    ]
    value = {"spec": SPEC, "founding": paper.founding.to_json(), "parties": parties}
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _require_free(path: Path) -> None:
    if path.exists():
        raise Conflict("FILE_EXISTS", f"{path} is there already and is not overwritten")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise files.unwritable(path.parent, fault) from fault
