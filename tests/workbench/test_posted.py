"""Where does one land who opens the address of a form: by a link of a refused page, a reload, or after signing in again?"""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import URLPattern, get_resolver, resolve, reverse

from tests import people
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # addresses: the same on any engine
SOURCES = {one.stem: one.read_text() for one in Path("approvals/workbench").glob("views_*.py")}
WITHOUT_PAGE = {"keep_draft", "save_draft", "known", "on_file"}  # they answer a script of the page
PARTS = {"pk": 1, "how": "adopt", "number": "JC1", "action": "TAKE", "act": "x", "code": "x", "item": "x"}
PARTS |= {"push": UUID(int=1), "orphan": 1, "position": 1}


def views(decorator: str) -> set[tuple[str, str]]:
    """Module and name of the views under a decorator."""
    under = re.compile(rf"^@{decorator}\b.*\n(?:@.*\n)*def (\w+)", re.MULTILINE)
    return {(module, name) for module, text in SOURCES.items() for name in under.findall(text)}


def addresses(patterns: list, wanted: set[tuple[str, str]]) -> Iterator[str]:
    for one in patterns:
        if not isinstance(one, URLPattern):
            yield from addresses(one.url_patterns, wanted)
        elif (one.callback.__module__.rpartition(".")[2], one.callback.__name__) in wanted:
            yield reverse(one.name, kwargs={part: PARTS[part] for part in one.pattern.regex.groupindex})


def test_a_form_stands_on_a_page_unless_it_is_sent_by_a_script():
    assert {name for _, name in views("require_POST")} <= WITHOUT_PAGE


def test_the_address_of_a_form_leads_to_its_page_with_the_same_query():
    client, wanted = at_desk(people.zhong()), views("posted_from")
    for address in (found := list(addresses(get_resolver().url_patterns, wanted))):
        page, _, query = client.get(address, {"region": "360731"}).url.partition("?")
        view = resolve(page).func
        assert (view.__module__.rpartition(".")[2], view.__name__) not in wanted
        assert query == "region=360731"
    assert len(found) == len(wanted) > 30
