"""manage.py whatif DRAFT: what would publishing this draft change, case group by case group? Writes nothing."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.catalogue.models import Edition
from approvals.workbench.forecasting import Outlook, outlook

MOST = 40


class Command(BaseCommand):
    help = "试算：一版草拟清单发布以后，近几个月和在办的件各由谁受理、审核、决定、监管，缺哪些岗位和接口。只读。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="草拟清单的版本代码")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = Edition.objects.filter(code=options["edition"]).first()
        if edition is None or edition.is_fixed:
            raise CommandError(f"没有草拟中的版本「{options['edition'][:20]}」。")
        found = outlook(edition, today=timezone.localdate())
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(told(found)))


def told(found: Outlook) -> list[str]:
    """The answer as lines for a person."""
    lines = [
        f"自 {found.on} 起：{len(found.changed)} 组有变化；{found.since} 以来 {found.recent_cases} 件，"
        f"在办 {found.open_cases} 件（在办的按收件时的规则办完）"
    ]
    for one in found.changed[:MOST]:
        moved = "、".join(one.moved) or "只有方式变化"
        lines.append(
            f"· {one.code} {one.name} {one.region_name}：{one.was} → {one.becomes}；换人：{moved}；"
            f"近期 {one.work.recent} 件，在办 {one.work.open} 件"
        )
    if len(found.changed) > MOST:
        lines.append(f"……还有 {len(found.changed) - MOST} 组")
    lines += [f"▲ {one.who} {one.phase}：增 {one.gains} 件，减 {one.loses} 件" for one in found.loads[:MOST]]
    lines += [f"■ 缺岗位：{one.who} 没有{one.role}（{one.phase} {'、'.join(one.items)}）" for one in found.gaps]
    lines += [f"■ 没有接收系统，走站内认领：{name}" for name in found.no_endpoint]
    lines += [f"■ 岗位的事项范围要改：{name}" for name in found.scopes]
    return lines
