"""Does a new guide ask more of people than the one before? After the reform papers, steps, days and fees may only fall.

Pure. Source: 赣市府办发〔2022〕7号 (减材料、减环节、减时限). A guide that raises one of them needs a reason with a basis.
"""

from __future__ import annotations

from typing import Any

from approvals.catalogue.sheets import GuideSheet

DAYS = (
    ("acceptance_days", "受理审查期限"),
    ("statutory_days", "法定办结时限"),
    ("promised_days", "承诺办结时限"),
    ("delivery_days", "颁证送达期限"),
)


def raises(before: GuideSheet, after: GuideSheet) -> list[str]:
    """What the new guide raises, as sentences; empty where it only lowers or keeps. Days are working days."""
    found = []
    if len(after.materials) > len(before.materials):
        found.append(f"申请材料由 {len(before.materials)} 份增加到 {len(after.materials)} 份")
    copies_before, copies_after = _copies(before), _copies(after)
    found += [
        f"“{name}”由 {copies_before[name]} 份增加到 {number} 份"
        for name, number in copies_after.items()
        if number > copies_before.get(name, number)
    ]
    steps_before, steps_after = before.parts.get("flow") or [], after.parts.get("flow") or []
    if steps_before and len(steps_after) > len(steps_before):
        found.append(f"办理环节由 {len(steps_before)} 个增加到 {len(steps_after)} 个")
    for name, label in DAYS:
        was, now = before.limits.get(name), after.limits.get(name)
        if was is not None and now is None and name == "promised_days":
            found.append(f"取消了承诺办结时限（原 {was} 个工作日）")
        elif was is not None and now is not None and now > was:
            found.append(f"{label}由 {was} 个工作日增加到 {now} 个工作日")
    if _fee(after.fee) > _fee(before.fee):
        found.append(f"收费由 {_yuan(before.fee)} 增加到 {_yuan(after.fee)}")
    services = len(after.parts.get("intermediaries") or []) - len(before.parts.get("intermediaries") or [])
    if services > 0:
        found.append(f"增加了 {services} 项中介服务")
    return found


def _copies(guide: GuideSheet) -> dict[str, int]:
    return {row["name"]: row["copies"] for row in guide.materials}


def _fee(fee: dict[str, Any]) -> tuple[bool, int]:
    """Whether anything is charged, and the highest amount in 分."""
    if not fee.get("charged"):
        return (False, 0)
    amounts = [one.get("amount_cents") or 0 for one in fee.get("options") or []]
    return (True, max([fee.get("amount_cents") or 0, *amounts]))


def _yuan(fee: dict[str, Any]) -> str:
    charged, cents = _fee(fee)
    return f"{cents // 100}.{cents % 100:02d} 元" if charged else "不收费"
