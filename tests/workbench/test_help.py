"""Does every role find a help page whose words are those of the menu, the buttons and the workflow table?"""

import re

import pytest
from django.test import Client

from approvals.cases.words import Action
from approvals.cases.workflow import TABLE
from approvals.organisations.models import Role
from approvals.workbench.chrome import MENU, menu_of, slug_of
from approvals.workbench.views_help import ENTRIES, PAGES, SUMMARIES

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine


def page(role: str) -> str:
    response = Client().get(f"/help/{slug_of(role)}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_leads_to_every_role():
    shown = Client().get("/help/").content.decode()
    assert set(PAGES.values()) == set(Role) == set(SUMMARIES)
    for role in Role:
        assert f'href="/help/{slug_of(role)}/"' in shown


@pytest.mark.parametrize("role", Role)
def test_a_role_has_a_page_with_words_of_its_own(role):
    shown = page(role)
    assert f"<h1>{role.label}</h1>" in shown
    assert "从哪里开始" in shown


def test_every_entry_of_the_menu_is_explained_and_nothing_else():
    assert {entry.label for entry in MENU} == set(ENTRIES)


@pytest.mark.parametrize("role", Role)
def test_a_page_speaks_only_of_menu_entries_the_role_has(role):
    spoken = set(re.findall(r'<b class="menu-word">([^<]+)</b>', page(role)))
    assert spoken - {entry["label"] for entry in menu_of(role)} == set()


@pytest.mark.parametrize("role", Role)
def test_a_page_names_every_act_the_table_gives_the_role(role):
    shown = page(role)
    for row in TABLE:
        if any(role in who.roles for who in row.by):
            assert Action(row.action).label in shown


@pytest.mark.parametrize(
    ("role", "setting"),
    [
        (Role.SUPERVISOR, "GATHERING_REPLY_WORKDAYS"),
        (Role.COORDINATOR, "ORIGINALS_SIGN_WORKDAYS"),
        (Role.REVIEWER, "TAKE_OVER_AFTER_WORKDAYS"),
        (Role.REVIEWER, "MAX_EXTENSION_WORKDAYS"),
    ],
)
def test_a_page_says_a_limit_as_it_is_set(role, setting, settings):
    setattr(settings, setting, 37)
    assert "37 个工作日" in page(role)


@pytest.mark.parametrize("role", Role)
def test_no_page_writes_a_limit_in_chinese_numerals(role):
    assert not re.search("[一二三四五六七八九十]+个工作日", page(role))


def test_a_page_of_nobody_does_not_exist():
    assert Client().get("/help/emperor/").status_code == 404
