"""What does the management page show of the catalogue, and does it refuse to change what is in force?"""

import pytest
from django.forms import modelform_factory
from django.urls import reverse

from approvals.catalogue.adminbase import GuideForm
from approvals.catalogue.models import Delegation, Edition, Guide, Item
from approvals.organisations.models import User

pytestmark = pytest.mark.django_db

LISTS = [
    "legaldocument",
    "edition",
    "item",
    "guide",
    "agreement",
    "delegation",
    "counterpart",
    "supervisionrule",
    "supervisioncounterpart",
]


@pytest.fixture
def root(client):
    person = User.objects.create(username="root-for-tests", name="总管", is_staff=True, is_superuser=True)
    client.force_login(person)
    return client


@pytest.mark.parametrize("model", LISTS)
def test_every_list_opens_with_few_statements(root, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        page = root.get(reverse(f"admin:catalogue_{model}_changelist"))
    assert page.status_code == 200
    assert page.context["cl"].result_count > 0


def test_unfinished_guides_can_be_listed(root):
    page = root.get(reverse("admin:catalogue_guide_changelist"), {"provisional__exact": "1"})
    assert page.context["cl"].result_count == 108 + 26


def test_an_item_is_found_by_its_initials(root):
    page = root.get(reverse("admin:catalogue_item_changelist"), {"q": "tzsbsy"})
    assert [item.code for item in page.context["cl"].queryset] == ["2-30"]


def test_a_guide_shows_its_papers_fields_and_points_and_cannot_be_changed(root):
    guide = Guide.objects.get(item__code="2-30")
    address = reverse("admin:catalogue_guide_change", args=[guide.pk])
    page = root.get(address)
    text = page.content.decode()
    assert "特种设备使用登记表" in text
    assert "设备种类" in text
    assert "监督检验证明或者首次检验报告有效" in text
    assert not page.context["has_change_permission"]
    assert root.post(address, {"version": 9}).status_code == 403
    guide.refresh_from_db()
    assert guide.version == 1


@pytest.mark.parametrize("model", LISTS)
def test_nothing_in_force_is_changed_added_or_deleted_here(root, model):
    assert root.get(reverse(f"admin:catalogue_{model}_add")).status_code == 403
    row = {"item": Item, "delegation": Delegation, "edition": Edition, "guide": Guide}.get(model)
    if row is not None:
        pk = row.objects.order_by("pk").first().pk
        assert root.post(reverse(f"admin:catalogue_{model}_change", args=[pk]), {}).status_code == 403
        assert root.get(reverse(f"admin:catalogue_{model}_delete", args=[pk])).status_code == 403


def test_a_draft_edition_may_still_be_corrected(root):
    published = Edition.objects.get(code="2022")
    draft = Edition.objects.create(
        code="draft", title="草拟", document=published.document, effective_from=published.effective_from
    )
    assert root.get(reverse("admin:catalogue_edition_change", args=[draft.pk])).context["has_change_permission"]


def test_a_guide_typed_here_must_hold_together_like_one_saved_on_its_own_page():
    guide = Guide.objects.get(item__code="2-30")
    form = modelform_factory(Guide, form=GuideForm, fields=["promised_days", "stage_days", "legal_basis"])
    given = {"promised_days": 3, "stage_days": '{"REVIEW": 3, "DECIDE": 3}', "legal_basis": '["某法"]'}
    assert set(form(given, instance=guide).errors) == {"stage_days", "legal_basis"}
