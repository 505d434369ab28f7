"""Is a person told each thing once, and only they can say that they have seen it?"""

from datetime import UTC, date, datetime

import pytest

from approvals.notices.actions import people_in, read, tell
from approvals.notices.queries import notices_of, unread
from approvals.organisations.models import Post, Role, Substitution
from tests import people

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
ON = date(2026, 3, 2)

pytestmark = pytest.mark.django_db


def said(*to: int, key: str = "case-1", title: str = "一件办件退回本县") -> int:
    return tell(to=to, kind="returned", title=title, key=key, at=AT)


def test_each_person_is_told_once_however_often_it_is_said():
    xie, huang = people.xie().user, people.huang().user

    assert said(xie, huang) == 2
    assert said(xie, huang, title="又说一次") == 0
    assert said(xie, key="case-2") == 1
    assert [one.title for one in notices_of(huang)] == ["一件办件退回本县"]
    assert (unread(xie), unread(huang)) == (2, 1)


def test_reading_is_ones_own_and_counts_only_what_was_new():
    xie, huang = people.xie().user, people.huang().user
    said(xie, huang)
    theirs = notices_of(huang).get().pk

    assert read(user=xie, at=AT, notices=[theirs]) == 0
    assert unread(huang) == 1
    assert read(user=huang, at=AT) == 1
    assert read(user=huang, at=AT) == 0
    assert unread(huang) == 0


def test_people_of_an_organ_are_those_in_the_role_that_day_and_whoever_stands_in():
    post = Post.objects.in_force(ON).filter(role=Role.REVIEWER).select_related("user").order_by("pk").first()
    stand_in = people.huang().user
    assert stand_in not in people_in(on=ON, organs=[post.organ_id], roles=[Role.REVIEWER])

    Substitution.objects.create(post=post, user_id=stand_in, starts_on=ON, ends_on=ON)

    there = people_in(on=ON, organs=[post.organ_id], roles=[Role.REVIEWER])
    assert {post.user_id, stand_in} <= set(there)
    assert stand_in not in people_in(on=date(2026, 3, 3), organs=[post.organ_id], roles=[Role.REVIEWER])
    assert people_in(on=ON, roles=[Role.REVIEWER]) == []
