"""Canonical JSON: the bounds, and a code of its own for each way to leave them."""

import pytest

from registry.errors import InvalidInput, RegistryError, TooLarge
from registry.proofs import canonical

REFUSED = {
    b'{"a":1.5}': "FLOAT",
    b'{"a":1.0}': "FLOAT",
    b'{"a":1e3}': "FLOAT",
    b'{"a":NaN}': "MALFORMED_JSON",
    b'{"a":Infinity}': "MALFORMED_JSON",
    b'{"a":9007199254740992}': "INTEGER_RANGE",
    b'{"a":-9007199254740992}': "INTEGER_RANGE",
    b'{"a":123456789012345678901234567890}': "INTEGER_RANGE",
    b'{"a":1,"a":2}': "DUPLICATE_KEY",
    b'{"a":{"b":1,"b":1}}': "DUPLICATE_KEY",
    b'{"b":1,"a":2}': "NOT_CANONICAL",
    b'{"a": 1}': "NOT_CANONICAL",
    b'{"a":-0}': "NOT_CANONICAL",
    b'{"a":"\\u0041"}': "NOT_CANONICAL",
    b'{"a":"\\/"}': "NOT_CANONICAL",
    b'{"a":1}\n': "NOT_CANONICAL",
    '{"é":1}'.encode(): "KEY_NOT_ASCII",
    b'{"a":01}': "MALFORMED_JSON",
    b'{"a":1,}': "MALFORMED_JSON",
    b'{"a":"\x01"}': "MALFORMED_JSON",
    b'{"a":"\\ud800"}': "MALFORMED_JSON",
    b'{"a":"\xff"}': "MALFORMED_JSON",
    b'\xef\xbb\xbf{"a":1}': "MALFORMED_JSON",
    b"": "MALFORMED_JSON",
    b"{": "MALFORMED_JSON",
    b'{"a":1}{}': "MALFORMED_JSON",
    b"[" * 17 + b"]" * 17: "TOO_DEEP",
    b"[" * 100_000 + b"]" * 100_000: "TOO_DEEP",
}


@pytest.mark.parametrize(("data", "code"), REFUSED.items(), ids=range(len(REFUSED)))
def test_each_fault_has_its_code(data: bytes, code: str) -> None:
    with pytest.raises(RegistryError) as caught:
        canonical.decode(data)
    assert caught.value.code == code


def test_sixteen_levels_are_admitted_and_seventeen_are_not() -> None:
    deepest = b'{"a":' * 15 + b"{}" + b"}" * 15
    assert canonical.encode(canonical.decode(deepest)) == deepest
    with pytest.raises(InvalidInput, match="TOO_DEEP"):
        canonical.decode(b'{"a":' + deepest + b"}")
    with pytest.raises(InvalidInput, match="TOO_DEEP"):
        canonical.encode({"a": canonical.decode(deepest)})


def test_length_is_bounded_before_anything_is_read() -> None:
    data = b'"' + b"a" * (canonical.LIMIT - 2) + b'"'
    assert len(canonical.decode(data)) == canonical.LIMIT - 2
    with pytest.raises(TooLarge, match="TOO_LONG"):
        canonical.decode(data + b" ")
    with pytest.raises(TooLarge, match="TOO_LONG"):
        canonical.parse(b" " * 11, limit=10)


def test_the_ends_of_the_integers_are_admitted() -> None:
    data = b"[-9007199254740991,9007199254740991]"
    assert canonical.decode(data) == [-(2**53 - 1), 2**53 - 1]


@pytest.mark.parametrize("value", [1.0, 2**53, {1: 2}, {"é": 1}, b"x", "\ud800", {"a": {1, 2}}])
def test_encode_refuses_what_json_or_the_protocol_does_not_know(value: object) -> None:
    with pytest.raises(InvalidInput):
        canonical.encode(value)


def test_parse_forgives_form_but_not_content() -> None:
    assert canonical.parse(b' {"b" : 1,\n "a":"\\u0041"} ') == {"b": 1, "a": "A"}
    for data in (b'{"a":1,"a":1}', b"1.0", b"NaN", b'"\\ud800"', b"[1,]", b"[" * 25 + b"]" * 25):
        with pytest.raises(InvalidInput):
            canonical.parse(data)
