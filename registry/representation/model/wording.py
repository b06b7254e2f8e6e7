"""The answer as one sentence, in English and in Chinese, with the Chinese term of each right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.representation.model.question import Answer, Query, Reason, Value
from registry.representation.model.reasons import Why
from registry.representation.rights import RIGHTS, USES_IN_WORDS
from registry.representation.territories import Mask, Resolver
from registry.representation.words import Action

MOST_NAMES = 6

_VERBS: Mapping[Action, tuple[str, str]] = {
    Action.LICENSE: ("license", "许可"),
    Action.COLLECT: ("collect for", "收取使用费"),
    Action.ENFORCE: ("enforce", "维权"),
    Action.DISTRIBUTE: ("distribute for", "分配使用费"),
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
    en, zh = _asked(query, resolver)
    if answer.value is Value.PARTIAL:
        return _in_part(en, zh, query, answer, resolver)
    head_en, head_zh = _head(answer.value)
    told = _telling(answer)
    number = told.agreement.number if told and told.agreement else None
    if answer.value is Value.YES:
        return Sentence(
            en=f"{head_en}: {en}; both societies signed it in agreement {number}.",
            zh=f"{head_zh}：{zh}；双方签署的协议编号{number}。",
        )
    if told is None:
        return Sentence(en=f"{head_en}: {en}.", zh=f"{head_zh}：{zh}。")
    under_en = f" (agreement {number})" if number else ""
    under_zh = f"（协议{number}）" if number else ""
    return Sentence(
        en=f"{head_en}: {en}. {told.en[0].upper()}{told.en[1:]}{under_en}.",
        zh=f"{head_zh}：{zh}。{told.zh}{under_zh}。",
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


def _asked(query: Query, resolver: Resolver) -> tuple[str, str]:
    """The question as a statement."""
    where = named(query.mask, query, resolver)
    if not query.mask:
        absent = ", ".join(query.territory.absent) or "–"
        where = Sentence(en=absent, zh=absent)
    what_en, what_zh = _subject(query)
    do_en, do_zh = _VERBS[query.action]
    society, repertoire = query.society, query.repertoire
    return (
        f"{society.en} may {do_en} {what_en} of the repertoire of {repertoire.en} in {where.en} "
        f"on {query.on}",
        f"{society.zh}就{repertoire.zh}的曲目在{where.zh}行使{what_zh}（{do_zh}，{query.on}）",
    )


def _subject(query: Query) -> tuple[str, str]:
    """The rights, and the use where it was asked for."""
    rights = [RIGHTS[each] for each in query.rights]
    en = " and ".join(f"the right of {each.en} ({each.zh}, {each.code})" for each in rights)
    zh = "、".join(f"{each.zh}（{each.code}）" for each in rights)
    if query.use is None:
        return en, zh
    use_en, use_zh = USES_IN_WORDS[query.use]
    if not rights:
        return f"{use_en}", f"{use_zh}所需权利"
    return f"{en} for {use_en}", f"{zh}（用于{use_zh}）"


def _head(value: Value) -> tuple[str, str]:
    if value is Value.YES:
        return "Yes", "是"
    if value is Value.NO:
        return "No, it is not so that", "否，以下不成立"
    if value is Value.CONDITIONAL:
        return "Yes, on a condition", "是，但附条件"
    if value is Value.CONTESTED:
        return "Disputed, whether", "存在争议，是否"
    return "Not known, whether", "未知，是否"


def _telling(answer: Answer) -> Reason | None:
    """The reason to be told with the answer: the one that decided, or the first."""
    wanted = _TELLING.get(answer.value, frozenset())
    chosen = [reason for reason in answer.reasons if reason.code in wanted]
    return next(iter([*chosen, *answer.reasons]), None)


def _in_part(en: str, zh: str, query: Query, answer: Answer, resolver: Resolver) -> Sentence:
    parts: Sequence[tuple[Value, Sentence]] = [
        (value, named(mask, query, resolver)) for value, mask in answer.territories.items()
    ]
    return Sentence(
        en=f"In part: {en}: "
        + "; ".join(f"{_WORDS[value][0]} in {where.en}" for value, where in parts)
        + ".",
        zh=f"部分成立：{zh}："
        + "；".join(f"{where.zh}{_WORDS[value][1]}" for value, where in parts)
        + "。",
    )
