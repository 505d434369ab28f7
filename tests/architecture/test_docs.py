"""Do the pages that are read off the code still say what the code says?"""

import re
from collections import defaultdict
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.urls import Resolver404, resolve

ROOT = Path(settings.BASE_DIR)
MADE_LATER = {".venv/", "var/"}


def test_the_glossary_is_what_the_code_says():
    call_command("glossary", check=True)


def test_one_english_word_stands_for_one_chinese_term():
    words, terms = defaultdict(set), defaultdict(set)
    for app in apps.get_app_configs():
        for model in app.get_models() if app.name.startswith("approvals.") else ():
            words[str(model._meta.verbose_name)].add(model.__name__)
            terms[model.__name__].add(str(model._meta.verbose_name))

    assert {term: found for term, found in (words | terms).items() if len(found) > 1} == {}


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_command_that_a_page_names_exists():
    named = {word for page in pages() for word in re.findall(r"manage\.py ([a-z_]+)", page.read_text())}

    assert named - set(get_commands()) == set()


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for page in pages() for word in re.findall(r"\bmake ([a-z]+)", page.read_text())}

    assert named - targets == set()


def test_every_address_and_every_file_that_a_page_names_exists():
    named = {(page, word) for page in pages() for word in re.findall(r"`([\w./-]*/[\w./-]*)`", page.read_text())}
    named = {(page, word) for page, word in named if not re.fullmatch(r"[a-z]+/\d+", word)}  # a format and its version
    lost = [f"{page.name}：{word}" for page, word in sorted(named) if not (leads_somewhere(word) or word in MADE_LATER)]

    assert lost == []


def test_the_page_of_limits_tells_every_limit_of_the_settings_with_its_default_and_unit():
    code = (ROOT / "config/settings.py").read_text()
    numbers = re.findall(r'env\.(?:int|float)\(\s*"(\w+)", default=([\d_.]+)', code)
    rates = re.findall(r'env\("(\w+_RATE)", default="([\w/]+)"', code)
    assert len(numbers) == len(re.findall(r"env\.(?:int|float)\(", code)), "a number this test cannot read"

    page = (ROOT / "docs/limits.md").read_text()
    told = re.findall(r"^\| `(\w+)` \| (\S+) \| \S+ \| [^|]+ \|[^|]*\|$", page, re.MULTILINE)
    assert sorted(told) == sorted((name, value.replace("_", "")) for name, value in [*numbers, *rates])


def leads_somewhere(word: str) -> bool:
    if not word.startswith("/"):
        return (ROOT / word).exists() or (ROOT / "approvals" / word).exists()
    try:
        return bool(resolve(word))
    except Resolver404:
        return False


def test_every_link_between_our_pages_leads_somewhere():
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages()
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_target_of_make_is_explained():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    explained = re.findall(r"^([a-z]+):.*## \S", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert explained == targets
