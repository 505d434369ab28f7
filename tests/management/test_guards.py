"""Are the management pages guarded as every other page, and is their looser script policy theirs alone?"""

import re
import time
from collections.abc import Iterable

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from unfold.admin import ModelAdmin

from approvals.audit import register
from approvals.cases import letters
from approvals.cases.models import BarPass, ReceiptBar
from approvals.cases.words import State
from approvals.documents import authority
from approvals.documents.models import Letter
from approvals.exchange.models import Message
from approvals.guidance.models import Advisor
from approvals.organisations import rights
from approvals.organisations.models import Organ, Post, SupervisionUnit, User
from approvals.organisations.pinyin import PinyinSearch, initials
from approvals.supervision.models import Objection, Proposal
from approvals.workbench.middleware import SEEN
from tests.factories import COMPANY, driven, moment

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
CHINESE = re.compile("[一-鿿]")
MONDAY = moment("2026-03-02")
CODES = {"SHA-256", "URL"}
LARGE = {"supervision.push", "workbench.unmasking"}  # a filter leads to the name there


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


def keepers() -> dict[str, Client]:
    """A browser of the administrator of each kind, by role."""
    found = {}
    for role in rights.CHANGES:
        posts = Post.objects.filter(rights.managing(), role=role).order_by("pk")
        found[str(role)] = Client()
        found[str(role)].force_login(posts[0].user)
    return found


def keeper_of(model: type[Model]) -> str:
    """Who changes the rows of a table, else the auditor, who looks at all."""
    for role, rooms in rights.CHANGES.items():
        models = rooms.get(model._meta.app_label, ())
        if "*" in models or model._meta.model_name in models:
            return str(role)
    return "AUDITOR"


def not_chinese(words: Iterable[str]) -> set[str]:
    return {text for text in map(str, words) if text.strip() and not CHINESE.search(text) and text not in CODES}


def said_on(page: HttpResponse) -> list[str]:
    """The column heads and filter names of a list, or the labels, helps and headings of a form."""
    if listed := page.context.get("cl"):
        heads = [label_for_field(one, listed.model, listed.model_admin) for one in listed.list_display[1:]]
        return [*heads, *(one.title for one in listed.filter_specs)]
    form = page.context["adminform"]
    fields = [field for fieldset in form for line in fieldset for field in line]
    helps = [getattr(one.field, "help_text", "") for one in fields if not one.is_readonly]
    return [
        *(fieldset.name or "" for fieldset in form),
        *(re.sub(r"<[^>]+>", "", one.label_tag()) for one in fields),
        *helps,
    ]


def test_every_page_opens_for_whoever_keeps_it_in_chinese_and_finds_names_by_initials(django_assert_max_num_queries):
    clients, english, unfound = keepers(), {}, []
    for model, kept in admin.site._registry.items():
        name, client = f"admin:{model._meta.app_label}_{model._meta.model_name}", clients[keeper_of(model)]
        assert isinstance(kept, ModelAdmin), name  # the theme's
        with django_assert_max_num_queries(30):
            listed = client.get(reverse(f"{name}_changelist"))
        assert listed.status_code == 200, name
        words = [model._meta.verbose_name, *said_on(listed)]
        with django_assert_max_num_queries(40):
            added = client.get(reverse(f"{name}_add"))
        assert added.status_code in (200, 403), name
        row = listed.context["cl"].result_list[:1]
        shown = [client.get(reverse(f"{name}_change", args=[row[0].pk]))] if row else []
        assert [page.status_code for page in shown] in ([], [200]), name
        for page in (added, *shown):
            words += said_on(page) if page.status_code == 200 else []
        if wrong := not_chinese(words):
            english[name] = wrong
        named = any("name" in field.split("__")[-1] or field.endswith("title") for field in kept.search_fields)
        by_initials = isinstance(kept, PinyinSearch) or any(field.endswith("initials") for field in kept.search_fields)
        if named and not by_initials and model._meta.label_lower not in LARGE:
            unfound.append(name)
        elif row and isinstance(kept, PinyinSearch):
            texts = model.objects.filter(pk=row[0].pk).values_list(*kept.pinyin_fields)[0]
            term = next(filter(None, (initials(text or "")[:6] for text in texts)), "")
            found = client.get(reverse(f"{name}_changelist"), {"q": term}).context["cl"].result_count
            unfound += [] if len(term) < 2 or found else [name]
    assert english == {}
    assert unfound == []


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


WRITTEN = {"data", "words", "answer_words", "lifting", "body", "id_last", "id_number", "mobile", "salt"}


def test_no_administrator_reads_what_letters_and_messages_say_or_what_people_wrote_about_a_case(rf):
    about_a_case = (Letter, Message, Objection, Proposal, BarPass, ReceiptBar)
    request = rf.get("/admin/")
    request.user = User.objects.filter(posts__role="AUDITOR")[0]
    shown = {
        model._meta.model_name: WRITTEN & set(flatten_fieldsets(kept.get_fieldsets(request, model())))
        for model, kept in admin.site._registry.items()
        if issubclass(model, about_a_case)
    }
    assert len(shown) == len(about_a_case)
    assert not any(shown.values()), shown


def test_the_page_of_a_letter_shows_its_number_and_nothing_of_what_it_says(keeper):
    authority.make(at=MONDAY)
    story = driven("2-30", "360731", MONDAY, to=State.KEY_POINTS)
    register.enrol(limit=10_000)
    while letters.follow_cases(at=story.at):
        pass
    letter = Letter.objects.filter(subject=story.case.number, data__contains=COMPANY)[0]
    page = keeper.get(f"/admin/documents/letter/{letter.pk}/change/").content.decode()
    assert letter.number in page
    assert COMPANY not in page
    assert letter.data_digest in page


def test_the_page_of_a_bar_shows_its_party_masked(client):
    story = driven("1-7", "360731", MONDAY, to=State.RECEIVED)
    person = "买买提吐尔逊"
    bar = ReceiptBar.objects.create(
        id_hash="b" * 64, name=person, id_last="4417", unit=SupervisionUnit.objects.all()[0], case=story.case,
        source="one", cause="失信", basis="《条例》第三条", from_on="2026-03-02", until_on="2027-03-02", head="0" * 64,
    )  # fmt: skip
    client.force_login(User.objects.filter(posts__role="AUDITOR")[0])
    for address in ("", f"{bar.pk}/change/"):
        page = client.get(f"/admin/cases/receiptbar/{address}").content.decode()
        assert "买**" in page
        assert person not in page
