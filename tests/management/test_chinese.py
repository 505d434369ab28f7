"""Do the management pages speak Chinese, also where a library does not?"""

import ast
import gettext
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import override, trans_real
from django.utils.translation.template import templatize

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
LIBRARIES = ("unfold", "import_export", "django.contrib.admin", "django.contrib.auth", "django.forms")
NOT_USED = {"simple_history", "guardian", "constance", "location_field"}  # add-ons of the theme that are not installed
SAME_IN_CHINESE = {"%(class_name)s %(instance)s"}
WORDS = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "_"}
QUOTED = r"""(?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:,\s*)?)+"""


def said_by(library: str) -> Iterator[tuple[str, list[str]]]:
    """Each call of a translating function in a library's code and templates: its name and its words."""
    [folder] = importlib.util.find_spec(library).submodule_search_locations
    for path in Path(folder).rglob("*"):
        if NOT_USED & set(path.parts):
            continue
        if path.suffix == ".html":
            for found in re.finditer(rf"\b(n?p?gettext|_)\(({QUOTED})", templatize(path.read_text())):
                yield found[1], list(ast.literal_eval(f"[{found[2]}]"))
        elif path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS:
                    words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    if words and all(isinstance(one, str) for one in words):
                        yield node.func.id, words


def translated(function: str, words: list[str]) -> str:
    if function.startswith("n"):
        return str(trans_real.ngettext(*words[:2], 2))
    if function.startswith("p"):
        return str(trans_real.pgettext(*words[:2]))
    return str(trans_real.gettext(words[0]))


def test_no_word_of_the_theme_or_the_importer_is_left_in_english():
    with override("zh-hans"):
        english = {
            words[-1]
            for library in LIBRARIES
            for function, words in said_by(library)
            if re.search("[A-Za-z]{2}", words[-1]) and translated(function, words) == words[-1]
        }
    assert english - SAME_IN_CHINESE == set()


def test_the_compiled_translation_is_the_written_one():
    text = (CATALOGUE / "django.po").read_text()
    pairs = re.findall(r'^msgid (".*")\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? (".*")$', text, re.M)
    written = {ast.literal_eval(key): ast.literal_eval(value) for key, value in pairs if key != '""'}
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    assert len(written) > 80
    assert {key[0] if isinstance(key, tuple) else key: said for key, said in compiled.items() if key} == written
