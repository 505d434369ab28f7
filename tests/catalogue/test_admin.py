"""What does the management page show of the catalogue, and does it refuse to change what is in force?"""

from datetime import timedelta

import pytest
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import timezone

from approvals.catalogue.actions.copying import copy_rows
from approvals.catalogue.adminbase import DraftForm
from approvals.catalogue.models import CatalogueRecord, Delegation, Edition, Guide, Item
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
    guide.status = Guide.Status.DRAFT
    form = modelform_factory(Guide, form=DraftForm, fields=["promised_days", "stage_days", "legal_basis"])
    given = {"promised_days": 3, "stage_days": '{"REVIEW": 3, "DECIDE": 3}', "legal_basis": '["某法"]'}
    assert set(form(given, instance=guide).errors) == {"stage_days", "legal_basis"}


def typed(page, **changes) -> dict:
    """What the page of a row would send back, tables of parts included."""
    forms = [page.context["adminform"].form]
    for one in page.context["inline_admin_formsets"]:
        forms += [one.formset.management_form, *one.formset.initial_forms]
    given = {}
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            given |= {} if value is False else {form[name].html_name: "" if value is None else value}
    return given | changes


def told_of(page) -> str:
    return str(page.context["errors"]) if page.context and "errors" in page.context else ""


def test_a_draft_row_stays_in_its_list_and_what_does_not_hold_is_told(root):
    author = User.objects.get(username="root-for-tests")
    first = timezone.localdate() + timedelta(days=40)
    draft = Edition.objects.create(
        code="d1", title="草拟", document=Edition.objects.get(code="2022").document, effective_from=first, author=author
    )
    copy_rows(Edition.objects.get(code="2022"), draft)
    published = Item.objects.get(edition__code="2022", code="2-30")

    row = Delegation.objects.get(edition=draft, item__code="2-30", region="360703")
    address = reverse("admin:catalogue_delegation_change", args=[row.pk])
    page = root.get(address)
    assert not {"edition", "item"} & set(page.context["adminform"].form.fields)
    wrong = typed(page, place="nowhere", edition=published.edition_id, item=published.pk)
    assert "没有代码为" in told_of(root.post(address, wrong))
    twin = Delegation.objects.filter(edition=draft, item=row.item).exclude(region="360703").first()
    same = typed(page, region=twin.region_id, effective_from=twin.effective_from, agreement=twin.agreement_id or "")
    assert "日期重叠" in told_of(root.post(address, same))
    assert root.post(address, typed(page, note="改了", item=published.pk)).status_code == 302
    row.refresh_from_db()
    assert (row.edition, row.item.edition, row.note) == (draft, draft, "改了")

    item = Item.objects.get(edition=draft, code="2-30")
    address = reverse("admin:catalogue_item_change", args=[item.pk])
    page = root.get(address)
    assert "代码应为" in told_of(root.post(address, typed(page, seq=31)))
    assert root.post(address, typed(page, **{"supervision_rules-0-note": "示例说明"})).status_code == 302
    assert "示例说明" in CatalogueRecord.objects.filter(stream="d1").latest("sequence").body

    guide = Guide.objects.get(item=item)
    address = reverse("admin:catalogue_guide_change", args=[guide.pk])
    page = root.get(address)
    loose = root.post(address, typed(page, **{"materials-0-when": "nothing=示例"}))
    assert loose.status_code == 200
    assert "而申请表没有这个字段" in told_of(loose)
    for wrong in ({"fee": '{"charged": true, "options": ["x"]}'}, {"form_fields-0-choices": '{"a": [1]}'}):
        assert root.post(address, typed(page, **wrong)).status_code == 200
    whole = root.post(address, typed(page))
    assert whole.status_code == 302, told_of(whole)
