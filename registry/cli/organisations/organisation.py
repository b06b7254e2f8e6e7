"""`comity organisation`: who is in the ledger, who is let in, and with which keys they act."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, AsOrganisation, KeyFile, NodeUrl

app = typer.Typer(**STYLE)
profiles = typer.Typer(**STYLE)
app.add_typer(profiles, name="profile")

RpcUrl = Annotated[str, typer.Option("--rpc", metavar="URL", help="JSON-RPC of a chain's node.")]
DeploymentFile = Annotated[
    Path, typer.Option("--deployment", metavar="FILE", help="The ledger's deployment file.")
]
Speaker = Annotated[
    str | None,
    typer.Option("--organisation", metavar="0x…", help="Else the one that --key administers."),
]
FirstProfile = Annotated[
    Path | None,
    typer.Argument(metavar="[PROFILE.json]", help="The candidate's signed first profile."),
]


@app.callback()
def organisation() -> None:
    """Organisations: show, propose, endorse, suspend; their keys and profiles.

    What the regions decide and which keys an organisation has is on the chain: those commands send
    a transaction with an administration key. Profiles are signed records and go to a node.
    """


@app.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="0x… or an identifier as CISAC:119; else all."),
    ] = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Show the organisations of a ledger, or one with its keys, logs and suspensions."""
    import json

    from registry.cli import speaking
    from registry.cli.node import Node
    from registry.cli.organisations import organisation_view
    from registry.cli.text import say

    to = Node(node)
    told = speaking.told_of_all(to) if name is None else speaking.told_of(to, name)
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
        return
    for line in organisation_view.table(told) if name is None else organisation_view.lines(told):
        say(line)


@app.command()
def propose(
    deployment: DeploymentFile,
    rpc: RpcUrl,
    key: KeyFile,
    profile: FirstProfile = None,
    id: Annotated[
        str | None, typer.Option("--id", metavar="0x…", help="Digest of the first profile.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="ISO 3166 code, as SG or CN-46.")
    ] = None,
    kind: Annotated[
        list[str], typer.Option("--kind", help="As `comity chain draft` names them; repeatable.")
    ] = [],  # noqa: B006 (the library reads the default, nobody changes it)
    admin: Annotated[
        str | None,
        typer.Option("--admin", metavar="eth:0x…", help="The candidate's administration key."),
    ] = None,
    organisation: Speaker = None,
) -> None:
    """Propose an organisation for admission, with your region's vote.

    Name its first profile, from which everything is taken; or --id, --region, --kind and --admin.
    More than half of the active regions must agree, and a region that is in the ledger already to
    everybody of its own.
    """
    from registry.cli.organisations import governing
    from registry.cli.text import say

    candidate = governing.candidate(profile, id, region, kind, admin)
    for line in governing.propose(deployment, rpc, key, candidate, organisation):
        say(line)


@app.command()
def endorse(
    proposal: Annotated[
        str,
        typer.Argument(metavar="PROFILE.json|0x…", help="The profile that you read; or a name."),
    ],
    deployment: DeploymentFile,
    rpc: RpcUrl,
    key: KeyFile,
    organisation: Speaker = None,
) -> None:
    """Vote for a proposal.

    Name the candidate's first profile: its digest, region, kinds and key are compared with what was
    proposed, because the chain cannot see who stands behind a proposal.
    """
    from registry.cli.organisations import governing
    from registry.cli.text import say

    for line in governing.endorse(deployment, rpc, key, proposal, organisation):
        say(line)


@app.command()
def suspend(
    target: Annotated[str, typer.Argument(metavar="0x…", help="The organisation's id.")],
    deployment: DeploymentFile,
    rpc: RpcUrl,
    key: KeyFile,
    organisation: Speaker = None,
) -> None:
    """Vote for suspending an organisation for 30 days.

    More than half of all regions must agree, without the target's own. A suspended organisation
    writes nothing new; its log goes on being anchored. A vote counts for 7 days.
    """
    from registry.cli.organisations import governing
    from registry.cli.text import say

    for line in governing.suspend(deployment, rpc, key, target, organisation):
        say(line)


@app.command(name="add-key")
def add_key(
    added: Annotated[str, typer.Argument(metavar="eth:0x…", help="The new key.")],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            help="anchor, agreements, cases, recognise, licence, answers, registrations or"
            " administration; repeatable.",
        ),
    ],
    deployment: DeploymentFile,
    rpc: RpcUrl,
    key: KeyFile,
    valid_from: Annotated[
        str, typer.Option("--from", metavar="TIME", help="As 2026-11-22T03:00:00Z; else now.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="Its end, exclusive; else none.")
    ] = "",
    organisation: Speaker = None,
) -> None:
    """Give your organisation a further key, for some scopes and a time.

    A key has one window, for ever: it cannot be added again after its end.
    """
    from registry.cli.organisations import governing
    from registry.cli.text import say

    window = governing.window(valid_from, until)
    for line in governing.add_key(deployment, rpc, key, added, scope, window, organisation):
        say(line)


@app.command(name="retire-key")
def retire_key(
    retired: Annotated[str, typer.Argument(metavar="eth:0x…", help="The key to retire.")],
    deployment: DeploymentFile,
    rpc: RpcUrl,
    key: KeyFile,
    organisation: Speaker = None,
) -> None:
    """End the window of a key of your organisation now; what it signed before stays as it is."""
    from registry.cli.organisations import governing
    from registry.cli.text import say

    for line in governing.retire_key(deployment, rpc, key, retired, organisation):
        say(line)


@profiles.callback()
def profile() -> None:
    """An organisation's profile: draft, sign, submit.

    The digest of the first one is the organisation's id, for good; each later one answers the one
    before.
    """


@profiles.command()
def draft(
    out: Annotated[Path, typer.Option("--out", metavar="DRAFT.json", help="The file to write.")],
    name: Annotated[
        list[str], typer.Option("--name", metavar="TEXT@LANG", help="A name; repeatable.")
    ] = [],  # noqa: B006 (the library reads the default, nobody changes it)
    region: Annotated[
        str, typer.Option("--region", help="ISO 3166 code, as SG or CN-46; of a first profile.")
    ] = "",
    kind: Annotated[list[str], typer.Option("--kind", help="Repeatable; of a first profile.")] = [],  # noqa: B006 (as above)
    identifier: Annotated[
        list[str],
        typer.Option("--identifier", metavar="SCHEME=VALUE", help="As CISAC=119; repeatable."),
    ] = [],  # noqa: B006 (as above)
    contact: Annotated[
        str, typer.Option("--contact", metavar="TEXT", help="How to reach it.")
    ] = "",
    endpoint: Annotated[
        list[str],
        typer.Option("--endpoint", metavar="URL", help="Where its node is reached; repeatable."),
    ] = [],  # noqa: B006 (as above)
    organisation: AsOrganisation = None,
    node: NodeUrl = defaults.NODE,
) -> None:
    """Write down what a profile shall say; nothing is signed or sent.

    With --organisation it is a later profile: what you do not name stays as it is. Region and kinds
    are what the organisation was admitted with and never change.
    """
    from registry.cli.organisations import profiling
    from registry.cli.text import remark

    stated = profiling.Stated(
        names=name,
        region=region,
        kinds=kind,
        identifiers=identifier,
        contact=contact,
        endpoints=endpoint,
    )
    profiling.draft(stated, node, organisation, out)
    remark(f"drafted; sign it: comity organisation profile sign {out} --key KEY.json --out FILE")


@profiles.command()
def sign(
    drafted: Annotated[Path, typer.Argument(metavar="DRAFT.json", help="As `draft` wrote it.")],
    key: KeyFile,
    out: Annotated[Path, typer.Option("--out", metavar="PROFILE.json", help="The file to write.")],
) -> None:
    """Sign a profile with the organisation's administration key. No node is asked."""
    from registry.cli.organisations import profiling
    from registry.cli.text import say

    for line in profiling.sign(drafted, key, out):
        say(line)


@profiles.command()
def submit(
    signed: Annotated[Path, typer.Argument(metavar="PROFILE.json", help="The signed profile.")],
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Send a signed profile to a node; a first one after the organisation was admitted."""
    from registry.cli.works.submit import submit as send

    send(signed, node, as_json)
