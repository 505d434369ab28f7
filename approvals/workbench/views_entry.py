"""How does a person come in, change post and password, and leave?"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from approvals.organisations.access import posts_of
from approvals.organisations.load import demo_password
from approvals.organisations.models import ADMINISTRATORS, Post, Role, User
from approvals.workbench.chrome import POST, home_of, posts
from approvals.workbench.posted import posted_from

SHOWN = (  # the named people of a demonstration, in the order of a case's way
    "xiexiaolan",
    "lijianping",
    "heweidong",
    "wenhaitao",
    "zhongqiuping",
    "zengzhigang",
    "chenyumei",
    "yangshanming",
)


class Login(LoginView):
    """登录: one sentence for every wrong try, with what is left before the account is locked for a while."""

    template_name = "workbench/login.html"
    redirect_authenticated_user = True
    form_class = AuthenticationForm

    def get_default_redirect_url(self) -> str:
        if not self.request.user.is_authenticated:
            return "/"
        mine = posts_of(self.request.user, on=timezone.localdate())
        return home_of(mine[0].role) if mine else "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if context["form"].errors:
            tried = {"username": self.request.POST.get("username", "")}
            failures = AxesProxyHandler.get_failures(self.request, credentials=tried)
            context["left"] = max(1, settings.AXES_FAILURE_LIMIT - failures)
        context["lock_minutes"] = settings.LOCK_MINUTES
        context["idle_minutes"] = settings.IDLE_MINUTES
        context |= {key: key in self.request.GET for key in ("idle", "elsewhere", "kept")}
        if settings.DEMO:
            context |= {"accounts": demo_accounts(), "demo_password": demo_password()}
        return context


def to_management(request: HttpRequest) -> HttpResponse:
    """The management pages have no login of their own; who is here already and still not let in has no right there."""
    if request.user.is_authenticated:
        raise PermissionDenied("这个账号没有管理页面的权限。")
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def demo_accounts() -> list[Post]:
    """The posts shown beside the login of a demonstration: the named people, and one supervisor."""
    today = timezone.localdate()
    mine = Post.objects.in_force(today).filter(user__is_demo=True).select_related("user", "organ")
    named = {post.user.username: post for post in mine.filter(user__username__in=SHOWN).order_by("-pk")}
    watcher = mine.filter(role=Role.SUPERVISOR, organ__code="360700-SCJG").order_by("pk").first()
    shown = [named[name] for name in SHOWN if name in named]
    return [*shown, watcher] if watcher else shown


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong tries: the answer of every login while the account rests."""
    return render(request, "workbench/locked.html", {"lock_minutes": settings.LOCK_MINUTES}, status=429)


@login_required
@posted_from("desk")
def switch(request: HttpRequest) -> HttpResponse:
    """Sit in another of one's posts; a post that is not one's own changes nothing."""
    chosen = next((post for post in posts(request) if str(post.pk) == request.POST.get("post")), None)
    if chosen is None:
        messages.warning(request, "这个岗位今天不在你名下，没有换岗。", extra_tags="amber")
        return redirect("desk")
    request.session[POST] = chosen.pk
    return redirect(home_of(chosen.role) if chosen.role not in ADMINISTRATORS else "admin:index")


@login_required
@posted_from("desk")
def keys(request: HttpRequest) -> HttpResponse:
    """Turn the keys that are one character on or off for oneself: voices and shaking hands press them unasked."""
    wanted = request.POST.get("single") == "1"
    User.objects.filter(pk=request.user.pk).update(single_keys=wanted)
    told = "单键快捷键已打开，按 ? 看全部。" if wanted else "单键快捷键已关闭；Ctrl Enter、Ctrl S 和 Esc 照常。"
    messages.success(request, told)
    return redirect("desk")


@login_required
def password(request: HttpRequest) -> HttpResponse:
    """修改密码; an account with an initial password comes here first."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，下次用新密码登录。")
        return redirect("desk")
    status = 422 if form.errors else 200
    return render(request, "workbench/password.html", {"form": form}, status=status)
