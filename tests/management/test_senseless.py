"""Does an address or a form that makes no sense lead back to the list of the management pages, and a mistake of ours not?"""

import pytest
from django.contrib import admin

from approvals.audit.models import ManagementRecord
from approvals.organisations.models import User

pytestmark = pytest.mark.django_db
LONG = "9" * 30


@pytest.mark.parametrize(
    "asked",
    [
        "organisations/user/?last_login__year=99999",
        f"organisations/user/?id__in={'9' * 5000}",
        f"organisations/user/?id__in={LONG}",
        "organisations/user/?is_active__exact=zzz",
        "organisations/user/?posts__role__exact=%00",
        "organisations/user/?q=%00",
        "organisations/user/?p=99999999999999999999",
        f"organisations/user/?e=1&p={'9' * 5000}",
        "organisations/post/?valid_from__year=0",
        "organisations/post/?valid_from__year=2022&valid_from__month=13",
        "organisations/post/?valid_from__year=2022&valid_from__month=2&valid_from__day=31",
        "organisations/user/add/?_to_field=",
        "organisations/user/{pk}/change/?_to_field=",
        "organisations/user/{pk}/change/?_to_field=x",
        "organisations/user/{pk}/delete/?_to_field=",
        "organisations/user/{pk}/history/?_to_field=x",
        f"organisations/user/{LONG}/change/",
        f"organisations/user/{'9' * 5000}/change/",
        f"r/{LONG}/{LONG}/",
        "autocomplete/?app_label=organisations&model_name=post&field_name=x",
        "autocomplete/?app_label=a&model_name=b&field_name=x&term=a",
        "exchange/message/?created_at__year=99999",
        "documents/letter/?state__exact=%00&kind__exact=%FF",
    ],
)
def test_an_address_that_makes_no_sense_leads_back_or_is_refused(asked, admin_client):
    address = f"/admin/{asked}".replace("{pk}", str(User.objects.all()[0].pk))
    answer = admin_client.get(address, follow=True)
    assert answer.status_code in (200, 400, 403, 404)


def test_the_list_says_that_its_filter_was_taken_away(admin_client):
    answer = admin_client.get("/admin/organisations/user/?last_login__year=99999", follow=True)
    assert answer.redirect_chain == [("/admin/organisations/user/", 302)]
    assert "地址里的筛选条件没有意义" in answer.content.decode()


@pytest.mark.parametrize(
    "filters",
    [
        "f=1",
        "e=1&x=2",
        "is_active__exact=zzz",
        "last_login__year=99999",
        pytest.param(f"id__in={LONG}", marks=pytest.mark.sqlite),  # PostgreSQL compares it, and finds nobody
    ],
)
def test_nothing_is_exported_under_a_filter_that_makes_no_sense(filters, admin_client):
    answer = admin_client.get(f"/admin/organisations/user/export/?{filters}", follow=True)
    assert answer.redirect_chain[-1][0].partition("?")[0] == "/admin/organisations/user/"
    assert "筛选条件没有意义" in answer.content.decode()
    assert not ManagementRecord.objects.filter(act="EXPORT").exists()
    assert admin_client.get("/admin/organisations/user/export/?is_active__exact=1")["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("key", [LONG, "9" * 5000, "x", "-1"])
def test_a_form_that_makes_no_sense_is_refused_and_writes_nothing(key, admin_client):
    before = User.objects.filter(is_active=True).count()
    done = admin_client.post(
        "/admin/organisations/user/", {"action": "disable", "_selected_action": [key]}, follow=True
    )
    assert done.status_code in (200, 400)
    given = {"user": key, "organ": key, "role": "CLERK", "item_scope": '{"a": 1}', "valid_from": "9999-99-99"}
    given |= {"substitutions-TOTAL_FORMS": key, "substitutions-INITIAL_FORMS": "0"}
    assert admin_client.post("/admin/organisations/post/add/", given).status_code in (200, 400)
    assert User.objects.filter(is_active=True).count() == before


def test_a_mistake_of_ours_still_fails_whatever_the_address_asks(admin_client, monkeypatch):
    def mistaken(self, request):
        raise ValueError("ours")

    monkeypatch.setattr(type(admin.site._registry[User]), "get_queryset", mistaken)
    with pytest.raises(ValueError, match="ours"):
        admin_client.get("/admin/organisations/user/?q=a", follow=True)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["organisations/organ", "documents/letter", "organisations/user", "catalogue/item"])
def test_the_management_pages_read_no_more_of_a_search(table, admin_client):
    for text in ("a b " * 12_500, "康" * 50_000):
        assert admin_client.get(f"/admin/{table}/", {"q": text}).status_code == 200
    assert (
        "于都县行政审批局"
        in admin_client.get("/admin/organisations/organ/", {"q": "于都县行政审批局".ljust(60) + "x"}).content.decode()
    )
