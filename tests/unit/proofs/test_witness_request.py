"""The form of a request to a witness (C2SP tlog-witness)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.proofs.witness_request import (
    LONGEST,
    AddCheckpoint,
    encode_size,
    parse_add_checkpoint,
    parse_size,
)
from tests.witnesses import SampleLog

LOG = SampleLog()
NOTE = LOG.note(8)
WELL = LOG.asks(5, 8)
HASHES = WELL.count(b"=\n", 0, WELL.index(b"\n\n"))

# The example of the specification.
EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""  # noqa: E501 (as the specification has it)


def test_the_example_of_the_specification() -> None:
    request = parse_add_checkpoint(EXAMPLE.encode())
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.origin == "example.com/behind-the-sofa"
    assert len(request.note.signatures) == 2
    assert request.encode() == EXAMPLE.encode()


@given(
    old=st.integers(0, 2**40),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
)
def test_what_is_written_is_read(old: int, proof: tuple[bytes, ...]) -> None:
    request = AddCheckpoint(old=old, proof=proof, note=NOTE)
    assert parse_add_checkpoint(request.encode()) == request


def replaced(before: bytes, after: bytes) -> bytes:
    assert before in WELL
    return WELL.replace(before, after, 1)


MALFORMED = {
    "nothing": b"",
    "no old size": replaced(b"old 5\n", b""),
    "another word": replaced(b"old 5", b"new 5"),
    "no size": replaced(b"old 5", b"old "),
    "leading zero": replaced(b"old 5", b"old 05"),
    "negative": replaced(b"old 5", b"old -5"),
    "plus": replaced(b"old 5", b"old +5"),
    "two spaces": replaced(b"old 5", b"old  5"),
    "trailing space": replaced(b"old 5", b"old 5 "),
    "digits of another script": replaced(b"old 5", "old ٥".encode()),
    "beyond any log": replaced(b"old 5", b"old " + b"9" * 20),
    "line ends of another kind": WELL.replace(b"\n", b"\r\n"),
    "no empty line": replaced(b"=\n\ncomity/", b"=\ncomity/"),
    "hash that is no base 64": replaced(b"old 5\n", b"old 5\n!!!!\n"),
    "hash of 31 bytes": replaced(b"old 5\n", b"old 5\n" + b"A" * 42 + b"==\n"),
    "hash with unused bits": replaced(b"old 5\n", b"old 5\n" + b"A" * 42 + b"B=\n"),
    "too many hashes": replaced(b"old 5\n", b"old 5\n" + (b"A" * 43 + b"=\n") * (64 - HASHES)),
    "no checkpoint": WELL[: WELL.index(b"\n\n") + 2],
    "no signature": WELL[: WELL.rindex(b"\n\n") + 2],
    "no last newline": WELL[:-1],
    "not UTF-8": WELL + b"\xff",
    "too long": replaced(b"old 5\n", b"old 5\n" + b"A" * LONGEST),
    "control character": replaced(b"comity/", b"comity\x00/"),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=list(MALFORMED))
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput) as fault:
        parse_add_checkpoint(body)
    assert fault.value.code == "WITNESS_REQUEST_MALFORMED"


@given(body=st.binary(max_size=400))
def test_nothing_else_comes_of_any_bytes(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_add_checkpoint(body)


def test_sizes_are_read_as_they_are_written() -> None:
    assert [parse_size(encode_size(size)) for size in (0, 7, 2**40)] == [0, 7, 2**40]
    for body in (b"", b"7", b"07\n", b"-1\n", b"7\n\n", b"seven\n", b"7 \n", "٧\n".encode()):
        assert parse_size(body) is None
