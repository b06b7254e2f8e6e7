"""How the demonstration writes times, breaks lines, and treats a folder that is not its own."""

from datetime import UTC, datetime
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.demonstration.places import HAINAN, PLACES
from registry.cli.demonstration.playground import require_free, wait_for
from registry.cli.demonstration.wrapping import COLUMNS, INDENT, wrapped
from registry.errors import Conflict, NotFound

WORDS = st.lists(
    st.one_of(
        st.text("abcdefghij.,“”", min_size=1, max_size=30),
        st.text("登记作品公布调解案例，。", min_size=1, max_size=80),
    ),
    min_size=1,
    max_size=40,
).map(" ".join)


def columns(line: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in line)


@given(WORDS)
def test_lines_fit_and_lose_nothing(text: str) -> None:
    lines = list(wrapped(text))
    assert all(line.startswith(INDENT) for line in lines)
    # Punctuation may hang over the edge: it does not begin a line.
    assert all(columns(line.rstrip("，。")) <= COLUMNS for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_time_is_told_for_everybody_and_for_the_region() -> None:
    moment = datetime(2026, 11, 22, 20, 30, 1, tzinfo=UTC)
    assert HAINAN.clock(moment) == "2026-11-22 20:30:01 UTC (04:30:01 in Hainan)"


def test_the_places_can_be_told_apart() -> None:
    for name in ("name", "region", "station", "identifier"):
        assert len({getattr(place, name) for place in PLACES}) == len(PLACES)


def test_only_an_empty_folder_is_taken(tmp_path: Path) -> None:
    require_free(tmp_path)
    require_free(tmp_path / "new")
    (tmp_path / "mine").touch()
    for path in (tmp_path, tmp_path / "mine"):
        with pytest.raises(Conflict, match="FILE_EXISTS"):
            require_free(path)


def test_what_is_not_known_yet_is_waited_for() -> None:
    answers = iter([None, NotFound("RECORD_UNKNOWN", "not yet"), "there"])

    def look() -> str | None:
        answer = next(answers)
        if isinstance(answer, NotFound):
            raise answer
        return answer

    assert wait_for(look, "it comes", ()) == "there"
