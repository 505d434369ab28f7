"""Does a receipt prove that the receiver itself has exactly this text? Pure, and once over a real socket."""

from __future__ import annotations

import pytest

from approvals.exchange.delivery import deliver
from approvals.exchange.models import Failure, new_secret
from approvals.exchange.proof import OWN, SHARED, Asked, digest_of, holds, new_pair, signed
from tests.exchange.conftest import endpoint_to, write

SECRET = new_secret()
PRIVATE, PUBLIC = new_pair()
RECEIPT = {"id": "7", "receipt": "R-7", "received_at": "2026-03-02T10:00:00+08:00"}
BODY = digest_of('{"办件": "演示"}')


def test_what_was_signed_holds_and_every_other_text_receipt_or_key_does_not():
    for asked, made in [
        (Asked(SHARED, SECRET), {"secret": SECRET}),
        (Asked(OWN, PUBLIC), {"private_key": PRIVATE}),
    ]:
        receipt = RECEIPT | {"signature": signed(RECEIPT, body_sha256=BODY, **made)}
        assert holds(receipt, body_sha256=BODY, asked=asked)
        assert not holds(receipt, body_sha256=digest_of("{}"), asked=asked)
        assert not holds(receipt | {"receipt": "R-8"}, body_sha256=BODY, asked=asked)
        assert not holds(receipt, body_sha256=BODY, asked=Asked(asked.version, new_pair()[1]))
        assert not holds(RECEIPT, body_sha256=BODY, asked=asked)


def test_a_signature_of_the_wrong_kind_does_not_count():
    shared = RECEIPT | {"signature": signed(RECEIPT, body_sha256=BODY, secret=SECRET)}
    assert not holds(shared, body_sha256=BODY, asked=Asked(OWN, PUBLIC))
    assert not holds(shared | {"signature": "v1,%%"}, body_sha256=BODY, asked=Asked(SHARED, SECRET))


@pytest.mark.django_db
def test_over_the_wire_only_the_receivers_own_signature_confirms(receiver, clock):
    good = endpoint_to(receiver(private_key=PRIVATE).url, code="good", receipts="OWN", receipt_key=PUBLIC)
    forged = endpoint_to(receiver(forge=True).url, code="forged", receipts="SHARED")
    told, refused = write(good, at=clock()), write(forged, at=clock())
    assert deliver(clock=clock) == 1
    told.refresh_from_db()
    refused.refresh_from_db()
    assert (told.state, told.receipt["key"]) == ("CONFIRMED", PUBLIC)
    assert told.receipt["body_sha256"] == digest_of(told.body)
    assert refused.state == "WAITING"
    assert refused.tries.get().failure == Failure.BAD_SIGNATURE
