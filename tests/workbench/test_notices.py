"""Does a person see what they were told, and nobody else's?"""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from approvals.notices.actions import tell
from approvals.notices.queries import notices_of
from tests import people
from tests.workbench.desks import at_desk

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine


def told(user: int, url: str = "/cases/GZ1/") -> int:
    tell(to=[user], kind="returned", title="一件办件退回本县", key="case-1", body="缺总平面图", url=url, at=AT)
    return notices_of(user).get().pk


def test_the_menu_counts_what_is_unread_until_it_is_opened():
    xie = people.xie()
    one = told(xie.user)
    client = at_desk(xie)

    assert "1 条未读" in client.get(reverse("desk")).content.decode()
    assert client.post(reverse("notice", args=[one])).headers["Location"] == "/cases/GZ1/"

    page = client.get(reverse("notices")).content.decode()
    assert "一件办件退回本县" in page
    assert "缺总平面图" in page
    assert "条未读" not in page


def test_somebody_elses_notice_is_not_there_and_stays_unread():
    one = told(people.xie().user)
    client = at_desk(people.huang())

    assert "一件办件退回本县" not in client.get(reverse("notices")).content.decode()
    assert client.post(reverse("notice", args=[one])).status_code == 404
    assert client.post(reverse("notices-seen")).status_code == 302
    assert notices_of(people.xie().user).get().read_at is None


def test_a_notice_never_leads_out_of_the_platform():
    xie = people.xie()
    one = told(xie.user, url="//elsewhere.example/")

    assert at_desk(xie).post(reverse("notice", args=[one])).headers["Location"] == reverse("notices")
