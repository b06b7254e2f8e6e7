"""The words of a case: Chinese in characters and pairs, Latin in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.recognition import bodies
from registry.recognition.model.words import asked, of_summary, words
from tests.unit.recognition.stating import drafted, publication_body

CHINESE = st.text("放映权卡拉系统供应商许可场所", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("放映权", ["放", "映", "权", "放映", "映权"]),
        ("Karaoke venues", ["karaoke", "venues"]),
        ("KTV放映", ["ktv", "放", "映", "放映"]),
        ("ＫＴＶ　2.1", ["ktv", "2", "1"]),
        ("public_showing", ["public", "showing"]),
        ("——", []),
        ("", []),
        ("x" * 50, ["x" * 40]),
    ],
)
def test_a_text_is_cut_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("放", ["放"]),
        ("放映", ["放映"]),
        ("放映权", ["放映", "映权"]),
        ("卡拉 OK", ["卡拉", "ok"]),
        ("放 映", ["放", "映"]),
    ],
)
def test_a_question_asks_for_pairs(text: str, wanted: list[str]) -> None:
    assert asked(text) == wanted


@given(CHINESE, CHINESE, CHINESE)
def test_whatever_stands_in_a_text_is_found_in_it(before: str, middle: str, after: str) -> None:
    assert set(asked(middle)) <= set(words(before + middle + after))


def test_a_case_is_found_by_what_its_codes_mean() -> None:
    reason = [{"text": "场所已停业", "lang": "zh"}, {"text": "venue closed", "lang": "en"}]
    body = publication_body(departures=[{"point": "#p14", "reason": reason}])
    summary = bodies.summary_of(drafted("case.publication", body))
    found = set(of_summary(summary))
    for question in (
        "放映",
        "卡拉",
        "供应商",
        "海南",
        "Hainan",
        "停业",
        "包房",
        "三线城市",
        "确认有效",
        "使用费参照",
        "vendor",
        "closed",
        "QHCMS",
        "0000177",
        "KTV-PERF",
        "B3",
    ):
        assert set(asked(question)) <= found, question
    assert not set(asked("直播")) <= found
