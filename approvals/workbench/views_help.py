"""帮助: what does each role do, where does it begin, what may it do and what follows? One page a role.

What can be derived is: the menu from the menu, the acts from the workflow table, the keys from the sheet of keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.words import Action, State
from approvals.cases.workflow import TABLE, Place, Row, Target
from approvals.catalogue.queries import items_in_force
from approvals.organisations.models import ADMINISTRATORS, Role
from approvals.workbench.chrome import menu_of, slug_of

SUMMARIES = {
    Role.CLERK: "收件、一次告知补正、受理、推送，办结后送达",
    Role.REVIEWER: "审查材料和要点，提出意见；复核县级转报的要点",
    Role.CHECKER: "县级审核人，签发转报件，确认停表、终止",
    Role.DECIDER: "作出准予或不予的决定，确认延期",
    Role.SEAL_KEEPER: "在决定书和证照上用印",
    Role.SUPERVISOR: "认领推送来的审批结果，反馈监管情况",
    Role.ITEM_ADMIN: "维护本单位的事项和办事指南",
    Role.COORDINATOR: "盯超期、无人认领和退回，答复咨询投诉",
    Role.SYSTEM_ADMIN: "管账号、岗位、机构和接入系统",
    Role.SECURITY_ADMIN: "管密码、锁定和权限核查",
    Role.AUDITOR: "查留痕，核对记录有没有被改动",
}
ENTRIES = {
    "工作台": "轮到你办的、经手过的、退回来的办件，按本环节剩余时间排序。",
    "收件": "找事项、看能不能收、登记申请和材料。",
    "受理推送": "县级受理后推给市级的办件，推到哪里、谁接收。",
    "县级报备（批）": "县级审查后报市级决定的，和县级决定后向市级报备的。",
    "审管信息推送": "审批结果推给哪个监管单位、有没有认领、反馈到哪一步。",
    "接收端": "监管单位自己的系统收不收得到推送：暂停、恢复、重新投递，都留痕。",
    "统计分析": "收件、受理、办结、超期、退回、推送和认领的数，点数字看清单。",
    "清单管理": "各版清单、放权、监管单位和办事指南：起草、对照、试算、两人发布。",
    "窗口信息": "各地窗口的地址、办公时间和电话，本地区自己维护。",
    "事项与指南": "{items} 个事项的放权方式、承接地区和办事指南。",
    "承接监督": "县级报备、抽查、问题整改、红黄牌，权限的收回和交还，监督指标。",
    "检查与会商": "双随机的检查计划和结果，几个单位一起会商、联合踏勘。",
    "业务指导": "拿不准的问市级，市级答复、业务知识和培训通知。",
    "证照": "颁发的证照、现在的状态和经过；到期的、暂停的在这里找，颁发机关在这里立案处理。",
    "送达与邮寄": "寄出的、等申请人确认的和退回的：运单、轨迹，谁过了送达期限。",
    "纸质材料交接": "原件移交给谁、谁还没有签收、少了哪份，直到归档或寄还申请人。",
    "协调": "超期、无人认领、视为受理和咨询投诉。",
    "工作日历": "已公布的放假安排；新通知会让哪些在办件的到期日变。",
    "文书待办": "没有制成的、等第二人确认用印的文书，写着原因。",
    "咨询投诉": "公众提交的咨询、投诉和建议。",
}


@dataclass(frozen=True)
class Deed:
    """One line of the table of acts: what, from where, where to, what the clock does, which letter, who confirms."""

    label: str
    sources: str
    target: str
    clock: str
    letter: str
    confirmed: str
    duty: bool


PAGES = {slug_of(one): one for one in Role}


def deeds_of(role: str) -> list[Deed]:
    """The acts of a role, read off the workflow table: one line an act, the next steps before the side acts."""
    found: dict[str, list[Row]] = {}
    for row in TABLE:
        if any(role in who.roles for who in row.by):
            found.setdefault(row.action, []).append(row)
    return sorted((_deed(rows) for rows in found.values()), key=lambda deed: not deed.duty)


def confirmations_of(role: str) -> list[str]:
    """What a role confirms when another has proposed it."""
    rows = (row for row in TABLE if row.consent is not None and role in row.consent.roles)
    return list(dict.fromkeys(Action(row.action).label for row in rows))


def _deed(rows: list[Row]) -> Deed:
    first = rows[0]
    sources = dict.fromkeys(State(source).label for row in rows for source in row.source)
    targets = dict.fromkeys(_target(row) for row in rows)
    return Deed(
        label=Action(first.action).label,
        sources="、".join(sources),
        target="、".join(targets),
        clock=first.clock.label if first.clock else "不变",
        letter=first.letter.label if first.letter else "—",
        confirmed=_confirmed(first),
        duty=any(row.duty for row in rows),
    )


def _target(row: Row) -> str:
    if row.target == Target.SAME:
        return "环节不变"
    if row.target == Target.BACK:
        return f"退回人，没有退回过的到{State(row.else_to).label}" if row.else_to else "退回人"
    return State(row.target).label


def _confirmed(row: Row) -> str:
    if row.consent is None:
        return ""
    roles = "或".join(Role(role).label for role in row.consent.roles)
    organ = "以其名义受理的单位的" if row.consent.place == Place.IN_NAME else ""
    return f"{'第二次起，' if row.consent_from_second else ''}{organ}{roles}"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All roles, one's own first to see."""
    roles = [{"slug": slug, "role": role, "label": role.label, "told": SUMMARIES[role]} for slug, role in PAGES.items()]
    return render(request, "help/index.html", {"section": "help", "roles": roles})


@require_GET
def role(request: HttpRequest, role: str) -> HttpResponse:
    if role not in PAGES:
        raise Http404
    one = PAGES[role]
    number = str(len(items_in_force(timezone.localdate())))
    entries = [
        entry | {"told": ENTRIES[entry["label"]].replace("{items}", number)}
        for entry in (menu_of(one) if one not in ADMINISTRATORS else ())
    ]
    context = {
        "section": "help",
        "role": one,
        "told": SUMMARIES[one],
        "words": f"help/roles/{role}.html",
        "entries": entries,
        "deeds": deeds_of(one),
        "confirms": confirmations_of(one),
        "admin": one in ADMINISTRATORS or one == Role.ITEM_ADMIN,
    }
    return render(request, "help/role.html", context)
