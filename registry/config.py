"""A node's settings: built once by an entry point, frozen, passed down.

Each is read from the environment (`COMITY_…`) or given by the command line, which wins. The
ledger's own rules (confirmations, delays, clock bound) are not settings: the founders signed them,
and they are read from the deployment file.
"""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.errors import Field as Place
from registry.errors import InvalidInput

KIB = 1024
MIB = 1024 * KIB


class Settings(BaseSettings):
    """One node's settings. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="COMITY_", frozen=True, extra="ignore")

    data: Path = Field(Path("data/node"), description="folder that holds everything of this node")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    database_url: str | None = Field(None, description="SQLAlchemy URL; none: SQLite in `data`")
    chain_url: str | None = Field(None, description="JSON-RPC URL; none: the embedded chain")
    deployment: Path | None = Field(
        None, description="the ledger's deployment file; none: the one in `data`, founded if absent"
    )
    kubo_address: str | None = Field(
        None, description="multiaddress of Kubo's RPC, as /ip4/127.0.0.1/tcp/5001; none: embedded"
    )
    region: str = Field("CN-46", description="ISO 3166 region of a ledger founded here")
    organisation: str = Field("Embedded node", description="name of an organisation founded here")

    anchor_entries: int = Field(1000, ge=1, le=65536, description="anchor at so many new entries")
    anchor_age_s: float = Field(3.0, gt=0, description="or when the oldest has waited so long")
    peers: tuple[str, ...] = Field(
        (), description="URLs of other nodes to ask for blocks, as a JSON list"
    )
    loopback_peers: bool = Field(
        False, description="whether other nodes may be on this machine, by plain HTTP"
    )
    witness_wait_s: float = Field(
        5.0, ge=0, description="how long an anchor waits for the witnesses of other regions"
    )
    tick_s: float = Field(0.5, gt=0, description="pause between two looks of the worker")
    retry_s: float = Field(5.0, gt=0, description="pause after a chain or store that is away")

    group_limit: int = Field(512, ge=1, description="submissions that share one commit, at most")
    queue_limit: int = Field(10_000, ge=1, description="submissions that may wait; more get 503")
    batch_limit: int = Field(64 * MIB, ge=1, description="body of a batch submission, at most")
    document_limit: int = Field(256 * MIB, ge=1, description="a published document, at most")
    stranger_record_limit: int = Field(
        16 * KIB, ge=1, description="a record signed by keys that are not on the chain, at most"
    )
    key_quota: int = Field(200_000, ge=0, description="records a day and key, 0: no quota")
    prefix_quota: int = Field(
        1_000_000, ge=0, description="records a day and network prefix (/24, /48), 0: no quota"
    )
    loopback_quota: bool = Field(False, description="whether quotas hold for loopback as well")

    def database(self) -> str:
        """The URL of the database to use."""
        return self.database_url or f"sqlite:///{self.data / 'comity.sqlite3'}"

    def deployment_file(self) -> Path:
        """Where the ledger's deployment file is, or will be once founded."""
        return self.deployment or self.data / "deployment.json"


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with what was `given` on top.

    Raises InvalidInput SETTING_INVALID, naming each variable that is wrong.
    """
    try:
        return Settings(**given)
    except ValidationError as exc:
        wrong = [
            Place(f"COMITY_{'_'.join(map(str, each['loc'])).upper()}", each["msg"])
            for each in exc.errors(include_url=False)
        ]
        raise InvalidInput(
            "SETTING_INVALID",
            "a setting is not as it should be; the node was not started",
            fields=wrong,
        ) from exc
