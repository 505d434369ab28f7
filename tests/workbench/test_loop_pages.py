"""Objections, the delivery ledger, receivers and the bench of the rules: who sees what, and what comes of it?"""

import html
import re

import pytest
from django.core.management import CommandError, call_command
from django.core.paginator import Paginator
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models import Snapshot
from approvals.exchange.models import Endpoint, EndpointAct
from approvals.organisations.models import Role
from approvals.supervision import queries
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import Orphan, Push
from approvals.supervision.objecting import answer_objection, object_to
from approvals.workbench import views_ledger, views_objections, views_supervision
from tests.people import somebody, xie
from tests.supervision.conftest import (
    FELLING,
    GAS,
    MONDAY,
    YUDU,
    coordinator_of,
    granted,
    granted_and_pushed,
    main_push,
    pushed,
    supervisor,
)
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
MARKET = "360731-SCJG-J"


@pytest.fixture
def push() -> Push:
    """A decision pushed just now, so that its limits lie ahead."""
    return main_push(granted_and_pushed(at=timezone.now()).case)


def test_an_objection_is_raised_in_the_drawer_and_re_routed_on_the_coordinators_page(push):
    unit, coordinator = at_desk(supervisor(push)), at_desk(coordinator_of(YUDU))
    drawer = unit.get(reverse("supervision"), {"push": push.pk}).content.decode()
    assert reverse("object", args=[push.pk]) in drawer
    missing = unit.post(reverse("object", args=[push.pk]), {"ground": "NOT_OURS", "words": ""})
    assert missing.status_code == 422
    unit.post(reverse("object", args=[push.pk]), {"ground": "NOT_OURS", "words": "林地归市监局管。"})
    page = coordinator.get(reverse("objections")).content.decode()
    assert "林地归市监局管" in page
    wrong = coordinator.post(reverse("objection-answer", args=[push.pk]), {"answer": "REJECT", "words": "应由你单位管"})
    assert wrong.status_code == 422
    assert "应由你单位管" in wrong.content.decode()
    given = {"answer": "REROUTE", "unit": MARKET, "words": "改由市监局监管。"}
    assert coordinator.post(reverse("objection-answer", args=[push.pk]), given).status_code == 302
    made = Push.objects.get(replaces=push)
    assert (made.unit.code, made.state) == (MARKET, "TO_CLAIM")
    assert "已改派或重推" in unit.get(reverse("supervision"), {"push": push.pk}).content.decode()
    assert unit.get(reverse("objections")).status_code == 403


@pytest.fixture
def objected(push) -> list[Push]:
    """Two pushes with an objection that waits, the more urgent first."""
    found = [push, main_push(granted_and_pushed(at=timezone.now()).case)]
    for one in found:
        object_to(push=one.pk, actor=supervisor(one), at=timezone.now(), ground="NOT_OURS", words="不归我们管。")
    return [one.push for one in queries.objections(coordinator_of(YUDU))]


def test_what_was_typed_for_an_objection_never_stands_on_the_form_of_another(objected):
    first, second = objected
    client, given = at_desk(coordinator_of(YUDU)), {"answer": "REJECT", "words": "按编办意见由你单位监管。"}
    assert client.get(reverse("objections")).context["chosen"].push == first
    answer_objection(push=first.pk, actor=coordinator_of(YUDU), at=timezone.now(), ruling="于编字3号", **given)
    answer = client.post(reverse("objection-answer", args=[first.pk]), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "别的协调员已经答复" in page
    assert '<span id="kept-words">按编办意见由你单位监管。</span>' in page
    assert (answer.context["chosen"], reverse("objection-answer", args=[second.pk]) in page) == (None, False)
    assert client.get(reverse("objections"), {"push": first.pk}).context["chosen"] is None


def test_an_objection_below_the_end_of_the_list_keeps_its_form_its_words_and_its_region(objected, monkeypatch):
    monkeypatch.setattr(views_objections, "AT_ONCE", 1)
    second = objected[1]
    client = at_desk(coordinator_of("360700"))
    page = client.get(reverse("objections"), {"push": second.pk, "region": YUDU}).content.decode()
    address = f"{reverse('objection-answer', args=[second.pk])}?region={YUDU}"
    assert f'action="{address}"' in page
    wrong = client.post(address, {"answer": "REJECT", "words": "应由你单位管"})
    page = wrong.content.decode()
    assert (wrong.status_code, wrong.context["chosen"].push) == (422, second)
    assert f'action="{address}"' in page
    assert ">应由你单位管</textarea>" in page
    done = client.post(address, {"answer": "REROUTE", "unit": MARKET, "words": "改由市监局监管。"})
    assert done.url == f"{reverse('objections')}?region={YUDU}"


def test_an_answered_proposal_leads_back_into_its_region_and_a_second_answer_is_not_lost():
    story = granted_and_pushed()
    push = claim(push=main_push(story.case).pk, actor=supervisor(main_push(story.case)), at=story.at)
    lead = {"on": "2026-03-02", "about": "COMPLAINT", "content": "群众反映超量采伐。"}
    told = feed_back(push=push.pk, actor=supervisor(push), at=story.at, kind="LEAD", given=lead).proposal
    client = at_desk(somebody(told.organ.code, Role.REVIEWER))
    page = client.get(reverse("proposals"), {"region": YUDU}).content.decode()
    address = html.unescape(re.search(r'id="answer" method="post" action="([^"]+)"', page)[1])
    done = client.post(address, {"words": "已约谈。"})
    assert done.url == f"{reverse('proposals')}?state=NOTED&proposal={told.pk}&region={YUDU}"
    again = client.post(address, {"words": "已上门核查，没有超量。"})
    page = again.content.decode()
    assert again.status_code == 409
    assert '<span id="kept-words">已上门核查，没有超量。</span>' in page
    assert f'href="?state=ALL&amp;region={YUDU}">看全部' in page


@pytest.fixture
def orphans(monkeypatch) -> list[Orphan]:
    """Two decisions of which only a copy found its unit, on two pages."""
    monkeypatch.setattr(views_supervision, "PAGE", 1)
    for _ in range(2):
        case = granted(GAS).case
        copies = [one for one in case.snapshot.supervisors if one["copy"]]
        Snapshot.objects.filter(pk=case.pk).update(supervisors=copies)
    pushed(MONDAY)
    return list(Orphan.objects.order_by("due_on", "pk"))


def test_every_orphan_is_reached_page_by_page_within_its_region(orphans):
    client = at_desk(coordinator_of("360700"))
    address, seen = f"{reverse('supervision')}?tab=orphans&region={YUDU}", []
    while address:
        page = client.get(address).content.decode()
        assert "于都县共 2 件" in page
        seen += re.findall(r'action="/supervision/orphans/(\d+)/', page)
        following = re.search(r'<a href="([^"]+)">下一页', page)
        address = html.unescape(following[1]) if following else ""
    assert seen == [str(one.pk) for one in orphans]
    assert "没有无主推送" in client.get(reverse("supervision"), {"tab": "orphans", "region": "360702"}).content.decode()


def test_a_refused_choice_stays_on_its_page_with_its_unit(orphans):
    client = at_desk(coordinator_of(YUDU))
    second = f"{reverse('orphan', args=[orphans[1].pk])}?tab=orphans&region={YUDU}&page=2"
    has_copy = Push.objects.get(case=orphans[1].case).unit.code
    answer = client.post(second, {"unit": has_copy})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'action="{html.escape(second)}"' in page
    assert f'value="{has_copy}" selected' in page
    assert f'href="{reverse("supervision")}?tab=orphans&amp;region={YUDU}&amp;page=1">上一页' in page
    done = client.post(second, {"unit": MARKET})
    assert done.url == f"{reverse('supervision')}?tab=orphans&region={YUDU}&page=2"
    assert client.get(done.url).status_code == 200


def test_turning_a_page_keeps_what_was_searched_for_and_recounts_nothing(rf):
    asked = rf.get("/", {"q": "甲&state=乙 #1", "state": "", "days": "30", "page": "2"})
    pager = render_to_string("oversight/pager.html", {"rows": Paginator(range(50), 20).page(2)}, request=asked)
    links = [QueryDict(html.unescape(one).partition("?")[2]) for one in re.findall(r'href="([^"]+)"', pager)]
    assert [one.dict() for one in links] == [{"q": "甲&state=乙 #1", "state": "", "page": page} for page in "13"]


def test_the_ledger_of_a_unit_and_of_a_coordinator_says_what_is_proved(push):
    for actor in (supervisor(push), coordinator_of(YUDU), coordinator_of("360700")):
        page = at_desk(actor).get(reverse("delivery-ledger"), {"days": "30"}).content.decode()
        assert "1 件决定中 0 件有回执可证" in page
        assert page.count(f">{push.case.number}<") == 2  # without a receipt, and not proved
    elsewhere = at_desk(coordinator_of("360702")).get(reverse("delivery-ledger"), {"days": "30"}).content.decode()
    assert "0 件决定中" in elsewhere
    assert push.case.number not in elsewhere
    assert at_desk(xie()).get(reverse("delivery-ledger")).status_code == 403


def test_the_ledger_lists_what_has_no_receipt_and_recounts_only_when_asked(push, monkeypatch):
    client = at_desk(coordinator_of("360700"))
    with CaptureQueriesContext(connection) as few:
        assert "还没有回执的 1 条，其中逾期 0 条" in client.get(reverse("delivery-ledger")).content.decode()
    late = granted_and_pushed()
    granted_and_pushed(at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("delivery-ledger"))
    assert "还没有回执的 3 条，其中逾期 1 条" in page.content.decode()
    assert page.context["rows"][0].case == late.case
    assert len(many) <= len(few) + 1  # one more: the catalogue looks once a second whether it has changed
    assert not any("cases_event" in one["sql"] or "supervision_pushevent" in one["sql"] for one in many)
    monkeypatch.setattr(views_ledger, "RECOUNTED", 1)
    recounted = client.get(reverse("delivery-ledger"), {"days": "30"}).content.decode()
    assert "1 件决定中 0 件有回执可证" in recounted
    assert "只重算了最早的 1 件" in recounted


def test_a_receipt_takes_a_decision_off_the_open_list(push):
    client = at_desk(coordinator_of("360700"))
    at_desk(supervisor(push)).get(reverse("supervision"), {"push": push.pk})
    page = client.get(reverse("delivery-ledger"), {"days": "30"}).content.decode()
    assert "还没有回执的 0 条" in page
    assert "1 件决定中 1 件有回执可证" in page


def test_only_the_city_coordinator_and_the_system_administrator_operate_a_receiver():
    endpoint = Endpoint.objects.create(code="pull-demo", name="来取的单位", transport="PULL")
    address = reverse("endpoint-operate", args=[endpoint.code])
    city = at_desk(coordinator_of("360700"))
    assert "来取的单位" in city.get(reverse("endpoints")).content.decode()
    assert city.post(address, {"act": "PAUSE", "reason": " "}).status_code == 422
    assert city.post(address, {"act": "PAUSE", "reason": "对方检修"}).status_code == 302
    endpoint.refresh_from_db()
    assert not endpoint.enabled
    assert EndpointAct.objects.get(endpoint=endpoint).reason == "对方检修"
    assert city.post(address, {"act": "REPLAY", "reason": "补发", "first": "x"}).status_code == 422
    assert at_desk(coordinator_of(YUDU)).get(reverse("endpoints")).status_code == 403


def test_the_bench_says_to_whom_and_why_on_the_page_and_as_a_command(capsys):
    client = at_desk(coordinator_of("360700"))
    page = client.get(reverse("push-bench"), {"item": GAS, "region": YUDU}).content.decode()
    assert "怎样得出" in page
    assert "申请材料原件" in page
    other = client.get(reverse("push-bench"), {"item": GAS, "region": YUDU, "mode": "DIRECT"}).content.decode()
    assert "决定在县级" in other
    assert client.get(reverse("push-bench"), {"item": "9-99", "region": YUDU}).status_code == 404
    call_command("try_push", item=FELLING, region=YUDU)
    assert "清单的监管分工" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("try_push", item="9-99", region=YUDU)
    assert at_desk(somebody("360731-SPJ", Role.REVIEWER)).get(reverse("push-bench")).status_code == 403
