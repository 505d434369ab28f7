"""Which tables of this room go out to a workbook and come back, and who may change which rows?"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from approvals.organisations import rights
from approvals.organisations.actions import PostsExclude, refuse_mixed_roles
from approvals.organisations.models import Organ, Post, Region, Role, SupervisionUnit, User
from approvals.organisations.sheets.columns import Column, Reference, Words, columns_of
from approvals.organisations.sheets.resource import Change, SheetResource
from approvals.organisations.uscc import is_uscc


def region_by_name() -> Reference:
    return Reference(Region.objects.all(), "name", "地区")


def organ_by_name() -> Reference:
    return Reference(Organ.objects.all(), "name", "单位")


def unit_by_name() -> Reference:
    return Reference(SupervisionUnit.objects.all(), "name", "监管单位")


class RegionTable(SheetResource):
    title = "区划"
    key = ("code",)

    class Meta(SheetResource.Meta):
        model = Region

    def columns(self) -> dict[str, Column]:
        return {"code": Column("code", "区划代码", required=True)} | columns_of(Region)

    def rows(self) -> QuerySet[Region]:
        return Region.objects.order_by("position", "code")

    def refuse(self, instance: Region, original: Region | None) -> str:
        digits = len(instance.code) == 6 and instance.code.isascii() and instance.code.isdigit()
        return "" if digits else "区划代码应为 6 位数字"


class OrganTable(SheetResource):
    title = "机构"
    key = ("code",)

    class Meta(SheetResource.Meta):
        model = Organ

    def columns(self) -> dict[str, Column]:
        return columns_of(Organ, references={"region": region_by_name()})

    def rows(self) -> QuerySet[Organ]:
        return Organ.objects.select_related("region").order_by("code")

    def refuse(self, instance: Organ, original: Organ | None) -> str:
        if not instance.code.startswith(f"{instance.region_id}-"):
            return f"机构代码应以区划代码 {instance.region_id}- 开头"
        if instance.uscc and not is_uscc(instance.uscc):
            return f"统一社会信用代码校验不通过：{instance.uscc}"
        return ""


class SupervisionUnitTable(SheetResource):
    title = "监管单位"
    key = ("code",)

    class Meta(SheetResource.Meta):
        model = SupervisionUnit

    def columns(self) -> dict[str, Column]:
        return columns_of(SupervisionUnit, references={"organ": organ_by_name()})

    def rows(self) -> QuerySet[SupervisionUnit]:
        return SupervisionUnit.objects.select_related("organ").order_by("code")


ACCOUNT = ("username", "name", "phone", "email", "is_active")
NOT_OF_AN_ACCOUNT = tuple(one.name for one in User._meta.concrete_fields if one.name not in ACCOUNT)


class UserTable(SheetResource):
    """Accounts. A new one has no password: the system administrator sets the first one, which is then changed."""

    title = "人员"
    key = ("username",)
    private = ("name", "phone", "email")

    class Meta(SheetResource.Meta):
        model = User

    def columns(self) -> dict[str, Column]:
        return columns_of(User, leave_out=NOT_OF_AN_ACCOUNT)

    def rows(self) -> QuerySet[User]:
        return User.objects.order_by("username")

    def prepare(self, instance: User) -> None:
        if instance._state.adding and not instance.password:
            instance.set_unusable_password()
            instance.must_change_password = True

    def refuse(self, instance: User, original: User | None) -> str:
        if instance.is_superuser and not self.user.is_superuser:
            return "这个账号不能由导入修改"
        return "不能停用自己的账号" if instance.pk == self.user.pk and not instance.is_active else ""


class PostTable(SheetResource):
    """Posts are given and ended here, never rewritten."""

    title = "岗位"
    key = ("user", "organ", "role", "unit", "valid_from")

    class Meta(SheetResource.Meta):
        model = Post

    def columns(self) -> dict[str, Column]:
        references = {
            "user": Reference(User.objects.filter(is_active=True), "username", "在用的账号"),
            "organ": organ_by_name(),
            "unit": unit_by_name(),
        }
        return columns_of(Post, references=references) | {"item_scope": Column("item_scope", "事项范围", Words())}

    def rows(self) -> QuerySet[Post]:
        return Post.objects.select_related("user", "organ", "unit").order_by("pk")

    def refuse(self, instance: Post, original: Post | None) -> str:
        if instance.valid_to and instance.valid_to < instance.valid_from:
            return "止日早于起日"
        if (instance.role == Role.SUPERVISOR) != (instance.unit_id is not None):
            return "监管岗必须指明监管单位，其他岗位不能有"
        if instance.unit is not None and instance.unit.organ_id != instance.organ_id:
            return f"{instance.unit}不是{instance.organ}的监管单位"
        try:
            if original is None:
                refuse_mixed_roles(instance.user, instance.role)
        except PostsExclude as refused:
            return refused.detail
        return ""

    def saved(self, changes: list[Change]) -> None:
        for person in {one.instance.user for one in changes}:
            rights.equip(person, on=timezone.localdate())
