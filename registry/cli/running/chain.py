"""`comity chain`: how several regions found a ledger on a chain, step by step."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.style import STYLE, KeyFile

app = typer.Typer(**STYLE)

RpcUrl = Annotated[str, typer.Option("--rpc", metavar="URL", help="JSON-RPC of a chain's node.")]
Draft = Annotated[Path, typer.Argument(metavar="founding.json", help="The founders' paper.")]


@app.callback()
def chain() -> None:
    """Found a ledger on a chain: draft, sign, deploy, enrol.

    One founder drafts, every founder signs the same paper in turn, one deploys the contracts with
    it, and each enrols its node. Nothing is deployed before everybody has signed.
    """


@app.command()
def draft(
    name: Annotated[str, typer.Option("--name", help="The ledger's name.")],
    founder: Annotated[
        list[str],
        typer.Option(
            "--founder",
            metavar="REGION:NAME:KIND[,KIND]:eth:0x…",
            help="A founding organisation, its administration key last; repeatable.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="founding.json", help="The file to write.")],
    confirmations: Annotated[
        int, typer.Option(min=1, help="Blocks after which an anchor is final.")
    ] = 6,
    anchor_delay: Annotated[int, typer.Option(min=1, help="Longest, in seconds.")] = 600,
    publication_delay: Annotated[int, typer.Option(min=1, help="Longest, in seconds.")] = 3600,
    clock_bound: Annotated[int, typer.Option(min=1, help="Of a node's clock, in seconds.")] = 120,
) -> None:
    """Write the founding statement: name, founders, rules. Its digest is the ledger's id.

    Kinds: society, mediation_body, registration_office, court, notary, authority. A name in another
    language than English ends in @ and the language: 海南著作权局@zh.
    """
    from registry.cli.running import founding_paper
    from registry.cli.text import remark, say
    from registry.proofs import hexes
    from registry.proofs.founding import Rules

    rules = Rules(
        confirmations=confirmations,
        anchor_delay_s=anchor_delay,
        publication_delay_s=publication_delay,
        clock_bound_s=clock_bound,
    )
    paper = founding_paper.draft(name, founder, rules)
    founding_paper.write_new(paper, out)
    say(f"ledger: {hexes.to_hex(paper.founding.ledger())}")
    remark(f"Send {out} from founder to founder; each runs: comity chain sign {out} --key KEY.json")


@app.command()
def sign(paper: Draft, key: KeyFile) -> None:
    """Sign the founding statement, and your organisation's first profile, with its key.

    The digest of that profile is the organisation's id from then on.
    """
    from registry.cli import keystore
    from registry.cli.running import founding_paper
    from registry.cli.text import plain, remark, say
    from registry.proofs import hexes

    unsigned = founding_paper.read(paper)
    signed, place = founding_paper.sign(unsigned, keystore.unlock(key))
    founding_paper.replace(signed, paper)
    party = signed.parties[place]
    assert party.profile is not None  # it was just signed
    say(f"organisation: {hexes.to_hex(party.profile.record.digest)}")
    missing = [plain(name) for name in signed.missing()]
    remark(f"still to sign: {', '.join(missing)}" if missing else "all founders have signed")


@app.command()
def deploy(
    paper: Draft,
    rpc: RpcUrl,
    key: KeyFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Else deployments/<chain id>.json."),
    ] = None,
) -> None:
    """Found the ledger on a chain: deploy its contracts, write the deployment file.

    --key pays and gains nothing by it: nobody owns the contracts. The profiles that the founders
    signed are written beside the deployment file, ready for `comity submit`.
    """
    from registry.cli.running import founding_paper
    from registry.cli.text import say
    from registry.proofs import hexes

    written = founding_paper.deploy(founding_paper.read(paper), rpc, key, out)
    deployment = written.deployment
    say(f"ledger: {hexes.to_hex(deployment.ledger)}")
    say(f"chain: {deployment.chain_id}, from block {deployment.block}")
    say(f"Organisations: {hexes.to_hex(deployment.organisations.address)}")
    say(f"Logs: {hexes.to_hex(deployment.logs.address)}")
    say(f"deployment file: {written.path}")
    say(f"profiles: {written.profiles}")


@app.command(name="node-keys")
def node_keys(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The node's folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
) -> None:
    """Write the public half of a node's keys, for enrolment; makes the keys where there are none.

    Run it on the node's machine and carry the file to where the administration key is.
    """
    from registry.cli.running import enrolling
    from registry.cli.text import say

    say(enrolling.export_node_keys(data, out))


@app.command()
def enrol(
    deployment: Annotated[
        Path, typer.Option("--deployment", metavar="FILE", help="The ledger's deployment file.")
    ],
    rpc: RpcUrl,
    key: KeyFile,
    node_keys: Annotated[
        Path, typer.Option("--node-keys", metavar="FILE", help="As `chain node-keys` wrote it.")
    ],
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="0x…", help="Else the founder with this key."),
    ] = None,
    replace_log: Annotated[
        bool, typer.Option("--replace-log", help="Close a log of another key, for good.")
    ] = False,
) -> None:
    """Give your organisation's node its place on the chain: anchoring, log and witness keys.

    Repeating it is harmless: what is so already is left as it is.
    """
    from registry.cli.running import enrolling
    from registry.cli.text import say

    for line in enrolling.enrol(deployment, rpc, key, node_keys, organisation, replace_log):
        say(line)
