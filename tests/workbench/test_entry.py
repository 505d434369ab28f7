"""Who comes in, how often may they err, and what do they find?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals.organisations.load import demo_password
from approvals.organisations.models import Post, Role, User
from approvals.workbench.chrome import MENU
from tests import people
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine


def enter(username: str, password: str) -> tuple[Client, object]:
    client = Client()
    return client, client.post(reverse("login"), {"username": username, "password": password})


def test_a_clerk_comes_in_with_the_password_and_begins_at_the_worklist():
    client, answer = enter("xiexiaolan", demo_password())
    assert answer.status_code == 302
    assert answer.url == reverse("desk")
    assert client.get("/").status_code == 200


def test_a_supervisor_begins_where_there_is_something_to_do():
    post = Post.objects.filter(role=Role.SUPERVISOR).select_related("user").order_by("pk")[0]
    _, answer = enter(post.user.username, demo_password())
    assert answer.url != reverse("desk")


def test_a_wrong_password_says_how_many_tries_are_left_and_five_lock_the_account():
    _, first = enter("lijianping", "wrong")
    assert "还能试 4 次" in first.content.decode()
    for _ in range(3):
        enter("lijianping", "wrong")
    _, fifth = enter("lijianping", "wrong")
    assert fifth.status_code == 429
    _, right = enter("lijianping", demo_password())
    assert right.status_code == 429
    assert "账号暂时锁定" in right.content.decode()


@pytest.mark.parametrize("from_elsewhere", ["198.51.100.7", "203.0.113.9, 198.51.100.7"])
def test_behind_a_proxy_wrong_tries_from_one_address_lock_nobody_out_who_comes_from_another(
    settings, from_elsewhere: str
):
    settings.BEHIND_PROXY = True
    given = {"username": "lijianping", "password": "wrong"}
    for _ in range(5):
        tried = Client().post(
            reverse("login"), given, headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="172.18.0.1"
        )
    assert tried.status_code == 429
    given["password"] = demo_password()
    right = Client().post(
        reverse("login"), given, headers={"X-Forwarded-For": from_elsewhere}, REMOTE_ADDR="172.18.0.1"
    )
    assert right.status_code == 302
    same = Client().post(reverse("login"), given, headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="172.18.0.1")
    assert same.status_code == 429


@pytest.mark.parametrize("forwarded", ["unknown", "203.0.113.9:4711", "", "\0"])
def test_what_a_proxy_writes_that_is_no_address_breaks_no_login(settings, forwarded: str):
    settings.BEHIND_PROXY = True
    given = {"username": "lijianping", "password": "wrong"}
    answer = Client().post(reverse("login"), given, headers={"X-Forwarded-For": forwarded})
    assert "还能试 4 次" in answer.content.decode()


def test_an_initial_password_is_changed_before_anything_else():
    User.objects.filter(username="xiexiaolan").update(must_change_password=True)
    client = at_desk(people.xie())
    assert client.get("/").url == reverse("password")
    given = {"old_password": demo_password(), "new_password1": "Yudu-2026-chuang", "new_password2": "Yudu-2026-chuang"}
    assert client.post(reverse("password"), given).status_code == 302
    assert client.get("/").status_code == 200


def test_a_weak_new_password_is_refused_beside_its_field():
    client = at_desk(people.xie())
    given = {"old_password": demo_password(), "new_password1": "12345678", "new_password2": "12345678"}
    answer = client.post(reverse("password"), given)
    assert answer.status_code == 422
    assert "密码没有修改" in answer.content.decode()


def test_nobody_sees_a_desk_without_login():
    for name in ("desk", "pushed", "reported", "intake", "export", "export-xlsx"):
        assert Client().get(reverse(name)).url.startswith("/login/")


def test_a_form_of_a_stranger_sent_by_script_is_answered_beside_what_is_typed():
    answer = Client().post(reverse("intake"), {"item": "3-38"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert 'href="/login/" target="_blank"' in answer.content.decode()


def test_an_idle_session_ends_and_says_so(settings):
    client = at_desk(people.xie())
    session = client.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 1
    session.save()
    answer = client.get("/")
    assert answer.url.startswith("/login/?idle=1")
    assert "没有操作，已退出" in client.get(answer.url).content.decode()


def test_one_person_switches_between_posts_without_logging_in_again():
    both = Post.objects.filter(user__username="xujiaming").order_by("pk")
    client = at_desk(people.sitting("xujiaming", both[0].role))
    client.post(reverse("switch"), {"post": both[1].pk})
    assert client.session["post"] == both[1].pk


def test_single_keys_are_turned_off_and_on_by_each_for_oneself():
    mine, others = at_desk(people.xie()), at_desk(people.huang())
    page = mine.post(reverse("keys"), {"single": "0"}, follow=True).content.decode()
    assert "单键快捷键已关闭" in page
    assert 'data-keys="off"' in mine.get("/").content.decode()
    assert 'data-keys="off"' not in others.get("/").content.decode()
    mine.post(reverse("keys"), {"single": "1"})
    assert 'data-keys="off"' not in mine.get("/").content.decode()


def test_a_post_of_somebody_else_is_not_taken():
    client = at_desk(people.xie())
    before = client.session["post"]
    client.post(reverse("switch"), {"post": people.zeng().post})
    assert client.session["post"] == before


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.DECIDER, Role.SEAL_KEEPER, Role.COORDINATOR])
def test_the_menu_shows_what_the_post_allows_and_every_entry_answers(role):
    post = Post.objects.filter(role=role).select_related("organ__region", "user").order_by("pk")[0]
    client = at_desk(people.somebody(post.organ.code, role))
    page = client.get("/").content.decode()
    mine = [entry for entry in MENU if role in entry.roles]
    shown = {entry.label for entry in MENU if f">{entry.label}</a>" in page}
    assert shown == {entry.label for entry in mine}
    for entry in mine:
        assert client.get(reverse(entry.route), follow=True).status_code == 200


def test_a_page_that_does_not_exist_says_so_in_chinese():
    answer = at_desk(people.xie()).get("/nothing/here/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_a_form_from_another_site_is_refused_in_chinese():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("login"), {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_a_form_from_before_a_new_login_learns_who_it_is_now_and_may_be_sent_again():
    client = Client(enforce_csrf_checks=True)
    client.cookies = at_desk(people.xie()).cookies
    headers, draft = {"HX-Request": "true"}, {"item": "3-38", "parties.0.name": "甲公司"}
    page = client.post(reverse("intake-draft"), draft, headers=headers).content.decode()
    assert "现在登录的是谢小兰" in page
    fresh = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    again = client.post(reverse("intake-draft"), draft | {"csrfmiddlewaretoken": fresh}, headers=headers)
    assert "已保存" in again.content.decode()


def test_a_form_from_before_everything_was_forgotten_leads_to_the_login_in_another_window():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("intake-draft"), {"item": "3-38"}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert re.search(rf'href="{reverse("login")}" target="_blank">在新窗口登录', page)
    assert "登录以后回到这里" in page


def test_pages_allow_no_inline_script_no_eval_and_nothing_from_outside():
    answer = at_desk(people.xie()).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    page = answer.content.decode()
    for forbidden in ("<style", ' style="', "onclick=", "javascript:", "hx-on", "http://", "https://"):
        assert forbidden not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_new_login_ends_the_older_session_which_is_told_why():
    older, _ = enter("xiexiaolan", demo_password())
    newer, _ = enter("xiexiaolan", demo_password())
    answer = older.get("/", {"tab": "open"})
    assert answer.url.startswith("/login/?elsewhere=1&next=")
    assert "刚在别处登录" in older.get(answer.url).content.decode()
    assert newer.get("/").status_code == 200
    assert older.get("/").url.startswith("/login/?next=")


def test_a_demonstration_with_shared_accounts_may_let_both_stay(settings):
    settings.ONE_SESSION = False
    older, _ = enter("xiexiaolan", demo_password())
    enter("xiexiaolan", demo_password())
    assert older.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/cases", "/admin/"])
def test_the_interface_and_the_management_end_an_idle_session_too(settings, path: str):
    client = at_desk(people.xie())
    session = client.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 1
    session.save()
    answer = client.get(path)
    if path == "/admin/":
        assert answer.url == "/login/?idle=1&next=/admin/"
    else:
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer.json()["code"] == "session-ended"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("header", ["x", "Basic eDp5", "Bearer nonsense"])
def test_no_header_keeps_an_ended_session_open(settings, header: str):
    headers = {"Authorization": header}
    older, _ = enter("xiexiaolan", demo_password())
    newer, _ = enter("xiexiaolan", demo_password())
    assert older.get("/", headers=headers).url.startswith("/login/?elsewhere=1")
    assert newer.get("/", headers=headers).status_code == 200
    session = newer.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 1
    session.save()
    assert newer.get("/api/v1/me", headers=headers).status_code == 401
    assert newer.get("/", headers=headers).url.startswith("/login/?")


def test_a_fragment_of_an_ended_session_leads_the_whole_page_to_the_login():
    older, _ = enter("xiexiaolan", demo_password())
    enter("xiexiaolan", demo_password())
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?tab=open"}
    answer = older.get("/", headers=here)
    assert answer["HX-Redirect"] == "/login/?elsewhere=1&next=/%3Ftab%3Dopen"
