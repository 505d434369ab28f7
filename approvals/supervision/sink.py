"""What does a supervision unit's own system look like to us? A small receiver on a real socket, for demos and tests.

It checks the signature, keeps what it has received in a file (one JSON line a message, fsynced before it answers),
knows a message again by its id, and answers with a receipt. It can be told to misbehave in the ways real receivers do.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from approvals.exchange.models import new_secret
from approvals.exchange.proof import signed


@dataclass(frozen=True)
class Manners:
    """How a receiver misbehaves. Seconds; counts are of requests since it started."""

    fail: int = 0  # the first so many requests are answered with `status`
    status: int = 500
    hang: float = 0  # a message's first delivery is kept, but never answered; the connection stays open this long
    late: float = 0  # every answer takes this long
    twice: bool = False  # every answer is sent twice over the same connection
    retry_after: int = 0  # sent along with a failure
    rubbish: bool = False  # 200 with something that is no receipt
    location: str = ""  # answer with a redirect to this address
    forge: bool = False  # the receipt's signature is somebody else's
    replay: bool = False  # every answer carries the receipt of the first message
    forget: int = 0  # the first so many messages are receipted, and then lost: what a reconciliation is for


class Sink(ThreadingHTTPServer):
    """The receiver. `arrivals` counts deliveries by message id, repeats included; `received` has each message once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        *,
        secret: str,
        store: Path,
        port: int = 0,
        manners: Manners = Manners(),
        on_new: Callable[[dict[str, Any]], None] | None = None,
        private_key: str = "",
    ) -> None:
        self.webhook, self.store, self.manners, self.on_new = Webhook(secret), store, manners, on_new
        self.secret, self.private_key = secret, private_key
        self.forgotten: set[str] = set()
        self.lock = threading.Lock()
        self.requests = 0
        self.rejected = 0
        self.arrivals: dict[str, int] = {}
        self.received: dict[str, dict[str, Any]] = {}
        if store.exists():
            for line in store.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.received[entry["id"]] = entry
        super().__init__(("127.0.0.1", port), Receiver)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def keep(self, id: str, topic: str, text: bytes) -> tuple[dict[str, Any], bool]:
        """The stored entry of a message, and whether it is new; on disk before it is answered."""
        body = json.loads(text)
        with self.lock:
            self.arrivals[id] = self.arrivals.get(id, 0) + 1
            if id in self.received:
                return self.received[id], False
            entry = {
                "id": id,
                "receipt": uuid.uuid4().hex,
                "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "topic": topic,
                "sha256": hashlib.sha256(text).hexdigest(),
                "body": body,
            }
            if len(self.forgotten) < self.manners.forget and topic.startswith("push."):
                self.forgotten.add(id)
                return entry, True
            with self.store.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self.received[id] = entry
            return entry, True

    def receipt_for(self, entry: dict[str, Any]) -> dict[str, str]:
        """The signed receipt of a stored message; for a reconciliation with what this side holds of it."""
        if self.manners.replay:
            entry = next(iter(self.received.values()), entry)
        receipt = {name: entry[name] for name in ("id", "receipt", "received_at")}
        secret = new_secret() if self.manners.forge else self.secret
        key = "" if self.manners.forge else self.private_key
        receipt["signature"] = signed(receipt, body_sha256=entry["sha256"], secret=secret, private_key=key)
        if entry["topic"] == "reconcile.daily":
            with self.lock:
                held = {one["body"].get("sequence"): one for one in self.received.values()}
            receipt["answer"] = answer_to(entry["body"], held)
        return receipt

    def listed(self) -> list[dict[str, Any]]:
        with self.lock:
            return [entry | {"times": self.arrivals.get(id, 0)} for id, entry in self.received.items()]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: a sender that goes away, or does not trust us, is the sender's affair."""

    def count(self) -> int:
        with self.lock:
            self.requests += 1
            return self.requests


def answer_to(asked: dict[str, Any], held: dict[Any, dict[str, Any]]) -> str:
    """What a receiver says to a reconciliation: its own count and digest of the range, and what it lacks."""
    own = {sequence: one for sequence, one in held.items() if asked["from"] <= (sequence or 0) <= asked["to"]}
    lines = "".join(f"{sequence} {one['id']} {one['sha256']}\n" for sequence, one in sorted(own.items()))
    lacking = [sequence for sequence in asked["sequences"] if sequence not in own]
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return json.dumps({"count": len(own), "digest": digest, "missing": lacking[:40]})


class Receiver(BaseHTTPRequestHandler):
    """One connection of the sender."""

    server: Sink
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body leave in one packet

    def do_POST(self) -> None:
        sink, manners = self.server, self.server.manners
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = sink.count()
        if manners.location:
            return self.answer(307, {}, {"Location": manners.location})
        if number <= manners.fail:
            wait = {"Retry-After": str(manners.retry_after)} if manners.retry_after else {}
            return self.answer(manners.status, {"error": "故障演练"}, wait)
        try:
            sink.webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            with sink.lock:
                sink.rejected += 1
            return self.answer(401, {"error": "签名不符"})
        id = self.headers["webhook-id"]
        entry, new = sink.keep(id, self.headers.get("X-Topic", ""), body)
        if new and manners.hang:
            time.sleep(manners.hang)
            self.close_connection = True
            return None
        time.sleep(manners.late)
        if manners.rubbish:
            return self.answer(200, "<html>登录</html>")
        self.answer(200, sink.receipt_for(entry))
        if new and sink.on_new is not None:
            sink.on_new(entry)
        return None

    def do_GET(self) -> None:
        if self.path == "/received":
            return self.answer(200, self.server.listed())
        return self.answer(404, {"error": "只有 /received"})

    def answer(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        text = data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode()
        for _ in range(2 if self.server.manners.twice and self.command == "POST" else 1):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what was received is in the store."""
