"""What does a carrier look like to us? A small one on a real socket, for demos and tests.

It checks the signature, keeps each order once, gives it a tracking number, and tells of the stations `told` names, one more
at each inquiry. The interface is described in docs/delivery.md; a real carrier answers the same two topics.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from approvals.exchange.counterpart import Counterpart, Desk

PLACES = {"COLLECTED": "寄件地揽投部", "IN_TRANSIT": "赣州邮件处理中心", "OUT": "收件地揽投部", "SIGNED": "收件地址"}


class Carrier(Counterpart):
    """The carrier. `orders` has each order by its mail, `told` the stations of every piece of mail in order."""

    def __init__(self, *, secret: str, port: int = 0, told: Sequence[str] = tuple(PLACES)) -> None:
        self.told = tuple(told)
        self.orders: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, str] = {}
        self.shown: dict[str, int] = {}
        super().__init__(Counter, secret=secret, port=port)

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


class Counter(Desk):
    server: Carrier

    def post(self, text: bytes) -> None:
        if not self.genuine(text):
            return self.answer(401, {"error": "签名不符"})
        answer = self.server.answer(self.headers.get("X-Topic", ""), json.loads(text))
        told = json.dumps(answer, ensure_ascii=False)
        receipt = {"id": self.headers["webhook-id"], "receipt": uuid.uuid4().hex, "answer": told}
        return self.answer(200, receipt)
