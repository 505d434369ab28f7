"""What does the city's licence library look like to us? A small one on a real socket, for demos and tests.

It checks the signature, keeps each message once (fsynced before it answers), takes the messages of a licence in order
only (one that comes too early is asked to come again), and answers a reconciliation with its own count and digest.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from approvals.exchange.counterpart import Desk, Keeper, entry_of
from approvals.exchange.proof import signed
from approvals.licences.library import digest_of


class Library(Keeper):
    """The library. `received` has each message once by its id, `arrivals` counts deliveries, repeats included."""

    def __init__(self, *, secret: str, store: Path, port: int = 0, fail: int = 0, lose: int = 0) -> None:
        self.fail, self.lose = fail, lose  # so many requests answered with 503; so many messages receipted, then lost
        super().__init__(LibraryDesk, secret=secret, store=store, port=port)

    def take(self, id: str, topic: str, text: bytes) -> dict[str, Any] | None:
        """The stored entry of a message; None where one of its licence must come first."""
        entry = entry_of(id, topic, text)
        body = entry["body"]
        with self.lock:
            if known := self.seen(id):
                return known
            if topic != "licence.reconcile" and body["sequence"] != self._last(body["licence"]) + 1:
                return None
            if topic == "licence.reconcile":
                entry["answer"] = json.dumps(self._held(body["day"]))
            elif self.lose:
                self.lose -= 1
                entry["lost"] = True
            self.keep(entry)
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


class LibraryDesk(Desk):
    server: Library

    def post(self, text: bytes) -> None:
        library = self.server
        if library.fail > 0:
            library.fail -= 1
            return self.answer(503, {"error": "维护中"})
        if not self.genuine(text):
            return self.answer(401, {"error": "签名不符"})
        entry = library.take(self.headers["webhook-id"], self.headers.get("X-Topic", ""), text)
        if entry is None:
            return self.answer(425, {"error": "前一条还没有到"})
        return self.answer(200, library.receipt_for(entry))

    def get(self) -> None:
        if self.path == "/licences":
            return self.answer(200, self.server.licences())
        return self.answer(404, {"error": "只有 /licences"})
