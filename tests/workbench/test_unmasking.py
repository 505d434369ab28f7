"""Who sees a full identity number or phone, and can anybody do so without leaving a trace?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models import Case, Party
from approvals.organisations.models import Post, Role
from approvals.workbench.models import Unmasking
from tests import people
from tests.factories import received
from tests.people import clerk_of, somebody
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine


@pytest.fixture
def case() -> Case:
    return received("3-38", "360731", timezone.now()).case


def party_of(case: Case) -> Party:
    """A party with a phone, which the page masks."""
    return next(one for one in case.parties.order_by("position") if one.mobile)


def look(client: Client, case: Case, ground: str = "CONTACT", position: int | None = None):
    place = reverse("unmask", args=[case.number, position or party_of(case).position])
    return client.post(f"{place}?tab_of=application", {"ground": ground})


def test_the_page_of_a_case_shows_masks_only_until_a_purpose_is_given(case):
    client, party = at_desk(people.xie()), party_of(case)
    place = f"{reverse('case', args=[case.number])}?tab_of=application"
    assert party.mobile not in client.get(place).content.decode()
    answer = look(client, case)
    assert answer.status_code == 200
    assert party.mobile in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert party.mobile not in client.get(place).content.decode()


def test_to_open_the_address_again_shows_the_masks_and_counts_nothing(case):
    client, party = at_desk(people.xie()), party_of(case)
    look(client, case)
    again = client.get(reverse("unmask", args=[case.number, party.position]), {"tab_of": "application"}, follow=True)
    assert again.status_code == 200
    assert party.mobile not in again.content.decode()
    assert Unmasking.objects.count() == 1


def test_only_the_party_asked_for_is_shown(case):
    party = party_of(case)
    other = Party.objects.create(
        case=case, position=90, role="CONTACT", kind="PERSON", name="郭小雨", mobile="13979700000"
    )
    page = look(at_desk(people.xie()), case).content.decode()
    assert party.mobile in page
    assert other.mobile not in page


def test_each_look_is_written_down_with_who_whom_and_what_for(case):
    before = timezone.now()
    look(at_desk(people.xie()), case, "DELIVERY")
    row = Unmasking.objects.get()
    post = Post.objects.get(pk=people.xie().post)
    assert (row.user_id, row.name, row.post) == (people.xie().user, "谢小兰", str(post))
    assert (row.case_number, row.party_position, row.ground) == (case.number, party_of(case).position, "DELIVERY")
    assert row.at >= before


def test_what_was_written_down_is_neither_changed_nor_removed(case):
    look(at_desk(people.xie()), case)
    for statement in ("UPDATE workbench_unmasking SET name = 'x'", "DELETE FROM workbench_unmasking"):
        with pytest.raises(DatabaseError, match="留痕只增不改"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("ground", ["", "CURIOSITY", "contact"])
def test_without_a_purpose_nothing_is_shown_and_the_field_says_so(case, ground):
    answer = look(at_desk(people.xie()), case, ground)
    assert answer.status_code == 422
    assert "选一项用途" in answer.content.decode()
    assert party_of(case).mobile not in answer.content.decode()
    assert not Unmasking.objects.exists()


def test_for_another_county_the_case_does_not_exist(case):
    for stranger in (people.huang(), clerk_of("360735")):
        assert look(at_desk(stranger), case).status_code == 404
    assert not Unmasking.objects.exists()


def test_a_coordinator_sees_the_case_but_no_full_number(case):
    client = at_desk(somebody("360700-SPJ", Role.COORDINATOR))
    page = client.get(reverse("case", args=[case.number]), {"tab_of": "application"})
    assert page.status_code == 200
    assert "看明文" not in page.content.decode()
    assert look(client, case).status_code == 403
    assert not Unmasking.objects.exists()


def test_without_login_there_is_the_login(case):
    assert look(Client(), case).url.startswith("/login/")


def test_a_party_that_does_not_exist_is_not_found_and_not_counted(case):
    assert look(at_desk(people.xie()), case, position=77).status_code == 404
    assert not Unmasking.objects.exists()


def test_a_person_looks_so_many_times_a_day_and_again_the_next(case, settings):
    settings.UNMASKINGS_A_DAY = 2
    client = at_desk(people.xie())
    Unmasking.objects.create(
        user_id=people.xie().user,
        name="谢小兰",
        post="窗口岗",
        case_number=case.number,
        party_position=1,
        ground="CONTACT",
        at=timezone.now() - timedelta(days=1),
    )
    assert [look(client, case).status_code for _ in range(3)] == [200, 200, 429]
    refused = look(client, case).content.decode()
    assert party_of(case).mobile not in refused
    assert "每人每天 2 次" in refused
    assert Unmasking.objects.count() == 3


def test_the_auditor_reads_who_looked_and_changes_nothing(case):
    look(at_desk(people.xie()), case)
    post = Post.objects.filter(role=Role.AUDITOR).order_by("pk")[0]
    client = at_desk(people.sitting(post.user.username, Role.AUDITOR))
    assert case.number in client.get("/admin/workbench/unmasking/").content.decode()
    row = Unmasking.objects.get()
    assert client.post(f"/admin/workbench/unmasking/{row.pk}/delete/", {"post": "yes"}).status_code == 403
