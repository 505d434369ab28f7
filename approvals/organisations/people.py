"""Who works here in a demonstration? Named people with posts, from `fixtures/people.csv`; never on a real system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from approvals.errors import Refused
from approvals.organisations import rights
from approvals.organisations.models import ADMINISTRATORS, Organ, Post, Role, SupervisionUnit, User
from approvals.organisations.seedfile import Row, read_csv, unique

COLUMNS = ("username", "name", "organ", "role", "unit", "item_scope")
IN_OFFICE_SINCE = date(2022, 1, 1)


class DemoOnly(Refused):
    code = "demo-only"
    status = 403
    title = "演示账号只能在演示模式下载入"


@dataclass(frozen=True)
class People:
    """How many people and posts stand as in the file."""

    people: int
    posts: int


def load_people(path: Path, *, password: str, demo: bool | None = None) -> People:
    """Create or complete the demo accounts of a file and set their one password. Idempotent; removes nothing.

    `demo` None asks settings.DEMO. Raises DemoOnly outside demo mode or in production, and SeedMalformed.
    """
    if settings.PRODUCTION or not (settings.DEMO if demo is None else demo):
        raise DemoOnly("请在演示模式（DEMO=1）下载入演示账号；正式环境请由系统管理员逐个建立账号。")
    rows = unique(read_csv(path, COLUMNS), "username", "organ", "role", "unit")
    organs = {organ.code: organ for organ in Organ.objects.all()}
    units = {unit.code: unit for unit in SupervisionUnit.objects.all()}
    names = _names(rows)
    wanted = [_post(row, organs, units) for row in rows]
    _refuse_mixed(rows)
    with transaction.atomic():
        users = _accounts(names, password)
        stored = set(
            Post.objects.filter(user__in=users.values()).values_list("user__username", "organ", "role", "unit")
        )
        posts = []
        for row, post in zip(rows, wanted, strict=True):
            post.user = users[row.values["username"]]
            if (post.user.username, post.organ_id, post.role, post.unit_id) not in stored:
                posts.append(post)
        Post.objects.bulk_create(posts)
        _open_management(users)
    return People(people=len(users), posts=len(rows))


def _names(rows: list[Row]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        name = names.setdefault(row.text("username", most=150), row.text("name", most=40))
        if name != row.values["name"]:
            row.refuse("name", f"账号 {row.values['username']} 前面写的是「{name}」")
    return names


def _post(row: Row, organs: dict[str, Organ], units: dict[str, SupervisionUnit]) -> Post:
    role, organ = row.choice("role", Role.values), row.reference("organ", organs)
    unit = row.reference("unit", units) if role == Role.SUPERVISOR else None
    if row.values["unit"] and unit is None:
        row.refuse("unit", "只有监管岗才有监管单位")
    if unit is not None and unit.organ_id != organ.pk:
        row.refuse("unit", f"不是{organ.name}的监管单位")
    return Post(organ=organ, role=role, unit=unit, item_scope=row.codes("item_scope"), valid_from=IN_OFFICE_SINCE)


def _refuse_mixed(rows: list[Row]) -> None:
    roles: dict[str, set[str]] = {}
    for row in rows:
        held = roles.setdefault(row.values["username"], set())
        held.add(row.values["role"])
        if held & ADMINISTRATORS and len(held) > 1:
            row.refuse("role", "系统、安全、审计管理员互不兼任，也不办件")


def _accounts(names: dict[str, str], password: str) -> dict[str, User]:
    existing = {user.username: user for user in User.objects.filter(username__in=names)}
    for user in existing.values():
        if not user.is_demo:
            raise DemoOnly(f"账号 {user.username} 是真实账号，不能改成演示账号。")
    # Argon2 takes about a tenth of a second a hash, a minute and a half for all these people. They share one published
    # password, so sharing its salt and hash gives away nothing; a real account never comes this way.
    one = next(iter(existing.values()), None)
    encoded = one.password if one and check_password(password, one.password) else make_password(password)
    changed = [user for user in existing.values() if (user.name, user.password) != (names[user.username], encoded)]
    for user in changed:
        user.name, user.password = names[user.username], encoded
    User.objects.bulk_update(changed, ["name", "password"], batch_size=200)
    User.objects.bulk_create(
        User(username=username, name=name, password=encoded, is_demo=True)
        for username, name in names.items()
        if username not in existing
    )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _open_management(users: dict[str, User]) -> None:
    people = [user.pk for user in users.values()]
    managers = Post.objects.filter(rights.managing(), user__in=people)
    User.objects.filter(pk__in=managers.values("user")).update(is_staff=True)
