"""How are the lists of a guide typed by hand? One line an entry, cells between vertical bars; the head says which.

Excel is for many guides at once; this is for changing a word in one. Reading and writing are each other's inverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.catalogue.models import Confidence, Guide, MaterialForm, Necessity, Origin, PhraseUse, SpecialProcedure

YES, NO = "是", "否"
BAR = "｜"  # stands for a bar inside a cell


@dataclass(frozen=True)
class Column:
    """One cell of a line: its name in the model, in Chinese, and how it is read."""

    name: str
    label: str
    kind: str = "text"  # text, number, flag, choice
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False


def labels(choices: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices.choices)


TABLES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "conditions": ("受理条件", (Column("text", "条件", needed=True),)),
    "materials": (
        "申请材料",
        (
            Column("name", "名称", needed=True),
            Column("form", "形式", "choice", labels(MaterialForm), True),
            Column("copies", "份数", "number", needed=True),
            Column("necessity", "必要性", "choice", labels(Necessity), True),
            Column("origin", "来源", "choice", labels(Origin), True),
            Column("reuse", "可代替的证照"),
            Column("scenario", "何种情形"),
            Column("when", "由申请表决定"),
            Column("note", "说明"),
        ),
    ),
    "intermediaries": (
        "中介服务",
        (
            Column("name", "服务", needed=True),
            Column("basis", "依据", needed=True),
            Column("provider", "谁可以做", needed=True),
            Column("counted", "计入时限", "flag", needed=True),
            Column("days", "工作日", "number"),
        ),
    ),
    "flow": (
        "办理流程",
        (Column("name", "环节", needed=True), Column("by", "由谁", needed=True), Column("days", "工作日", "number")),
    ),
    "special_procedures": (
        "可以停表的程序",
        (
            Column("kind", "种类", "choice", labels(SpecialProcedure), True),
            Column("label", "名称", needed=True),
            Column("pauses_statutory", "停法定", "flag", needed=True),
            Column("pauses_promised", "停承诺", "flag", needed=True),
            Column("max_days", "最多", "number", needed=True),
            Column("basis", "依据", needed=True),
        ),
    ),
    "legal_basis": (
        "设定依据",
        (
            Column("law", "法律法规", needed=True),
            Column("article", "条款"),
            Column("valid_from", "施行"),
            Column("valid_to", "失效"),
            Column("confidence", "程度", "choice", labels(Confidence)),
        ),
    ),
    "review_points": ("审查要点", (Column("text", "内容", needed=True), Column("key", "关键", "flag", needed=True))),
    "phrases": (
        "常用语",
        (
            Column("use", "用途", "choice", labels(PhraseUse), True),
            Column("material", "材料序号", "number"),
            Column("text", "内容", needed=True),
        ),
    ),
}
COLUMNS_OF_GUIDE = ("conditions", "flow", "special_procedures", "legal_basis")  # kept as JSON on the guide itself


@dataclass(frozen=True)
class Typed:
    """One list as text, with its head."""

    key: str
    label: str
    head: str
    text: str
    rows: int


def write(guide: Guide) -> list[Typed]:
    """Every list of the guide as lines."""
    found = []
    for key, (label, columns) in TABLES.items():
        lines = [
            " | ".join(_cell(column, _value(row, column.name)) for column in columns).rstrip(" |")
            for row in rows_of(guide, key)
        ]
        head = " | ".join(column.label for column in columns)
        found.append(Typed(key, label, head, "\n".join(lines), min(12, max(3, len(lines) + 1))))
    return found


def rows_of(guide: Guide, key: str) -> list[Any]:
    if key == "conditions":
        return [{"text": text} for text in guide.conditions]
    if key in COLUMNS_OF_GUIDE:
        return list(getattr(guide, key))
    return sorted(getattr(guide, key).all(), key=lambda row: row.position)


def _value(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name)


def _cell(column: Column, value: Any) -> str:
    if column.kind == "flag":
        return YES if value else NO
    if column.kind == "choice":
        return dict(column.choices).get(str(value), "")
    return "" if value is None else str(value).replace("|", BAR).replace("\n", " ")


def read(
    given: Mapping[str, str],
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any], dict[str, list[str]]]:
    """Parts (rows of their own), columns of the guide, and mistakes by list, each with its line. Lists that were not
    sent stay as they are."""
    parts: dict[str, list[dict[str, Any]]] = {}
    lists: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, (_, columns) in TABLES.items():
        if key not in given:
            continue
        rows = []
        for number, line in enumerate(filter(str.strip, given[key].splitlines()), start=1):
            row, wrong = _row(columns, [cell.strip() for cell in line.split("|")])
            errors.setdefault(key, []).extend(f"第 {number} 行：{text}" for text in wrong)
            rows.append(row)
        if key == "conditions":
            lists[key] = [row["text"] for row in rows]
        elif key in COLUMNS_OF_GUIDE:
            lists[key] = rows
        else:
            parts[key] = rows
    return parts, lists, {key: texts for key, texts in errors.items() if texts}


def _row(columns: tuple[Column, ...], cells: list[str]) -> tuple[dict[str, Any], list[str]]:
    wrong = [] if len(cells) <= len(columns) else [f"最多 {len(columns)} 格，现有 {len(cells)} 格。"]
    row: dict[str, Any] = {}
    for column, cell in zip(columns, cells + [""] * (len(columns) - len(cells)), strict=False):
        if not cell and column.needed:
            wrong.append(f"“{column.label}”不能为空。")
        row[column.name] = _read(column, cell, wrong)
    return row, wrong


def _read(column: Column, cell: str, wrong: list[str]) -> Any:
    if column.kind == "flag":
        if cell and cell not in (YES, NO):
            wrong.append(f"“{column.label}”填是或者否。")
        return cell == YES
    if column.kind == "number":
        if cell and not cell.isdecimal():
            wrong.append(f"“{column.label}”填整数。")
        return int(cell) if cell.isdecimal() else None
    if column.kind == "choice":
        values = {label: value for value, label in column.choices}
        if cell and cell not in values:
            wrong.append(f"“{column.label}”应为{'、'.join(values)}之一。")
        return values.get(cell, "")
    return cell.replace(BAR, "|")
