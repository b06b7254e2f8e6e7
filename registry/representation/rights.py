"""Rights and uses: the code list that agreements and questions are written in.

Codes follow the articles of the Copyright Law of the PRC (2020): `CN.10.n` are the rights of Art.
10(1), `CN.39`, `CN.44`, `CN.45` and `CN.47` those of performers, producers and broadcasters; `SW.8`
are the rights of Art. 8 of the Regulations on Computer Software. 放映权 is the right of projection
(10), 展览权 the right of exhibition (8): the English names are often mixed up, so the Chinese term
stands beside each. Groups (CWR, DDEX) are views: they are coarser, and no right is decided by them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import auto
from typing import NewType

from registry.errors import Field, InvalidInput
from registry.representation.words import ObjectClass, Word

RightCode = NewType("RightCode", str)
"""A code of this list: `CN.10.9`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right. A moral right stays with the author: nobody grants a licence of it."""

    code: RightCode
    zh: str
    en: str
    moral: bool = False
    groups: tuple[str, ...] = ()

    @property
    def licensable(self) -> bool:
        """Whether it can be licensed: Art. 10(2) admits items 5 to 17."""
        return not self.moral


def _right(code: str, zh: str, en: str, *groups: str, moral: bool = False) -> Right:
    return Right(code=RightCode(code), zh=zh, en=en, moral=moral, groups=groups)


_LISTED = (
    _right("CN.10.1", "发表权", "publication", moral=True),
    _right("CN.10.2", "署名权", "attribution", moral=True),
    _right("CN.10.3", "修改权", "revision", moral=True),
    _right("CN.10.4", "保护作品完整权", "integrity", moral=True),
    _right("CN.10.5", "复制权", "reproduction", "MR", "SR", "ReproductionRight", "MechanicalRight"),
    _right("CN.10.6", "发行权", "distribution", "MR", "MechanicalRight"),
    _right("CN.10.7", "出租权", "rental", "MR", "MechanicalRight"),
    _right("CN.10.8", "展览权", "exhibition"),
    _right("CN.10.9", "表演权", "performance", "PR", "PerformingRight"),
    _right("CN.10.10", "放映权", "projection", "PR", "PerformingRight"),
    _right("CN.10.11", "广播权", "broadcasting", "PR", "PerformingRight"),
    _right(
        "CN.10.12",
        "信息网络传播权",
        "communication through information networks",
        *("PR", "MR", "MakeAvailableRight"),
    ),
    _right("CN.10.13", "摄制权", "cinematography", "SR", "SynchronizationRight"),
    _right("CN.10.14", "改编权", "adaptation"),
    _right("CN.10.15", "翻译权", "translation"),
    _right("CN.10.16", "汇编权", "compilation"),
    _right("CN.10.17", "应当由著作权人享有的其他权利", "other rights of the author"),
    _right("CN.39.3", "表演者现场直播和公开传送权", "live transmission of a performance"),
    _right("CN.39.4", "表演者录音录像权", "fixation of a performance"),
    _right("CN.39.5", "表演者复制、发行、出租权", "copies of a fixed performance"),
    _right("CN.39.6", "表演者信息网络传播权", "a performance through information networks"),
    _right("CN.44.REPRO", "录音录像制作者复制权", "reproduction of a recording"),
    _right("CN.44.DIST", "录音录像制作者发行权", "distribution of a recording"),
    _right("CN.44.RENT", "录音录像制作者出租权", "rental of a recording"),
    _right("CN.44.NET", "录音录像制作者信息网络传播权", "a recording through information networks"),
    _right("CN.45", "录音制作者获酬权", "remuneration of producers of phonograms"),
    _right("CN.47.1", "广播组织转播权", "rebroadcasting"),
    _right("CN.47.2", "广播组织录制、复制权", "recording and copying of broadcasts"),
    _right("CN.47.3", "广播组织信息网络传播权", "a broadcast through information networks"),
    _right("SW.8.PUB", "软件发表权", "publication of software", moral=True),
    _right("SW.8.ATTR", "软件署名权", "attribution of software", moral=True),
    _right("SW.8.REV", "软件修改权", "revision of software"),
    _right("SW.8.REPRO", "软件复制权", "reproduction of software"),
    _right("SW.8.DIST", "软件发行权", "distribution of software"),
    _right("SW.8.RENT", "软件出租权", "rental of software"),
    _right("SW.8.NET", "软件信息网络传播权", "software through information networks"),
    _right("SW.8.TRANS", "软件翻译权", "translation of software"),
    _right("SW.8.OTHER", "应当由软件著作权人享有的其他权利", "other rights in software"),
)
RIGHTS: Mapping[str, Right] = {right.code: right for right in _LISTED}


class Use(Word):
    """What somebody does with a work; each needs one right or several, by the kind of work."""

    KTV_PLAY = auto()
    KTV_LIBRARY_BUILD = auto()
    KTV_LIBRARY_DELIVER_DISK = auto()
    KTV_LIBRARY_DELIVER_CLOUD = auto()
    FASHION_SHOW = auto()
    BACKGROUND_MUSIC = auto()
    LIVESTREAM = auto()
    ON_DEMAND = auto()
    SYNC_EDIT = auto()
    INSTALL = auto()


USES_IN_WORDS: Mapping[Use, tuple[str, str]] = {
    Use.KTV_PLAY: ("playing in a karaoke room", "卡拉OK播放"),
    Use.KTV_LIBRARY_BUILD: ("building a karaoke library", "制作卡拉OK曲库"),
    Use.KTV_LIBRARY_DELIVER_DISK: ("delivering a karaoke library on disks", "以硬盘交付曲库"),
    Use.KTV_LIBRARY_DELIVER_CLOUD: ("delivering a karaoke library online", "以云端交付曲库"),
    Use.FASHION_SHOW: ("a fashion show with its audience", "时装秀现场"),
    Use.BACKGROUND_MUSIC: ("background music", "背景音乐"),
    Use.LIVESTREAM: ("a live stream", "网络直播"),
    Use.ON_DEMAND: ("on demand or replay", "点播、回放"),
    Use.SYNC_EDIT: ("editing into a film", "影像剪辑配乐"),
    Use.INSTALL: ("installing software", "安装软件"),
}


def _required(
    music: Sequence[str] = (),
    audiovisual: Sequence[str] = (),
    phonogram: Sequence[str] = (),
    software: Sequence[str] = (),
) -> Mapping[ObjectClass, tuple[RightCode, ...]]:
    columns = {
        ObjectClass.MUSICAL_WORK: music,
        ObjectClass.AV_WORK: audiovisual,
        ObjectClass.PHONOGRAM: phonogram,
        ObjectClass.SOFTWARE: software,
    }
    return {kind: tuple(map(RightCode, codes)) for kind, codes in columns.items() if codes}


# Read from the text of the statutes; for the PRC alone. A kind of work that a use does not list has
# no answer here, which is said, never guessed.
REQUIRED: Mapping[Use, Mapping[ObjectClass, tuple[RightCode, ...]]] = {
    Use.KTV_PLAY: _required(["CN.10.9"], ["CN.10.10"], ["CN.45"]),
    Use.KTV_LIBRARY_BUILD: _required(["CN.10.5"], ["CN.10.5"], ["CN.44.REPRO"]),
    Use.KTV_LIBRARY_DELIVER_DISK: _required(["CN.10.6"], ["CN.10.6"], ["CN.44.DIST"]),
    Use.KTV_LIBRARY_DELIVER_CLOUD: _required(["CN.10.12"], ["CN.10.12"], ["CN.44.NET"]),
    Use.FASHION_SHOW: _required(["CN.10.9"], ["CN.10.10"], ["CN.45"]),
    Use.BACKGROUND_MUSIC: _required(["CN.10.9"], ["CN.10.10"], ["CN.45"]),
    Use.LIVESTREAM: _required(["CN.10.11"], ["CN.10.11"], ["CN.45"]),
    Use.ON_DEMAND: _required(["CN.10.12"], ["CN.10.12"], ["CN.44.NET"]),
    Use.SYNC_EDIT: _required(["CN.10.5", "CN.10.13"], [], ["CN.44.REPRO"]),
    Use.INSTALL: _required(software=["SW.8.REPRO"]),
}


def right(code: str, path: str = "right") -> Right:
    """The right with this code. Raises InvalidInput RIGHT_UNKNOWN."""
    found = RIGHTS.get(code)
    if found is None:
        reason = f"{code!r} is no right of the list; the right of performance is CN.10.9"
        raise InvalidInput("RIGHT_UNKNOWN", reason, fields=[Field(path, reason)])
    return found


def required_for(use: Use, kind: ObjectClass) -> tuple[RightCode, ...]:
    """The rights that a use of this kind of work needs; none where the table does not say."""
    return REQUIRED[use].get(kind, ())


def missing_for(use: Use, kind: ObjectClass | None, have: RightCode) -> tuple[RightCode, ...]:
    """The rights that a use needs beside the one at hand.

    Where the kind of work is not known: none as long as the right serves the use for some kind.
    """
    if kind is None and any(have in codes for codes in REQUIRED[use].values()):
        return ()
    rows = REQUIRED[use].values() if kind is None else [required_for(use, kind)]
    needed = dict.fromkeys(code for codes in rows for code in codes)
    return tuple(code for code in needed if code != have)
