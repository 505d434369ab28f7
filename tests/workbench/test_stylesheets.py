"""Is every class of the stylesheets worn by something, and does a first visit stay light?"""

import gzip
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests import people
from tests.workbench.desks import at_desk

ROOT = Path(__file__).parents[2] / "approvals"
STATIC = ROOT / "workbench" / "static" / "workbench"
DRAWN = re.compile(r"class(?:Name)?=\\?\"([^\"]*)|class(?:Name)? = [\"']([^\"']*)|classList\.\w+\([\"']([^\"']*)")
FOREIGN = {"htmx-request"}  # set by a library


def styled() -> set[str]:
    found: set[str] = set()
    for sheet in STATIC.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        for selector in re.findall(r"([^{}]+)\{", text):
            found |= set(re.findall(r"\.([a-zA-Z][\w-]*)", selector))
    return found


def worn() -> tuple[set[str], set[str]]:
    """Classes as they stand in templates, scripts and code; and the beginnings of composed ones (light-{{ colour }})."""
    whole: set[str] = set()
    begun: set[str] = set()
    for ending in ("html", "js", "py"):
        for file in ROOT.rglob(f"*.{ending}"):
            text = file.read_text()
            quoted = set(re.findall(r"[\"']([\w-]+)[\"']", text)) if ending == "py" else set()
            whole |= quoted | {one.lower() for one in quoted}
            for parts in DRAWN.findall(re.sub(r"\{%.*?%\}", " ", text)):
                classes = re.sub(r"\{\{.*?\}\}", "\0", " ".join(parts))
                whole |= set(re.findall(r"[\w-]+", classes))
                begun |= set(re.findall(r"([\w-]+-)\0", classes))
    return whole, begun


@pytest.mark.pure
def test_every_class_of_the_stylesheets_is_worn():
    whole, begun = worn()
    idle = {one for one in styled() - whole - FOREIGN if not one.startswith(tuple(begun) or ("\0",))}
    assert sorted(idle) == []


FIRST_LOAD_BYTES = 300_000
PAGES = (("desk", "xie"), ("intake", "xie"), ("public-items", ""), ("login", ""))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "who"), PAGES)
def test_a_first_visit_transfers_less_than_three_hundred_kilobytes(name: str, who: str):
    """The page and every file it names, compressed as they are sent."""
    client = at_desk(getattr(people, who)()) if who else Client()
    page = client.get(reverse(name)).content
    named = set(re.findall(r'(?:src|href)="(/static/[^"#?]+)', page.decode()))
    assert len(named) > 3
    sent = len(gzip.compress(page))
    for address in named:
        file = finders.find(unquote(address.removeprefix("/static/")))
        assert file, address
        sent += len(gzip.compress(Path(file).read_bytes()))
    assert sent < FIRST_LOAD_BYTES, f"{sent} bytes"
