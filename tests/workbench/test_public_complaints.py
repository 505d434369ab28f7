"""Does what somebody writes reach the coordinator, once, and nobody else?"""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from stdnum import luhn

from approvals.cases.access import NotPermitted
from approvals.organisations.access import Actor
from approvals.organisations.models import Role, User
from approvals.workbench.public.complaints import AlreadyAnswered, answer, complaints_for
from approvals.workbench.public.models import Complaint
from tests.factories import moment, received
from tests.people import somebody, xie

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

TEXT = "十一月三日在于都县综合窗口等了两个小时没有叫号。"
YUDU = "360731"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def coordinator(region: str) -> Actor:
    return somebody(f"{region}-SPJ", Role.COORDINATOR)


def sat(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user), backend="approvals.organisations.rights.PostsInForce")
    session = client.session
    session["post"] = actor.post
    session.save()
    return client


def write(client: Client | None = None, **given):
    values = {"key": str(uuid4()), "kind": "COMPLAINT", "text": TEXT} | given
    return (client or Client()).post("/public/complaint/", values)


def filed(**given) -> Complaint:
    response = write(**given)
    assert response.status_code == 302
    return Complaint.objects.get(key=response.url.strip("/").split("/")[-1])


def test_who_writes_gets_a_number_and_the_coordinator_of_the_region_hears_it():
    one = filed(region=YUDU, name="王芳", mobile="13912345678")
    shown = Client().get(f"/public/complaint/{one.key}/").content.decode()
    assert one.number in shown
    assert TEXT not in shown
    assert one in complaints_for(coordinator(YUDU))
    assert one in complaints_for(coordinator("360700"))
    assert one not in complaints_for(coordinator("360702"))


def test_without_a_region_it_is_the_citys_or_that_of_the_case_named():
    assert filed().region_id is None
    story = received("3-38", YUDU, moment(timezone.localdate()))
    assert filed(case_number=story.case.number).region_id == YUDU


def test_who_writes_learns_nothing_of_whether_the_case_is_there():
    story = received("3-38", YUDU, moment(timezone.localdate()))
    told = []
    never_given = "36073199123100001"
    for number in (story.case.number, f"GZ{never_given}{luhn.calc_check_digit(never_given)}"):
        one = filed(case_number=number)
        page = Client().get(f"/public/complaint/{one.key}/").content.decode()
        told.append(re.search("<dt>交给</dt><dd>(.*?)</dd>", page)[1])
    assert told == ["办件所在地区的审批协调员，市协调员同时看到"] * 2
    assert "于都县审批协调员" in Client().get(f"/public/complaint/{filed(region=YUDU).key}/").content.decode()


def test_only_coordinators_hear_complaints():
    one = filed(region=YUDU)
    with pytest.raises(NotPermitted):
        complaints_for(xie())
    assert sat(xie()).get("/complaints/").status_code == 403
    assert sat(xie()).get(f"/complaints/{one.number}/").status_code == 403
    assert Client().get("/complaints/").status_code == 302


def test_another_county_does_not_find_it():
    one = filed(region=YUDU)
    assert sat(coordinator("360702")).get(f"/complaints/{one.number}/").status_code == 404
    assert sat(coordinator(YUDU)).get(f"/complaints/{one.number}/").status_code == 200


def test_pressing_twice_keeps_one():
    key = str(uuid4())
    first, second = write(key=key), write(key=key)
    assert first.url == second.url
    assert Complaint.objects.filter(key=key).count() == 1


def test_words_name_and_telephone_lie_encrypted_in_the_database():
    one = filed(name="王芳", mobile="13912345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, name, mobile FROM workbench_complaint WHERE number = %s", [one.number])
        stored = "".join(cursor.fetchone())
    for secret in (TEXT, "王芳", "13912345678"):
        assert secret not in stored


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": "短"}, "太短，至少写 10 个字，说清什么事。"),
        ({"text": ""}, "写明什么事、什么时候、在哪个窗口。"),
        ({"text": "长" * 1001}, "最多 1000 个字，删去一些再交。"),
        ({"kind": "PRAISE"}, "选咨询、投诉或建议。"),
        ({"region": "999999"}, "没有这个地区，从列表里重新选。"),
        ({"mobile": "1391234567"}, "少 1 位，手机号应为 11 位。"),
        ({"case_number": "GZ360731261116000010"}, "校验位不对，对照收件凭证重输。"),
        ({"key": "x"}, "页面不完整，重新打开再填。"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(given, sentence):
    before = Complaint.objects.count()
    response = write(name="<b>王芳</b>", **given)
    shown = response.content.decode()
    assert response.status_code == 422
    assert sentence in shown
    assert "&lt;b&gt;王芳&lt;/b&gt;" in shown
    assert Complaint.objects.count() == before


def test_one_address_cannot_flood_the_coordinators(settings):
    settings.COMPLAINTS_PER_ADDRESS = 2
    assert [write().status_code for _ in range(3)] == [302, 302, 429]
    refused = write()
    assert "没有收下" in refused.content.decode()
    assert TEXT in refused.content.decode()


def test_the_answer_is_read_by_who_wrote_and_given_once():
    one = filed(region=YUDU)
    desk = sat(coordinator(YUDU))
    assert desk.post(f"/complaints/{one.number}/", {"answer": ""}).status_code == 422
    assert desk.post(f"/complaints/{one.number}/", {"answer": "已核实，窗口已增开。"}).status_code == 302
    assert "已核实，窗口已增开。" in Client().get(f"/public/complaint/{one.key}/").content.decode()
    with pytest.raises(AlreadyAnswered):
        answer(number=one.number, actor=coordinator("360700"), text="再答一次", at=timezone.now())


def test_name_and_telephone_are_masked_until_asked_for():
    one = filed(region=YUDU, name="王芳芳", mobile="13912345678")
    desk = sat(coordinator(YUDU))
    address = f"/complaints/{one.number}/"
    shown = desk.get(address).content.decode()
    assert "139****5678" in shown
    assert "13912345678" not in shown
    assert "王芳芳" not in shown
    assert "13912345678" in desk.post(address, {"reveal": "1"}).content.decode()


def test_a_guessed_address_of_a_complaint_does_not_exist():
    assert Client().get(f"/public/complaint/{uuid4()}/").status_code == 404


def test_what_was_written_is_text_on_the_coordinators_page():
    one = filed(region=YUDU, text="<script>alert(1)</script> 窗口态度不好")
    shown = sat(coordinator(YUDU)).get(f"/complaints/{one.number}/").content.decode()
    assert "<script>alert(1)" not in shown
