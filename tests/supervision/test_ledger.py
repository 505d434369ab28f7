"""Can anybody prove that every decided case was received? Receipts, reconciliation, replay, and an outside verifier."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from approvals.calendars.queries import current_calendar
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Endpoint, EndpointAct, Message
from approvals.exchange.operating import NothingToDo, NotOperator, pause, resume
from approvals.exchange.proof import new_pair
from approvals.notices.models import Notice
from approvals.organisations.models import Post, Role, SupervisionUnit, User
from approvals.supervision import ledger
from approvals.supervision.actions import open_push
from approvals.supervision.ledger import BROKEN, LATE, NOT_YET, RECEIVED
from approvals.supervision.models import Push, PushEvent, Reconciliation, UnitEndpoint
from approvals.supervision.nagging import COORDINATOR, HEAD, STAFF, audience, nag
from approvals.supervision.pulling import DigestDiffers, acknowledge
from approvals.supervision.receipts import note_receipts
from approvals.supervision.reconciling import digest_of, note_answers, reconcile
from approvals.supervision.replaying import replay
from approvals.supervision.words import PushState
from tests.factories import later, moment
from tests.people import wen, xie
from tests.supervision.conftest import (
    MONDAY,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    receives_at,
    supervisor,
    supervisor_of,
)

pytestmark = pytest.mark.django_db
FORESTRY = "360731-LY-J"
PRIVATE, PUBLIC = new_pair()


def line_of(case, *, on=date(2026, 3, 3)) -> ledger.Line:
    (found,) = ledger.lines(on=on, case=case.number)
    return found


def delivered(at) -> None:
    deliver(clock=lambda: at)
    note_receipts(at=at)


@pytest.fixture
def signing(receiver):
    """The unit's own system, which signs with a key of its own."""
    sink = receiver(private_key=PRIVATE)
    endpoint = receives_at(FORESTRY, sink.url)
    Endpoint.objects.filter(pk=endpoint.pk).update(receipts="OWN", receipt_key=PUBLIC)
    return sink


def test_a_decision_is_received_when_its_receipt_proves_it_and_late_when_its_day_has_passed():
    story = granted_and_pushed()
    assert line_of(story.case).state == NOT_YET
    assert line_of(story.case, on=date(2026, 3, 6)).state == LATE
    push = main_push(story.case)
    open_push(push=push.pk, actor=supervisor(push), at=story.at)
    line = line_of(story.case)
    assert (line.state, line.how, line.in_time) == (RECEIVED, "OPENED", True)


def test_the_first_lines_of_a_unit_leave_out_what_went_to_another_instead_of_counting_it():
    gone, kept = granted_and_pushed(), granted_and_pushed()
    Push.objects.filter(case=gone.case).update(state=PushState.REPLACED)
    unit = main_push(kept.case).unit.code
    (line,) = ledger.lines(on=date(2026, 3, 3), unit=unit, since=gone.day, most=1)
    assert line.case == kept.case.number


def test_what_does_not_fit_the_record_is_broken_however_the_row_looks(signing):
    story = granted_and_pushed()
    delivered(story.at)
    assert (line_of(story.case).state, line_of(story.case).how) == (RECEIVED, "OWN")
    message = main_push(story.case).message
    whole = dict(message.receipt)
    for changes, why in [
        ({"receipt": whole | {"id": "another"}}, "回执说的是另一条推送"),
        ({"receipt": whole | {"receipt": "forged"}}, "回执与留痕不符"),
        ({"receipt": whole, "body": "{}"}, "送出的内容与留痕不符"),
    ]:
        Message.objects.filter(pk=message.pk).update(**changes)
        line = line_of(story.case)
        assert (line.state, line.why) == (BROKEN, why)


def test_an_outside_verifier_agrees_and_finds_what_was_changed(signing, tmp_path):
    stories = [granted_and_pushed() for _ in range(3)]
    delivered(stories[0].at)
    opened = main_push(granted_and_pushed("2-30").case)
    total = ledger.summed(ledger.lines(on=date(2026, 3, 3)))
    export = tmp_path / "receipts.jsonl"
    call_command("export_receipts", out=export, on=date(2026, 3, 3), stdout=StringIO())

    def verified() -> tuple[int, dict]:
        told = subprocess.run(
            [sys.executable, "-I", settings.BASE_DIR / "docs" / "verify_receipts.py", str(export), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, json.loads(told.stdout)

    code, counts = verified()
    assert counts["findings"] == []
    names = ("decided", "received", "received_late", "late", "not_yet", "broken")
    assert {name: counts[name] for name in names} == {name: getattr(total, name) for name in names}
    assert (counts["signatures"]["v1a"], opened.confirmed_at, code) == (3, None, int(bool(counts["late"])))
    text = export.read_text(encoding="utf-8")
    receipt = main_push(stories[0].case).message.receipt
    export.write_text(text.replace(receipt["signature"], "v1a," + "A" * 86 + "=="), encoding="utf-8")
    assert any("回执与留痕不符" in finding for finding in verified()[1]["findings"])
    lines = [
        line for line in text.splitlines(keepends=True) if not ('"type": "push"' in line and receipt["id"] in line)
    ]
    export.write_text("".join(lines), encoding="utf-8")
    assert any("缺口" in finding for finding in verified()[1]["findings"])


def test_the_command_says_it_in_one_sentence_and_fails_where_something_is_late():
    story = granted_and_pushed()
    push = main_push(story.case)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_pushes", unit=push.unit.code, on=date(2026, 3, 9), stdout=out)
    assert "逾期未达" in out.getvalue()
    assert story.case.number in out.getvalue()
    open_push(push=push.pk, actor=supervisor(push), at=story.at)
    out = StringIO()
    call_command("verify_pushes", unit=push.unit.code, on=date(2026, 3, 9), json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["late"], told["broken"], told["open"]) == (0, 0, [])


# ---------------------------------------------------------------- 对账


def test_what_the_unit_lost_is_found_the_next_day_sent_again_and_then_agreed(receiver):
    sink = receiver(forget=1)
    receives_at(FORESTRY, sink.url)
    stories = [granted_and_pushed() for _ in range(3)]
    at = stories[-1].at
    delivered(at)
    assert len(sink.received) == 2
    assert reconcile(day=MONDAY.date(), at=later(MONDAY, 1)) == 1
    assert reconcile(day=MONDAY.date(), at=later(MONDAY, 1)) == 0
    at = later(MONDAY, 1)
    deliver(clock=lambda: at)
    note_answers(at=at)
    row = Reconciliation.objects.get(unit__code=FORESTRY)
    assert (row.state, row.count, row.their_count, row.repaired) == ("DIFFERS", 3, 2, 1)
    lost = Push.objects.get(unit__code=FORESTRY, unit_sequence=row.missing[0])
    assert lost.confirmed_at is None
    delivered(at)
    note_answers(at=at)
    deliver(clock=lambda: at)
    note_answers(at=at)
    row.refresh_from_db()
    assert (row.state, row.asked, row.their_count) == ("AGREED", 2, 3)
    told = PushEvent.objects.filter(push=lost).order_by("sequence").values_list("action", flat=True)
    assert list(told) == ["PUSHED", "CONFIRMED", "REPLAYED", "CONFIRMED"]
    assert line_of(lost.case).state == RECEIVED


def test_lasting_differences_keep_no_other_day_waiting_and_no_number_of_a_unit_stops_the_round(receiver):
    sink = receiver()
    receives_at(FORESTRY, sink.url)
    story = granted_and_pushed()
    delivered(story.at)
    endpoint = UnitEndpoint.objects.get(unit__code=FORESTRY).endpoint
    reconcile(day=MONDAY.date(), at=later(MONDAY, 1))
    row = Reconciliation.objects.get(unit__code=FORESTRY)
    answer = json.dumps({"count": 0, "digest": "", "missing": [10**20, -1, row.first]})
    at = later(MONDAY, 1)
    deliver(clock=lambda: at)
    Message.objects.filter(pk=row.message_id).update(receipt={"answer": answer})
    note_answers(at=later(MONDAY, 1))
    row.refresh_from_db()
    assert (row.state, row.missing) == ("DIFFERS", [row.first])
    lasting = {"endpoint": endpoint, "first": 1, "last": 1, "count": 1, "digest": "", "state": "DIFFERS"}
    Reconciliation.objects.bulk_create(
        Reconciliation(
            unit=row.unit, day=date(2025, 1, 1) + timedelta(n), asked=5, missing=[1], made_at=story.at, **lasting
        )
        for n in range(50)
    )
    delivered(later(MONDAY, 1))
    note_answers(at=later(MONDAY, 1))
    row.refresh_from_db()
    assert row.asked == 2


# ---------------------------------------------------------------- 暂停、恢复、重新投递


def test_an_operator_pauses_resumes_and_replays_and_each_act_stands_with_its_reason(receiver):
    sink = receiver()
    endpoint = receives_at(FORESTRY, sink.url)
    operator, code = coordinator_of("360700"), endpoint.code
    story = granted_and_pushed()
    pause(endpoint=code, actor=operator, at=story.at, reason="对方系统升级")
    delivered(story.at)
    assert sink.arrivals == {}
    with pytest.raises(NothingToDo):
        pause(endpoint=code, actor=operator, at=story.at, reason="再停一次")
    with pytest.raises(NotOperator):
        resume(endpoint=code, actor=coordinator_of(YUDU), at=story.at, reason="县里来恢复")
    resume(endpoint=code, actor=operator, at=story.at, reason="升级完成")
    delivered(story.at)
    assert replay(endpoint=code, actor=operator, at=story.at, reason="对方恢复了旧备份") == 1
    delivered(story.at)
    assert list(sink.arrivals.values()) == [2]
    assert len(sink.received) == 1
    clerk = User.objects.get(pk=xie().user).username
    named = User.objects.get(pk=operator.user).username
    with pytest.raises(CommandError):
        call_command("operate_endpoint", "pause", code, by=clerk, reason="窗口来停")
    call_command("operate_endpoint", "pause", code, by=named, reason="夜间检修", stdout=StringIO())
    acts = EndpointAct.objects.filter(endpoint=endpoint).order_by("sequence")
    assert [(act.action, act.count) for act in acts] == [
        ("PAUSE", 0),
        ("RESUME", 0),
        ("REPLAY", 1),
        ("PAUSE", 0),
    ]
    assert [act.previous for act in acts][1:] == [act.digest for act in acts][:-1]
    assert line_of(story.case).state == RECEIVED


# ---------------------------------------------------------------- 来取


def test_a_unit_that_pulls_acknowledges_by_number_and_by_the_digest_of_what_it_took():
    unit = SupervisionUnit.objects.get(code=FORESTRY)
    pulls = Endpoint.objects.create(code="pull", name="来取", transport="PULL")
    UnitEndpoint.objects.create(unit=unit, endpoint=pulls)
    first, second = granted_and_pushed(), granted_and_pushed()
    actor = supervisor_of(FORESTRY)
    pushes = [main_push(first.case), main_push(second.case)]
    told = {"actor": actor, "at": second.at, "up_to": 2, "receipt": "B-1"}
    with pytest.raises(DigestDiffers):
        acknowledge(**told, digest=digest_of(pushes[:1]))
    assert acknowledge(**told, digest=digest_of(pushes)) == 2
    assert acknowledge(**told, digest=digest_of(pushes)) == 0
    assert line_of(first.case).state == line_of(second.case).state == RECEIVED


# ---------------------------------------------------------------- 催办


def test_reminders_climb_from_the_staff_to_the_head_to_the_coordinator_and_rest_on_days_off():
    story = granted_and_pushed(at=moment("2026-02-25"))  # claim by Monday 2 March; Saturday 28 February is worked
    push = main_push(story.case)
    from_calendar = {"before": 1, "head_after": 2, "coordinator_after": 5}

    def heard(day: str) -> tuple[str, ...]:
        return audience(current_calendar(), due_on=date(2026, 3, 2), on=date.fromisoformat(day), **from_calendar)

    assert heard("2026-02-27") == ()
    assert heard("2026-02-28") == heard("2026-03-02") == heard("2026-03-03") == (STAFF,)
    assert heard("2026-03-04") == (STAFF, HEAD)
    assert heard("2026-03-08") == ()
    assert heard("2026-03-09") == (STAFF, HEAD, COORDINATOR)
    Push.objects.filter(pk=push.pk).update(claim_due_on=date(2026, 3, 2))
    for at in (moment("2026-03-09", 9), moment("2026-03-09", 10)):
        nag(at=at)
    assert PushEvent.objects.filter(push=push, action="REMINDED").count() == 1
    key = f"claim-{push.pk}-2026-03-09"
    heard_of = set(Notice.objects.filter(key=key).values_list("user", flat=True))
    assert {supervisor_of(push.unit.code).user, coordinator_of(YUDU).user} <= heard_of


def test_the_staff_is_reminded_from_the_first_day_late_the_head_of_its_organ_from_the_second():
    push = main_push(granted_and_pushed().case)
    head = Post.objects.create(
        user_id=wen().user, organ_id=push.unit.organ_id, role=Role.DECIDER, valid_from=date(2026, 1, 1)
    )
    coordinator = coordinator_of(YUDU).user

    def reminded(days: int) -> set[int]:
        at = later(moment(push.claim_due_on), days)
        nag(at=at)
        return set(Notice.objects.filter(key=f"claim-{push.pk}-{at.date()}").values_list("user", flat=True))

    assert reminded(0) == reminded(1) == {supervisor(push).user}
    assert reminded(2) == reminded(4) == {supervisor(push).user, head.user_id}
    assert reminded(5) == {supervisor(push).user, head.user_id, coordinator}
