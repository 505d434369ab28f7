"""How does an administrator keep the receivers, and see what did not arrive? The text of a message is never shown."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from approvals.audit.admin import ReadOnly
from approvals.errors import Refused
from approvals.exchange import actions
from approvals.exchange.models import Attempt, Endpoint, Message
from approvals.exchange.tasks import nudge
from approvals.organisations.pinyin import PinyinSearch


class EndpointForm(forms.ModelForm):
    """The secret can be set and changed, and never read again."""

    secret = forms.CharField(
        label="签名密钥",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="whsec_ 加 base64，至少 24 字节；留空则不变",
    )

    class Meta:
        model = Endpoint
        fields = ["code", "name", "transport", "url", "secret", "receipts", "receipt_key", "enabled", "allow_private"]

    def clean_secret(self) -> str:
        given: str = self.cleaned_data["secret"]
        return given or self.instance.secret


@admin.register(Endpoint)
class EndpointAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("name",)
    form = EndpointForm
    list_display = ["code", "name", "transport", "url", "enabled", "has_secret", "failures", "rests_until"]
    list_filter = ["transport", "receipts", "enabled"]
    search_fields = ["code", "name", "url"]
    readonly_fields = ["failures", "rests_until"]

    @admin.display(description="已设密钥", boolean=True)
    def has_secret(self, endpoint: Endpoint) -> bool:
        return bool(endpoint.secret)


class AttemptInline(ReadOnly, TabularInline):
    model = Attempt
    fields = ["number", "at", "status", "milliseconds", "failure"]
    ordering = ["number"]
    extra = 0


@admin.register(Message)
class MessageAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "id",
        "endpoint",
        "topic",
        "thread",
        "state",
        "created_at",
        "confirmed_at",
        "attempts",
        "last_error",
    ]
    list_filter = ["state", "endpoint__transport", "endpoint", "topic"]
    list_select_related = ["endpoint"]
    search_fields = ["=id", "=thread"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    exclude = ["body"]
    inlines = [AttemptInline]
    actions = ["resend", "set_aside"]

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("exchange.resend")

    @admin.action(description="重新发送（死信）", permissions=["resend"])
    def resend(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        try:
            with transaction.atomic():
                sent = actions.resend(chosen, at=timezone.now())
                transaction.on_commit(nudge, robust=True)
        except Refused as refused:
            self.message_user(request, refused.detail, messages.ERROR)
        else:
            self.message_user(request, f"已重新发送 {sent} 条。", messages.SUCCESS)

    @admin.action(description="搁置（死信），放行同一线索的后续消息", permissions=["resend"])
    def set_aside(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        try:
            with transaction.atomic():
                for message in chosen:
                    actions.set_aside(message, at=timezone.now())
                transaction.on_commit(nudge, robust=True)
        except Refused as refused:
            self.message_user(request, refused.detail, messages.ERROR)
        else:
            self.message_user(request, "已搁置。", messages.SUCCESS)
