"""Which rows of text stand in an uploaded file? Nothing in it is executed, unpacked without bound, or guessed.

Rows are numbered as a spreadsheet shows them: the header is row 1. Dates come as 2022-06-01, whole numbers as digits.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from approvals.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an encrypted workbook and the old .xls begin with
ZIP = b"PK\x03\x04"
UNPACKED_TIMES = 20  # how much larger than allowed for the upload the unpacked parts may be
PARTS = 200
WIDEST = 60  # columns
LONGEST_CELL = 32_767  # characters; Excel's own limit


class SheetUnreadable(Refused):
    code = "sheet-unreadable"
    status = 422
    title = "文件没有导入"


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number as a spreadsheet shows it, and its cells as text, in the order of the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    title: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read(*, name: str, content: bytes, most_bytes: int, most_rows: int) -> list[Sheet]:
    """The sheets of an .xlsx workbook, or the one of a UTF-8 .csv file. Raises SheetUnreadable."""
    if len(content) > most_bytes:
        refuse(f"文件有 {len(content) / 2**20:.1f} MB，最多 {most_bytes // 2**20} MB；请拆成几个文件。")
    if not content:
        refuse("文件是空的。")
    if content.startswith(OLE):
        refuse("这是加了密码的工作簿或者旧版 .xls 文件；请取消密码，另存为 .xlsx 再上传。")
    if content.startswith(ZIP):
        return list(_workbook(content, most_bytes * UNPACKED_TIMES, most_rows))
    if name.lower().endswith(".csv"):
        return [_csv(content, most_rows)]
    refuse("不是 .xlsx 工作簿，也不是 .csv 文件；请用本页导出的表格填写。")
    raise AssertionError


def refuse(detail: str, **place: Any) -> None:
    raise SheetUnreadable(detail, **place)


def _workbook(content: bytes, most_unpacked: int, most_rows: int) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _harmless(parts, most_unpacked)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says about its own size is not believed
            rows = sheet.iter_rows(max_col=WIDEST + 1)
            yield _sheet(sheet.title, (_cells(sheet.title, row) for row in rows), most_rows)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, EOFError) as error:
        raise SheetUnreadable("工作簿已损坏，或者不是 .xlsx 文件；请用表格软件打开后另存为 .xlsx 再上传。") from error


def _harmless(parts: zipfile.ZipFile, most_unpacked: int) -> None:
    found = parts.infolist()
    if len(found) > PARTS or sum(part.file_size for part in found) > most_unpacked:
        refuse("工作簿解压之后过大，不像正常的表格，没有打开。")
    for part in found:
        if part.flag_bits & 1:
            refuse("工作簿加了密码；请取消密码再上传。")
        if part.filename.lower().endswith("vbaproject.bin"):
            refuse("工作簿带有宏；请另存为不带宏的 .xlsx 再上传。")
        if part.filename.endswith((".xml", ".rels")):
            with parts.open(part) as file:
                if b"<!DOCTYPE" in file.read(2048):
                    refuse("工作簿带有外部定义，不像正常的表格，没有打开。")


def _cells(title: str, row: Sequence[Any]) -> list[str]:
    cells = []
    for cell in row:
        if cell.data_type == "f":
            refuse(
                f"工作表「{title}」第 {cell.row} 行第 {letter(cell.column)} 列是公式；请改成数值或文字。", row=cell.row
            )
        if cell.data_type == "e":
            refuse(f"工作表「{title}」第 {cell.row} 行第 {letter(cell.column)} 列是错误值；请更正。", row=cell.row)
        cells.append(text_of(cell.value))
    return cells


def text_of(value: Any) -> str:
    """A cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _csv(content: bytes, most_rows: int) -> Sheet:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SheetUnreadable(
            f"第 {line} 行起不是 UTF-8 编码；请用表格软件另存为“CSV UTF-8”或者 .xlsx 再上传。", row=line
        ) from error
    try:
        return _sheet("", _csv_rows(text), most_rows)
    except csv.Error as error:
        raise SheetUnreadable("CSV 文件的引号或分隔符有误；请用表格软件另存为 .xlsx 再上传。") from error


def _csv_rows(text: str) -> Iterator[list[str]]:
    for number, row in enumerate(csv.reader(io.StringIO(text), strict=True), start=1):
        for column, cell in enumerate(row, start=1):
            if cell.lstrip().startswith("="):
                refuse(f"第 {number} 行第 {letter(column)} 列是公式；请改成数值或文字。", row=number)
        yield [cell.strip() for cell in row]


def _sheet(title: str, rows: Iterable[list[str]], most_rows: int) -> Sheet:
    where = f"工作表「{title}」" if title else ""
    header: tuple[str, ...] = ()
    lines = []
    for number, cells in enumerate(rows, start=1):
        if "\0" in "".join(cells):
            refuse(f"{where}第 {number} 行有不可见的控制字符；请删去。", row=number)
        if number == 1:
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > WIDEST:
                refuse(f"{where}超过 {WIDEST} 列。")
            header = tuple(cells)
            continue
        if not any(cells):
            continue
        if len(lines) >= most_rows:
            refuse(f"{where}超过 {most_rows} 行；请拆成几个文件。", row=number)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            refuse(f"{where}第 {number} 行有一格超过 {LONGEST_CELL} 个字。", row=number)
        if any(cells[len(header) :]):
            refuse(f"{where}第 {number} 行在表头之外还有内容。", row=number)
        lines.append(Line(number, tuple((cells + [""] * len(header))[: len(header)])))
    return Sheet(title, header, tuple(lines))


def letter(column: int) -> str:
    """The name a spreadsheet gives a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
