"""Does the result reach the applicant by mail or online, and does everybody see where it is and whose turn it is?"""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.cases import letters, posting, serving
from approvals.cases.access import NotPermitted
from approvals.cases.bundle import data_of
from approvals.cases.carrier_server import Carrier
from approvals.cases.custody import OriginalsNeeded, hand_over, originals_of, overdue, send_back, under_way
from approvals.cases.delivery import DispatchClosed, DispatchNotFound, note_by_hand
from approvals.cases.models import DeliveryWish, Dispatch, EventText, Form, Service
from approvals.cases.needs import Incomplete
from approvals.cases.registration import register
from approvals.cases.words import Action, State
from approvals.documents.models import Letter, StoredFile
from approvals.errors import Invalid
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Endpoint, Message, new_secret
from approvals.notices.models import Notice
from approvals.workbench import views_delivery
from tests.factories import Story, application, driven, later, moment, received
from tests.people import clerk_of
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
YUDU = "360731"
ADDRESS = {"recipient": "刘敏", "phone": "13900007731", "address": "贡江镇长征大道 118 号"}


@pytest.fixture
def story() -> Story:
    return driven("2-30", YUDU, moment("2026-03-02"), to=State.SEALED)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    secret = new_secret()
    with Carrier(secret=secret, told=["COLLECTED", "SIGNED"]) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        Endpoint.objects.create(
            code="mail-carrier", name="邮政", transport="HTTP", url=server.url, secret=secret, allow_private=True
        )
        yield server
        server.shutdown()


def sweep(at) -> None:
    deliver(clock=lambda: at)
    serving.hear(at=at)
    serving.serve_signed(at=at)


def owe_letters(story: Story) -> None:
    while enrol():
        pass
    while letters.follow_cases(at=story.at):
        pass


def test_mail_is_ordered_tracked_and_its_signature_serves_the_case(story: Story, carrier: Carrier) -> None:
    story.do(clerk_of(YUDU), Action.DISPATCH, way="MAIL", **ADDRESS)
    mail = Dispatch.objects.get(case=story.case)
    assert (mail.standing, mail.tracking) == ("ORDERED", "")
    sweep(story.at)
    mail.refresh_from_db()
    assert (mail.standing, mail.tracking) == ("SENT", "EZ000000001CN")
    assert carrier.orders[f"mail {mail.pk}"]["to"]["address"] == ADDRESS["address"]

    now = timezone.now()
    for turn in range(1, 3):  # asked again only after CARRIER_TRACK_HOURS
        asked_at = now + timedelta(hours=5 * turn)
        assert (posting.inquire(at=asked_at), posting.inquire(at=asked_at)) == (1, 0)
        sweep(asked_at)
    assert list(mail.postal_events.values_list("code", "by_carrier")) == [("COLLECTED", True), ("SIGNED", True)]
    story.refresh()
    assert story.state == State.DELIVERED
    service = Service.objects.get(case=story.case)
    assert (service.way, service.receipt) == ("MAIL", "EMS（演示） EZ000000001CN，收件人签收")
    assert story.events()[-1] == "DELIVER"
    owe_letters(story)
    made = Letter.objects.get(subject=story.case.number, kind="SERVICE_RECORD")
    assert made.content["place"] == "申请人指定的收件地址"
    kept = [json.loads(one.text) for one in EventText.objects.filter(case=story.case)]
    assert not any(set(ADDRESS) & set(said) for said in kept)
    bundled = json.dumps([data_of(story.case, identities=False), kept], ensure_ascii=False)
    assert ADDRESS["address"] not in bundled
    assert ADDRESS["phone"] not in bundled
    assert not any("recipient" in row for row in data_of(story.case, identities=False)["dispatch"])
    assert posting.inquire(at=now + timedelta(days=9)) == 0


def test_mail_that_comes_back_is_the_windows_again_and_the_applicant_confirms_online(story: Story, client) -> None:
    clerk = clerk_of(YUDU)
    with pytest.raises(Incomplete, match="填写运单号"):
        story.do(clerk, Action.DISPATCH, way="MAIL", **ADDRESS)
    story.do(clerk, Action.DISPATCH, way="MAIL", carrier="EMS", tracking="EZ1CN", **ADDRESS)
    mail = Dispatch.objects.get(case=story.case)
    words = {"dispatch": mail.pk, "case": story.case, "at": story.at, "happened_at": story.at, "place": "", "note": ""}
    with pytest.raises(NotPermitted):
        note_by_hand(actor=clerk_of("360732"), code="SIGNED", **words)
    with pytest.raises(DispatchNotFound):
        note_by_hand(actor=clerk, code="SIGNED", **words | {"dispatch": mail.pk + 1})
    note_by_hand(actor=clerk, code="UNDELIVERABLE", **words)
    with pytest.raises(DispatchClosed):
        note_by_hand(actor=clerk, code="SIGNED", **words)
    assert Notice.objects.filter(user=clerk.user, kind="mail").exists()
    assert list(serving.stuck(clerk, at=story.at)) == [mail]

    story.do(clerk, Action.DISPATCH, way="ELECTRONIC", agreed=True)
    assert not serving.stuck(clerk, at=story.at).exists()
    typed = {"number": story.case.number, "code": Form.objects.get(pk=story.case.pk).query_code}
    assert client.post("/public/progress/confirm/", typed | {"code": "22222222"}).status_code == 404
    page = client.post("/public/progress/confirm/", typed).content.decode()
    assert "正在制作" in page
    assert story.refresh().state == State.SEALED

    owe_letters(story)
    file = StoredFile.objects.create(digest="0" * 64, size=1, content_type="application/pdf", extension="pdf", path="0")
    made = Letter.objects.get(subject=story.case.number, kind="GRANT")
    licence = Letter.objects.get(subject=story.case.number, kind="LICENCE")
    for of_grant, of_licence in (("FAILED", "MADE"), ("VOID", "MADE"), ("MADE", "DUE")):
        Letter.objects.filter(pk=made.pk).update(state=of_grant, file=file)
        Letter.objects.filter(pk=licence.pk).update(state=of_licence, file=file)
        assert "正在制作" in client.post("/public/progress/confirm/", typed).content.decode()
        with pytest.raises(Incomplete, match="正在制作"):
            serving.acknowledge(case=story.case, at=story.at)
    Letter.objects.filter(pk=licence.pk).update(state="MADE")
    page = client.post("/public/progress/confirm/", typed).content.decode()
    assert "已确认收到" in page
    assert f"/public/progress/papers/{made.pk}/" in page
    assert story.refresh().state == State.DELIVERED
    assert Service.objects.get(case=story.case).confirmed_at is not None
    assert client.post("/public/progress/confirm/", typed).status_code == 200


def test_an_address_is_asked_for_at_the_window_and_originals_go_back_free_of_charge(story: Story) -> None:
    clerk, case = clerk_of(YUDU), story.case
    with pytest.raises(Invalid) as refused:
        register(actor=clerk, at=story.at, given=application("2-30", YUDU, delivery={"way": "MAIL"}))
    assert set(refused.value.errors) == {f"delivery.{name}" for name in ADDRESS}
    assert DeliveryWish.objects.get(pk=case.pk).way == "COUNTER"
    with pytest.raises(OriginalsNeeded):  # in the middle of a case they stay
        send_back(case=received("2-30", YUDU, story.at).case, actor=clerk, positions=[1], to=ADDRESS, at=story.at)

    back = send_back(case=case, actor=clerk, positions=[1], to=ADDRESS | {"tracking": "EZ2CN"}, at=story.at)
    assert [one.standing for one in originals_of(case)][:2] == ["MAILED_BACK", "HELD"]
    happened = {"happened_at": story.at, "place": "", "note": "本人签收", "at": story.at}
    note_by_hand(dispatch=back.pk, case=case, actor=clerk, code="SIGNED", **happened)
    assert next(one.words for one in originals_of(case)) == "已寄还申请人"
    assert serving.serve_signed(at=story.at) == 0

    to = case.snapshot.decide_organ.code
    with pytest.raises(Invalid, match="不能保存的字符"):
        hand_over(case=case, actor=clerk, taker=to, positions=[2], way="MAIL", tracking="EZ\x00", at=story.at)
    over = hand_over(case=case, actor=clerk, taker=to, positions=[2], way="HAND", at=story.at)
    assert not overdue(under_way(clerk), on=later(story.at, 3).date()).exists()
    assert list(overdue(under_way(clerk), on=later(story.at, 4).date())) == [over]


@pytest.mark.parametrize("unkeepable", ["\\u0000", "\\ud800"])
def test_an_answer_nobody_can_keep_moves_nothing_and_stops_no_other_mail(story: Story, unkeepable, monkeypatch) -> None:
    Endpoint.objects.create(code="mail-carrier", name="邮政", transport="HTTP", url="http://127.0.0.1:9/", secret="x")
    story.do(clerk_of(YUDU), Action.DISPATCH, way="MAIL", **ADDRESS)
    good = send_back(case=story.case, actor=clerk_of(YUDU), positions=[1], to=ADDRESS, at=story.at)
    bad = Dispatch.objects.exclude(pk=good.pk).get()
    for one, carrier in ((bad, f"E{unkeepable}"), (good, "EMS")):
        answer = {"answer": f'{{"carrier": "{carrier}", "tracking": "EZ7CN"}}'}
        seen = {"delivered_at": story.at, "confirmed_at": story.at}
        Message.objects.filter(pk=one.order_id).update(state="CONFIRMED", receipt=answer, **seen)
    assert serving.hear(at=story.at) == 1
    assert list(Dispatch.objects.order_by("pk").values_list("standing", "tracking")) == [
        ("ORDERED", ""),
        ("SENT", "EZ7CN"),
    ]

    Dispatch.objects.filter(pk=good.pk).update(standing="ORDERED")
    take = posting.ordered

    def fails_at_first(one: Dispatch) -> bool:
        if one.pk == bad.pk:
            raise ValueError
        return take(one)

    monkeypatch.setattr(posting, "ordered", fails_at_first)
    assert serving.hear(at=story.at) == 1


def test_what_the_window_notes_serves_that_case_only_and_the_desk_shows_what_is_stuck_first(story, monkeypatch) -> None:
    clerk, other = clerk_of(YUDU), driven("2-30", YUDU, moment("2026-03-02"), to=State.SEALED)
    other.do(clerk, Action.DISPATCH, way="MAIL", carrier="E" * 40, tracking="1" * 40, **ADDRESS)
    theirs = Dispatch.objects.get(case=other.case)
    said = {"happened_at": other.at, "at": other.at, "place": "", "note": "签" * 120}
    note_by_hand(dispatch=theirs.pk, case=other.case, actor=clerk, code="SIGNED", **said)
    back = send_back(case=story.case, actor=clerk, positions=[1], to=ADDRESS | {"tracking": "EZ3CN"}, at=story.at)
    send_back(case=story.case, actor=clerk, positions=[2], to=ADDRESS | {"tracking": "EZ4CN"}, at=story.at)
    story.do(clerk, Action.DISPATCH, way="MAIL", carrier="EMS", tracking="EZ5CN", **ADDRESS)
    mail = Dispatch.objects.get(case=story.case, content="RESULT")
    desk = at_desk(clerk)

    def note(one: Dispatch, **typed: str):
        return desk.post(reverse("postal-note", args=[story.case.number, one.pk]), typed, follow=True)

    assert note(mail, code="NOWHERE", note="退回").status_code == 422
    assert not mail.postal_events.exists()
    to = {**ADDRESS, "address": "", "tracking": "EZ6CN", "positions": "3"}
    assert desk.post(reverse("originals-back", args=[story.case.number]), to).status_code == 422
    assert "办结送达" not in note(back, code="SIGNED").content.decode()
    assert other.refresh().state == State.SEALED
    assert serving.serve_signed(at=other.at, case=other.case) == 1
    assert len(Service.objects.get(case=other.case).receipt) == 200

    note(mail, code="RETURNED")
    monkeypatch.setattr(views_delivery, "SHOWN", 1)
    page = desk.get(reverse("deliveries")).content.decode()
    assert ("EZ5CN" in page, "EZ4CN" in page) == (True, False)
    monkeypatch.setattr(views_delivery, "SHOWN", 200)
    assert "EZ4CN" in desk.get(reverse("deliveries")).content.decode()
    assert "EZ4CN" not in desk.get(reverse("deliveries") + "?stuck").content.decode()
