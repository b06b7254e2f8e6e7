"""The list of rights and the table of uses."""

import pytest

from registry.errors import InvalidInput
from registry.representation.rights import (
    REQUIRED,
    RIGHTS,
    USES_IN_WORDS,
    Use,
    missing_for,
    required_for,
    right,
)
from registry.representation.words import ObjectClass


def test_the_seventeen_rights_of_article_10() -> None:
    assert [code for code in RIGHTS if code.startswith("CN.10.")] == [
        f"CN.10.{item}" for item in range(1, 18)
    ]
    licensable = [code for code, each in RIGHTS.items() if each.licensable]
    assert [code for code in licensable if code.startswith("CN.10.")] == [
        f"CN.10.{item}" for item in range(5, 18)
    ]


def test_projection_and_exhibition_are_told_apart() -> None:
    assert (RIGHTS["CN.10.10"].zh, RIGHTS["CN.10.10"].en) == ("放映权", "projection")
    assert (RIGHTS["CN.10.8"].zh, RIGHTS["CN.10.8"].en) == ("展览权", "exhibition")


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("PR", ["CN.10.9", "CN.10.10", "CN.10.11", "CN.10.12"]),
        ("MR", ["CN.10.5", "CN.10.6", "CN.10.7", "CN.10.12"]),
        ("SR", ["CN.10.5", "CN.10.13"]),
    ],
)
def test_groups_are_views(group: str, members: list[str]) -> None:
    assert [code for code, each in RIGHTS.items() if group in each.groups] == members


def test_every_right_that_a_use_needs_is_licensable() -> None:
    assert set(REQUIRED) == set(USES_IN_WORDS) == set(Use)
    needed = {code for row in REQUIRED.values() for codes in row.values() for code in codes}
    assert all(RIGHTS[code].licensable for code in needed)


@pytest.mark.parametrize(
    ("use", "kind", "codes"),
    [
        (Use.KTV_PLAY, ObjectClass.MUSICAL_WORK, ("CN.10.9",)),
        (Use.KTV_PLAY, ObjectClass.AV_WORK, ("CN.10.10",)),
        (Use.KTV_PLAY, ObjectClass.PHONOGRAM, ("CN.45",)),
        (Use.KTV_PLAY, ObjectClass.VIDEO_RECORDING, ()),
        (Use.SYNC_EDIT, ObjectClass.MUSICAL_WORK, ("CN.10.5", "CN.10.13")),
        (Use.INSTALL, ObjectClass.SOFTWARE, ("SW.8.REPRO",)),
    ],
)
def test_what_a_use_needs(use: Use, kind: ObjectClass, codes: tuple[str, ...]) -> None:
    assert required_for(use, kind) == codes


def test_what_a_use_needs_beside_the_right_at_hand() -> None:
    have = right("CN.10.5").code
    assert missing_for(Use.SYNC_EDIT, ObjectClass.MUSICAL_WORK, have) == ("CN.10.13",)
    assert missing_for(Use.SYNC_EDIT, None, have) == ()
    assert missing_for(Use.ON_DEMAND, None, have) == ("CN.10.12", "CN.44.NET")


def test_a_right_that_is_none() -> None:
    with pytest.raises(InvalidInput) as refused:
        right("PR")
    assert refused.value.code == "RIGHT_UNKNOWN"
