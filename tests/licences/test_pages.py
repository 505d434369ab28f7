"""What do the staff, the window and everybody see of a licence?"""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from approvals.cases.actions import perform
from approvals.cases.licensing import WrongLicence
from approvals.cases.models import Case, ReusedLicence
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from approvals.catalogue.models import Edition
from approvals.licences import queries
from approvals.licences.models import Holder, Licence, TypeItem
from approvals.licences.warnings import warn
from approvals.notices.models import Notice
from approvals.organisations.models import Post, Role, User
from tests.factories import USCC, Story, all_papers, filled, moment, received
from tests.licences.conftest import CHANGE, asked, granted, ordered, proceeding
from tests.people import somebody, xie, zeng, zhong
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def licence() -> Licence:
    return granted()


@pytest.mark.parametrize("asked_for", ["食药监械经营许", USCC, "康泽"])
def test_a_licence_is_found_by_number_holder_or_credit_code(licence: Licence, asked_for: str) -> None:
    shown = signed_in("zhongqiuping").get("/licences/", {"q": asked_for}).content.decode()
    assert licence.number in shown


def test_a_search_for_something_else_says_so(licence: Licence) -> None:
    desk = signed_in("zhongqiuping")
    for query in ({"q": "没有这个"}, {"status": "REVOKED"}, {"days": "30"}, {"type": "mining"}):
        assert "没有符合的证照" in desk.get("/licences/", query).content.decode()


def test_a_coordinator_of_some_items_sees_the_licences_of_those_only(licence: Licence) -> None:
    for organ in ("360700-SPJ", "360731-SPJ"):
        coordinator = somebody(organ, Role.COORDINATOR)
        for items, status in (([], 200), ([licence.item], 200), (["1-7"], 404)):
            Post.objects.filter(pk=coordinator.post).update(item_scope=items)
            desk = at_desk(coordinator)
            assert desk.get(f"/licences/{licence.pk}/").status_code == status
            assert (licence.number in desk.get("/licences/").content.decode()) == (status == 200)


def test_another_countys_window_finds_no_trace_of_it(licence: Licence) -> None:
    stranger = signed_in("huangli")
    assert licence.number not in stranger.get("/licences/").content.decode()
    assert stranger.get(f"/licences/{licence.pk}/").status_code == 404


def test_the_page_shows_the_paper_and_its_life_and_leads_to_a_proceeding(licence: Licence) -> None:
    desk = signed_in("zhongqiuping")
    shown = desk.get(f"/licences/{licence.pk}/").content.decode()
    assert licence.identifier in shown
    assert "颁发" in shown
    wrong = desk.post(f"/licences/{licence.pk}/proceed/", {"act": "ANNUL", "ground": "HAZARD", "reasons": "查明"})
    assert wrong.status_code == 422
    assert "撤销许可的事由为" in wrong.content.decode()
    right = desk.post(
        f"/licences/{licence.pk}/proceed/", {"act": "ANNUL", "ground": "FRAUD", "reasons": "查明材料虚假"}
    )
    number = right["Location"].strip("/").split("/")[-1]
    assert Case.objects.get(number=number).state == State.REVIEW
    assert "撤销许可在办" in desk.get(f"/licences/{licence.pk}/").content.decode()
    assert "事先告知" in desk.get(f"/cases/{number}/").content.decode()


def test_the_window_sees_it_but_opens_nothing(licence: Licence) -> None:
    window = signed_in("xiexiaolan")
    assert "依职权处理" not in window.get(f"/licences/{licence.pk}/").content.decode()
    refused = window.post(f"/licences/{licence.pk}/proceed/", {"act": "ANNUL", "ground": "FRAUD", "reasons": "x"})
    assert refused.status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_says_how_they_stand_and_no_number_of_identity(licence: Licence, kind: str) -> None:
    response = signed_in("zhongqiuping").get(f"/licences/export.{kind}")
    body = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert USCC.encode() not in body
    if kind == "csv":
        assert licence.number in body.decode()


def test_a_person_who_holds_a_licence_is_masked_by_what_they_are_and_not_by_the_length_of_the_name(
    licence: Licence, admin_client: Client
) -> None:
    addresses = ("/licences/", "/licences/export.csv", "/admin/licences/licence/")
    for kind, shown in (("PERSON", "阿****"), ("COMPANY", "阿依古丽汗")):
        Licence.objects.update(holder_name="阿依古丽汗")
        Holder.objects.update(kind=kind)
        for address in addresses:
            answer = (admin_client if "admin" in address else signed_in("zhongqiuping")).get(address)
            page = b"".join(answer).decode()
            assert shown in page
            assert ("阿依古丽汗" in page) == (kind == "COMPANY"), address


def test_everybody_can_check_a_licence_by_number_and_code(licence: Licence) -> None:
    shown = Client().post("/public/licences/", {"number": licence.number, "code": licence.verify_code.lower()})
    page = shown.content.decode()
    assert "今天可以凭它" in page
    assert "康泽医疗器械" not in page
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2026-04-01")))
    by_code = Client().get("/public/licences/", {"number": licence.number, "code": licence.verify_code})
    assert "暂停" in by_code.content.decode()


def test_a_wrong_code_and_an_unknown_number_are_answered_alike_and_not_for_ever(licence: Licence) -> None:
    stranger = Client()
    pages = [
        stranger.post("/public/licences/", {"number": number, "code": "AAAAAAAAAA"})
        for number in (licence.number, "没有这本")
    ]
    assert [page.status_code for page in pages] == [404, 404]
    codes = {stranger.post("/public/licences/", {"number": licence.number, "code": "X"}).status_code for _ in range(40)}
    assert 429 in codes


def test_the_issuing_organ_is_told_once_that_a_licence_runs_out(licence: Licence) -> None:
    assert warn(at=moment("2030-06-03")) == 0
    assert warn(at=moment("2030-12-02")) == 1
    assert warn(at=moment("2030-12-03")) == 0
    told = Notice.objects.filter(kind="licence.expiring", user=zhong().user)
    assert [one.url for one in told] == [f"/licences/{licence.pk}/"]


def test_the_worklist_of_the_issuing_organ_tells_of_licences_that_run_out(licence: Licence, settings) -> None:
    soon = timezone.localdate() + timedelta(days=20)
    Licence.objects.filter(pk=licence.pk).update(valid_to=soon)
    assert "30 天内到期的证照 1 本" in signed_in("zhongqiuping").get("/").content.decode()
    assert "天内到期的证照" not in signed_in("lijianping").get("/").content.decode()
    settings.LICENCE_HINT_DAYS = 10
    assert "天内到期的证照" not in signed_in("zhongqiuping").get("/").content.decode()


def test_the_management_pages_show_the_register_and_change_nothing(licence: Licence, admin_client) -> None:
    address = f"/admin/licences/licence/{licence.pk}/change/"
    assert licence.identifier in admin_client.get(address).content.decode()
    assert licence.number in admin_client.get("/admin/licences/licence/").content.decode()
    assert admin_client.post(address, {"status": "REVOKED"}).status_code == 403


# ---------------------------------------------------------------- 免提交


def waiving(licence: Licence) -> Story:
    """A change for which the licence itself stands in for the original paper."""
    story = received(CHANGE, "360731", moment("2027-05-10"), xie(), licence=licence.number)
    papers = all_papers(story.case)
    original = story.case.materials.get(name="原证照或者原批准文件").position
    papers[original - 1] = {"position": original, "status": "REUSED", "licence": licence.number}
    answers = filled(story.case) | {"original_number": licence.number}
    story.do(xie(), Action.AMEND, form=answers, papers=papers)
    return story


def test_a_licence_in_force_stands_in_for_a_paper_and_is_recorded(licence: Licence) -> None:
    story = waiving(licence)
    reused = ReusedLicence.objects.get(material__case=story.case)
    assert (reused.licence, reused.version, reused.digest) == (licence, 1, licence.head)
    assert licence.number in reused.material.note
    story.do(xie(), Action.ACCEPT)
    assert story.state == State.REVIEW


def test_what_stood_in_is_looked_at_again_when_it_is_decided(licence: Licence) -> None:
    story = waiving(licence)
    story.do(xie(), Action.ACCEPT)
    story.recommended(zhong())
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-05-11")))
    with pytest.raises(Incomplete, match="免提交所凭的"):
        story.do(zeng(), Action.APPROVE, at=moment("2027-05-25"), content="准予。")


def test_a_licence_of_another_kind_stands_in_for_nothing(licence: Licence) -> None:
    story = received(CHANGE, "360731", moment("2027-05-10"), xie(), licence=licence.number)
    given = {"papers": [{"position": 1, "status": "REUSED", "licence": licence.number}]}
    with pytest.raises(WrongLicence):
        perform(number=story.case.number, action=Action.AMEND, actor=xie(), at=story.at, given=given)


def test_an_edition_copied_from_another_makes_the_same_licences_and_waives_the_same_papers(licence: Licence) -> None:
    origin = Edition.objects.get(code="2022")
    first_day = date(2028, 1, 1)
    Edition.objects.create(
        code="next", title="下一版", document=origin.document, effective_from=first_day, copied_from=origin
    )
    holders = list(Holder.objects.filter(licence=licence).values_list("id_hash", flat=True))
    what = {
        "item": CHANGE,
        "material": "原证照或者原批准文件",
        "holders": holders,
        "on": date(2028, 1, 2),
        "about": licence,
    }
    assert queries.stands_in(edition="next", **what) == queries.stands_in(edition="2022", **what) == [licence]
    assert queries.stands_in(edition="another", **what) == []
    for item in TypeItem.objects.filter(edition="2022")[:5]:
        assert queries.type_for(edition="next", item=item.item, name="") == item.type


def test_the_window_is_offered_the_licence_and_the_paper_it_waives(licence: Licence) -> None:
    asked_of = {"item": CHANGE, "parties.0.id_number": USCC}
    shown = signed_in("xiexiaolan").post("/intake/on-file/", asked_of).content.decode()
    assert f'name="licence" value="{licence.number}" checked' in shown
    assert "凭证照免提交" in shown


def test_a_case_taken_back_mid_way_leaves_the_licence_alone(licence: Licence) -> None:
    story = asked(CHANGE, licence, moment("2027-05-10"))
    story.do(xie(), Action.WITHDRAW, confirmed=True)
    licence.refresh_from_db()
    assert (licence.version, licence.status, story.state) == (1, "VALID", State.WITHDRAWN)
