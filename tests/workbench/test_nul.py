"""Does a character that PostgreSQL cannot keep break any door, wherever it is put?"""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case, Party
from approvals.organisations.models import User
from tests import people
from tests.workbench.desks import at_desk
from tests.workbench.test_intake import typed

pytestmark = pytest.mark.django_db


def test_at_the_login_it_is_a_wrong_password_and_no_more():
    answer = Client().post(reverse("login"), {"username": "lijian\0ping", "password": "a\0b"})
    assert (answer.status_code, "还能试" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("path", ["/cases/GZ%00/", "/verify/%00/", "/admin/organisations/user/%00/change/", "/a%00"])
def test_no_page_has_it_in_its_path(path: str):
    assert at_desk(people.xie()).get(path).status_code == 404


def test_the_interface_tells_of_such_a_path_in_its_own_way():
    answer = at_desk(people.xie()).get("/api/v1/cases/GZ%00")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_what_is_typed_with_it_is_kept_without_it():
    at_desk(people.xie()).post(reverse("intake"), typed(**{"parties.0.name": "于都\0公司", "address": "路\0"}))
    assert Party.objects.get(case=Case.objects.get(), role="APPLICANT").name == "于都\ufffd公司"


@pytest.mark.parametrize("path", ["/?q=%00", "/public/items/?q=%00", "/admin/organisations/user/?name=%00&name%00=1"])
def test_a_search_for_it_finds_nothing_and_breaks_nothing(path: str):
    client = Client()
    client.force_login(User.objects.get(posts__role="SYSTEM_ADMIN"))
    assert client.get(path).status_code < 500


def test_a_form_of_the_management_pages_with_it_breaks_nothing():
    client = Client()
    client.force_login(User.objects.get(posts__role="SYSTEM_ADMIN"))
    form = {"username": "xin\0ren", "name": "新\0人", "password1": "Yudu-2022-window", "password2": "Yudu-2022-window"}
    assert client.post("/admin/organisations/user/add/", form).status_code < 500


def test_a_cookie_with_it_is_the_cookie_of_nobody():
    client = Client()
    client.cookies["sessionid"] = "aaaaaaaaaaaaaaaa\0"
    assert client.get("/").url.startswith("/login/")
