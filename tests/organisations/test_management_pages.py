"""Can each of the three administrators do the own work in the management pages, and nothing of the others'?"""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.organisations.load import demo_password
from approvals.organisations.models import Client as ConnectedSystem
from approvals.organisations.models import Organ, Post, SupervisionUnit, User
from approvals.organisations.people import load_people

pytestmark = pytest.mark.django_db
PAGES = ("region", "organ", "supervisionunit", "user", "post", "substitution", "client")


@pytest.fixture(autouse=True)
def people() -> None:
    load_people(settings.BASE_DIR / "fixtures" / "people.csv", password=demo_password(), demo=True)


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(posts__role=role))
    return client


def page(client: Client, model: str, rest: str = "") -> str:
    answer = client.get(f"/admin/organisations/{model}/{rest}")
    assert answer.status_code == 200, (model, rest, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("model", PAGES)
def test_a_list_opens_filters_searches_and_asks_no_more_for_more_rows(model: str, admin_client: Client) -> None:
    page(admin_client, model)
    counts = []
    for rows in ("?q=360731", "?q="):
        with CaptureQueriesContext(connection) as statements:
            page(admin_client, model, rows)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2
    assert counts[1] < 25


@pytest.mark.parametrize(
    ("model", "term"),
    [("organ", "于都"), ("user", "谢小兰"), ("post", "市行政审批局"), ("supervisionunit", "市场监督")],
)
def test_a_chinese_word_finds_its_rows(model: str, term: str, admin_client: Client) -> None:
    assert term in page(admin_client, model, f"?q={term}")


@pytest.mark.parametrize("model", PAGES)
def test_the_pages_speak_chinese(model: str, admin_client: Client) -> None:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page(admin_client, model, "add/"), flags=re.S)
    labels = re.findall(r"([A-Z][a-z]+(?: [a-z]+)+)[：:]", text)
    assert labels == []


def test_the_system_administrator_makes_an_account_without_first_and_last_name() -> None:
    client = signed_in("SYSTEM_ADMIN")
    form = {"username": "xinren", "name": "新人", "password1": "Yudu-2022-window", "password2": "Yudu-2022-window"}
    answer = client.post("/admin/organisations/user/add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(username="xinren")
    assert person.check_password("Yudu-2022-window")
    assert (person.name, person.must_change_password, person.is_staff) == ("新人", True, False)
    form = {"username": "xinren", "name": "新名", "phone": "13800000000", "is_active": "on"}
    answer = client.post(f"/admin/organisations/user/{person.pk}/change/", form)
    assert answer.status_code == 302, answer.context["errors"]
    person.refresh_from_db()
    assert (person.name, person.phone) == ("新名", "13800000000")
    assert person.check_password("Yudu-2022-window")


def test_nobody_raises_themselves_above_their_role_through_the_account_form() -> None:
    client = signed_in("SYSTEM_ADMIN")
    me = User.objects.get(posts__role="SYSTEM_ADMIN")
    form = {"username": me.username, "name": me.name, "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    assert (
        client.post(f"/admin/organisations/user/{me.pk}/change/", form | {"groups": ["1", "2", "3"]}).status_code == 302
    )
    me.refresh_from_db()
    assert not me.is_superuser
    me = User.objects.get(pk=me.pk)
    assert me.has_perm("organisations.change_user")
    assert not me.has_perm("organisations.add_post")


def test_a_password_that_an_administrator_sets_is_changed_at_the_next_login_and_the_own_one_is_not() -> None:
    client, me = signed_in("SYSTEM_ADMIN"), User.objects.get(posts__role="SYSTEM_ADMIN")
    clerk = User.objects.get(username="xiexiaolan")
    for person, wanted in ((clerk, True), (me, False)):
        path = f"/admin/organisations/user/{person.pk}/password/"
        assert client.post(path, {"password1": "Yudu-2022-a", "password2": "Yudu-2022-b"}).status_code == 200
        assert not User.objects.get(pk=person.pk).must_change_password
        given = {"password1": "Yudu-2022-neu", "password2": "Yudu-2022-neu", "usable_password": "true"}
        assert client.post(path, given).status_code == 302
        changed = User.objects.get(pk=person.pk)
        assert (changed.check_password("Yudu-2022-neu"), changed.must_change_password) == (True, wanted)


def test_an_administrator_does_not_touch_a_superusers_account(admin_user: User) -> None:
    client = signed_in("SYSTEM_ADMIN")
    path = f"/admin/organisations/user/{admin_user.pk}"
    form = {"password1": "Taken-over-2022", "password2": "Taken-over-2022"}
    assert client.post(f"{path}/password/", form).status_code == 403
    assert client.post(f"{path}/change/", {"username": "taken"}).status_code == 403


def first_post() -> dict[str, object]:
    """The form that gives a person who has no post yet one in a supervision unit."""
    person = User.objects.create_user("xinren", password="x", name="新人")
    unit = SupervisionUnit.objects.get(code="360731-SCJG-J")
    return {
        "user": person.pk,
        "organ": unit.organ_id,
        "role": "SUPERVISOR",
        "unit": unit.pk,
        "item_scope": "",
        "valid_from": "2022-07-01",
        "substitutions-TOTAL_FORMS": 0,
        "substitutions-INITIAL_FORMS": 0,
    }


def test_the_security_administrator_gives_posts_and_the_system_administrator_does_not() -> None:
    form = first_post()
    person = User.objects.get(pk=form["user"])
    assert signed_in("SYSTEM_ADMIN").post("/admin/organisations/post/add/", form).status_code == 403
    assert not person.posts.exists()
    answer = signed_in("SECURITY_ADMIN").post("/admin/organisations/post/add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    assert person.posts.get().unit_id == form["unit"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": ""}, "监管岗必须指明本机构的监管单位"),
        ({"role": "REVIEWER"}, "只有监管岗才有监管单位"),
        ({"organ": "360731-SPJ"}, "监管岗必须指明本机构的监管单位"),
        ({"valid_to": "2022-01-01"}, "止日早于起日"),
        ({"user": "AUDITOR"}, "此人是系统、安全或审计管理员"),
        ({"item_scope": "3-38 燃气"}, "「燃气」不是事项代码"),
    ],
)
def test_a_post_that_makes_no_sense_is_refused_on_the_form_in_chinese(changes: dict, said: str) -> None:
    form = first_post() | changes
    if "organ" in changes:
        form["organ"] = Organ.objects.get(code=changes["organ"]).pk
    if "user" in changes:
        form["user"] = User.objects.get(posts__role=changes["user"]).pk
    before = Post.objects.count()
    answer = signed_in("SECURITY_ADMIN").post("/admin/organisations/post/add/", form)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Post.objects.count() == before


def test_a_new_administrator_gets_the_management_pages_of_the_role_and_no_others() -> None:
    form = first_post() | {"role": "AUDITOR", "unit": ""}
    assert signed_in("SECURITY_ADMIN").post("/admin/organisations/post/add/", form).status_code == 302
    person = User.objects.get(pk=form["user"])
    assert person.is_staff
    assert person.has_perm("organisations.view_post")
    assert not person.has_perm("organisations.change_post")


def test_a_post_is_ended_but_never_rewritten_or_deleted() -> None:
    client = signed_in("SECURITY_ADMIN")
    post = Post.objects.get(user__username="lijianping")
    form = {
        "role": "DECIDER",
        "valid_to": "2023-12-31",
        "item_scope": "1-7，1-9",
        "substitutions-TOTAL_FORMS": 0,
        "substitutions-INITIAL_FORMS": 0,
    }
    assert client.post(f"/admin/organisations/post/{post.pk}/change/", form).status_code == 302
    post.refresh_from_db()
    assert (post.role, post.valid_to, post.item_scope) == ("REVIEWER", date(2023, 12, 31), ["1-7", "1-9"])
    assert client.post(f"/admin/organisations/post/{post.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_whose_post_has_ended_is_not_let_in_any_more() -> None:
    post = Post.objects.get(role="SYSTEM_ADMIN")
    form = {
        "valid_to": "2022-12-31",
        "item_scope": "",
        "substitutions-TOTAL_FORMS": 0,
        "substitutions-INITIAL_FORMS": 0,
    }
    client = signed_in("SYSTEM_ADMIN")
    page(client, "user")
    assert signed_in("SECURITY_ADMIN").post(f"/admin/organisations/post/{post.pk}/change/", form).status_code == 302
    assert client.get("/admin/organisations/user/").status_code == 302
    assert not User.objects.get(pk=post.user_id).get_all_permissions()


@pytest.mark.parametrize(("begins", "ends"), [(-60, -1), (1, 60)])
def test_the_management_pages_open_and_close_with_the_days_of_a_post_though_nobody_saves_it(
    begins: int, ends: int
) -> None:
    today = timezone.localdate()
    client, post = signed_in("SYSTEM_ADMIN"), Post.objects.get(role="SYSTEM_ADMIN")
    page(client, "user")
    days = {"valid_from": today + timedelta(days=begins), "valid_to": today + timedelta(days=ends)}
    Post.objects.filter(pk=post.pk).update(**days)
    assert client.get("/admin/organisations/user/").status_code == 302
    assert client.get("/admin/").status_code == 302
    assert not User.objects.get(pk=post.user_id).get_all_permissions()
    Post.objects.filter(pk=post.pk).update(valid_from=today, valid_to=today)
    page(client, "user")


def test_of_two_posts_the_one_that_ended_gives_no_right_any_more() -> None:
    today = timezone.localdate()
    item_admin = Post.objects.filter(role="ITEM_ADMIN").first()
    city = Organ.objects.get(code="360700-SPJ")
    coordinator = Post.objects.create(user=item_admin.user, organ=city, role="COORDINATOR", valid_from=today)
    assert User.objects.get(pk=item_admin.user_id).has_perm("oversight.change_samplerate")
    Post.objects.filter(pk=coordinator.pk).update(
        valid_from=today - timedelta(days=2), valid_to=today - timedelta(days=1)
    )
    person = User.objects.get(pk=item_admin.user_id)
    assert person.has_perm("catalogue.change_item")
    assert not person.has_perm("oversight.change_samplerate")


def test_a_connected_system_shows_its_secret_once_and_keeps_only_a_hash() -> None:
    client = signed_in("SECURITY_ADMIN")
    post = Post.objects.get(user__username="wangzhenhua")
    form = {
        "name": "市场监管系统",
        "client_id": "scjg",
        "client_secret": "a-secret-of-the-supervision-system",
        "post": post.pk,
    }
    answer = client.post("/admin/organisations/client/add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    system = ConnectedSystem.objects.get(client_id="scjg")
    assert system.post == post
    assert (system.client_type, system.authorization_grant_type) == ("confidential", "client-credentials")
    assert "a-secret" not in system.client_secret
    shown = page(client, "client", f"{system.pk}/change/")
    assert "市场监管系统" in shown
    assert "a-secret" not in shown
    assert system.client_secret not in shown


def test_the_auditor_sees_and_changes_nothing() -> None:
    client = signed_in("AUDITOR")
    for model in PAGES:
        page(client, model)
        assert client.get(f"/admin/organisations/{model}/add/").status_code == 403
    post = Post.objects.get(user__username="lijianping")
    assert client.post(f"/admin/organisations/post/{post.pk}/change/", {"valid_to": "2023-12-31"}).status_code == 403


def test_who_handles_cases_is_not_let_into_the_management_pages() -> None:
    client = Client()
    client.force_login(User.objects.get(username="xiexiaolan"))
    assert client.get("/admin/organisations/user/").status_code == 302
