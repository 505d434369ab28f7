"""Which English word stands for which Chinese term? Read off the models and enumerations themselves."""

import importlib
import inspect
import pkgutil
from enum import Enum
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Model

HEAD = """# 术语表

代码里的英文词与业务用语一一对应。本页由 `make docs` 从模型和枚举生成，请不要手改；测试会查它是否过时。
"""
SKIPPED = (".migrations", ".management")


def page() -> str:
    """The whole page, rooms from the lowest floor up."""
    rooms = [app for app in apps.get_app_configs() if app.name.startswith("approvals.")]
    return HEAD + "".join(section(room) for room in rooms)


def section(room: AppConfig) -> str:
    """One room: its models, then its enumerations; empty where there is neither."""
    terms = [(model.__name__, str(model._meta.verbose_name)) for model in room.get_models()]
    tables = [table("", sorted(terms))] if terms else []
    for enumeration in enumerations(room.name):
        members = [(str(member.value) or "（空）", str(member.label)) for member in enumeration]
        tables.append(table(f"\n### {enumeration.__qualname__}\n", members))
    return f"\n## {room.verbose_name}（{room.label}）\n" + "".join(tables) if tables else ""


def table(title: str, terms: list[tuple[str, str]]) -> str:
    rows = "".join(f"| `{english}` | {chinese} |\n" for english, chinese in terms)
    return f"{title}\n| 英文 | 中文 |\n|---|---|\n{rows}"


def enumerations(room: str) -> list[type[Enum]]:
    """Every enumeration defined in a room whose members carry a Chinese label, by module and name."""
    found = set()
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
        if not any(part in module.name for part in SKIPPED):
            for thing in classes_of(importlib.import_module(module.name)):
                found |= {thing, *classes_of(thing)} if issubclass(thing, Model) else {thing}
    ours = [each for each in found if issubclass(each, Enum) and each.__module__.startswith(f"{room}.")]
    labelled = [each for each in ours if all(hasattr(member, "label") for member in each)]
    return sorted(labelled, key=lambda each: (each.__module__, each.__qualname__))


def classes_of(holder: Any) -> list[type[Any]]:
    return [thing for thing in vars(holder).values() if inspect.isclass(thing)]
