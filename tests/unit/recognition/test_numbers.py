"""References and their check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.recognition.model.numbers import (
    Kind,
    is_standard,
    new_reference,
    parse_reference,
    parse_version,
)

REFERENCES = st.builds(
    new_reference,
    st.sampled_from(Kind),
    st.sampled_from(["CN-46", "CN-44", "SG", "FR-ARA"]),
    st.sampled_from(["QHCMS", "DGMC", "A1", "ABCDEFGHIJ"]),
    st.integers(1000, 9999),
    st.integers(1, 999_999),
)


@pytest.mark.parametrize(
    ("kind", "region", "station", "serial", "text"),
    [
        (Kind.CASE, "CN-46", "QHCMS", 17, "MCR:CN-46:QHCMS:2026:0000177"),
        (Kind.RECOGNITION, "CN-44", "DGMC", 3, "REC:CN-44:DGMC:2026:000003A"),
    ],
)
def test_known_references(kind: Kind, region: str, station: str, serial: int, text: str) -> None:
    assert str(new_reference(kind, region, station, 2026, serial)) == text


@given(REFERENCES)
def test_what_is_written_is_read_again(reference: object) -> None:
    text = str(reference)
    assert parse_reference(Kind(text[:3]), text) == reference


@given(REFERENCES, st.data())
def test_one_wrong_character_is_seen(reference: object, data: st.DataObject) -> None:
    """Wherever a character of year, serial or check is another digit."""
    text = str(reference)
    start = len(text) - 12
    places = [i for i in range(start, len(text)) if text[i] != ":"]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != text[place]))
    with pytest.raises(InvalidInput):
        parse_reference(Kind(text[:3]), text[:place] + digit + text[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MCR:CN-46:QHCMS:2026:0000177",
        "MCR:CN-46:QHCMS:2026:0000177@",
        "MCR:CN-46:QHCMS:2026:0000177@01",
        "MCR:CN-46:QHCMS:2026:0000177@1@1",
        "MCR:CN-46:Q:2026:0000177@1",
        "MCR:CHN:QHCMS:2026:0000177@1",
        "MCR:CN-46:QHCMS:26:0000177@1",
        "MCR:CN-46:QHCMS:٢٠٢٦:0000177@1",
        "REC:CN-44:DGMC:2026:000003A@1",
    ],
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_version(text, "body.id")
    assert refused.value.code == "REFERENCE_MALFORMED"
    assert refused.value.fields[0].path == "body.id"


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_serial_has_six_digits(serial: int) -> None:
    with pytest.raises(InvalidInput):
        new_reference(Kind.CASE, "CN-46", "QHCMS", 2026, serial)


def test_no_serial_is_nought() -> None:
    check = str(new_reference(Kind.CASE, "SG", "AB", 2026, 1))[-1]
    assert check
    for character in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        with pytest.raises(InvalidInput):
            parse_reference(Kind.CASE, f"MCR:SG:AB:2026:000000{character}")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("STD:CN-46:QHCMS:KTV-PERF:2.1", True),
        ("STD:SG:IPOS:BGM-PERF:1.0", True),
        ("STD:CN-46:QHCMS:KTV-PERF:2", False),
        ("STD:CN-46:QHCMS::2.1", False),
        ("KTV-PERF:2.1", False),
    ],
)
def test_references_of_standards(text: str, known: bool) -> None:
    assert is_standard(text) is known
