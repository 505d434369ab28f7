"""How are the lists of a guide edited on the page? A table a list, a row an entry, with empty rows to add.

Excel is for many guides at once; this is for changing one. Reading and writing are each other's inverse: a cell is named
`list.row.column`, the order follows the numbers in front, a row whose cells are all empty is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.catalogue.models import (
    Check,
    Confidence,
    FieldKind,
    Guide,
    MaterialForm,
    Necessity,
    Origin,
    PhraseUse,
    SpecialProcedure,
)

BAR = "｜"
EMPTY_ROWS = 2
MOST_ROWS = 200
ON = "on"
AT = "at"  # the cell that says where a row stands


@dataclass(frozen=True)
class Column:
    """One cell of a row: its name in the model, in Chinese, and how it is read."""

    name: str
    label: str
    kind: str = "text"  # text, number, money (yuan on the page, 分 in the guide), day, flag, words, choice
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False


def labels(choices: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices.choices)


TABLES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "conditions": ("受理条件", (Column("text", "条件", needed=True),)),
    "service_objects": ("谁可以办", (Column("text", "服务对象", needed=True),)),
    "form_fields": (
        "申请表",
        (
            Column("key", "字段", needed=True),
            Column("label", "名称", needed=True),
            Column("kind", "类型", "choice", labels(FieldKind), True),
            Column("unit", "单位"),
            Column("required", "必填", "flag"),
            Column("choices", "选项（用｜隔开）", "words"),
            Column("rule", "校验", "choice", labels(Check)),
            Column("hint", "填写说明"),
        ),
    ),
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
            Column("counted", "计入时限", "flag"),
            Column("days", "工作日", "number"),
            Column("note", "说明"),
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
            Column("pauses_statutory", "停法定", "flag"),
            Column("pauses_promised", "停承诺", "flag"),
            Column("max_days", "最多工作日", "number", needed=True),
            Column("basis", "依据", needed=True),
        ),
    ),
    "legal_basis": (
        "设定依据",
        (
            Column("law", "法律法规", needed=True),
            Column("article", "条款"),
            Column("valid_from", "施行", "day"),
            Column("valid_to", "失效", "day"),
            Column("confidence", "程度", "choice", labels(Confidence)),
        ),
    ),
    "fee_options": (
        "收费分档",
        (
            Column("field", "按申请表的哪个字段", needed=True),
            Column("choice", "选项", needed=True),
            Column("amount_cents", "金额（元）", "money", needed=True),
        ),
    ),
    "review_points": ("审查要点", (Column("text", "内容", needed=True), Column("key", "关键", "flag"))),
    "phrases": (
        "常用语",
        (
            Column("use", "用途", "choice", labels(PhraseUse), True),
            Column("material", "材料序号", "number"),
            Column("text", "内容", needed=True),
        ),
    ),
}
WORDS = {"conditions", "service_objects"}  # lists of plain sentences
OF_GUIDE = {*WORDS, "flow", "special_procedures", "legal_basis", "fee_options"}  # kept as JSON on the guide itself


@dataclass(frozen=True)
class Cell:
    """One cell as the page shows it: the name it is sent back under, and its text."""

    column: Column
    name: str
    text: str

    @property
    def words(self) -> str:
        """What a reader sees where nothing can be changed."""
        if self.column.kind == "flag":
            return "是" if self.text else "否"
        return dict(self.column.choices).get(self.text, "") if self.column.kind == "choice" else self.text


@dataclass(frozen=True)
class Row:
    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """One list of a guide."""

    key: str
    label: str
    columns: tuple[Column, ...]
    rows: list[Row]
    filled: int


def tables(guide: Guide, typed: Mapping[str, str] | None = None) -> list[Table]:
    """Every list of the guide with some empty rows; as it was typed, where a form came back."""
    found = []
    for key, (label, columns) in TABLES.items():
        if typed is not None and f"{key}.shown" in typed:
            given = [cells for _, cells in _sent(key, columns, typed)]
        else:
            given = [{one.name: _text(one, _value(row, one.name)) for one in columns} for row in rows_of(guide, key)]
        empty = [{one.name: "" for one in columns} for _ in range(EMPTY_ROWS)]
        rows = [
            Row(number, [Cell(one, f"{key}.{number}.{one.name}", cells[one.name]) for one in columns])
            for number, cells in enumerate([*given, *empty], start=1)
        ]
        found.append(Table(key, label, columns, rows, len(given)))
    return found


def sent(guide: Guide) -> dict[str, str]:
    """What the page of a guide sends back unchanged."""
    given = {}
    for table in tables(guide):
        given[f"{table.key}.shown"] = "1"
        for row in table.rows:
            given[f"{table.key}.{row.number}.{AT}"] = str(row.number)
            given |= {cell.name: cell.text for cell in row.cells if cell.column.kind != "flag" or cell.text}
    return given


def rows_of(guide: Guide, key: str) -> list[Any]:
    if key in WORDS:
        return [{"text": text} for text in getattr(guide, key)]
    if key == "fee_options":
        return list(guide.fee.get("options") or [])
    if key in OF_GUIDE:
        return list(getattr(guide, key))
    return sorted(getattr(guide, key).all(), key=lambda row: row.position)


def _value(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name)


def _text(column: Column, value: Any) -> str:
    if column.kind == "flag":
        return ON if value else ""
    if column.kind == "money":
        return yuan(value)
    if column.kind == "words":
        return BAR.join(str(one) for one in value or ())
    return "" if value is None else str(value)


def yuan(cents: Any) -> str:
    """An amount in 分 as people write it: 80, 80.50."""
    whole, rest = divmod(int(cents or 0), 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def cents_of(text: str) -> int | None:
    """An amount in yuan as 分; None where it is no amount."""
    found = re.fullmatch(r"(\d{1,7})(?:\.(\d{1,2}))?", text.strip())
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def _sent(key: str, columns: tuple[Column, ...], given: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The rows that were filled in, with the number each bears on the page, in the order asked for."""
    cell = re.compile(rf"{key}\.(\d{{1,4}})\.\w+")
    numbers = sorted({int(found[1]) for name in given if (found := cell.fullmatch(name))})[:MOST_ROWS]
    rows = []
    for number in numbers:
        cells = {one.name: given.get(f"{key}.{number}.{one.name}", "").strip() for one in columns}
        if any(cells[one.name] for one in columns if one.kind != "flag"):
            at = given.get(f"{key}.{number}.{AT}", "").strip()
            rows.append((int(at) if at.isdecimal() and len(at) < 5 else 9999, number, cells))
    return [(number, cells) for _, number, cells in sorted(rows, key=lambda one: one[:2])]


def read(
    given: Mapping[str, str],
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any], dict[str, list[str]]]:
    """Parts (rows of their own), lists kept on the guide, and mistakes by list, each with its row. Lists that were not
    on the page stay as they are."""
    parts: dict[str, list[dict[str, Any]]] = {}
    lists: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, (label, columns) in TABLES.items():
        if f"{key}.shown" not in given:
            continue
        rows = []
        for number, cells in _sent(key, columns, given):
            row, wrong = _row(columns, cells)
            errors.setdefault(key, []).extend(f"{label}第 {number} 行：{text}" for text in wrong)
            rows.append(row)
        if key in WORDS:
            lists[key] = [row["text"] for row in rows]
        elif key in OF_GUIDE:
            lists[key] = rows
        else:
            parts[key] = rows
    return parts, lists, {key: texts for key, texts in errors.items() if texts}


def _row(columns: tuple[Column, ...], cells: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    wrong = [f"“{one.label}”不能为空。" for one in columns if one.needed and not cells[one.name]]
    return {one.name: _read(one, cells[one.name], wrong) for one in columns}, wrong


def _read(column: Column, cell: str, wrong: list[str]) -> Any:
    if column.kind == "flag":
        return cell == ON
    if column.kind == "number":
        if cell and not (cell.isdecimal() and len(cell) <= 5):
            wrong.append(f"“{column.label}”填整数。")
            return None
        return int(cell) if cell else None
    if column.kind == "money":
        if cell and cents_of(cell) is None:
            wrong.append(f"“{column.label}”填金额，如 80 或 80.50。")
        return cents_of(cell) or 0
    if column.kind == "day":
        try:
            return date.fromisoformat(cell).isoformat() if cell else None
        except ValueError:
            wrong.append(f"“{column.label}”填日期，如 2027-01-01。")
            return None
    if column.kind == "words":
        return [word.strip() for word in cell.replace("|", BAR).split(BAR) if word.strip()]
    if column.kind == "choice" and cell and cell not in dict(column.choices):
        wrong.append(f"“{column.label}”应为{'、'.join(label for _, label in column.choices)}之一。")
    return cell
