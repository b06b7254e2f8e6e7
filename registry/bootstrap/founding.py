"""The ledger that a node belongs to: read from its deployment file, or founded alone."""

from pathlib import Path

from registry.chain.deployments import Deployment, read_deployment, write_deployment
from registry.chain.rpc import Rpc
from registry.config import Settings
from registry.durable import write_durably
from registry.errors import NotFound
from registry.ledger.clock import SystemClock
from registry.ledger.keys import NodeKeys, read_or_make
from registry.organisations.founding import Applicant, found_alone

FOUNDER = "founder"
PROFILE = "profile.json"


def founding_profile(data: Path) -> Path:
    """Where the first profile of an organisation founded here is kept."""
    return data / FOUNDER / PROFILE


def open_ledger(settings: Settings, keys: NodeKeys, chain: Rpc) -> Deployment:
    """The ledger of the deployment file; without one, founded alone on the embedded chain.

    Raises NotFound DEPLOYMENT_MISSING.
    """
    path = settings.deployment_file()
    if path.exists():
        return read_deployment(path)
    if settings.chain_url is not None:
        raise NotFound(
            "DEPLOYMENT_MISSING",
            f"there is no deployment file at {path}; a ledger on an outside chain is founded by "
            "comity chain deploy",
        )
    return _found_embedded(settings, keys, chain)


def administration_key(data: Path) -> bytes:
    """The administration key of an organisation founded here; elsewhere as soon as it matters."""
    return read_or_make(data / FOUNDER / "administration.key")


def _found_embedded(settings: Settings, keys: NodeKeys, chain: Rpc) -> Deployment:
    """A ledger of one organisation on the embedded chain; the deployment file is written last."""
    deployment, profile = found_alone(
        chain,
        name=f"Ledger of {settings.organisation}",
        applicant=Applicant(
            name=settings.organisation,
            lang="en",
            region=settings.region,
            kinds=("registration_office",),
        ),
        administration=administration_key(settings.data),
        keys=keys,
        at=SystemClock().now(),
    )
    write_durably(founding_profile(settings.data), profile.to_bytes(), mode=0o600)
    write_deployment(deployment, settings.deployment_file())
    return deployment
