"""Every reason that an answer can give: its code, and its sentence in English and Chinese.

`{expected}` and `{actual}` are what was compared. A failed predicate also says what would have to
be so for the leg to carry the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import auto

from registry.representation.words import Word


class Why(Word):
    """The codes of reasons."""

    # what carries an answer
    LEG_OK = auto()
    USES_LIMITED = auto()
    # predicates of a leg
    NOT_IN_FORCE = auto()
    RIGHT_NOT_GRANTED = auto()
    USE_NOT_GRANTED = auto()
    USE_EXCLUDED = auto()
    CLASS_NOT_COVERED = auto()
    ACTION_NOT_GRANTED = auto()
    REPERTOIRE_LIMITED = auto()
    TERRITORY_EXCLUDED = auto()
    TERRITORY_NOT_GRANTED = auto()
    GROUP_MEMBERSHIP_CHANGED = auto()
    # conditions and conflicts
    CN_RRA_FILING_NOT_EVIDENCED = auto()
    REPERTOIRE_EXCEPTIONS = auto()
    EXCLUSIVE_OVERLAP = auto()
    # of the question as a whole
    NO_AGREEMENT = auto()
    SUSPENDED = auto()
    LOG_NOT_FOLLOWED = auto()
    MEMBERSHIP_NOT_RECORDED = auto()
    SOCIETY_NOT_ON_LEDGER = auto()
    SOCIETY_AMBIGUOUS = auto()
    CISAC_MEMBERSHIP_ENDED = auto()
    RIGHT_NOT_LICENSABLE = auto()
    RIGHT_NOT_SUFFICIENT_FOR_USE = auto()
    NO_USE_TABLE = auto()
    TERRITORY_NOT_IN_TIS = auto()
    TERRITORY_NOT_EXISTING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence, and for a predicate the wish that it leaves open."""

    en: str
    zh: str
    wish_en: str = ""
    wish_zh: str = ""


TEXTS: Mapping[Why, Text] = {
    Why.LEG_OK: Text(
        en="both parties signed this grant: {actual}",
        zh="双方已签署此项授权：{actual}",
    ),
    Why.USES_LIMITED: Text(
        en="the grant is not for every use: {actual}; ask with a use",
        zh="此项授权并非适用于所有使用方式：{actual}；请附使用方式查询",
    ),
    Why.NOT_IN_FORCE: Text(
        en="the leg is not in force on {expected}: it holds {actual}",
        zh="该授权于{expected}不在有效期内：有效期为{actual}",
        wish_en="it were in force on {expected}",
        wish_zh="该授权于{expected}有效",
    ),
    Why.RIGHT_NOT_GRANTED: Text(
        en="the right {expected} is not among those granted ({actual}) and stays with the grantor",
        zh="权利{expected}不在所授权利（{actual}）之列，未明确许可的权利予以保留",
        wish_en="it granted {expected}",
        wish_zh="授予{expected}",
    ),
    Why.USE_NOT_GRANTED: Text(
        en="the use {expected} is not among those granted ({actual})",
        zh="使用方式{expected}不在所授使用方式（{actual}）之列",
        wish_en="it included the use {expected}",
        wish_zh="包含使用方式{expected}",
    ),
    Why.USE_EXCLUDED: Text(
        en="the use {expected} is excluded by the leg",
        zh="该授权明确排除使用方式{expected}",
        wish_en="it did not exclude the use {expected}",
        wish_zh="未排除使用方式{expected}",
    ),
    Why.CLASS_NOT_COVERED: Text(
        en="the leg does not cover {expected}: it covers {actual}",
        zh="该授权不涵盖{expected}：仅涵盖{actual}",
        wish_en="it covered {expected}",
        wish_zh="涵盖{expected}",
    ),
    Why.ACTION_NOT_GRANTED: Text(
        en="the leg does not permit {expected}: it permits {actual}",
        zh="该授权不允许{expected}：仅允许{actual}",
        wish_en="it permitted {expected}",
        wish_zh="允许{expected}",
    ),
    Why.REPERTOIRE_LIMITED: Text(
        en="the leg covers listed works only ({actual}); the list is not in this ledger",
        zh="该授权仅涵盖清单所列作品（{actual}），清单不在本账本中",
        wish_en="it covered the repertoire as a whole",
        wish_zh="涵盖全部曲目",
    ),
    Why.TERRITORY_EXCLUDED: Text(
        en="the leg's list of territories takes this territory out: {actual}",
        zh="该授权的地域列表明确排除此地域：{actual}",
        wish_en="its territories did not exclude this one",
        wish_zh="其地域列表未排除此地域",
    ),
    Why.TERRITORY_NOT_GRANTED: Text(
        en="the leg says nothing of this territory: it is for {actual}",
        zh="该授权未涉及此地域：其地域为{actual}",
        wish_en="its territories held this one",
        wish_zh="其地域包含此地域",
    ),
    Why.GROUP_MEMBERSHIP_CHANGED: Text(
        en="when the leg began its territories ({actual}) held this one, which has left since",
        zh="该授权生效时其地域（{actual}）包含此地域，此地域其后已退出",
        wish_en="its territories still held this one",
        wish_zh="其地域仍包含此地域",
    ),
    Why.CN_RRA_FILING_NOT_EVIDENCED: Text(
        en="an agreement that a Chinese society concludes with one abroad is filed with the "
        "copyright administration, which announces it (Regulations on Collective Management, Art. "
        "22): {actual}",
        zh="中国集体管理组织与境外同类组织订立的相互代表协议须报国务院著作权管理部门备案并由其公告"
        "（《著作权集体管理条例》第二十二条）：{actual}",
    ),
    Why.REPERTOIRE_EXCEPTIONS: Text(
        en="the leg covers all works but those on a list, which is not in this ledger: ask whether "
        "the work is on it",
        zh="该授权涵盖清单所列以外的全部作品，清单不在本账本中：请核实该作品是否在清单上",
    ),
    Why.EXCLUSIVE_OVERLAP: Text(
        en="two grants by the same society exclude one another here: {actual}",
        zh="同一协会的两项授权在此相互排斥：{actual}",
    ),
    Why.NO_AGREEMENT: Text(
        en="no agreement in this ledger grants anything of this repertoire to this society; what "
        "is not recorded here may exist elsewhere",
        zh="本账本中没有将该曲目授予该协会的协议；未在此登记的协议可能存在于他处",
    ),
    Why.SUSPENDED: Text(
        en="the society's organisation is suspended on {expected}",
        zh="该协会的组织于{expected}处于中止状态",
    ),
    Why.LOG_NOT_FOLLOWED: Text(
        en="this node does not have all that the chain has anchored, so nothing can be ruled out",
        zh="本节点尚未取得链上已锚定的全部内容，因此不能排除任何可能",
    ),
    Why.MEMBERSHIP_NOT_RECORDED: Text(
        en="whether a society may act for its own members follows from their mandates, which are "
        "not recorded in this ledger yet",
        zh="协会能否代表自己的会员取决于会员的授权，本账本尚未登记此类授权",
    ),
    Why.SOCIETY_NOT_ON_LEDGER: Text(
        en="{actual} is in CISAC's list, and no organisation of this ledger has its code",
        zh="{actual}在CISAC名录中，但本账本中没有持有该代码的组织",
    ),
    Why.SOCIETY_AMBIGUOUS: Text(
        en="several organisations state the identifier {expected}: ask by the organisation's id",
        zh="多个组织声明了标识{expected}：请以组织编号查询",
    ),
    Why.CISAC_MEMBERSHIP_ENDED: Text(
        en="{actual} is not a member of CISAC on {expected}",
        zh="{actual}于{expected}不是CISAC会员",
    ),
    Why.RIGHT_NOT_LICENSABLE: Text(
        en="{expected} is a moral right of the author, which nobody can license",
        zh="{expected}属于作者的人身权，任何人不得许可",
    ),
    Why.RIGHT_NOT_SUFFICIENT_FOR_USE: Text(
        en="the right asked for is not enough for the use {expected}: it also needs {actual}",
        zh="所查询的权利不足以支持使用方式{expected}：还需要{actual}",
    ),
    Why.NO_USE_TABLE: Text(
        en="no table here says which right the use {expected} of {actual} needs: ask by the right",
        zh="此处没有表明{actual}的使用方式{expected}所需权利的对照表：请按权利查询",
    ),
    Why.TERRITORY_NOT_IN_TIS: Text(
        en="{actual} is a code of ISO 3166 for which CISAC's TIS has no territory",
        zh="{actual}是ISO 3166代码，但CISAC的TIS中没有对应地域",
    ),
    Why.TERRITORY_NOT_EXISTING: Text(
        en="the territory asked for has no country on {expected}",
        zh="所查询的地域于{expected}没有任何国家或地区",
    ),
}
