"""Are the management pages guarded as every other page, and is their looser script policy theirs alone?"""

import time

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from approvals.guidance.models import Advisor
from approvals.organisations.models import Organ, Post, User
from approvals.workbench.middleware import SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(User.objects.get(posts__role="SYSTEM_ADMIN"))
    return client


def policy(answer) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))


def test_only_management_may_evaluate_its_attributes_and_nothing_may_run_scripts_from_elsewhere(keeper):
    loose = policy(keeper.get("/admin/"))
    assert (loose["script-src"], loose["style-src-attr"]) == ("'self' 'unsafe-eval'", "'unsafe-inline'")
    assert "style-src" not in loose
    for address in ("/", "/login/", "/guides/", "/api/v1/schema/"):
        assert "unsafe-eval" not in Client().get(address, follow=True)["Content-Security-Policy"]


def test_a_stranger_is_sent_to_the_one_login(client):
    answer = client.get("/admin/catalogue/item/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/catalogue/item/"


def test_who_has_no_right_there_is_told_so_and_not_sent_in_circles(client):
    client.force_login(User.objects.get(username="xiexiaolan"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_initial_password_is_changed_first(keeper):
    User.objects.filter(posts__role="SYSTEM_ADMIN").update(must_change_password=True)
    answer = keeper.get("/admin/organisations/user/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("password"))


def test_an_idle_session_ends(keeper, settings):
    session = keeper.session
    session[SEEN] = int(time.time()) - settings.IDLE_MINUTES * 60 - 1
    session.save()
    answer = keeper.get("/admin/organisations/user/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?idle=1&next=/admin/organisations/user/")
    assert "_auth_user_id" not in keeper.session


def test_the_second_factor_comes_first(keeper, settings):
    settings.SECOND_FACTOR = True
    answer = keeper.get("/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/second-factor/?next=%2Fadmin%2F")


def test_no_token_is_there_to_look_at():
    assert not {"accesstoken", "refreshtoken", "grant", "idtoken"} & {
        model._meta.model_name for model in admin.site._registry
    }


def test_every_list_and_every_empty_form_opens_with_few_statements(client, django_assert_max_num_queries):
    root = User.objects.create(username="root-for-tests", name="总管", is_staff=True, is_superuser=True)
    client.force_login(root)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        with django_assert_max_num_queries(30):
            assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
        with django_assert_max_num_queries(40):
            assert client.get(reverse(f"{name}_add")).status_code in (200, 403), name


def test_an_item_admin_keeps_the_roster_of_the_own_unit_only(client):
    post = Post.objects.filter(role="ITEM_ADMIN", organ__region__kind="CITY").order_by("pk")[0]
    other = Organ.objects.filter(region__kind="CITY").exclude(pk=post.organ_id).order_by("pk")[0]
    for organ in (post.organ, other):
        Advisor.objects.create(organ=organ, user=post.user, starts_on="2026-01-01")
    client.force_login(post.user)

    page = client.get("/admin/guidance/advisor/").content.decode()
    assert page.count(">2026年1月1日<") == 1
    form = client.get("/admin/guidance/advisor/add/").content.decode()
    assert post.organ.name in form
    assert f">{other.name}<" not in form
