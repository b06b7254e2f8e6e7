"""What a daemon can do wrong, and what it is asked: the adapter against the server of the tests."""

import io
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from registry.documents.block import BLOCK_LIMIT, Block
from registry.documents.kubo import KuboDocuments
from registry.documents.port import add_file
from registry.documents.unixfs import bundle_node
from registry.errors import Damaged, InvalidInput, NotFound, RegistryError, Unavailable
from registry.proofs.cid import DAG_PB
from tests.ports.documents.rpc_server import EMPTY_MFS, RpcServer

BLOCK = Block.of(b"a block")

CALLS: dict[str, Callable[[KuboDocuments], object]] = {
    "put_block": lambda store: store.put_block(b"a block"),
    "put_blocks": lambda store: store.put_blocks([BLOCK]),
    "get_block": lambda store: store.get_block(BLOCK.cid),
    "has": lambda store: store.has(BLOCK.cid),
    "pin": lambda store: store.pin(BLOCK.cid),
    "pinned": lambda store: store.pinned(BLOCK.cid),
    "health": lambda store: store.health(),
}


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> Callable[[KuboDocuments], object]:
    return CALLS[request.param]


def refused(act: Callable[[], object], kind: type[RegistryError], code: str) -> RegistryError:
    with pytest.raises(kind) as fault:
        act()
    assert fault.value.code == code
    return fault.value


def test_a_daemon_that_is_away_is_said_to_be_away(
    call: Callable[[KuboDocuments], object],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = KuboDocuments(f"/ip4/127.0.0.1/tcp/{port}")
    refused(lambda: call(store), Unavailable, "DOCUMENTS_UNAVAILABLE")
    store.close()


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b'{"Key":', b"[]", b"null", b'{"other":1}', b"{}{}", b'{"Key":7}', b"\xff"],
)
@pytest.mark.parametrize("name", [name for name in CALLS if name != "get_block"])
def test_an_answer_of_another_form_is_not_believed(
    kubo: KuboDocuments, server: RpcServer, name: str, body: bytes
) -> None:
    server.daemon.faults.body = body
    refused(lambda: CALLS[name](kubo), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_a_page_of_a_proxy_in_between_is_a_store_that_is_away(
    call: Callable[[KuboDocuments], object], kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.status = 502
    refused(lambda: call(kubo), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_an_answer_that_is_cut_off_is_a_store_that_is_away(
    call: Callable[[KuboDocuments], object], kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.cut = True
    refused(lambda: call(kubo), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_a_daemon_that_fails_says_why(
    call: Callable[[KuboDocuments], object], kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.refused = "no space left on device"
    fault = refused(lambda: call(kubo), Unavailable, "DOCUMENTS_UNAVAILABLE")
    assert "no space left on device" in fault.detail


def test_a_daemon_that_does_not_answer_is_waited_for_no_longer_than_set(
    call: Callable[[KuboDocuments], object], server: RpcServer
) -> None:
    store = KuboDocuments(server.address, timeout=0.05, pin_timeout=0.05, grace=0.1)
    server.daemon.faults.silent = True
    refused(lambda: call(store), Unavailable, "DOCUMENTS_UNAVAILABLE")
    store.close()


@pytest.mark.parametrize("data", [b"other bytes", b"", b"a bloc", bytes(BLOCK_LIMIT + 1)])
def test_wrong_bytes_are_caught(kubo: KuboDocuments, server: RpcServer, data: bytes) -> None:
    kubo.put_block(BLOCK.data)
    server.daemon.faults.wrong_bytes = data
    refused(lambda: kubo.get_block(BLOCK.cid), Damaged, "BLOCK_WRONG")


def test_a_block_that_is_filed_under_another_name_is_caught(
    kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.wrong_key = True
    refused(lambda: kubo.put_block(b"a block"), Damaged, "BLOCK_WRONG")


def test_an_import_whose_pin_failed_is_not_taken_for_done(
    kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.pin_error = "pin: the datastore is read-only"
    fault = refused(lambda: kubo.put_blocks([BLOCK]), Unavailable, "DOCUMENTS_UNAVAILABLE")
    assert "read-only" in fault.detail
    refused(lambda: kubo.pin(BLOCK.cid), Unavailable, "DOCUMENTS_UNAVAILABLE")
    refused(lambda: kubo.put_block(b"another"), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_an_import_that_is_not_confirmed_is_not_taken_for_done(
    kubo: KuboDocuments, server: RpcServer
) -> None:
    server.daemon.faults.lost_import = True
    refused(lambda: kubo.put_blocks([BLOCK]), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_an_import_of_a_node_without_its_children_fails(kubo: KuboDocuments) -> None:
    node = bundle_node([Block.of(b"never stored")])
    refused(lambda: kubo.put_blocks([node]), NotFound, "BLOCK_MISSING")


def test_cids_in_base_58_are_the_same_cids(kubo: KuboDocuments, server: RpcServer) -> None:
    server.daemon.faults.base58 = True
    assert kubo.put_block(b"a block") == BLOCK.cid
    node = bundle_node([BLOCK])
    assert kubo.put_block(node.data, codec=DAG_PB) == node.cid
    kubo.put_blocks([Block.of(b"one"), Block.of(b"two")])
    kubo.pin(node.cid)


def test_a_cid_that_cannot_be_read_is_not_believed(kubo: KuboDocuments, server: RpcServer) -> None:
    for key in ("bnonsense", "zI0", "", "QmTooShort"):
        server.daemon.faults.body = b'{"Key":"%s","Size":7}' % key.encode()
        refused(lambda: kubo.put_block(b"a block"), Unavailable, "DOCUMENTS_UNAVAILABLE")


def test_the_daemon_is_asked_for_our_cids_and_with_a_limit(
    kubo: KuboDocuments, server: RpcServer
) -> None:
    kubo.put_block(b"a block")
    kubo.put_block(bundle_node([]).data, codec=DAG_PB)
    kubo.get_block(BLOCK.cid)
    kubo.has(BLOCK.cid)
    kubo.put_blocks([BLOCK])
    kubo.pin(BLOCK.cid)
    kubo.pinned(BLOCK.cid)
    asked = [
        (
            command,
            {name: text for name, text in query.items() if name not in ("arg", "stream-channels")},
        )
        for command, query in server.daemon.requests
    ]
    assert asked == [
        ("/block/put", {"cid-codec": "raw", "mhtype": "sha2-256", "pin": "true"}),
        ("/block/put", {"cid-codec": "dag-pb", "mhtype": "sha2-256", "pin": "false"}),
        ("/block/get", {"timeout": "50ms"}),
        ("/block/stat", {"offline": "true"}),
        ("/dag/import", {"pin-roots": "true", "timeout": "50ms"}),
        ("/pin/add", {"recursive": "True", "timeout": "50ms"}),
        ("/pin/ls", {"type": "recursive", "timeout": "50ms"}),
    ]


def test_many_blocks_go_by_few_pins(kubo: KuboDocuments, server: RpcServer) -> None:
    kubo.put_blocks(Block.of(b"block %d" % number) for number in range(1500))
    assert len(server.daemon.pins - {EMPTY_MFS}) == 2
    assert [command for command, _ in server.daemon.requests] == ["/dag/import"] * 2


def test_a_file_is_never_held_whole(kubo: KuboDocuments, server: RpcServer) -> None:
    class Endless(io.RawIOBase):
        """Counts what is taken from it before the first import is sent."""

        taken = 0

        def read(self, size: int = -1) -> bytes:
            if not server.daemon.requests:
                self.taken += size
            elif self.taken:
                return b""
            return bytes(size)

    stream = Endless()
    add_file(kubo, stream)  # type: ignore[arg-type]  # a reader that only reads
    assert 0 < stream.taken <= 40 << 20


def test_a_proxy_of_the_environment_is_not_used(
    server: RpcServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    store = KuboDocuments(server.address)
    store.health()
    store.close()


@pytest.mark.parametrize("address", ["", "nonsense", "http://127.0.0.1:5001", "/ip4/127.0.0.1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    refused(lambda: KuboDocuments(address), InvalidInput, "DOCUMENTS_ADDRESS_INVALID")


def test_the_client_is_loaded_only_with_a_store() -> None:
    program = (
        "import sys, registry.documents.kubo, registry.documents.port\n"
        "sys.exit('ipfshttpclient' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
