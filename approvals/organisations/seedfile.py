"""How is a seed file read so that a mistake in it is named by file, row and column, and nothing is loaded?

Read and check every row first, write afterwards in one transaction: any getter may raise SeedMalformed.
Rows are numbered as a spreadsheet shows them: the header is row 1.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

from approvals.errors import Refused

T = TypeVar("T")


class SeedMalformed(Refused):
    code = "seed-malformed"
    status = 422
    title = "种子数据有误，没有载入"

    def __init__(self, file: str, row: int, column: str, why: str) -> None:
        place = file + (f" 第{row}行" if row else "") + (f"「{column}」列" if column else "")
        super().__init__(f"{place}：{why}", file=file, row=row, column=column)


@dataclass(frozen=True)
class Row:
    """One row of a seed file; every getter refuses a bad cell with its place."""

    file: str
    number: int
    values: Mapping[str, str]

    def refuse(self, column: str, why: str) -> NoReturn:
        raise SeedMalformed(self.file, self.number, column, why)

    def text(self, column: str, *, most: int = 0) -> str:
        """A cell that must not be empty, of at most `most` characters (0: any length)."""
        return self.optional(column, most=most) or self.refuse(column, "不能为空")

    def optional(self, column: str, *, most: int = 0) -> str:
        value = self.values[column]
        if most and len(value) > most:
            self.refuse(column, f"最多 {most} 个字，现有 {len(value)} 个")
        return value

    def integer(self, column: str, *, least: int = 0, most: int = 10**9) -> int:
        value = self.text(column)
        if not (value.isascii() and value.lstrip("-").isdigit() and value.count("-") <= 1):
            self.refuse(column, f"应为整数，现为「{value}」")
        if not least <= (number := int(value)) <= most:
            self.refuse(column, f"应在 {least} 到 {most} 之间，现为 {number}")
        return number

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.refuse(column, f"应为日期，如 2022-06-01，现为「{value}」")

    def day_or_none(self, column: str) -> date | None:
        return self.day(column) if self.values[column] else None

    def flag(self, column: str) -> bool:
        return self.choice(column, ("是", "否")) == "是"

    def choice(self, column: str, allowed: Collection[str]) -> str:
        value = self.text(column)
        if value not in allowed:
            self.refuse(column, f"应为 {'、'.join(allowed)} 之一，现为「{value}」")
        return value

    def codes(self, column: str) -> list[str]:
        """Codes separated by spaces; an empty cell is an empty list."""
        return self.values[column].split()

    def reference(self, column: str, known: Mapping[str, T]) -> T:
        """What a code in this cell stands for, among what is known."""
        value = self.text(column)
        if value not in known:
            self.refuse(column, f"没有代码为「{value}」的记录")
        return known[value]


def read_csv(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a UTF-8 CSV file whose header holds exactly `columns`, in any order; cells are stripped.

    Raises SeedMalformed for a missing or unreadable file, another header, a row that is too long or too short.
    """
    name = path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise SeedMalformed(name, 0, "", "找不到文件") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise SeedMalformed(name, 0, "", f"不是 UTF-8 编码的 CSV 文件（{error}）") from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    for column in columns:
        if header.count(column) != 1:
            raise SeedMalformed(name, 1, column, "表头缺少这一列" if column not in header else "表头重复")
    for column in header:
        if column not in columns:
            raise SeedMalformed(name, 1, column, "表头有不认识的列")
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise SeedMalformed(name, number, "", f"应有 {len(header)} 列，现有 {len(cells)} 列")
        rows.append(Row(name, number, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    return rows


def unique(rows: Sequence[Row], *columns: str) -> Sequence[Row]:
    """The same rows; refuses the second row with equal cells in `columns`."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.values[column] for column in columns)
        if key in seen:
            row.refuse(columns[-1], f"与第{seen[key]}行重复：{' '.join(key)}")
        seen[key] = row.number
    return rows
