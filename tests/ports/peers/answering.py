"""A peer on a real socket of this machine that answers, lies, drips or keeps silent as it is told.

It writes bytes, not answers: what a server library would never send is what is of interest.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

HOST = "127.0.0.1"
Script = Callable[[socket.socket, bytes], bool]
"""Answers one request (its head, and its body) on a socket; whether another one may follow."""


def says(
    body: bytes, status: str = "200 OK", kind: str = "text/plain", *more: str, length: int = -1
) -> Script:
    """An answer like that, every time; `length` is what it states to be its own."""
    stated = len(body) if length < 0 else length
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {stated}", *more]
    return writes("\r\n".join([*lines, "", ""]).encode() + body, keeps=length < 0)


def writes(data: bytes, *, keeps: bool = False) -> Script:
    """These very bytes; then the connection is closed unless it `keeps` open."""

    def script(line: socket.socket, _request: bytes) -> bool:
        line.sendall(data)
        return keeps

    return script


class Answering:
    """Listens on a port of its own; `requests` are heads and bodies in their order."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self._tls = tls
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://{HOST}:{self.port}"

    @property
    def named(self) -> str:
        """The URL with a name in place of the address."""
        return self.url.replace(HOST, "localhost")

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                self.connections += 1
                self._lines.append(line)
                thread = threading.Thread(target=self._serve, args=(line,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            if self._tls is None:
                self._converse(line)
            else:
                with self._tls.wrap_socket(line, server_side=True) as inner:
                    self._converse(inner)

    def _converse(self, line: socket.socket) -> None:
        while request := _request(line):
            self.requests.append(request)
            if not self.script(line, request):
                return


def _request(line: socket.socket) -> bytes:
    """One request as it came, empty where the caller hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.lower() == b"content-length":
            while len(body) < int(value):
                body += line.recv(65536)
    return head + b"\r\n\r\n" + body
