"""Which answers confirm, which pass, which are final? Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.exchange.backoff import pause
from approvals.exchange.models import Failure
from approvals.exchange.verdict import judge, receipt_in

ID = "5a3a2a5e-0000-4000-8000-000000000001"
AT = datetime(2022, 9, 30, 8, 0, tzinfo=UTC)


def verdict(status: int, text: bytes = b"", **headers: str):
    return judge(status=status, headers=headers, text=text, message=ID, milliseconds=1, at=AT)


def test_a_receipt_for_this_message_confirms():
    assert verdict(202, json.dumps({"id": ID, "receipt": "R-7"}).encode()).confirmed


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"ok",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 50_000,
        json.dumps({"id": ID}).encode(),
        json.dumps({"id": ID, "receipt": ""}).encode(),
        json.dumps({"id": ID, "receipt": 7}).encode(),
        json.dumps({"id": ID, "receipt": "x" * 501}).encode(),
        json.dumps({"id": ID, "receipt": "nul\x00"}).encode(),
        json.dumps({"id": ID, "receipt": "\ud800"}).encode(),
        json.dumps({"id": "another", "receipt": "R-7"}).encode(),
    ],
)
def test_anything_else_with_two_hundred_does_not(text):
    answer = verdict(200, text)
    assert (answer.failure, answer.permanent) == (Failure.NO_RECEIPT, False)


def test_of_a_receipt_only_the_known_fields_are_kept():
    text = json.dumps({"id": ID, "receipt": "R-7", "申请人": "谢某某", "received_at": "2022-09-30"}).encode()
    assert receipt_in(text, message=ID) == {"id": ID, "receipt": "R-7", "received_at": "2022-09-30"}


@pytest.mark.parametrize("status", [100, 408, 425, 429, 500, 502, 503, 504, 599])
def test_these_pass(status):
    assert not verdict(status).permanent
    assert verdict(status).says_unwell


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422])
def test_these_are_final(status):
    assert verdict(status).permanent


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("Fri, 30 Sep 2022 08:02:00 GMT", 120),
        ("Fri, 30 Sep 2022 07:00:00 GMT", 0),
        ("9999999999999", 6 * 3600),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(asked, seconds):
    assert verdict(429, **{"Retry-After": asked}).retry_after == seconds


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_a_pause_grows_with_the_failures_and_never_passes_its_cap(failures, chance):
    seconds = pause(failures, base=5, cap=600, chance=chance).total_seconds()
    full = min(600, 5 * 2 ** min(failures - 1, 40))
    assert full / 2 <= seconds <= full
