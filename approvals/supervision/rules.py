"""To whom does a decision of this item in this region go, and why? Pure: rows in, recipients and reasons out.

Order of precedence, the most specific first: a rule that names the item before one that does not, then one that names the
region, then the one that names more phase holders, then the later start. Only one rule applies; what it leaves open the
catalogue's 监管分工 says; where neither names a unit, the decision goes to the list of orphans (无主清单).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

LEVEL_WORDS = {"COUNTY": "县级", "CITY": "市级"}
PHASE_WORDS = {"accept": "受理", "review": "审查", "decide": "决定"}
ORDER = "先看是否点名事项，再看是否点名地区，再看点名了几个环节由谁办，最后看哪条生效更晚；只用最具体的一条。"


@dataclass(frozen=True)
class Rule:
    """One row of the rule table; empty or None: any."""

    pk: int
    valid_from: date
    item: str = ""
    region: str = ""
    holders: tuple[tuple[str, str], ...] = ()  # ("decide", "COUNTY") …
    unit: int | None = None
    people: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    only_these_copies: bool = False
    note: str = ""
    region_name: str = ""

    def applies(self, *, item: str, region: str, holders: Mapping[str, str]) -> bool:
        return (
            self.item in ("", item)
            and self.region in ("", region)
            and all(holders.get(phase) == level for phase, level in self.holders)
        )

    @property
    def rank(self) -> tuple[bool, bool, int, date, int]:
        return bool(self.item), bool(self.region), len(self.holders), self.valid_from, self.pk

    @property
    def reach(self) -> str:
        """What it is about, in words."""
        held = "、".join(f"{PHASE_WORDS[phase]}在{LEVEL_WORDS[level]}" for phase, level in self.holders)
        return "，".join(
            (
                f"事项 {self.item}" if self.item else "全部事项",
                self.region_name or self.region or "全部地区",
                held or "不论谁办",
            )
        )


@dataclass(frozen=True)
class Unit:
    """What is asked about a unit."""

    pk: int
    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Recipient:
    """A unit that is to receive: to claim, or (`copy`) to know."""

    unit: Unit
    copy: bool
    provisional: bool
    people: tuple[int, ...]
    why: str


@dataclass(frozen=True)
class Routing:
    """The answer, with every step of how it came about. Without a responsible recipient: 无主."""

    recipients: tuple[Recipient, ...]
    rule: Rule | None
    steps: tuple[str, ...]

    @property
    def orphan(self) -> bool:
        return all(one.copy for one in self.recipients)


def choose(rules: Iterable[Rule], *, item: str, region: str, holders: Mapping[str, str]) -> list[Rule]:
    """The rules that apply, the one that counts first."""
    found = [rule for rule in rules if rule.applies(item=item, region=region, holders=holders)]
    return sorted(found, key=lambda rule: rule.rank, reverse=True)


def route(
    *,
    listed: Sequence[Mapping[str, Any]],
    rules: Iterable[Rule],
    units: Mapping[int, Unit],
    item: str,
    region: str,
    holders: Mapping[str, str],
) -> Routing:
    """`listed`: what the catalogue says (unit, copy, provisional); units that no longer exist are left out."""
    steps = [_listed_words(listed, units)]
    applying = choose(rules, item=item, region=region, holders=holders)
    rule = applying[0] if applying else None
    if rule is None:
        steps.append("推送规则：没有适用的规则，按清单的监管分工。")
    else:
        more = f"（另有 {len(applying) - 1} 条较不具体，不用）" if len(applying) > 1 else ""
        steps.append(f"推送规则：用第 {rule.pk} 条，范围是{rule.reach}{more}。{ORDER}")
    found: dict[int, Recipient] = {}
    for recipient in _responsible(listed, rule, units):
        found.setdefault(recipient.unit.pk, recipient)
    for recipient in _copies(listed, rule, units):
        found.setdefault(recipient.unit.pk, recipient)
    recipients = tuple(found.values())
    steps += [f"{'抄送' if one.copy else '牵头'}{one.unit.name}：{one.why}" for one in recipients]
    if all(one.copy for one in recipients):
        steps.append("没有牵头的监管单位：列入无主清单，由协调员指定，不会丢失。")
    return Routing(recipients, rule, tuple(steps))


def _responsible(
    listed: Sequence[Mapping[str, Any]], rule: Rule | None, units: Mapping[int, Unit]
) -> Iterable[Recipient]:
    people = rule.people if rule else ()
    if rule and rule.unit in units:
        yield Recipient(units[rule.unit], False, False, people, f"推送规则第 {rule.pk} 条指定。{rule.note}")
        return
    for one in listed:
        if not one["copy"] and one["unit"] in units:
            unsure = "（待确认）" if one["provisional"] else ""
            yield Recipient(units[one["unit"]], False, one["provisional"], people, f"清单的监管分工{unsure}。")


def _copies(listed: Sequence[Mapping[str, Any]], rule: Rule | None, units: Mapping[int, Unit]) -> Iterable[Recipient]:
    if rule is None or not rule.only_these_copies:
        for one in listed:
            if one["copy"] and one["unit"] in units:
                yield Recipient(units[one["unit"]], True, one["provisional"], (), "清单的抄送：检查在当地进行。")
    for pk in rule.copies if rule else ():
        if pk in units:
            yield Recipient(units[pk], True, False, (), f"推送规则第 {rule.pk if rule else ''} 条抄送。")


def _listed_words(listed: Sequence[Mapping[str, Any]], units: Mapping[int, Unit]) -> str:
    names = [f"{'抄送' if one['copy'] else ''}{units[one['unit']].name}" for one in listed if one["unit"] in units]
    return f"清单的监管分工：{'、'.join(names)}。" if names else "清单的监管分工：没有指明单位。"
