"""Who needs more than a password, how do they get it, and what does a wrong, a used or a guessed code bring?"""

import os
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from approvals.organisations import second_factor as factor
from approvals.organisations.models import ADMINISTRATORS, Post, Role, SecondFactor, User
from config import settings as shipped
from tests import people
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
PAGE = "/second-factor/"


@pytest.fixture(autouse=True)
def _asked_for(settings):
    settings.SECOND_FACTOR = True


def digits(secret: str, *, later: int = 0) -> str:
    """What the phone shows, now or some steps of 30 seconds later."""
    totp = TOTP(bytes.fromhex(secret))
    totp.drift = later
    return f"{totp.token():06d}"


def enrolled(actor) -> tuple[SecondFactor, list[str]]:
    """A phone of this person's that has shown nothing yet, and the recovery codes."""
    secret = factor.new_secret()
    user = User.objects.get(pk=actor.user)
    device, codes = factor.enrol(user=user, secret=secret, code=digits(secret), at=timezone.now())
    SecondFactor.objects.update(last_step=-1)
    return device, codes


def administrator(role: str) -> Client:
    post = Post.objects.filter(role=role).order_by("pk")[0]
    return at_desk(people.sitting(post.user.username, role))


def test_a_decider_does_nothing_before_the_second_factor():
    client = at_desk(people.wen())
    answer = client.get("/?list=desk")
    assert answer.status_code == 302
    assert answer.url == f"{PAGE}?next=%2F%3Flist%3Ddesk"
    assert client.post(reverse("bulk"), {"action": "TAKE", "number": "1"}).url == PAGE
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == PAGE


@pytest.mark.parametrize("who", [people.xie, people.li])
def test_a_clerk_and_a_reviewer_need_the_password_only(who):
    client = at_desk(who())
    assert client.get("/").status_code == 200
    assert client.get(PAGE).url == "/"


@pytest.mark.parametrize(
    "wanted", ["foo", "logout", "admin:index", "", "//elsewhere.example/", "https://elsewhere.example/"]
)
def test_a_way_on_that_is_no_path_of_this_site_leads_to_where_the_post_begins(wanted):
    for address in (PAGE, reverse("recovery-codes")):
        answer = at_desk(people.li()).get(address, {"next": wanted})
        assert (answer.status_code, answer.url) == (302, "/")
    assert at_desk(people.li()).get(PAGE, {"next": "/reported/?tab=filed"}).url == "/reported/?tab=filed"


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_the_management_pages_wait_for_the_second_factor_too(role):
    client = administrator(role)
    assert client.get("/admin/").url == f"{PAGE}?next=%2Fadmin%2F"
    assert client.post("/admin/logout/").status_code == 200


def test_who_may_open_the_management_pages_needs_it_whatever_the_posts():
    root = User.objects.create_superuser("root-of-all", password="x")
    client = Client()
    client.force_login(root, backend="approvals.organisations.rights.PostsInForce")
    assert client.get("/admin/").url.startswith(PAGE)


def test_who_stands_in_for_a_decider_needs_it_on_these_days():
    today = timezone.localdate()
    Post.objects.get(pk=people.wen().post).substitutions.create(
        user_id=people.li().user, starts_on=today, ends_on=today
    )
    assert at_desk(people.li()).get("/").url.startswith(PAGE)


def test_the_first_login_enrols_a_phone_and_tells_ten_recovery_codes_once():
    client = at_desk(people.wen())
    page = client.get(PAGE).content.decode()
    secret = client.session["second_factor_secret"]
    assert factor.typed_secret(secret) in page
    assert "<svg" in page
    assert "style=" not in page
    answer = client.post(PAGE, {"code": digits(secret), "next": "/"})
    codes = re.findall(r"<code>([0-9a-z]{5}-[0-9a-z]{5})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    again = client.get(PAGE)
    assert again.status_code == 302
    assert "second_factor_secret" not in client.session


def test_a_wrong_code_enrols_nothing_and_keeps_the_secret():
    client = at_desk(people.wen())
    client.get(PAGE)
    secret = client.session["second_factor_secret"]
    for code in ("000000" if digits(secret) != "000000" else "000001", "", "十", "1" * 40):
        assert client.post(PAGE, {"code": code}).status_code == 422
    assert not SecondFactor.objects.exists()
    assert client.session["second_factor_secret"] == secret


def test_a_secret_shown_in_one_session_is_not_shown_in_another(settings):
    settings.ONE_SESSION = False
    one, other = at_desk(people.wen()), at_desk(people.wen())
    one.get(PAGE)
    other.get(PAGE)
    assert one.session["second_factor_secret"] != other.session["second_factor_secret"]


def test_of_two_sessions_that_enrol_the_second_is_asked_for_the_phone_of_the_first(settings):
    settings.ONE_SESSION = False
    one, other = at_desk(people.wen()), at_desk(people.wen())
    one.get(PAGE)
    other.get(PAGE)
    one.post(PAGE, {"code": digits(one.session["second_factor_secret"])})
    other.post(PAGE, {"code": digits(other.session["second_factor_secret"])})
    assert "启用动态口令" not in other.get(PAGE).content.decode()
    assert other.get("/").url.startswith(PAGE)


def test_the_right_code_lets_in_and_back_to_what_was_asked_for():
    device, _ = enrolled(people.wen())
    client = at_desk(people.wen())
    before = client.session.session_key
    answer = client.post(PAGE, {"code": digits(device.secret), "next": "/reported/"})
    assert answer.url == "/reported/"
    assert client.get("/reported/").status_code == 200
    assert client.session.session_key != before


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_on_stays_here(elsewhere):
    device, _ = enrolled(people.wen())
    answer = at_desk(people.wen()).post(PAGE, {"code": digits(device.secret), "next": elsewhere})
    assert answer.url == "/"


def test_a_code_typed_with_full_width_digits_and_a_space_is_the_same_code():
    device, _ = enrolled(people.wen())
    code = "".join(chr(ord(one) - ord("0") + ord("０")) for one in digits(device.secret))
    assert at_desk(people.wen()).post(PAGE, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_a_wrong_code_is_refused_and_the_session_stays_shut():
    device, _ = enrolled(people.wen())
    client = at_desk(people.wen())
    answer = client.post(PAGE, {"code": digits(device.secret, later=50)})
    assert answer.status_code == 422
    assert "口令不对" in answer.content.decode()
    assert client.get("/").url.startswith(PAGE)


def test_a_code_works_once_even_while_the_phone_still_shows_it():
    device, _ = enrolled(people.wen())
    code = digits(device.secret)
    assert at_desk(people.wen()).post(PAGE, {"code": code}).status_code == 302
    second = at_desk(people.wen())
    assert second.post(PAGE, {"code": code}).status_code == 422
    assert second.get("/").url.startswith(PAGE)


def test_after_wrong_codes_even_the_right_one_waits_and_the_wait_doubles(settings):
    settings.SECOND_FACTOR_WAIT_SECONDS = 60
    device, codes = enrolled(people.wen())
    client = at_desk(people.wen())
    wrong = digits(device.secret, later=50)
    assert client.post(PAGE, {"code": wrong}).status_code == 422
    for right in (digits(device.secret), codes[0]):
        locked = client.post(PAGE, {"code": right})
        assert locked.status_code == 429
        assert "秒内不再核对口令" in locked.content.decode()
    earlier = timezone.now() - timedelta(seconds=61)
    SecondFactor.objects.update(throttling_failure_timestamp=earlier)
    assert client.post(PAGE, {"code": wrong}).status_code == 422
    SecondFactor.objects.update(throttling_failure_timestamp=earlier)
    assert client.post(PAGE, {"code": digits(device.secret)}).status_code == 429
    SecondFactor.objects.update(throttling_failure_timestamp=earlier - timedelta(seconds=60))
    assert client.post(PAGE, {"code": digits(device.secret)}).status_code == 302
    assert SecondFactor.objects.get().throttling_failure_count == 0


def test_a_new_session_does_not_begin_the_count_anew(settings):
    settings.SECOND_FACTOR_WAIT_SECONDS = 60
    device, _ = enrolled(people.wen())
    at_desk(people.wen()).post(PAGE, {"code": "wrong"})
    assert at_desk(people.wen()).post(PAGE, {"code": digits(device.secret)}).status_code == 429


def test_a_recovery_code_stands_in_for_the_phone_once():
    _, codes = enrolled(people.wen())
    client = at_desk(people.wen())
    assert client.post(PAGE, {"code": codes[3].upper()}).status_code == 302
    assert "还剩 9 个" in client.get("/").content.decode()
    assert at_desk(people.wen()).post(PAGE, {"code": codes[3]}).status_code == 422


def test_neither_secret_nor_recovery_codes_are_readable_in_the_database():
    device, codes = enrolled(people.wen())
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, recovery FROM organisations_secondfactor")
        row = str(cursor.fetchall())
    assert device.secret not in row
    assert not any(code in row or code.replace("-", "") in row for code in codes)


def test_a_password_chosen_by_others_is_changed_after_the_second_factor_not_before():
    device, _ = enrolled(people.wen())
    User.objects.filter(pk=people.wen().user).update(must_change_password=True)
    client = at_desk(people.wen())
    assert client.get(reverse("password")).url.startswith(PAGE)
    assert client.get(PAGE).status_code == 200
    client.post(PAGE, {"code": digits(device.secret)})
    assert client.get("/").url == reverse("password")


def test_leaving_ends_the_verification():
    device, _ = enrolled(people.wen())
    client = at_desk(people.wen())
    client.post(PAGE, {"code": digits(device.secret)})
    client.post(reverse("logout"))
    client.force_login(User.objects.get(pk=people.wen().user), backend="approvals.organisations.rights.PostsInForce")
    assert client.get("/").url.startswith(PAGE)


def test_the_security_administrator_resets_a_phone_and_it_is_written_down_who_did():
    lost, _ = enrolled(people.wen())
    decider = at_desk(people.wen())
    decider.post(PAGE, {"code": digits(lost.secret)})
    post = Post.objects.filter(role=Role.SECURITY_ADMIN).order_by("pk")[0]
    security = people.sitting(post.user.username, Role.SECURITY_ADMIN)
    own, _ = enrolled(security)
    client = at_desk(security)
    client.post(PAGE, {"code": digits(own.secret)})
    place = "/admin/organisations/secondfactor/"
    listed = client.get(place).content.decode()
    assert "温海涛" in listed
    assert lost.secret not in listed + client.get(f"{place}{lost.pk}/change/").content.decode()
    assert client.post(f"{place}{own.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{place}{lost.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not SecondFactor.objects.filter(user=people.wen().user).exists()
    assert LogEntry.objects.filter(user=security.user, action_flag=DELETION, object_id=str(lost.pk)).exists()
    assert decider.get("/").url.startswith(PAGE)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_no_other_administrator_resets_a_phone(role):
    lost, _ = enrolled(people.wen())
    post = Post.objects.filter(role=role).order_by("pk")[0]
    other = people.sitting(post.user.username, role)
    own, _ = enrolled(other)
    client = at_desk(other)
    client.post(PAGE, {"code": digits(own.secret)})
    answer = client.post(f"/admin/organisations/secondfactor/{lost.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    assert SecondFactor.objects.filter(pk=lost.pk).exists()


def test_a_demonstration_asks_nobody_and_says_so(settings):
    settings.DEMO = True
    assert at_desk(people.wen()).get("/").status_code == 200
    assert "演示不要动态口令" in Client().get(reverse("login")).content.decode()


def test_an_installation_asks_for_it_unless_told_otherwise():
    assert shipped.SECOND_FACTOR is (os.environ.get("SECOND_FACTOR", "1") in ("1", "true", "on"))
    assert {"DECIDER", "SEAL_KEEPER", *ADMINISTRATORS} == set(shipped.SECOND_FACTOR_ROLES)


def test_which_roles_need_it_is_a_setting(settings):
    settings.SECOND_FACTOR_ROLES = ["REVIEWER"]
    assert at_desk(people.li()).get("/").url.startswith(PAGE)
    assert at_desk(people.wen()).get("/").status_code == 200


def test_recovery_codes_are_renewed_against_the_phone_and_the_old_ones_end():
    device, old = enrolled(people.wen())
    client = at_desk(people.wen())
    page = reverse("recovery-codes")
    assert client.get(page).url.startswith(PAGE), "not before the second factor"
    client.post(PAGE, {"code": digits(device.secret)})
    SecondFactor.objects.update(last_step=-1)
    assert client.post(page, {"code": "000000"}).status_code == 422
    SecondFactor.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    shown = client.post(page, {"code": digits(device.secret)}).content.decode()
    new = re.findall(r"<code>([a-z2-9-]+)</code>", shown)
    assert len(new) == 10
    assert not set(new) & set(old)
    device.refresh_from_db()
    assert not factor.check(device=device.pk, code=old[0]).verified
    SecondFactor.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert factor.check(device=device.pk, code=new[0]).verified
