"""Does what a reviewer typed wait for them, and for nobody else, until the act is taken?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.cases.words import State
from approvals.workbench.models import ActDraft
from tests import people
from tests.factories import driven
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
TYPED = {
    "opinion": "材料与现场一致，拟建议准予。",
    "proposal": "GRANT",
    "points.1.position": "1",
    "points.1.answer": "YES",
}


@pytest.fixture
def number() -> str:
    return str(driven("3-38", "360731", timezone.now(), to=State.REVIEW).case.number)


def test_a_half_written_opinion_comes_back_to_its_author_alone(number: str):
    client = at_desk(people.zhong())
    saved = client.post(reverse("act-draft", args=[number, "RECOMMEND"]), TYPED)
    assert "已保存" in saved.content.decode()
    page = client.get(reverse("case", args=[number])).content.decode()
    assert "材料与现场一致，拟建议准予。" in page
    assert "的草稿已带回" in page
    assert 'name="points.1.answer" value="YES" checked' in page
    other = at_desk(people.sitting("zengzhigang")).get(reverse("case", args=[number])).content.decode()
    assert "材料与现场一致" not in other
    assert "材料与现场一致" not in ActDraft.objects.extra(select={"raw": "content"}).values_list("raw", flat=True)[0]


def test_a_draft_goes_with_the_act_and_when_it_is_thrown_away(number: str):
    client = at_desk(people.zhong())
    pause = {"kind": "HEARING", "days": "5", "reasons": "申请人要求听证"}
    client.post(reverse("act-draft", args=[number, "PAUSE"]), pause)
    client.post(reverse("act-draft-drop", args=[number, "PAUSE"]))
    assert not ActDraft.objects.exists()
    client.post(reverse("act-draft", args=[number, "PAUSE"]), pause)
    client.post(reverse("act", args=[number, "PAUSE"]), pause)
    assert not ActDraft.objects.exists()


def idle(client: Client, settings) -> Client:
    """The same desk after nobody did anything for too long."""
    session = client.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 1
    session.save()
    return client


@pytest.mark.parametrize("sent_to", ["act", "act-draft"])
def test_a_session_that_ended_under_a_submit_or_a_draft_keeps_what_was_sent(number: str, settings, sent_to: str):
    client = idle(at_desk(people.zhong()), settings)
    answer = client.post(reverse(sent_to, args=[number, "RECOMMEND"]), TYPED)
    assert answer.url.startswith("/login/?idle=1&kept=1")
    assert "填的内容已存为草稿" in client.get(answer.url).content.decode()
    back = at_desk(people.zhong()).get(reverse("case", args=[number])).content.decode()
    assert "材料与现场一致，拟建议准予。" in back


@pytest.mark.parametrize("sent_to", ["intake", "intake-draft"])
def test_an_intake_that_outlasted_its_session_waits_as_a_draft(settings, sent_to: str):
    typed, by_script = {"item": "3-38", "parties.0.name": "甲公司"}, {"HX-Request": "true"}
    answer = idle(at_desk(people.xie()), settings).post(reverse(sent_to), typed, headers=by_script)
    assert (answer.status_code, answer.get("HX-Redirect")) == (401, None)  # the chosen files stay on the screen
    assert "长时间没有操作，会话已结束" in answer.content.decode()
    assert "填的内容已存为草稿" in answer.content.decode()
    assert answer.client.get(reverse("intake")).status_code == 302
    assert "甲公司" in at_desk(people.xie()).get(reverse("intake"), {"item": "3-38"}).content.decode()


def test_nobody_keeps_drafts_for_a_case_that_does_not_exist_for_them(number: str):
    assert at_desk(people.huang()).post(reverse("act-draft", args=[number, "RECOMMEND"]), TYPED).status_code == 404
    assert not ActDraft.objects.exists()
