"""Canonical JSON: the fast encoder writes what RFC 8785 asks, on everything that is admitted."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.proofs import canonical
from tests.properties.strategies import NAMES, TEXTS, VALUES, flips


@given(VALUES)
@example({"\x00": "\x7f\x1f\u2028\u2029\ufeff\U0010ffff", "a" * 12: [2**53 - 1, -(2**53 - 1), 0]})
def test_the_bytes_are_those_of_rfc8785(value: Any) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(st.dictionaries(NAMES, TEXTS, min_size=2))
def test_names_are_sorted_as_rfc8785_sorts_them(value: dict[str, str]) -> None:
    assert list(json.loads(canonical.encode(value))) == list(json.loads(rfc8785.dumps(value)))


@given(VALUES)
def test_values_come_back(value: Any) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert canonical.parse(data) == value


@given(VALUES)
def test_what_is_written_otherwise_is_refused(value: Any) -> None:
    data = canonical.encode(value)
    spread = json.dumps(value, indent=1).encode()
    assert canonical.parse(spread) == value
    if spread != data:
        with pytest.raises(RegistryError):
            canonical.decode(spread)


@given(st.binary(max_size=60) | TEXTS.map(str.encode))
def test_whatever_is_accepted_is_canonical(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except RegistryError:
        return
    assert rfc8785.dumps(value) == data


@given(VALUES)
def test_a_changed_bit_is_refused_or_another_value(value: Any) -> None:
    data = canonical.encode(value)
    for changed in flips(data, step=3):
        try:
            other = canonical.decode(changed)
        except RegistryError:
            continue
        assert canonical.encode(other) == changed != data
