"""Is every class of the stylesheets worn by something, and does a first visit stay light?"""

import re
from pathlib import Path

import pytest

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
            whole |= quoted
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
