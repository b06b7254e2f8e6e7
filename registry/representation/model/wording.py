"""The answer as one sentence, in English and in Chinese, with the Chinese term of each right."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.representation.model.question import Answer, Query, Reason, Value
from registry.representation.model.reasons import Why
from registry.representation.rights import RIGHTS, USES_IN_WORDS
from registry.representation.territories import Mask, Resolver
from registry.representation.words import Action

MOST_NAMES = 6

# English with the rights at {}, Chinese likewise.
_DOING: Mapping[Action, tuple[str, str]] = {
    Action.LICENSE: ("license {}", "许可他人行使{}"),
    Action.COLLECT: ("collect for {}", "收取{}的使用费"),
    Action.ENFORCE: ("enforce {}", "就{}主张权利"),
    Action.DISTRIBUTE: ("distribute what was paid for {}", "分配{}的使用费"),
}
# How each answer opens, and how it says "may".
_OPENING: Mapping[Value, tuple[str, str, str, str]] = {
    Value.YES: ("Yes:", "may", "是：", "可"),
    Value.CONDITIONAL: ("Yes, on a condition:", "may", "附条件：", "可"),
    Value.CONTESTED: ("Disputed: whether", "may", "存在争议：", "是否可"),
    Value.UNKNOWN: ("Not known: whether", "may", "未知：", "是否可"),
    Value.NO: ("No: as recorded here", "may not", "否：据此处记录，", "不可"),
    Value.PARTIAL: ("In part:", "may", "部分成立：", "可"),
}
_WORDS: Mapping[Value, tuple[str, str]] = {
    Value.YES: ("yes", "可以"),
    Value.CONDITIONAL: ("on a condition", "附条件可以"),
    Value.CONTESTED: ("disputed", "存在争议"),
    Value.UNKNOWN: ("not known", "未知"),
    Value.NO: ("no", "不可以"),
}
# What is told first, beside the answer itself.
_TELLING: Mapping[Value, frozenset[str]] = {
    Value.YES: frozenset((Why.LEG_OK,)),
    Value.CONDITIONAL: frozenset((Why.CN_RRA_FILING_NOT_EVIDENCED, Why.REPERTOIRE_EXCEPTIONS)),
    Value.CONTESTED: frozenset((Why.EXCLUSIVE_OVERLAP,)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One text in two languages."""

    en: str
    zh: str


def sentence(query: Query, answer: Answer, resolver: Resolver) -> Sentence:
    """What a person is told: the answer, the question, and the first reason for it."""
    said = _said(query, answer.value, resolver)
    if answer.value is Value.PARTIAL:
        return _in_part(said, query, answer, resolver)
    told = _telling(answer)
    number = told.agreement.number if told and told.agreement else None
    if answer.value is Value.YES:
        return Sentence(
            en=f"{said.en}; both societies signed it in agreement {number}.",
            zh=f"{said.zh}；双方签署于协议{number}。",
        )
    if told is None:
        return Sentence(en=f"{said.en}.", zh=f"{said.zh}。")
    under_en = f" (agreement {number})" if number else ""
    under_zh = f"（协议{number}）" if number else ""
    return Sentence(
        en=f"{said.en}. {told.en[0].upper()}{told.en[1:]}{under_en}.",
        zh=f"{said.zh}。{told.zh}{under_zh}。",
    )


def named(mask: Mask, query: Query, resolver: Resolver) -> Sentence:
    """Countries by the names of as few territories as hold them; many are counted."""
    codes = resolver.compressed(mask, query.on)
    names = [resolver.named(code, query.on) for code in codes[:MOST_NAMES]]
    more = len(codes) - len(names)
    en, zh = (list(each) for each in zip(*names, strict=True)) if names else ([], [])
    return Sentence(
        en=", ".join(en) + (f" and {more} more" if more else ""),
        zh="、".join(zh) + (f"等{len(codes)}个地域" if more else ""),
    )


def _said(query: Query, value: Value, resolver: Resolver) -> Sentence:
    """The question, turned into the statement that the answer makes."""
    where = named(query.mask, query, resolver)
    if not query.mask:
        absent = ", ".join(query.territory.absent) or "–"
        where = Sentence(en=absent, zh=absent)
    what = _subject(query)
    doing_en, doing_zh = (
        text.format(each)
        for text, each in zip(_DOING[query.action], (what.en, what.zh), strict=True)
    )
    opening_en, may_en, opening_zh, may_zh = _OPENING[value]
    society, repertoire = query.society, query.repertoire
    return Sentence(
        en=f"{opening_en} {society.en} {may_en} {doing_en} in {where.en} on {query.on}, of the "
        f"repertoire of {repertoire.en}",
        zh=f"{opening_zh}{society.zh}{may_zh}就{repertoire.zh}的曲目在{where.zh}"
        f"{doing_zh}（{query.on}）",
    )


def _subject(query: Query) -> Sentence:
    """The rights, and the use where it was asked for."""
    rights = [RIGHTS[each] for each in query.rights]
    en = " and ".join(f"the right of {each.en} ({each.zh}, {each.code})" for each in rights)
    zh = "、".join(f"{each.zh}（{each.code}）" for each in rights)
    if query.use is None:
        return Sentence(en=en, zh=zh)
    use_en, use_zh = USES_IN_WORDS[query.use]
    if not rights:
        return Sentence(en=use_en, zh=f"{use_zh}所需权利")
    return Sentence(en=f"{en} for {use_en}", zh=f"用于{use_zh}的{zh}")


def _telling(answer: Answer) -> Reason | None:
    """The reason to be told with the answer: the one that decided, or the first."""
    wanted = _TELLING.get(answer.value, frozenset())
    chosen = [reason for reason in answer.reasons if reason.code in wanted]
    return next(iter([*chosen, *answer.reasons]), None)


def _in_part(said: Sentence, query: Query, answer: Answer, resolver: Resolver) -> Sentence:
    parts = [
        (_WORDS[value], named(mask, query, resolver)) for value, mask in answer.territories.items()
    ]
    return Sentence(
        en=f"{said.en}: " + "; ".join(f"{word[0]} in {where.en}" for word, where in parts) + ".",
        zh=f"{said.zh}：" + "；".join(f"{where.zh}{word[1]}" for word, where in parts) + "。",
    )
