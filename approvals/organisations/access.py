"""Who is acting, in which post, and is that post theirs today?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from approvals.errors import Refused
from approvals.organisations.models import Level, Organ, Post, Role

if TYPE_CHECKING:
    from approvals.organisations.models import Client, User


class NoPost(Refused):
    code = "no-post"
    status = 403
    title = "当前账号今天没有可用的岗位"


@dataclass(frozen=True)
class Actor:
    """A person in a post, a client on behalf of a post, a system job, or the applicant: what a rule may ask about them.

    `kind` is one of USER, CLIENT, SYSTEM, APPLICANT. Frozen text only: it is written into events as it stands.
    """

    kind: str
    user: int | None = None
    name: str = ""
    post: int | None = None
    role: str = ""
    organ: int | None = None
    organ_code: str = ""
    organ_name: str = ""
    organ_kind: str = ""
    region: str = ""
    level: str = ""
    unit: int | None = None
    client: str = ""
    item_scope: tuple[str, ...] = ()
    valid_to: date | None = None
    case: int | None = None  # for an applicant: the one case the query code opened

    @property
    def is_window(self) -> bool:
        return self.organ_kind == Organ.Kind.WINDOW

    def covers(self, item: str) -> bool:
        """Whether an item is among those the post is limited to; a post without such a list has all."""
        return not self.item_scope or item in self.item_scope

    def within(self, item: str) -> Q:
        """The same as a filter: only what is about those items; `item` names the column."""
        return Q(**{f"{item}__in": self.item_scope}) if self.item_scope else Q()

    @property
    def codes(self) -> dict[str, Any]:
        """Who acted, as the columns of an `ActRow` keep it: no names."""
        return {
            "actor_kind": self.kind,
            "user": self.user,
            "post": self.post,
            "role": self.role,
            "organ": self.organ_code,
            "client": self.client,
        }

    @property
    def names(self) -> dict[str, str]:
        """Who acted, as it stands among the words of a record, which may be erased."""
        return {"name": self.name, "organ": self.organ_name}


SYSTEM = Actor(kind="SYSTEM", name="系统")


def actor_in(post: Post, *, user: User, client: str = "") -> Actor:
    """The actor of `user` sitting in `post` (their own, or as a substitute), or of a client acting for it."""
    organ = post.organ
    return Actor(
        kind="CLIENT" if client else "USER",
        user=user.pk,
        name=user.name,
        post=post.pk,
        role=post.role,
        organ=organ.pk,
        organ_code=organ.code,
        organ_name=organ.name,
        organ_kind=organ.kind,
        region=organ.region_id,
        level=Level.CITY if organ.region.kind == "CITY" else Level.COUNTY,
        unit=post.unit_id,
        client=client,
        item_scope=tuple(post.item_scope),
        valid_to=post.valid_to,
    )


def posts_of(user: User, *, on: date) -> list[Post]:
    """The posts this person may sit in on a day: the own ones and those they stand in for, in a stable order."""
    mine = Q(user=user) | Q(substitutions__user=user, substitutions__starts_on__lte=on, substitutions__ends_on__gte=on)
    return list(
        Post.objects.in_force(on).filter(mine).select_related("organ__region", "unit").distinct().order_by("pk")
    )


def actors_of(user: User, *, on: date) -> list[Actor]:
    return [actor_in(post, user=user) for post in posts_of(user, on=on)]


def actor_for(user: User, *, on: date, post: int | None = None) -> Actor:
    """The actor of a person on a day, in the given post or in the first one. Raises NoPost."""
    for candidate in posts_of(user, on=on):
        if post is None or candidate.pk == post:
            return actor_in(candidate, user=user)
    raise NoPost("今天没有可用的岗位；请联系本单位管理员核对岗位的起止日期。")


def actor_for_client(client: Client, *, on: date) -> Actor:
    """The actor of an OAuth client: its post's rights as long as the post is in force. Raises NoPost."""
    posts = Post.objects.in_force(on).select_related("organ__region", "user")
    post = posts.filter(pk=client.post_id, user__is_active=True).first()
    if post is None:
        raise NoPost("这个接入系统没有绑定有效的岗位；请联系系统管理员。")
    return actor_in(post, user=post.user, client=client.client_id)


def is_head(role: str) -> bool:
    """Whether a role may confirm for its organ what another proposed there."""
    return role in (Role.DECIDER, Role.CHECKER)
