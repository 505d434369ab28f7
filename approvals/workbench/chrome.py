"""What stands around every page? Who is here, in which post, with which menu, and whether this is a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from approvals.catalogue.queries import edition_name
from approvals.notices.queries import unread
from approvals.organisations import rights
from approvals.organisations.access import Actor, NoPost, actor_in, posts_of
from approvals.organisations.models import ADMINISTRATORS, Post, Role

POST = "post"  # the session's key of the post the person sits in
HANDLERS = (Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER)
FOLLOWERS = (*HANDLERS, Role.COORDINATOR)
EVERYBODY = tuple(Role)
OVERSEEN = (Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.COORDINATOR)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: its name, its address, for which roles, its key after g; for which of them under 更多."""

    key: str
    label: str
    route: str
    roles: tuple[str, ...]
    go: str = ""
    more: tuple[str, ...] = ()


MENU = (
    Entry("desk", "工作台", "desk", FOLLOWERS, "w"),
    Entry("intake", "收件", "intake", (Role.CLERK,), "s"),
    Entry("pushed", "受理推送", "pushed", FOLLOWERS),
    Entry("reported", "县级报备（批）", "reported", FOLLOWERS),
    Entry("supervision", "审管信息推送", "supervision", (*FOLLOWERS, Role.SUPERVISOR)),
    Entry("statistics", "统计分析", "statistics", FOLLOWERS),
    Entry("letters", "文书待办", "letters", (Role.DECIDER, Role.SEAL_KEEPER, Role.COORDINATOR), more=EVERYBODY),
    Entry("deliveries", "送达与邮寄", "deliveries", (Role.CLERK, Role.COORDINATOR), more=EVERYBODY),
    Entry("custody", "纸质材料交接", "custody", (*HANDLERS, Role.COORDINATOR), more=EVERYBODY),
    Entry("coordination", "协调", "coordination", (Role.COORDINATOR,)),
    Entry("catalogue", "清单管理", "catalogue", (Role.ITEM_ADMIN, Role.COORDINATOR), more=(Role.COORDINATOR,)),
    Entry("complaints", "咨询投诉", "complaints", (Role.COORDINATOR,), more=EVERYBODY),
    Entry("calendar", "工作日历", "calendar", (Role.COORDINATOR,), more=EVERYBODY),
    Entry("oversight", "承接监督", "oversight", OVERSEEN, more=EVERYBODY),
    Entry("together", "检查与会商", "together", (*FOLLOWERS, Role.SUPERVISOR), more=FOLLOWERS),
    Entry("guidance", "业务指导", "guidance", (*FOLLOWERS, Role.ITEM_ADMIN), more=EVERYBODY),
    Entry("licences", "证照", "licences", (*FOLLOWERS, Role.ITEM_ADMIN), more=EVERYBODY),
    Entry("endpoints", "接收端", "endpoints", (Role.SYSTEM_ADMIN,)),
    Entry("windows", "窗口信息", "windows", (Role.CLERK, Role.COORDINATOR), more=EVERYBODY),
    Entry("guides", "事项与指南", "public-items", EVERYBODY),
)


def posts(request: HttpRequest) -> list[Post]:
    """The posts of the person who is here, today; read once a request."""
    if not hasattr(request, "_posts"):
        request._posts = posts_of(request.user, on=timezone.localdate())  # type: ignore[attr-defined]
    return request._posts  # type: ignore[attr-defined,no-any-return]


def post_of(request: HttpRequest) -> Post:
    """The post the person sits in: the one chosen in this session while it is theirs, else the first. Raises NoPost."""
    mine = posts(request)
    if not mine:
        raise NoPost("今天没有可用的岗位；请联系本单位管理员核对岗位的起止日期。")
    chosen = request.session.get(POST)
    return next((post for post in mine if post.pk == chosen), mine[0])


def actor_of(request: HttpRequest) -> Actor:
    """Who acts: the person in the post of this session. Raises NoPost."""
    return actor_in(post_of(request), user=request.user)


def menu_of(role: str) -> list[dict[str, str]]:
    """The menu of a post of this role."""
    return [
        {
            "key": one.key,
            "label": one.label,
            "url": reverse(one.route),
            "go": one.go,
            "more": "1" if role in one.more else "",
        }
        for one in MENU
        if role in one.roles
    ]


def slug_of(role: str) -> str:
    """The role in the address of its help page."""
    return role.lower().replace("_", "-")


def home_of(role: str) -> str:
    """Where a post of this role begins: the first entry of its menu, the management for administrators."""
    return reverse("admin:index") if role in ADMINISTRATORS else menu_of(role)[0]["url"]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: menu, posts and person; nothing of it for strangers."""
    today = timezone.localdate()
    context: dict[str, Any] = {"demo": settings.DEMO, "today": today}
    if settings.DEMO:
        context["edition_name"] = SimpleLazyObject(lambda: edition_name(today))
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.path.startswith("/admin/"):
        return context
    mine = posts(request)
    context["unread"] = unread(user.pk)
    context["manages"] = user.is_superuser or (user.is_staff and bool(rights.roles_of(user, on=today)))
    if mine:
        post = post_of(request)
        menu = menu_of(post.role)
        more = [one for one in menu if one["more"]]
        context |= {"post": post, "posts": mine, "menu": menu, "home": home_of(post.role)}
        context["help_url"] = reverse("help-role", args=[slug_of(post.role)])
        context |= {"more": more, "more_keys": [one["key"] for one in more]}
    return context
