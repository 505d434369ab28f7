"""How does one message cross the network? Signed, to one fixed address, within one deadline, its answer judged.

urllib3 instead of requests: it pins the address and keeps the certificate check on the name without an adapter, ignores
proxy variables and cookies, and costs a third of the processor time per message.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError

from approvals.exchange.guard import Target
from approvals.exchange.models import Failure
from approvals.exchange.proof import NOTHING, Asked
from approvals.exchange.verdict import Verdict, judge

LONGEST_ANSWER = 64 * 1024
USER_AGENT = "shixian-approvals/1"


_running: dict[int, tuple[HTTPConnection, float]] = {}


def cut_off_overdue() -> None:
    """End exchanges that overrun their deadline: a socket time-out restarts with every byte, this does not.

    Called now and then by whoever waits for the posting threads.
    """
    now = time.monotonic()
    for connection, deadline in list(_running.values()):
        sock = connection.sock
        if now > deadline and sock is not None:
            with suppress(OSError):  # closed by its own thread in this very moment
                sock.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    """A connection that says when it starts; the posting thread says when it has stopped.

    Head and body leave in one piece: sent one after the other, they wake the receiver, and us, twice.
    """

    _parts: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        _running[threading.get_ident()] = (self, time.monotonic() + longest_exchange())
        self._parts = []
        try:
            super().request(*args, **kwargs)
        finally:
            parts, self._parts = self._parts, None
        self.send(b"".join(parts))

    def send(self, data: Any) -> None:
        if self._parts is None:
            super().send(data)
        else:
            self._parts.append(bytes(data))


class _WatchedTls(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


class Line:
    """A kept-alive line to one target, used by several threads at once."""

    def __init__(self, target: Target, *, threads: int) -> None:
        self.target = target
        common: dict[str, Any] = {
            "port": target.port,
            "maxsize": threads,
            "timeout": Timeout(connect=settings.EXCHANGE_CONNECT_SECONDS, read=settings.EXCHANGE_READ_SECONDS),
            "retries": False,
        }
        self._pool: HTTPConnectionPool = (
            _TlsPool(
                target.address,
                ssl_context=_tls(),
                server_hostname=target.host,
                assert_hostname=target.host,
                **common,
            )
            if target.scheme == "https"
            else _Pool(target.address, **common)
        )

    def post(self, *, id: UUID, topic: str, body: str, secret: str, asked: Asked = NOTHING) -> Verdict:
        """Send one message and judge the answer. What is signed is the true moment: the receiver looks at its clock."""
        moment, started = datetime.now(UTC), time.monotonic()
        try:
            headers = {
                "Host": self.target.host_header,
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
                "Accept-Encoding": "identity",
                "X-Topic": topic,
                **signature(id=id, body=body, secret=secret, at=moment),
            }
            response = self._pool.urlopen(
                "POST", self.target.path, body=body.encode(), headers=headers, redirect=False, preload_content=False
            )
            text = _read(response)
        except (HTTPError, OSError) as error:
            return Verdict(None, _since(started), _failure(error, started))
        except (ValueError, EmptyWebhookSecretError):
            return Verdict(None, _since(started), Failure.UNSENDABLE)
        finally:
            _running.pop(threading.get_ident(), None)
        return judge(
            status=response.status,
            headers=response.headers,
            text=text,
            message=str(id),
            milliseconds=_since(started),
            at=moment,
            body=body,
            asked=asked,
        )

    def close(self) -> None:
        self._pool.close()


_lines: dict[int, Line] = {}
_lines_lock = threading.Lock()


def line_to(endpoint: int, target: Target) -> Line:
    """The line of this process to an endpoint; a new one when its address has changed."""
    with _lines_lock:
        line = _lines.get(endpoint)
        if line is None or line.target != target:
            if line is not None:
                line.close()
            line = _lines[endpoint] = Line(target, threads=settings.EXCHANGE_LANES)
        return line


def longest_exchange() -> float:
    """Seconds after which one exchange is ended, whatever the receiver still dribbles."""
    return settings.EXCHANGE_CONNECT_SECONDS + settings.EXCHANGE_READ_SECONDS


def _failure(error: Exception, started: float) -> str:
    overrun = time.monotonic() - started >= longest_exchange()
    silent = isinstance(error, ConnectTimeoutError | ReadTimeoutError) and not isinstance(error, NewConnectionError)
    if overrun or silent:
        return Failure.TIMEOUT
    return Failure.TLS if isinstance(error, SSLError) else Failure.UNREACHABLE


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities, or those of EXCHANGE_CA_FILE (an intranet's own)."""
    return ssl.create_default_context(cafile=settings.EXCHANGE_CA_FILE or None)


def signature(*, id: UUID, body: str, secret: str, at: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks. `at` in UTC: the library takes any moment for that."""
    return {
        "webhook-id": str(id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(str(id), at, body),
    }


def _read(response: HTTPResponse) -> bytes:
    """The answer's text, as far as a receipt can need; a longer one also ends the connection."""
    text = response.read(LONGEST_ANSWER + 1)
    if len(text) > LONGEST_ANSWER:
        response.close()
        return b""
    response.drain_conn()
    return text


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
