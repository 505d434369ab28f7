"""What does a carrier look like to us? A small one on a real socket, for demos and tests.

It checks the signature, keeps each order once, gives it a tracking number, and tells of the stations `told` names, one more
at each inquiry. The interface is described in docs/delivery.md; a real carrier answers the same two topics.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

PLACES = {"COLLECTED": "寄件地揽投部", "IN_TRANSIT": "赣州邮件处理中心", "OUT": "收件地揽投部", "SIGNED": "收件地址"}


class Carrier(ThreadingHTTPServer):
    """The carrier. `orders` has each order by its mail, `told` the stations of every piece of mail in order."""

    daemon_threads = True

    def __init__(self, *, secret: str, port: int = 0, told: Sequence[str] = tuple(PLACES)) -> None:
        self.webhook, self.told, self.lock = Webhook(secret), tuple(told), threading.Lock()
        self.orders: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, str] = {}
        self.shown: dict[str, int] = {}
        super().__init__(("127.0.0.1", port), Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def answer(self, topic: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to an order or an inquiry; the same order gets the same number again."""
        mail, now = body["mail"], datetime.now(UTC).isoformat(timespec="seconds")
        with self.lock:
            if topic == "mail.order":
                self.orders.setdefault(mail, body)
                number = self.numbers.setdefault(mail, f"EZ{len(self.numbers) + 1:09d}CN")
                return {"carrier": "EMS（演示）", "tracking": number}
            shown = self.shown[mail] = min(self.shown.get(mail, 0) + 1, len(self.told))
        events = [
            {"n": n, "code": code, "at": now, "place": PLACES.get(code, ""), "note": ""}
            for n, code in enumerate(self.told[:shown], 1)
        ]
        return {"events": [one for one in events if one["n"] > body["after"]]}


class Counter(BaseHTTPRequestHandler):
    """One connection of the platform."""

    server: Carrier
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and body leave in one packet

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.server.webhook.verify(text, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.reply(401, {"error": "签名不符"})
        answer = self.server.answer(self.headers.get("X-Topic", ""), json.loads(text))
        told = json.dumps(answer, ensure_ascii=False)
        receipt = {"id": self.headers["webhook-id"], "receipt": uuid.uuid4().hex, "answer": told}
        return self.reply(200, receipt)

    def reply(self, status: int, data: Any) -> None:
        text = json.dumps(data, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what was ordered is in `orders`."""
