"""Which habits of the house can a program see broken?"""

import ast
import importlib
import os
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

import approvals
from approvals.errors import Refused

ROOT = Path(settings.BASE_DIR)
WRITER = Path("approvals/cases/write.py")
GIVEN_IN_NO_TEST_YET = {
    "AlreadySubmitted",
    "ArticleNotFound",
    "BarLifted",
    "BodyTooBig",
    "ComplaintNotFound",
    "EditionNotFound",
    "EndpointNotFound",
    "FileTooBig",
    "FindingClosed",
    "GuideRaises",
    "LetterNotGood",
    "LetterNotWaiting",
    "LicenceNumberTaken",
    "LicenceSeriesFull",
    "MayNotCall",
    "NoAuthority",
    "NoLicenceArrived",
    "NoPapers",
    "NotAnEditor",
    "NotBound",
    "NotPlanner",
    "NotSealed",
    "NotVerified",
    "NothingArrived",
    "PageUnreadable",
    "PartyNotFound",
    "RequestMalformed",
    "SheetRefused",
    "TaskClosed",
    "TooManyTries",
    "TooManyUnmaskings",
    "UnknownEdition",
    "Unstorable",
}
NOT_OURS = {".git", ".venv", "var", "__pycache__", ".hypothesis"}


def code() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "approvals").rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def files() -> Iterator[Path]:
    """What belongs to the project, with or without a repository around it."""
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder) / name for name in names if name not in NOT_OURS)


def refusals() -> list[type[Refused]]:
    for module in pkgutil.walk_packages(approvals.__path__, "approvals."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [Refused]
    while waiting:
        found.append(kind := waiting.pop())
        waiting.extend(kind.__subclasses__())
    return sorted(set(found), key=lambda kind: kind.__qualname__)


def test_exactly_one_distribution_brings_django_fsm():
    """Two of them put their files into one folder without a word from the installer."""
    bring = [
        each.metadata["Name"]
        for each in distributions()
        if any(str(file).startswith("django_fsm/") for file in each.files or [])
    ]

    assert bring == ["django-fsm-2"]


def test_a_case_changes_its_state_in_one_file_only():
    elsewhere = [
        f"{path}:{node.lineno}"
        for path, tree in code()
        if path != WRITER
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("update", "bulk_update") and any(word.arg == "state" for word in node.keywords)
        if "cases" in path.parts or re.search(r"\bCase\b", ast.unparse(node.func))
    ]

    assert elsewhere == []


def test_the_pages_hand_out_files_in_one_place_that_keeps_them_from_every_cache():
    doors = {
        path.name
        for path, tree in code()
        if path.parts[:2] == ("approvals", "workbench")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FileResponse"
    }

    assert doors == {"files.py"}


def test_nothing_is_caught_broadly():
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
    ]

    assert broad == []


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(
        kind.__dict__.get("code", f"{kind.__module__}.{kind.__name__} 没有自己的 code") for kind in refusals()
    )

    assert [code for code, times in codes.items() if times > 1 or not re.fullmatch(r"[a-z][a-z0-9-]+", code)] == []


def test_every_refusal_says_in_chinese_what_happened():
    assert [kind.__name__ for kind in refusals() if not re.search(r"[一-鿿]{2}", kind.title)] == []


def test_every_refusal_has_a_status_that_fits():
    fitting = (400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428, 429, 502, 503)

    assert [f"{kind.__name__} {kind.status}" for kind in refusals() if kind.status not in fitting] == []


def test_every_refusal_is_given_in_some_test():
    """By its class or its code; who writes a test for one of those still without takes it off the list."""
    here = Path(__file__)
    tests = "\n".join(path.read_text() for path in here.parents[1].rglob("*.py") if path != here)
    names, quoted = set(re.findall(r"\w+", tests)), set(re.findall(r"""["']([a-z0-9-]+)["']""", tests))
    never = {kind.__name__ for kind in refusals() if kind.__name__ not in names and kind.code not in quoted}

    assert never - GIVEN_IN_NO_TEST_YET == set()


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nothing_made_by_others_or_by_a_machine_is_in_the_repository():
    bulk = re.compile(r"\.min\.(js|css)$|node_modules|\.map$|\.(woff2?|otf|ttf|sqlite3?|pyc|whl|zip|exe)$")

    assert [str(path) for path in files() if bulk.search(str(path))] == []


def test_no_path_of_somebodys_own_machine_is_in_the_repository():
    own = re.compile(r"(?<![\w.$}~/])/(?:work|root|home|Users)/[\w.]")
    lists = {"uv.lock", "test_house_rules.py"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        if path.suffix in (".py", ".md", ".toml", ".yml", ".csv", ".sh", ".html", "") and path.name not in lists
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if own.search(line)
    ]

    assert found == []


def test_browser_tests_live_in_their_folder_where_ci_looks_for_them():
    marked = {path.parent for path in (ROOT / "tests").rglob("*.py") if "mark.browser" in path.read_text()}
    assert marked - {ROOT / "tests" / "architecture"} <= {ROOT / "tests" / "browser"}
