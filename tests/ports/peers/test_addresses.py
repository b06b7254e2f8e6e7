"""A peer's URL is a stranger's word: it leads to public addresses, over TLS, or nowhere."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry.errors import InvalidInput, Unavailable
from registry.peers.addresses import read_url
from registry.peers.http import Peer
from tests.ports.peers.answering import HOST, Answering, says

NAME = "node.example"
PUBLIC = "93.184.216.34"
Ask = Callable[..., list[Any]]


def refused(url: str, *, loopback: bool) -> None:
    """The URL is not asked: nothing is connected to, or the sockets of the tests would tell."""
    with pytest.raises(InvalidInput) as fault, closing(Peer(url, loopback=loopback)) as peer:
        peer.get("/x", 100)
    assert fault.value.code == "PEER_URL_REFUSED"


# ---- the URL ------------------------------------------------------------------------------------

MALFORMED = [
    "",
    "node.example",
    "//node.example",
    "https://",
    "https:///path",
    "ftp://node.example",
    "file:///etc/passwd",
    "http://node.example",
    "http://93.184.216.34",
    "https://user@node.example",
    "https://user:word@node.example",
    "https://node.example?query=1",
    "https://node.example#part",
    "https://node.example:port",
    "https://node.example:99999",
    "https://[::1",
    "https://nöde.example",
    "https://node.example/a b",
    "https://node.example/\r\nX: y",
]


@pytest.mark.parametrize("loopback", [False, True])
@pytest.mark.parametrize("url", MALFORMED)
def test_a_url_of_another_kind_is_refused(url: str, loopback: bool) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_url(url, loopback=loopback)
    assert fault.value.code == "PEER_URL_REFUSED"


def test_http_is_for_this_machine_alone_and_by_a_setting() -> None:
    for url in ("http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"):
        assert read_url(url, loopback=True).port == 8001
        with pytest.raises(InvalidInput):
            read_url(url, loopback=False)


def test_ports_and_paths_are_read() -> None:
    place = read_url("https://node.example/comity/", loopback=False)
    assert (place.secure, place.host, place.port) == (True, NAME, 443)
    assert place.prefix == "/comity"
    assert read_url("https://node.example:8443", loopback=False).port == 8443


# ---- addresses ----------------------------------------------------------------------------------

LOOPBACK = ["127.0.0.1", "127.8.9.1", "[::1]"]
INWARD = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::1]",
    "[fc00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
]


@pytest.mark.parametrize("host", LOOPBACK + INWARD)
def test_an_address_that_is_not_public_is_refused(host: str) -> None:
    refused(f"https://{host}:1", loopback=False)


@pytest.mark.parametrize("host", INWARD)
def test_the_setting_admits_no_more_than_this_machine(host: str) -> None:
    refused(f"https://{host}:1", loopback=True)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost"])
def test_other_spellings_of_this_machine_are_seen_through(host: str) -> None:
    refused(f"https://{host}:1", loopback=False)


# ---- names --------------------------------------------------------------------------------------


class Names:
    """A resolver whose names are known to the test; addresses stand for themselves."""

    def __init__(self, real: Ask, **known: list[str]) -> None:
        self.known = {name.replace("_", "."): found for name, found in known.items()}
        self.asked: list[str] = []
        self._real = real

    def __call__(self, host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        self.asked.append(host)
        return [
            answer
            for address in self.known.get(host, [host])
            for answer in self._real(address, port, *args, **options)
        ]


@pytest.mark.parametrize(
    "found",
    [[HOST], [PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, "::1"], ["fe80::1%1", PUBLIC]],
)
def test_a_name_with_one_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(socket.getaddrinfo, node_example=found))
    refused(f"https://{NAME}", loopback=False)


def test_http_by_name_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(socket.getaddrinfo, localhost=[PUBLIC])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    refused("http://localhost:1", loopback=True)


def test_a_name_without_an_address_is_told() -> None:
    with closing(Peer("https://no..body", loopback=False)) as peer:
        with pytest.raises(Unavailable) as fault:
            peer.get("/x", 100)
        assert fault.value.code == "PEER_UNREACHABLE"


def test_a_resolver_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def slow(*_args: Any, **_options: Any) -> list[Any]:
        over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with closing(Peer(f"https://{NAME}", loopback=False, timeout_s=0.2)) as peer:
        with pytest.raises(Unavailable) as fault:
            peer.get("/x", 100)
        assert "in time" in fault.value.detail
    over.set()


# ---- TLS ----------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate for `name` that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Secure:
    """A peer over TLS, the names under which it was called, and who trusts it."""

    def __init__(self, path: Path) -> None:
        self.called: list[str | None] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(path)
        self.context.sni_callback = lambda _line, name, _context: self.called.append(name)
        self.trusting = ssl.create_default_context(cafile=str(path))


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Secure, Answering]]:
    made = Secure(certificate(tmp_path, NAME))
    with Answering(says(b"well"), tls=made.context) as server:
        yield made, server


def at(server: Answering, name: str = NAME) -> str:
    return f"https://{name}:{server.port}"


def test_the_address_that_was_looked_at_is_called_by_its_name(
    secure: tuple[Secure, Answering], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, server = secure
    names = Names(socket.getaddrinfo, node_example=[HOST])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with closing(Peer(at(server), loopback=True, tls=made.trusting)) as peer:
        for _ in range(2):
            assert peer.get("/x", 100) == b"well"
    assert names.asked.count(NAME) == 1
    assert made.called == [NAME]
    assert f"Host: {NAME}:{server.port}\r\n".encode() in server.requests[0]


def test_a_certificate_for_another_name_is_refused(
    secure: tuple[Secure, Answering], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, server = secure
    names = Names(socket.getaddrinfo, other_example=[HOST])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with closing(Peer(at(server, "other.example"), loopback=True, tls=made.trusting)) as peer:
        with pytest.raises(Unavailable) as fault:
            peer.get("/x", 100)
        assert fault.value.code == "PEER_UNREACHABLE"
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: tuple[Secure, Answering],
) -> None:
    _, server = secure
    with closing(Peer(at(server, "localhost"), loopback=True)) as peer:
        with pytest.raises(Unavailable) as fault:
            peer.get("/x", 100)
        assert fault.value.code == "PEER_UNREACHABLE"
    assert server.requests == []
