"""What does the State Council's yearly notice say, as a workbook, a CSV file or typed lines? Nothing is stored here.

One row a day, or a span of days (2027-02-06 至 2027-02-12), each 放假 or 调休上班, with the festival's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from approvals.calendars.models import DayOverride
from approvals.calendars.queries import stored_calendar
from approvals.calendars.workdays import Calendar, Override
from approvals.errors import Refused
from approvals.organisations.sheets.reading import Sheet

HEADINGS = ("年度", "文号", "通知标题", "网址", "发布日期", "日期", "安排", "节日")
KINDS = {str(label): str(value) for value, label in DayOverride.Kind.choices}
LONGEST_SPAN = 31
DAY = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?")


class NoticeMalformed(Refused):
    code = "notice-malformed"
    status = 422
    title = "放假安排有误，没有写入任何内容"

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("；".join(mistakes), mistakes=list(mistakes))
        self.mistakes = list(mistakes)


@dataclass(frozen=True)
class Notice:
    """One year's notice: `days` are (day, HOLIDAY or MAKE_UP, festival)."""

    year: int
    document: str
    title: str
    published_on: date
    days: tuple[tuple[date, str, str], ...]
    url: str = ""


def from_sheets(sheets: Sequence[Sheet]) -> Notice:
    """The notice of a workbook or CSV file: one sheet of HEADINGS (the first five once are enough), or the two sheets
    放假安排 and 调整日 as they are exported. Raises NoticeMalformed naming rows and columns."""
    by_title = {sheet.title: sheet for sheet in sheets}
    head, days = by_title.get("放假安排"), by_title.get("调整日")
    if head is None or days is None:
        head = days = sheets[0] if sheets else None
    mistakes: list[str] = []
    wanted = {*HEADINGS[:5]}, {*HEADINGS[5:]}
    for sheet, names in zip((head, days), wanted, strict=True):
        missing = [name for name in HEADINGS if name in names and name not in (sheet.header if sheet else ())]
        mistakes += [f"第 1 行：表头缺少「{name}」列" for name in missing]
    if mistakes or head is None or days is None:
        raise NoticeMalformed(mistakes or ["文件里没有工作表"])
    facts = dict.fromkeys(HEADINGS[:5], "")
    for line in head.lines:
        row = dict(zip(head.header, line.cells, strict=True))
        for name in facts:
            if row[name] and facts[name] and row[name] != facts[name]:
                mistakes.append(f"第 {line.number} 行「{name}」列：一次只导入一个年度的通知")
            facts[name] = facts[name] or row[name]
    found: dict[date, tuple[int, str, str]] = {}
    for line in days.lines:
        row = dict(zip(days.header, line.cells, strict=True))
        _take(found, line.number, row["日期"], row["安排"], row["节日"], mistakes)
    return _checked(facts, found, mistakes)


def from_text(*, year: str, document: str, title: str, url: str, published_on: str, lines: str) -> Notice:
    """The notice as typed: one line a day or span, such as `2027-02-06 至 2027-02-12 放假 春节`. Raises NoticeMalformed."""
    mistakes: list[str] = []
    found: dict[date, tuple[int, str, str]] = {}
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.strip():
            continue
        kind = next((word for word in sorted(KINDS, key=len, reverse=True) if word in line), "")
        before, _, after = line.partition(kind) if kind else (line, "", "")
        _take(found, number, before.strip(), kind, after.strip(), mistakes)
    facts = dict(zip(HEADINGS, (year, document, title, url, published_on), strict=False))
    return _checked({name: value.strip() for name, value in facts.items()}, found, mistakes)


def _take(
    found: dict[date, tuple[int, str, str]], number: int, span: str, kind: str, name: str, mistakes: list[str]
) -> None:
    days = list(_span(span))
    if not days:
        mistakes.append(f"第 {number} 行「日期」列：应为 2027-01-01，或 2027-02-06 至 2027-02-12，现为「{span}」")
    if kind not in KINDS:
        mistakes.append(f"第 {number} 行「安排」列：应为 {'、'.join(KINDS)} 之一，现为「{kind}」")
    if not name or len(name) > 20:
        mistakes.append(f"第 {number} 行「节日」列：应写明节日，最多 20 个字")
    for day in days:
        if day in found:
            mistakes.append(f"第 {number} 行「日期」列：{day} 与第 {found[day][0]} 行重复")
        found.setdefault(day, (number, KINDS.get(kind, ""), name))


def _span(text: str) -> Iterator[date]:
    found = DAY.findall(text)
    if len(found) not in (1, 2) or len(DAY.sub("", text).strip(" 至到-—~起止、，")) > 0:
        return
    try:
        first, *rest = [date(int(year), int(month), int(day)) for year, month, day in found]
    except ValueError:
        return
    last = rest[0] if rest else first
    if not timedelta(0) <= last - first < timedelta(LONGEST_SPAN):
        return
    for offset in range((last - first).days + 1):
        yield first + timedelta(offset)


def _checked(facts: dict[str, str], found: dict[date, tuple[int, str, str]], mistakes: list[str]) -> Notice:
    text = facts["年度"]
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if not settings.EARLIEST_YEAR <= year <= 2100:
        mistakes.append(f"「年度」：应在 {settings.EARLIEST_YEAR} 到 2100 之间，现为「{text}」")
    for name, most in (("文号", 40), ("通知标题", 120)):
        if not 0 < len(facts[name]) <= most:
            mistakes.append(f"「{name}」：不能为空，最多 {most} 个字")
    if len(facts["网址"]) > 200 or (facts["网址"] and not facts["网址"].startswith("https://")):
        mistakes.append("「网址」：应以 https:// 开头")
    published = list(_span(facts["发布日期"]))
    if len(published) != 1:
        mistakes.append(f"「发布日期」：应为日期，如 2026-11-04，现为「{facts['发布日期']}」")
    for day, (number, kind, _) in found.items():
        if year and day.year not in (year - 1, year):
            mistakes.append(f"第 {number} 行「日期」列：{year} 年的通知只能调整当年或上一年年末的日期，现为 {day}")
        if kind == DayOverride.Kind.MAKE_UP and day.weekday() < 5:
            mistakes.append(f"第 {number} 行「日期」列：{day} 不是周六或周日，不用调休上班")
    others = DayOverride.objects.filter(day__in=found).exclude(year=year or 0)
    mistakes += [f"第 {found[one.day][0]} 行「日期」列：{one.day} 已由 {one.year_id} 年的通知安排" for one in others]
    if not any(kind == DayOverride.Kind.HOLIDAY for _, kind, _ in found.values()):
        mistakes.append("没有一天放假，不像一份放假安排")
    if mistakes:
        raise NoticeMalformed(mistakes)
    days = tuple((day, kind, name) for day, (_, kind, name) in sorted(found.items()))
    return Notice(year, facts["文号"], facts["通知标题"], published[0], days, facts["网址"])


def with_notice(notice: Notice) -> Calendar:
    """The stored calendar as it would be with this notice."""
    now = stored_calendar()
    replaced = set(DayOverride.objects.filter(year=notice.year).values_list("day", flat=True))
    days = {day: override for day, override in now.days.items() if day not in replaced}
    days |= {day: Override(is_workday=kind == DayOverride.Kind.MAKE_UP, name=name) for day, kind, name in notice.days}
    return Calendar(days=days, years=now.years | {notice.year}, earliest=now.earliest)
