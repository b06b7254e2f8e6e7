"""The words of an agreement: closed lists, as `docs/representation.md` explains them."""

from enum import StrEnum, auto


class Word(StrEnum):
    """A word of a closed list: it is written as it is named."""

    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        return name


class Family(StrEnum):
    """Whose model contract the agreement follows."""

    CISAC_PR = "CISAC-PR"  # authors' societies: performing right
    BIEM_MR = "BIEM-MR"  # mechanical right
    IFRRO = "IFRRO"  # reproduction of texts and images
    SCAPR = "SCAPR"  # performers
    IFPI = "IFPI"  # producers of phonograms
    CIAGP = "CIAGP"  # visual arts
    AV = "AV"  # audiovisual authors


class Exclusivity(Word):
    """Who else may act: nobody, the grantor alone, or anybody whom the grantor permits."""

    EXCLUSIVE = auto()
    SOLE = auto()
    NON_EXCLUSIVE = auto()


class RepertoireScope(Word):
    """Which works of the grantor a leg covers."""

    OWN_MEMBERS = auto()
    OWN_PLUS_REPRESENTED = auto()
    CATALOGUE_LIST = auto()
    WORK_LIST = auto()
    ALL_EXCEPT_LIST = auto()


class Action(Word):
    """What a society does with a right that it was granted."""

    LICENSE = auto()
    COLLECT = auto()
    ENFORCE = auto()
    DISTRIBUTE = auto()


class ObjectClass(Word):
    """What kind of thing is used; a right belongs to some kinds and not to others."""

    MUSICAL_WORK = auto()
    AV_WORK = auto()
    PHONOGRAM = auto()
    VIDEO_RECORDING = auto()
    PERFORMANCE = auto()
    BROADCAST = auto()
    TEXT = auto()
    ART = auto()
    PHOTO = auto()
    ARCHITECTURE = auto()
    GRAPHIC = auto()
    MODEL = auto()
    SOFTWARE = auto()
    ORAL = auto()
    DRAMA = auto()
    QUYI = auto()
    DANCE = auto()
    ACROBATIC = auto()
    OTHER = auto()
