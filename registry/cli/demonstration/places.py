"""The two regions of the demonstration. They are invented: no body of these names exists."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

SCHEME = "DEMO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A region and its one body; `hours` east of UTC, `territory` its number in the TIS."""

    name: str
    region: str
    en: str
    zh: str
    body_en: str
    body_zh: str
    kinds: tuple[str, ...]
    station: str
    territory: str
    hours: int

    @property
    def identifier(self) -> str:
        """The name by which a command may call the body."""
        return f"{SCHEME}:{self.name}"

    @property
    def title(self) -> str:
        """The region's name in both languages."""
        return f"{self.en} {self.zh}"

    def clock(self, moment: datetime) -> str:
        """A moment as it is written for everybody, and on the clocks of the region."""
        local = moment.astimezone(timezone(timedelta(hours=self.hours)))
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC ({local:%H:%M:%S} in {self.en})"


HAINAN = Place(
    name="hainan",
    region="CN-46",
    en="Hainan",
    zh="海南",
    body_en="Hainan Demonstration Copyright Centre",
    body_zh="海南示范著作权中心",
    kinds=("society", "mediation_body", "registration_office"),
    station="HNDEMO",
    territory="156",
    hours=8,
)
SINGAPORE = Place(
    name="singapore",
    region="SG",
    en="Singapore",
    zh="新加坡",
    body_en="Singapore Demonstration Society",
    body_zh="新加坡示范著作权协会",
    kinds=("society", "mediation_body"),
    station="SGDEMO",
    territory="702",
    hours=8,
)
PLACES = (HAINAN, SINGAPORE)
