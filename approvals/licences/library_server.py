"""What does the city's licence library look like to us? A small one on a real socket, for demos and tests.

It checks the signature, keeps each message once (fsynced before it answers), takes the messages of a licence in order
only (one that comes too early is asked to come again), and answers a reconciliation with its own count and digest.
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

from approvals.exchange.proof import signed
from approvals.licences.library import digest_of


class Library(ThreadingHTTPServer):
    """The library. `received` has each message once by its id, `arrivals` counts deliveries, repeats included."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, secret: str, store: Path, port: int = 0, fail: int = 0, lose: int = 0) -> None:
        self.secret, self.webhook, self.store = secret, Webhook(secret), store
        self.fail, self.lose = fail, lose  # so many requests answered with 503; so many messages receipted, then lost
        self.lock = threading.Lock()
        self.arrivals: dict[str, int] = {}
        self.received: dict[str, dict[str, Any]] = {}
        if store.exists():
            for line in store.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.received[entry["id"]] = entry
        super().__init__(("127.0.0.1", port), Desk)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def take(self, id: str, topic: str, text: bytes) -> dict[str, Any] | None:
        """The stored entry of a message; None where one of its licence must come first."""
        body = json.loads(text)
        with self.lock:
            self.arrivals[id] = self.arrivals.get(id, 0) + 1
            if id in self.received:
                return self.received[id]
            if topic != "licence.reconcile" and body["sequence"] != self._last(body["licence"]) + 1:
                return None
            entry = {
                "id": id,
                "receipt": uuid.uuid4().hex,
                "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "topic": topic,
                "sha256": hashlib.sha256(text).hexdigest(),
                "body": body,
            }
            if topic == "licence.reconcile":
                entry["answer"] = json.dumps(self._held(body["day"]))
            elif self.lose:
                self.lose -= 1
                entry["lost"] = True
            with self.store.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self.received[id] = entry
            return entry

    def _last(self, licence: str) -> int:
        of_licence = (
            one["body"]["sequence"] for one in self.received.values() if one["body"].get("licence") == licence
        )
        return max(of_licence, default=0)

    def _held(self, day: str) -> dict[str, Any]:
        lines = [
            (one["body"]["licence"], one["body"]["sequence"], one["body"]["digest"])
            for one in self.received.values()
            if one["topic"] != "licence.reconcile" and one["body"]["day"] == day and not one.get("lost")
        ]
        return {"count": len(lines), "digest": digest_of(lines)}

    def receipt_for(self, entry: dict[str, Any]) -> dict[str, str]:
        receipt = {name: entry[name] for name in ("id", "receipt", "received_at")}
        receipt["signature"] = signed(receipt, body_sha256=entry["sha256"], secret=self.secret)
        if "answer" in entry:
            receipt["answer"] = entry["answer"]
        return receipt

    def licences(self) -> list[dict[str, Any]]:
        """Every licence as the last message left it."""
        with self.lock:
            last = {one["body"]["licence"]: one["body"] for one in self.received.values() if "licence" in one["body"]}
        return list(last.values())


class Desk(BaseHTTPRequestHandler):
    """One connection of the platform."""

    server: Library
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body leave in one packet

    def do_POST(self) -> None:
        library = self.server
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if library.fail > 0:
            library.fail -= 1
            return self.answer(503, {"error": "维护中"})
        try:
            library.webhook.verify(text, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(401, {"error": "签名不符"})
        entry = library.take(self.headers["webhook-id"], self.headers.get("X-Topic", ""), text)
        if entry is None:
            return self.answer(425, {"error": "前一条还没有到"})
        return self.answer(200, library.receipt_for(entry))

    def do_GET(self) -> None:
        if self.path == "/licences":
            return self.answer(200, self.server.licences())
        return self.answer(404, {"error": "只有 /licences"})

    def answer(self, status: int, data: Any) -> None:
        text = json.dumps(data, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what was received is in the store."""
