"""What does a supervision unit see, claim and feed back in the pages, and what does a coordinator look after?"""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.cases.words import State
from approvals.organisations.access import actor_in
from approvals.organisations.models import Post, Role
from approvals.supervision.models import Feedback, Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.words import PushState
from approvals.workbench.tabs import COORDINATION
from tests import people
from tests.factories import COMPANY, driven
from tests.people import somebody
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine


@pytest.fixture
def push() -> Push:
    """A decision pushed to its unit."""
    driven("3-25", "360731", timezone.now(), to=State.DECIDED)
    told()
    return Push.objects.get(copy=False)


def told() -> None:
    """Every decision so far reaches its units."""
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass


def supervisor(push: Push):
    posts = Post.objects.filter(unit=push.unit, role=Role.SUPERVISOR).select_related("organ__region", "user")
    return actor_in(posts[0], user=posts[0].user)


def stranger(push: Push):
    posts = Post.objects.filter(role=Role.SUPERVISOR).exclude(unit=push.unit).select_related("organ__region", "user")
    return actor_in(posts[0], user=posts[0].user)


def left_behind(page: str) -> list[str]:
    """What leads on from the open push under the filters of the list, and would not follow them."""
    drawer = page[page.index('id="drawer"') :]
    leading = re.findall(r"<(?:a|form)[^>]*\?tab=[^>]*>", drawer)
    assert leading
    return [one for one in leading if "data-filtered" not in one]


def test_a_push_is_listed_opened_claimed_and_fed_back(push):
    client = at_desk(supervisor(push))
    assert str(push.pk) in client.get(reverse("supervision")).content.decode()
    opened = client.get(reverse("supervision"), {"push": push.pk}).content.decode()
    assert "认领后会发生什么" in opened
    assert left_behind(opened) == []
    client.post(reverse("claim", args=[push.pk]))
    push.refresh_from_db()
    assert push.state == PushState.CLAIMED
    assert left_behind(client.get(reverse("supervision"), {"push": push.pk}).content.decode()) == []
    given = {"kind": "INSPECTION", "on": str(timezone.localdate()), "officers": "罗晓东、王丽"}
    answer = client.post(
        reverse("feed-back", args=[push.pk]), given | {"way": "ON_SITE", "result": "NO_PROBLEM", "findings": "一切正常"}
    )
    assert answer.status_code == 302
    assert Feedback.objects.get().content["officers"] == ["罗晓东", "王丽"]


def test_wrong_feedback_keeps_what_was_typed(push):
    client = at_desk(supervisor(push))
    client.post(reverse("claim", args=[push.pk]))
    given = {"kind": "INSPECTION", "on": str(timezone.localdate()), "officers": "罗晓东", "findings": "阴凉库记录不全"}
    answer = client.post(reverse("feed-back", args=[push.pk]), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "执法人员不得少于两人" in page
    assert "阴凉库记录不全" in page
    assert not Feedback.objects.exists()


def test_several_pushes_are_claimed_at_once_and_a_second_press_says_so(push):
    client = at_desk(supervisor(push))
    assert client.post(reverse("claim-many"), {"push": push.pk}).status_code == 302
    assert "不用再认领" in client.post(reverse("claim-many"), {"push": push.pk}).content.decode()


def test_another_unit_s_push_does_not_exist(push):
    client = at_desk(stranger(push))
    assert str(push.pk) not in client.get(reverse("supervision")).content.decode()
    assert client.get(reverse("supervision"), {"push": push.pk}).status_code == 404
    assert client.post(reverse("claim", args=[push.pk])).status_code == 404
    assert client.get(reverse("push-file", args=[push.pk, "0" * 64])).status_code == 404


def test_the_coordinator_sees_every_push_and_the_orphans_but_claims_nothing(push):
    client = at_desk(somebody("360700-SPJ", Role.COORDINATOR))
    page = client.get(reverse("supervision"), {"push": push.pk}).content.decode()
    assert "无主" in page
    assert "认领后会发生什么" not in page
    assert client.get(reverse("supervision"), {"tab": "orphans"}).status_code == 200
    assert client.post(reverse("claim", args=[push.pk])).status_code == 403


def test_the_approver_sees_which_results_still_wait_to_be_claimed(push):
    decider = somebody(push.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    client = at_desk(decider)
    assert push.case.number in client.get("/", {"tab": "unclaimed"}).content.decode()
    at_desk(supervisor(push)).post(reverse("claim", args=[push.pk]))
    assert push.case.number not in client.get("/", {"tab": "unclaimed"}).content.decode()


@pytest.mark.parametrize("tab", [tab.key for tab in COORDINATION])
def test_every_tab_of_the_coordinator_s_desk_answers(tab, push):
    assert at_desk(somebody("360700-SPJ", Role.COORDINATOR)).get("/", {"tab": tab}).status_code == 200


def rows(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-row="')[1:]]


def test_opening_by_a_person_of_the_unit_confirms_and_by_others_does_not(push):
    for actor in (somebody("360700-SPJ", Role.COORDINATOR), people.xie()):
        assert at_desk(actor).get(reverse("supervision"), {"push": push.pk}).status_code == 200
        push.refresh_from_db()
        assert push.confirmed_at is None
    page = at_desk(supervisor(push)).get(reverse("supervision"), {"push": push.pk}).content.decode()
    push.refresh_from_db()
    assert push.confirmed_at is not None
    assert "已确认收到" in page


def test_who_handled_the_case_follows_its_push_but_does_not_touch_it(push):
    client = at_desk(people.xie())
    listed = client.get(reverse("supervision")).content.decode()
    assert rows(listed) == [str(push.pk)]
    opened = client.get(reverse("supervision"), {"push": push.pk}).content.decode()
    assert "在收件箱，还没有人打开" in opened
    assert reverse("claim", args=[push.pk]) not in opened
    assert "feedback/" not in opened
    assert client.post(reverse("claim", args=[push.pk])).status_code == 404


def test_the_window_of_another_county_finds_no_push(push):
    client = at_desk(people.huang())
    assert rows(client.get(reverse("supervision")).content.decode()) == []
    assert client.get(reverse("supervision"), {"push": push.pk}).status_code == 404


@pytest.mark.parametrize("given", ["x", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_a_guessed_push_does_not_exist(push, given):
    for actor in (supervisor(push), people.xie()):
        assert at_desk(actor).get(reverse("supervision"), {"push": given}).status_code == 404


def test_filters_live_in_the_address_and_a_value_nobody_offers_finds_nothing(push):
    client = at_desk(supervisor(push))
    item = push.case.snapshot.item
    wanted = {"region": push.case.region_id, "item": item, "decided": "30", "q": COMPANY[:6]}
    assert rows(client.get(reverse("supervision"), wanted).content.decode()) == [str(push.pk)]
    assert rows(client.get(reverse("supervision"), {"q": push.case.number[-8:]}).content.decode()) == [str(push.pk)]
    for change in ({"region": "360702"}, {"item": "9-99"}, {"decided": "x"}, {"q": "没有这家"}):
        assert rows(client.get(reverse("supervision"), wanted | change).content.decode()) == []


@pytest.mark.parametrize("tab", ["TO_CLAIM", "FOR_INFORMATION"])
def test_pages_show_every_push_once(tab):
    for _ in range(23):
        driven("3-25", "360731", timezone.now(), to=State.DECIDED)
    told()
    wanted = Push.objects.filter(state=tab)
    client = at_desk(supervisor(wanted[0]))
    first = client.get(reverse("supervision"), {"tab": tab})
    second = client.get(reverse("supervision"), {"tab": tab, "after": first.context["page"].after})
    seen = rows(first.content.decode()) + rows(second.content.decode())
    assert sorted(seen) == sorted(str(pk) for pk in wanted.values_list("pk", flat=True))
    back = client.get(reverse("supervision"), {"tab": tab, "before": second.context["page"].before})
    assert rows(back.content.decode()) == rows(first.content.decode())
    odd = client.get(reverse("supervision"), {"tab": tab, "after": "2026-11-22~x"})
    assert rows(odd.content.decode()) == rows(first.content.decode())


@pytest.mark.parametrize("tab", ["TO_CLAIM", "FOR_INFORMATION"])
def test_an_export_stands_in_the_order_of_its_tab(tab):
    for _ in range(3):
        driven("3-25", "360731", timezone.now(), to=State.DECIDED)
    told()
    for days, one in enumerate(Push.objects.filter(state=tab)):
        one.claim_due_on = one.claim_due_on and timezone.localdate() + timedelta(days=(5, 9, 2)[days % 3])
        one.save(update_fields=["claim_due_on"])
    client = at_desk(supervisor(Push.objects.filter(state=tab)[0]))
    shown = client.get(reverse("supervision"), {"tab": tab}).context["rows"]
    text = b"".join(client.get(reverse("push-export"), {"tab": tab}).streaming_content).decode("utf-8-sig")
    left = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert left == [row[0].case.number for row in shown]
    assert len(left) > 2


def test_after_a_refusal_every_link_leads_back_to_the_list(push):
    page = at_desk(supervisor(push)).post(reverse("feed-back", args=[push.pk]), {"kind": "INSPECTION"})
    assert page.status_code >= 400
    links = re.findall(r'(?:href|hx-get)="([^"]*\?[^"]*)"', page.content.decode())
    assert {link.partition("?")[0] for link in links} == {
        reverse(name) for name in ("supervision", "push-export", "push-export-xlsx")
    }


def test_the_list_and_the_drawer_ask_as_many_questions_for_many_pushes_as_for_one(push):
    client = at_desk(supervisor(push))
    client.get(reverse("supervision"), {"push": push.pk})  # confirmed, catalogue and calendar read
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("supervision"), {"push": push.pk})
    for _ in range(6):
        driven("3-25", "360731", timezone.now(), to=State.DECIDED)
    told()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("supervision"), {"push": push.pk})
    assert len(many) <= len(few) + 1 <= 32  # one more: the catalogue looks once a second whether it has changed


def test_of_several_claims_each_is_told_of_by_its_case(push):
    other = driven("3-25", "360731", timezone.now(), to=State.DECIDED)
    told()
    client = at_desk(supervisor(push))
    client.post(reverse("claim", args=[push.pk]))
    second = Push.objects.get(case=other.case, copy=False)
    answer = client.post(reverse("claim-many"), {"push": [push.pk, second.pk, "x"]}).content.decode()
    assert "3 件里认领了 1 件" in answer
    assert push.case.number in answer
    assert other.case.number in answer
    assert client.post(reverse("claim-many")).status_code == 302


def test_feedback_of_a_kind_nobody_knows_is_refused_in_place(push):
    client = at_desk(supervisor(push))
    client.post(reverse("claim", args=[push.pk]))
    answer = client.post(reverse("feed-back", args=[push.pk]), {"kind": "PRAISE"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_thread_tells_who_did_what(push):
    actor = supervisor(push)
    at_desk(actor).post(reverse("claim", args=[push.pk]))
    page = at_desk(somebody("360700-SPJ", Role.COORDINATOR)).get(reverse("supervision"), {"push": push.pk})
    assert [one.what for one in page.context["shown"].records] == ["认领", "确认送达", "推送"]
    assert actor.name in page.context["shown"].records[0].who


@pytest.mark.parametrize("tab", ["CLAIM_LATE", "CLAIM_SOON", "FEEDBACK_LATE", "PUSH_LATE", "UNCONFIRMED"])
def test_the_alarms_are_tabs_of_coordinators_only(push, tab):
    page = at_desk(somebody("360700-SPJ", Role.COORDINATOR)).get(reverse("supervision"), {"tab": tab})
    assert page.context["listing"].tab.key == tab
    page = at_desk(supervisor(push)).get(reverse("supervision"), {"tab": tab})
    assert page.context["listing"].tab.key == "TO_CLAIM"


def test_a_copy_is_for_information_only(push):
    copy = Push.objects.filter(copy=True).first()
    page = at_desk(supervisor(copy)).get(reverse("supervision"), {"tab": "FOR_INFORMATION", "push": copy.pk})
    assert "只供知悉，不用认领" in page.content.decode()
    assert at_desk(supervisor(copy)).post(reverse("claim", args=[copy.pk])).status_code == 409


def test_a_fine_is_typed_in_yuan_kept_in_cents_and_what_is_left_out_is_asked_for_in_plain_words(push):
    client = at_desk(supervisor(push))
    client.post(reverse("claim", args=[push.pk]))
    fine = {"kind": "PENALTY", "on": str(timezone.localdate()), "officers": "罗晓东、王丽", "number": "罚 1 号"}
    wrong = client.post(reverse("feed-back", args=[push.pk]), fine | {"amount_cents": "两千"}).content.decode()
    assert "填写违法事实。" in wrong
    assert "选择处罚种类。" in wrong
    assert "最多两位小数" in wrong
    assert 'value="两千"' in wrong
    assert "必填项" not in wrong
    fine |= {"fact": "超范围经营", "penalty": "FINE", "amount_cents": "2,000.50"}
    assert client.post(reverse("feed-back", args=[push.pk]), fine).status_code == 302
    assert Feedback.objects.get().content["amount_cents"] == 200_050
    shown = client.get(reverse("supervision"), {"tab": "FED_BACK", "push": push.pk}).content.decode()
    assert "金额（元）" in shown
    assert "2000.50" in shown


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_of_pushes_leaves_as_a_file_with_names_masked(push, kind):
    client = at_desk(supervisor(push))
    answer = client.get(reverse("push-export" if kind == "csv" else "push-export-xlsx"))
    whole = b"".join(answer.streaming_content) if kind == "csv" else answer.content
    if kind == "csv":
        text = whole.decode("utf-8-sig")
        assert push.case.number in text
        assert push.unit.name in text
    else:
        assert whole.startswith(b"PK")
    nothing = at_desk(stranger(push)).get(reverse("push-export"))
    assert push.case.number not in b"".join(nothing.streaming_content).decode()
