"""Do imports, foreign keys and migrations only point down?"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

ROOT = Path(settings.BASE_DIR)


def floors() -> dict[str, int]:
    """Each room's floor, 0 the lowest, as the import contract in pyproject.toml says."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    rooms = reversed(contract["layers"])
    return {room.strip().removeprefix("approvals."): n for n, layer in enumerate(rooms) for room in layer.split("|")}


FLOORS = floors()
ROOMS = [app for app in apps.get_app_configs() if app.name.startswith("approvals.")]


def sources() -> Iterator[Path]:
    yield from (path for path in (ROOT / "approvals").rglob("*.py") if "migrations" not in path.parts)


def test_every_room_stands_on_a_floor():
    assert {app.label for app in ROOMS} == set(FLOORS) - {"errors", "keys"}  # modules, not rooms


def test_imports_only_point_down():
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout


def test_foreign_keys_only_point_down():
    up = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in ROOMS
        for model in app.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many) and not field.auto_created
        if (target := field.related_model._meta.app_label) in FLOORS and target != app.label
        if FLOORS[target] >= FLOORS[app.label]
    ]

    assert up == []


def test_migrations_only_depend_downwards():
    graph = MigrationLoader(None).disk_migrations
    up = [
        f"{app}.{name} → {other}.{needed}"
        for (app, name), migration in graph.items()
        for other, needed in (*migration.dependencies, *migration.run_before)
        if app in FLOORS and other in FLOORS and app != other and FLOORS[other] >= FLOORS[app]
    ]

    assert up == []


def test_no_room_is_imported_inside_a_function():
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("approvals", "config"))
        or (isinstance(node, ast.Import) and any(name.name.startswith("approvals") for name in node.names))
    ]

    assert inside == []


@pytest.mark.parametrize("room", sorted(FLOORS))
def test_a_room_below_never_names_one_above_as_text(room):
    """A string such as "cases.Case" reaches up past the import contract."""
    above = "|".join(label for label, floor in FLOORS.items() if floor >= FLOORS[room] and label != room)
    model = re.compile(rf"({above})\.[A-Z]\w+")
    folder = ROOT / "approvals" / room
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path in (folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if above and model.fullmatch(node.value)
    ]

    assert named == []
