"""Which of a guide's materials does this application need? Pure: the answers of the form and of a few questions decide.

A material that is only asked for in some scenario (视情形) says when in one of two ways: by a field of the application
form (`when`, as in `equipment_class=锅炉|气瓶`), or, where it has none, by its scenario put as a question of yes and no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

YES, NO = "YES", "NO"
CONDITIONAL = "CONDITIONAL"


class AskedMaterial(Protocol):
    """One material; the model `Material` is one, and so is a copy of its columns."""

    position: int
    necessity: str
    scenario: str
    when: str


@dataclass(frozen=True)
class Question:
    """One question of yes and no; its key is the position of the first material it decides on."""

    key: str
    text: str
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Condition:
    """A field of the form and the choices with which a material is asked for."""

    key: str
    values: tuple[str, ...]


def condition(when: str) -> Condition | None:
    """`field=choice|choice` as a condition; None for an empty text. Raises ValueError for anything else."""
    if not when:
        return None
    key, sign, values = when.partition("=")
    found = tuple(value.strip() for value in values.split("|") if value.strip())
    if not sign or not key.strip() or not found:
        raise ValueError(f"「{when}」应写成 字段=选项|选项。")
    return Condition(key.strip(), found)


def questions(materials: Iterable[AskedMaterial]) -> list[Question]:
    """What must be asked besides the form, each scenario once, in the order of the materials."""
    found: dict[str, list[int]] = {}
    for one in materials:
        if one.necessity == CONDITIONAL and not one.when and one.scenario:
            found.setdefault(one.scenario, []).append(one.position)
    return [Question(str(positions[0]), text, tuple(positions)) for text, positions in found.items()]


def applies(when: str, form: Mapping[str, Any]) -> bool | None:
    """Whether the form asks for a material; None where it has no condition or its field is not filled in yet."""
    asked = condition(when)
    if asked is None or form.get(asked.key) in (None, ""):
        return None
    return str(form[asked.key]) in asked.values


def needed(
    materials: Iterable[AskedMaterial], form: Mapping[str, Any], answers: Mapping[str, str]
) -> dict[int, bool | None]:
    """By position: asked for, not asked for, or (None) not answered yet. Unconditional ones are always asked for."""
    listed = list(materials)
    by_question = {position: answers.get(one.key) for one in questions(listed) for position in one.positions}
    found: dict[int, bool | None] = {}
    for one in listed:
        if one.necessity != CONDITIONAL:
            found[one.position] = True
        elif one.when:
            found[one.position] = applies(one.when, form)
        else:
            found[one.position] = {YES: True, NO: False}.get(by_question.get(one.position) or "")
    return found


def mistakes(materials: Iterable[AskedMaterial], choices: Mapping[str, Iterable[str]]) -> list[tuple[int, str]]:
    """Conditions that can never be met, by position: a field the form does not have, or a choice it does not offer."""
    wrong = []
    for one in materials:
        try:
            asked = condition(one.when)
        except ValueError as error:
            wrong.append((one.position, str(error)))
            continue
        if asked is None:
            continue
        if one.necessity != CONDITIONAL:
            wrong.append((one.position, "只有视情形提交的材料才写条件。"))
        elif asked.key not in choices:
            wrong.append((one.position, f"申请表没有单选字段「{asked.key}」。"))
        elif strange := [value for value in asked.values if value not in set(choices[asked.key])]:
            wrong.append((one.position, f"字段「{asked.key}」没有选项「{'、'.join(strange)}」。"))
    return wrong
