"""The rules of registering works, pure.

What a registration may say follows the fields of the voluntary registration certificate
(作品登记证书, 作品自愿登记试行办法) and the categories of Art. 3 of the Copyright Law of the PRC.
A name of a person is public only with that person's consent, and consent that lists anybody else is
a mistake.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from registry.errors import Field
from registry.proofs.cid import cid_of_digest

MOST_IN_ONE_BATCH = 100_000
ONE_BLOCK = 1 << 20
# Real repertoire files sum to between 99.97 and 100.06: rounding is no error, a doubled share is.
MOST_SHARES = Decimal("100.1000")
# A civil date may already be tomorrow's somewhere in the world.
DATE_LINE = timedelta(days=1)


class Category(StrEnum):
    """Kinds of works: Copyright Law of the PRC, Art. 3 (1) to (9)."""

    WRITTEN = "written"  # 文字作品
    ORAL = "oral"  # 口述作品
    MUSIC = "music"  # 音乐、戏剧、曲艺、舞蹈、杂技艺术作品
    ART = "art"  # 美术、建筑作品
    PHOTO = "photo"  # 摄影作品
    AUDIOVISUAL = "audiovisual"  # 视听作品
    GRAPHIC = "graphic"  # 工程设计图、产品设计图、地图、示意图等图形作品和模型作品
    SOFTWARE = "software"  # 计算机软件
    OTHER = "other"  # 符合作品特征的其他智力成果


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A named author; `share` in percent, or None where none is stated."""

    name: str
    role: str
    share: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The fingerprint of the file; `cid` only where the file itself is published."""

    sha256: bytes
    size: int
    cid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The parts of a registration that rules speak about."""

    authors: Sequence[Author]
    claimant: str
    consent: Sequence[str]
    content: Content
    created_on: date | None
    first_published_on: date | None
    public: bool
    issued_on: date

    def names(self) -> set[str]:
        """Every person named: the authors and the claimant."""
        return {author.name for author in self.authors} | {self.claimant}


def faults(registration: Registration) -> Iterator[Field]:
    """Each rule that the registration breaks, where and why; nothing where it is in order."""
    yield from _consent_faults(registration)
    yield from _share_faults(registration.authors)
    yield from _date_faults(registration)
    yield from _content_faults(registration.content)


def _consent_faults(registration: Registration) -> Iterator[Field]:
    names, consent = registration.names(), registration.consent
    if len(set(consent)) < len(consent):
        yield Field("body.consent", "names somebody twice")
    for name in sorted(set(consent) - names):
        yield Field("body.consent", f"{name!r} is neither an author nor the claimant")
    if not registration.public:
        return
    for name in sorted(names - set(consent)):
        yield Field(
            "body.consent",
            f"{name!r} has not consented to be named: add the name, or seal the record",
        )


def _share_faults(authors: Sequence[Author]) -> Iterator[Field]:
    total = sum((author.share for author in authors if author.share is not None), Decimal(0))
    if total > MOST_SHARES:
        yield Field("body.authors", f"the shares add up to {total} percent")


def _date_faults(registration: Registration) -> Iterator[Field]:
    created, published = registration.created_on, registration.first_published_on
    latest = registration.issued_on + DATE_LINE
    for name, day in (("created_on", created), ("first_published_on", published)):
        if day is not None and day > latest:
            yield Field(f"body.{name}", "is later than the record itself")
    if created is not None and published is not None and published < created:
        yield Field("body.first_published_on", "is earlier than created_on")


def _content_faults(content: Content) -> Iterator[Field]:
    if content.cid is None or content.size > ONE_BLOCK:
        return
    expected = cid_of_digest(content.sha256)
    if content.cid != expected:
        yield Field("body.content.cid", f"a file of this size and hash has the CID {expected}")
