"""In which post does the caller act, and is the token good for it?

A connected system acts in the one post it is bound to. A person chooses among the own posts by `X-Post: <id>` or
`?post=<id>`; without it the first one counts.
"""

from __future__ import annotations

from datetime import date

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from approvals.api.authentication import Machine
from approvals.errors import Invalid, Refused
from approvals.keys import key_of
from approvals.organisations.access import Actor, NoPost, actor_for, actor_for_client, posts_of
from approvals.organisations.second_factor import SecondFactorRequired, outstanding

POST_HEADER = "X-Post"


class ScopeMissing(Refused):
    code = "scope-missing"
    status = 403
    title = "令牌没有这个权限范围"


class PasswordChangeFirst(Refused):
    code = "password-change-first"
    status = 403
    title = "先修改初始密码"


class HasScope(BasePermission):
    """Whether the token carries the scope the method asks for; a person with a session has both."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None or not request.user.is_authenticated:
            raise exceptions.NotAuthenticated("带上令牌（Authorization: Bearer …），或先登录。")
        if isinstance(request.user, Machine):
            wanted = view.scope_of(request.method)
            if wanted not in request.auth.scopes:
                raise ScopeMissing(f"取得令牌时请求 {wanted} 范围，再试。", scope=wanted)
        elif outstanding(request.user, posts=lambda: posts_of(request.user, on=view.on)):
            raise SecondFactorRequired("到工作台输入动态口令后再用接口。")
        return True


def actor_of(request: Request, *, on: date) -> Actor:
    """Who acts. Raises Invalid, NoPost, PasswordChangeFirst."""
    post = _asked_post(request)
    if isinstance(request.user, Machine):
        actor = actor_for_client(request.user.client, on=on)
        if post not in (None, actor.post):
            raise NoPost("接入系统只能以绑定的岗位办理，去掉 post。")
        return actor
    if request.user.must_change_password:
        raise PasswordChangeFirst("到工作台修改密码后再用接口。")
    return actor_for(request.user, on=on, post=post)


def _asked_post(request: Request) -> int | None:
    text = request.headers.get(POST_HEADER) or request.query_params.get("post")
    if not text:
        return None
    post = key_of(text)
    if post is None:
        raise Invalid({"post": ["应为岗位编号，见 /api/v1/me。"]})
    return post
