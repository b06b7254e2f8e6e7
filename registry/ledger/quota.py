"""How much one key and one network may submit in a day (protocol, section 4).

Counted in memory by UTC day: a restart forgives, which costs a stranger nothing and the node
little.
"""

from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from registry.errors import QuotaExceeded
from registry.ledger.clock import Clock

DAY_S = 86_400
PREFIX_BITS = {4: 24, 6: 48}
CODES = {"key": "KEY_QUOTA_EXCEEDED", "prefix": "PREFIX_QUOTA_EXCEEDED"}


class DailyQuota:
    """Counts records by key and by network prefix; a quota of 0 is none."""

    def __init__(self, clock: Clock, *, key: int, prefix: int, loopback: bool) -> None:
        """`key` and `prefix` in records a day; `loopback`: whether 127.0.0.1 and ::1 count."""
        self._clock = clock
        self._limits = {"key": key, "prefix": prefix}
        self._loopback = loopback
        self._day = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def counts(self, address: str | None) -> bool:
        """Whether anything is counted that comes from `address`; None is the node itself."""
        if address is None or not any(self._limits.values()):
            return False
        return self._loopback or not _plain(ip_address(address)).is_loopback

    def take(self, keys: Iterable[str], address: str | None) -> None:
        """Count one record signed by `keys` from `address`, or raise `QuotaExceeded`.

        `address` None is a caller inside the node and counts nowhere.
        """
        if address is None or not self.counts(address):
            return
        ip = _plain(ip_address(address))
        day, second = divmod(int(self._clock.now().timestamp()), DAY_S)
        if day != self._day:
            self._day, self._counts = day, Counter()
        counted = [("prefix", _prefix(ip)), *(("key", key) for key in sorted(set(keys)))]
        for kind, who in counted:
            limit = self._limits[kind]
            if limit and self._counts[kind, who] >= limit:
                raise QuotaExceeded(
                    CODES[kind],
                    f"{who} has had its {limit} records of this day; go on tomorrow (UTC)",
                    retry_after=DAY_S - second,
                )
        self._counts.update(counted)


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address also where a socket for both families writes it as IPv6."""
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def _prefix(ip: IPv4Address | IPv6Address) -> str:
    return str(ip_network((ip, PREFIX_BITS[ip.version]), strict=False))
