"""What does a supervision unit's own system look like to us? A small receiver on a real socket, for demos and tests.

It checks the signature, keeps what it has received in a file (one JSON line a message, fsynced before it answers),
knows a message again by its id, and answers with a receipt. It can be told to misbehave in the ways real receivers do.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from approvals.exchange.counterpart import Desk, Keeper, entry_of
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


class Sink(Keeper):
    """The receiver. `arrivals` counts deliveries by message id, repeats included; `received` has each message once."""

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
        self.manners, self.on_new, self.private_key = manners, on_new, private_key
        self.forgotten: set[str] = set()
        self.requests = 0
        self.rejected = 0
        super().__init__(Receiver, secret=secret, store=store, port=port)

    def take(self, id: str, topic: str, text: bytes) -> tuple[dict[str, Any], bool]:
        """The stored entry of a message, and whether it is new; on disk before it is answered."""
        entry = entry_of(id, topic, text)
        with self.lock:
            if known := self.seen(id):
                return known, False
            if len(self.forgotten) < self.manners.forget and topic.startswith("push."):
                self.forgotten.add(id)
                return entry, True
            self.keep(entry)
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


class Receiver(Desk):
    server: Sink

    def post(self, text: bytes) -> None:
        sink, manners = self.server, self.server.manners
        number, self.times = sink.count(), 2 if manners.twice else 1
        if manners.location:
            return self.answer(307, {}, {"Location": manners.location})
        if number <= manners.fail:
            wait = {"Retry-After": str(manners.retry_after)} if manners.retry_after else {}
            return self.answer(manners.status, {"error": "故障演练"}, wait)
        if not self.genuine(text):
            with sink.lock:
                sink.rejected += 1
            return self.answer(401, {"error": "签名不符"})
        id = self.headers["webhook-id"]
        entry, new = sink.take(id, self.headers.get("X-Topic", ""), text)
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

    def get(self) -> None:
        if self.path == "/received":
            return self.answer(200, self.server.listed())
        return self.answer(404, {"error": "只有 /received"})
