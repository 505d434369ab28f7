"""Who keeps regions, organs, people and posts in the management pages? Each administrator the own part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm

from approvals.organisations import rights
from approvals.organisations.forms import ClientForm, NewUserForm, PostForm, UserForm
from approvals.organisations.models import (
    Client,
    Organ,
    Post,
    Region,
    RegionAlias,
    SecondFactor,
    Substitution,
    SupervisionUnit,
    User,
)
from approvals.organisations.pinyin import PinyinSearch
from approvals.organisations.sheets.admin import SheetAdmin
from approvals.organisations.tables import OrganTable, PostTable, RegionTable, SupervisionUnitTable, UserTable

# The groups follow the three administrators' posts (rights.py); nobody keeps them by hand.
admin.site.unregister(Group)
admin.site.unregister(Client)  # the OAuth library's own page offers ways to sign in that we do not
for tokens in (get_access_token_model, get_grant_model, get_id_token_model, get_refresh_token_model):
    admin.site.unregister(tokens())  # short-lived secrets: nothing to look at, nothing to keep


class RegionAliasInline(TabularInline):
    model = RegionAlias
    extra = 0


@admin.register(Region)
class RegionAdmin(PinyinSearch, SheetAdmin, ModelAdmin):
    resource_class = RegionTable
    list_display = ["code", "name", "kind", "is_statutory", "government", "court", "remark"]
    list_filter = ["kind", "is_statutory"]
    search_fields = ["code", "name", "full_name"]
    ordering = ["position"]
    inlines = [RegionAliasInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        return ["code"] if obj else []


class SupervisionUnitInline(TabularInline):
    model = SupervisionUnit
    extra = 0


@admin.register(Organ)
class OrganAdmin(PinyinSearch, SheetAdmin, ModelAdmin):
    resource_class = OrganTable
    pinyin_fields = ("name", "short_name")
    list_display = ["code", "name", "short_name", "kind", "region", "uscc"]
    list_filter = ["kind", "region"]
    list_select_related = ["region"]
    search_fields = ["code", "name", "short_name", "uscc"]
    autocomplete_fields = ["region"]
    ordering = ["code"]
    inlines = [SupervisionUnitInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Organ | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(SupervisionUnit)
class SupervisionUnitAdmin(PinyinSearch, SheetAdmin, ModelAdmin):
    resource_class = SupervisionUnitTable
    list_display = ["code", "name", "organ", "region", "posts_held"]
    list_filter = ["organ__region"]
    list_select_related = ["organ__region"]
    search_fields = ["code", "name", "organ__name"]
    autocomplete_fields = ["organ"]
    ordering = ["code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupervisionUnit]:
        return super().get_queryset(request).annotate(people=Count("posts"))

    @admin.display(description="区划", ordering="organ__region")
    def region(self, unit: SupervisionUnit) -> Region:
        return unit.organ.region

    @admin.display(description="监管岗人数", ordering="people")
    def posts_held(self, unit: SupervisionUnit) -> int:
        return unit.people  # type: ignore[attr-defined]


@admin.register(User)
class UserAdmin(PinyinSearch, SheetAdmin, DjangoUserAdmin, ModelAdmin):
    """Passwords and names only: what a person may do is said by posts, and those are the security administrator's."""

    resource_class = UserTable
    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "name", "posts_in_words", "is_active", "is_demo", "last_login"]
    list_filter = ["is_active", "is_demo", "posts__role", "posts__organ__region"]
    search_fields = ["username", "name", "posts__organ__name"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["is_demo", "last_login", "date_joined"]
    actions = ["enable", "disable", "ask_for_a_new_password"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "phone", "email"]}),
        ("状态", {"fields": ["is_active", "must_change_password", "is_demo", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "name", "password1", "password2"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        posts = Prefetch("posts", Post.objects.select_related("organ").order_by("pk"))
        return super().get_queryset(request).prefetch_related(posts)

    @admin.display(description="岗位")
    def posts_in_words(self, user: User) -> str:
        return "、".join(str(post) for post in user.posts.all())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.must_change_password = True  # somebody else chose it
        super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set somebody's password; unless it is the own one, they change it at the next login."""
        with transaction.atomic():
            person = self.get_object(request, unquote(id))
            before = person.password if person else ""
            answer = super().user_change_password(request, id, form_url)
            if person and person.pk != request.user.pk:
                User.objects.filter(pk=person.pk).exclude(password=before).update(must_change_password=True)
        return answer

    @admin.action(description="启用账号", permissions=["change"])
    def enable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._set(request, chosen, "启用", is_active=True)

    @admin.action(description="停用账号", permissions=["change"])
    def disable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._set(request, chosen.exclude(pk=request.user.pk), "停用", is_active=False)

    @admin.action(description="下次登录须改密码", permissions=["change"])
    def ask_for_a_new_password(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._set(request, chosen, "要求改密码", must_change_password=True)

    def _set(self, request: HttpRequest, chosen: QuerySet[User], act: str, **values: bool) -> None:
        """Never a superuser's account, and never the own one away; each account's history says who did it."""
        people = list(chosen if request.user.is_superuser else chosen.exclude(is_superuser=True))
        with transaction.atomic():
            User.objects.filter(pk__in=[person.pk for person in people]).update(**values)
            for person in people:
                self.log_change(request, person, act)
        self.message_user(request, f"已{act} {len(people)} 个账号。", messages.SUCCESS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An administrator may not touch a superuser's account, least of all its password."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


class SubstitutionInline(TabularInline):
    model = Substitution
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Post)
class PostAdmin(PinyinSearch, SheetAdmin, ModelAdmin):
    resource_class = PostTable
    pinyin_fields = ("user__name", "organ__name", "organ__short_name")
    actions = ["end_today"]
    form = PostForm
    list_display = ["user", "organ", "role", "unit", "item_scope", "valid_from", "valid_to"]
    list_filter = ["role", "organ__region", "organ__kind"]
    list_select_related = ["user", "organ", "unit"]
    search_fields = ["user__username", "user__name", "organ__name", "organ__short_name", "organ__code"]
    autocomplete_fields = ["user", "organ", "unit"]
    date_hierarchy = "valid_from"
    ordering = ["organ__code", "role"]
    inlines = [SubstitutionInline]

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        rights.equip(obj.user, on=timezone.localdate())

    @admin.action(description="今天起终止（今天为最后一天）", permissions=["change"])
    def end_today(self, request: HttpRequest, chosen: QuerySet[Post]) -> None:
        today = timezone.localdate()
        with transaction.atomic():
            open_ones = list(chosen.in_force(today).select_related("user", "organ"))
            for post in open_ones:
                post.valid_to = today
                post.save(update_fields=["valid_to"])
                self.log_change(request, post, f"终止于 {today}")
            for person in {post.user for post in open_ones}:
                rights.equip(person, on=today)
        self.message_user(request, f"已终止 {len(open_ones)} 个岗位。", messages.SUCCESS)

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        # A post is ended and another one opened; rewriting whose it was would rewrite who could act.
        return ["user", "organ", "role", "unit", "valid_from"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False


@admin.register(Substitution)
class SubstitutionAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("user__name", "post__user__name", "post__organ__name")
    list_display = ["post", "user", "starts_on", "ends_on"]
    list_filter = ["post__organ__region", "post__role"]
    list_select_related = ["post__organ", "post__user", "user"]
    search_fields = ["user__name", "user__username", "post__user__name", "post__organ__name"]
    autocomplete_fields = ["post", "user"]
    date_hierarchy = "starts_on"
    ordering = ["-starts_on"]


@admin.register(SecondFactor)
class SecondFactorAdmin(PinyinSearch, ModelAdmin):
    """To delete a row is to reset it: every verified session of the person ends, the next login enrols anew; logged."""

    pinyin_fields = ("user__name",)
    list_display = ["user", "enrolled_at", "last_used_at", "throttling_failure_count", "codes_left"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__username"]
    ordering = ["user__username"]
    fields = ["user", "enrolled_at", "last_used_at", "throttling_failure_count", "codes_left"]

    @admin.display(description="剩余备用码")
    def codes_left(self, device: SecondFactor) -> int:
        return len(device.recovery)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:
        """Nobody resets the own one: a session left open must not become a new phone."""
        if obj is not None and obj.user_id == request.user.pk:
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Client)
class ClientAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("name", "post__organ__name")
    form = ClientForm
    list_display = ["called", "identifier", "post", "post_of", "made_at"]
    list_select_related = ["post__organ", "post__user"]
    search_fields = ["name", "client_id", "post__organ__name"]
    autocomplete_fields = ["post"]
    ordering = ["name"]

    @admin.display(description="名称", ordering="name")
    def called(self, client: Client) -> str:
        return client.name

    @admin.display(description="客户端标识", ordering="client_id")
    def identifier(self, client: Client) -> str:
        return client.client_id

    @admin.display(description="岗位人员", ordering="post__user__name")
    def post_of(self, client: Client) -> User | None:
        return client.post and client.post.user

    @admin.display(description="建立时刻", ordering="created")
    def made_at(self, client: Client) -> datetime:
        return client.created

    def get_fields(self, request: HttpRequest, obj: Client | None = None) -> list[str]:
        return ["called", "identifier", "post"] if obj else ["name", "client_id", "client_secret", "post"]

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> list[str]:
        return ["called", "identifier"] if obj else []

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        obj.client_type = Client.CLIENT_CONFIDENTIAL
        obj.authorization_grant_type = Client.GRANT_CLIENT_CREDENTIALS
        super().save_model(request, obj, form, change)
