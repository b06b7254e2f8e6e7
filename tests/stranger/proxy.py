"""A mirror of a log that changes one byte of what it serves."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.serving import HOST, Served

Change = Callable[[str, bytes], bytes]


def flipped(prefix: str, place: int) -> Change:
    """One bit, of the byte at `place`, of whatever is served below `prefix`."""

    def change(path: str, body: bytes) -> bytes:
        if not path.startswith(prefix):
            return body
        spoilt = bytearray(body)
        spoilt[place] ^= 1
        return bytes(spoilt)

    return change


@contextmanager
def mirror(served: Served, change: Change) -> Iterator[str]:
    """The URL of a log that is `served`'s but for the change."""

    class Mirror(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = served.get(self.path)
            body = change(self.path.removeprefix("/log/"), answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer((HOST, 0), Mirror)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/log"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
