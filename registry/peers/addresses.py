"""Where a peer may be: https at public addresses, anything of this machine only by a setting.

Organisations write the URLs of their nodes into their profiles, so a URL is a stranger's word: it
must not make this node knock at doors of its own network. A name is resolved once, every address
that it has is looked at, and one of these very addresses is connected to.
"""

import queue
import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from registry.errors import InvalidInput, Unavailable

_PORTS = {"https": 443, "http": 80}
# Global unicast is all of this but for tunnels, whose addresses carry others that may be private.
_GLOBAL = IPv6Network("2000::/3")
_TUNNELS = IPv6Network("2002::/16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A URL of a peer, taken apart; `prefix` goes before every path and ends in no slash."""

    secure: bool
    host: str
    port: int
    prefix: str


def read_url(url: str, *, loopback: bool) -> Place:
    """Where a peer's URL leads. Raises InvalidInput PEER_URL_REFUSED; no name is resolved yet."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as fault:
        raise refused(url, "it cannot be read") from fault
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise refused(url, "it names no host in ASCII")
    if parts.username is not None or parts.query or parts.fragment:
        raise refused(url, "it has a user, a query or a fragment")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http" and _is_here(host)):
        raise refused(url, "a peer is reached by https")
    return Place(
        secure=parts.scheme == "https",
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        prefix=parts.path.rstrip("/"),
    )


def addresses_of(place: Place, *, loopback: bool, timeout_s: float) -> list[str]:
    """The IP addresses of a place, each of them admitted.

    Raises InvalidInput PEER_URL_REFUSED where one is not, Unavailable PEER_UNREACHABLE where the
    name has none or is not resolved in `timeout_s` seconds.
    """
    found = _resolved(place, timeout_s)
    for text in found:
        address = ip_address(text)
        if not (_is_public(address) or (loopback and address.is_loopback)):
            raise refused(place.host, f"{address} is not a public address")
        if not place.secure and not address.is_loopback:
            raise refused(place.host, "a peer is reached by https")
    return found


def refused(url: str, reason: str) -> InvalidInput:
    """The refusal of a URL that leads where no peer may be."""
    return InvalidInput("PEER_URL_REFUSED", f"{url[:200]!r} is not asked: {reason}")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    return address.is_global and address in _GLOBAL and address not in _TUNNELS


def _resolved(place: Place, timeout_s: float) -> list[str]:
    """The addresses of a name. In a thread: the system's resolver knows no time-out."""
    answer: queue.Queue[list[str]] = queue.Queue(maxsize=1)
    threading.Thread(target=lambda: answer.put(_ask(place)), name="resolver", daemon=True).start()
    try:
        found = answer.get(timeout=timeout_s)
    except queue.Empty as fault:
        reason = "its name is not resolved in time"
        raise Unavailable("PEER_UNREACHABLE", f"{place.host} is away: {reason}") from fault
    if not found:
        raise Unavailable("PEER_UNREACHABLE", f"{place.host} is away: the name has no address")
    return found


def _ask(place: Place) -> list[str]:
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    # A scope (fe80::1%eth0) stays: such an address is none of a public place.
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
