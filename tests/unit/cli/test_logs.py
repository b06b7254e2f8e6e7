"""`comity logs`: what a node knows of every log, for people and for programs."""

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import Comity
from tests.unit.cli.fake_node import FakeNode


def log(**changes: Any) -> dict[str, Any]:
    """A log that is known whole, with `changes` on top."""
    return {
        "log": "0x" + "11" * 32,
        "origin": "comity/" + "11" * 32,
        "organisation": "0x" + "22" * 32,
        "own": False,
        "anchored": 7,
        "followed": 7,
        "trouble": None,
        "faults": [],
        **changes,
    }


FAULT = {"index": 3, "digest": "0x", "code": "RECORD_WITHHELD", "detail": "Nobody gives it out."}
TROUBLE = {"code": "LOG_ROOT", "detail": "anchor of 7 entries: they do not hash to the root"}


def test_a_person_reads_how_far_each_log_is_known(comity: Comity, node: FakeNode) -> None:
    node.logs = {"logs": [log(own=True), log(followed=4, trouble=TROUBLE, faults=[FAULT])]}
    ran = comity("logs", "--node", node.url)
    assert (ran.code, ran.err) == (0, "")
    assert "(own log)" in ran.out
    assert "4 of 7 anchored entries" in ran.out
    assert "they do not hash to the root (LOG_ROOT)" in ran.out
    assert "entry 3: Nobody gives it out. (RECORD_WITHHELD)" in ran.out


def test_a_program_reads_all_of_it(comity: Comity, node: FakeNode) -> None:
    node.logs = {"logs": [log(faults=[FAULT])]}
    ran = comity("logs", "--json", "--node", node.url)
    assert json.loads(ran.out) == node.logs


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, 0), ({"followed": 6}, 1), ({"trouble": TROUBLE}, 1), ({"faults": [FAULT]}, 1)],
    ids=str,
)
def test_a_check_fails_where_a_log_is_not_known_whole(
    comity: Comity, node: FakeNode, changes: dict[str, Any], code: int
) -> None:
    node.logs = {"logs": [log(own=True), log(**changes)]}
    assert comity("logs", "--check", "--node", node.url).code == code


@pytest.mark.parametrize("told", [[], {"logs": [1]}, {"logs": [{}]}, {"logs": None}])
def test_an_answer_that_is_none_is_named(comity: Comity, node: FakeNode, told: Any) -> None:
    node.logs = told
    ran = comity("logs", "--node", node.url)
    assert ran.code == 1
    assert "NODE_ANSWER_MALFORMED" in ran.err


def test_what_a_stranger_wrote_reorders_nothing(comity: Comity, node: FakeNode) -> None:
    node.logs = {"logs": [log(trouble={"code": "X", "detail": "\u202eevil"})]}
    assert "<U+202E>evil" in comity("logs", "--node", node.url).out
