"""Quotas: by key and by network, by UTC day, never for the node itself or loopback."""

from datetime import timedelta

import pytest

from registry.errors import QuotaExceeded
from registry.ledger.quota import DailyQuota
from tests.unit.ledger.spine import SetClock

HERE, NEIGHBOUR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.7"


def quota(clock: SetClock | None = None, *, key: int = 2, prefix: int = 3) -> DailyQuota:
    return DailyQuota(clock or SetClock(), key=key, prefix=prefix, loopback=False)


def test_a_key_has_its_day_s_share_wherever_it_comes_from() -> None:
    limited = quota()
    limited.take(["eth:a"], HERE)
    limited.take(["eth:a"], ELSEWHERE)
    with pytest.raises(QuotaExceeded) as refused:
        limited.take(["eth:a"], HERE)
    assert refused.value.code == "KEY_QUOTA_EXCEEDED"
    assert 0 < (refused.value.retry_after or 0) <= 86_400


@pytest.mark.parametrize(
    ("one", "other"), [(HERE, NEIGHBOUR), ("2001:db8:1:2::3", "2001:db8:1:ffff::1")]
)
def test_a_network_has_its_share_whatever_the_keys(one: str, other: str) -> None:
    limited = quota()
    for i in range(3):
        limited.take([f"eth:{i}"], one if i % 2 else other)
    with pytest.raises(QuotaExceeded) as refused:
        limited.take(["eth:new"], one)
    assert refused.value.code == "PREFIX_QUOTA_EXCEEDED"
    limited.take(["eth:new"], ELSEWHERE)


def test_what_was_refused_is_not_counted() -> None:
    limited = quota(prefix=100)
    for _ in range(2):
        limited.take(["eth:a"], HERE)
    for _ in range(5):
        with pytest.raises(QuotaExceeded):
            limited.take(["eth:a", "eth:b"], HERE)
    limited.take(["eth:b"], HERE)
    limited.take(["eth:b"], HERE)


def test_the_next_day_begins_anew() -> None:
    clock = SetClock()
    limited = quota(clock)
    for _ in range(2):
        limited.take(["eth:a"], HERE)
    clock.ahead = timedelta(days=1)
    limited.take(["eth:a"], HERE)


@pytest.mark.parametrize("address", [None, "127.0.0.1", "::1"])
def test_the_node_itself_has_none(address: str | None) -> None:
    limited = quota()
    for _ in range(10):
        limited.take(["eth:a"], address)


def test_loopback_may_be_counted_and_zero_is_no_quota() -> None:
    counted = DailyQuota(SetClock(), key=1, prefix=0, loopback=True)
    counted.take(["eth:a"], "127.0.0.1")
    with pytest.raises(QuotaExceeded):
        counted.take(["eth:a"], "127.0.0.1")
    for i in range(20):
        counted.take([f"eth:{i}"], "127.0.0.2")
