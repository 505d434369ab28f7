"""How are accounts, posts and connected systems filled in in the management pages, and what is wrong with an entry?"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from unfold.forms import UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from approvals.organisations.models import Client, Post, Role, User

ITEM_CODE = re.compile(r"[0-9A-Za-z]+-[0-9]+")


class NewUserForm(UserCreationForm):
    usable_password = None  # every account signs in here; there is no single sign-on yet

    class Meta:
        model = User
        fields = ("username", "name")


class UserForm(UserChangeForm):
    phone = forms.CharField(label="手机", required=False, max_length=30, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = User
        fields = "__all__"


class ItemCodesField(forms.CharField):
    """A list of item codes, typed with spaces between them."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        codes = super().to_python(value).replace("，", " ").replace(",", " ").split()
        for code in codes:
            if not ITEM_CODE.fullmatch(code):
                raise forms.ValidationError(f"「{code}」不是事项代码；应写成 3-38，多个用空格隔开。")
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class PostForm(forms.ModelForm):
    item_scope = ItemCodesField(label="事项范围", required=False, help_text="事项代码，如 3-38；空为全部")

    class Meta:
        model = Post
        fields = ("user", "organ", "role", "unit", "item_scope", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # What the change page does not ask again stands on the post already.
        role, organ = data.get("role", self.instance.role), data.get("organ") or self.instance.organ_id
        unit = data.get("unit", self.instance.unit)
        if role == Role.SUPERVISOR and (unit is None or unit.organ_id != getattr(organ, "pk", organ)):
            self.add_error("unit" if "unit" in self.fields else None, "监管岗必须指明本机构的监管单位。")
        if role != Role.SUPERVISOR and unit is not None:
            self.add_error("unit" if "unit" in self.fields else None, "只有监管岗才有监管单位。")
        since, until = data.get("valid_from", self.instance.valid_from), data.get("valid_to")
        if since and until and until < since:
            self.add_error("valid_to", "止日早于起日。")
        return data


class ClientForm(forms.ModelForm):
    """A system that signs in with its own secret and acts in one post; other ways to sign in are not offered."""

    class Meta:
        model = Client
        fields = ("name", "client_id", "client_secret", "post")
        labels = {"name": "名称", "client_id": "客户端标识", "client_secret": "客户端密钥"}
        help_texts = {"client_secret": "只在此处显示一次，请交给对方保存；保存后平台只留摘要。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "post"):
            if name in self.fields:
                self.fields[name].required = True
