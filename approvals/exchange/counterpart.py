"""What stands for somebody else's system, in demos and tests? A small server on a real socket that checks who speaks.

`Counterpart` is the system and `Desk` one connection of the platform to it; a `Keeper` also keeps what it has received.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Counterpart(ThreadingHTTPServer):
    """A system that shares a secret with the platform and answers at `url`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, desk: type[Desk], *, secret: str, port: int) -> None:
        self.secret, self.webhook, self.lock = secret, Webhook(secret), threading.Lock()
        super().__init__(("127.0.0.1", port), desk)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Keeper(Counterpart):
    """One that keeps each message once, by its id, in `store`: one JSON line each, fsynced before it is answered.

    `received` has each message, `arrivals` counts deliveries by id, repeats included; both under the lock.
    """

    def __init__(self, desk: type[Desk], *, secret: str, store: Path, port: int) -> None:
        self.store = store
        self.arrivals: dict[str, int] = {}
        lines = store.read_text(encoding="utf-8").splitlines() if store.exists() else []
        self.received: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in map(json.loads, lines)}
        super().__init__(desk, secret=secret, port=port)

    def seen(self, id: str) -> dict[str, Any] | None:
        """Count one more delivery of a message; its entry, if it was kept before."""
        self.arrivals[id] = self.arrivals.get(id, 0) + 1
        return self.received.get(id)

    def keep(self, entry: dict[str, Any]) -> None:
        with self.store.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.received[entry["id"]] = entry


def entry_of(id: str, topic: str, text: bytes) -> dict[str, Any]:
    """What is kept of a message, with the number of its receipt."""
    return {
        "id": id,
        "receipt": uuid.uuid4().hex,
        "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "topic": topic,
        "sha256": hashlib.sha256(text).hexdigest(),
        "body": json.loads(text),
    }


class Desk(BaseHTTPRequestHandler):
    """One connection of the platform."""

    server: Any
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body leave in one packet
    times = 1  # how often each answer is sent

    def do_POST(self) -> None:
        self.post(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_GET(self) -> None:
        self.get()

    def post(self, text: bytes) -> None:
        """Take a message and answer it."""
        raise NotImplementedError

    def get(self) -> None:
        """Show what there is to see."""
        self.answer(404, {"error": "这里只收消息"})

    def genuine(self, text: bytes) -> bool:
        """Whether the platform signed this."""
        try:
            self.server.webhook.verify(text, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return False
        return True

    def answer(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        text = data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode()
        for _ in range(self.times):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the system itself can be asked what it received."""
