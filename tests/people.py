"""Who are the people in the tests? The named ones of the demo cast, sitting in their posts.

谢小兰 is the window clerk of 于都县; 李建平 reviews, 何卫东 signs and 温海涛 decides at 于都县行政审批局; at 市行政审批局 钟秋萍
reviews, 曾志刚 decides and 陈玉梅 keeps the seal; 黄丽 is the window clerk of 章贡区.
"""

from datetime import date

from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Post, Role, User

TODAY = date(2026, 3, 2)


def sitting(username: str, role: str = "", organ: str = "", *, on: date = TODAY) -> Actor:
    """A named person in the post of a role (and organ)."""
    posts = Post.objects.in_force(on).filter(user__username=username).select_related("organ__region", "user")
    if role:
        posts = posts.filter(role=role)
    if organ:
        posts = posts.filter(organ__code=organ)
    post = posts.order_by("pk")[0]
    return actor_in(post, user=User.objects.get(username=username))


def somebody(organ: str, role: str, *, other_than: tuple[Actor, ...] = (), on: date = TODAY) -> Actor:
    """Whoever has a role in an organ, by the organ's code, other than the people given."""
    posts = (
        Post.objects.in_force(on)
        .filter(organ__code=organ, role=role)
        .exclude(user__in=[actor.user for actor in other_than])
        .select_related("organ__region", "user")
        .order_by("pk")
    )
    return actor_in(posts[0], user=posts[0].user)


def clerk_of(region: str) -> Actor:
    return somebody(f"{region}-WIN", Role.CLERK)


def xie() -> Actor:
    """谢小兰, window clerk of 于都县."""
    return sitting("xiexiaolan", Role.CLERK)


def huang() -> Actor:
    """黄丽, window clerk of 章贡区."""
    return sitting("huangli", Role.CLERK)


def li() -> Actor:
    """李建平, reviewer of 于都县行政审批局."""
    return sitting("lijianping", Role.REVIEWER)


def he() -> Actor:
    """何卫东, who signs what 于都县行政审批局 forwards."""
    return sitting("heweidong", Role.CHECKER)


def wen() -> Actor:
    """温海涛, decider of 于都县行政审批局."""
    return sitting("wenhaitao", Role.DECIDER)


def zhong() -> Actor:
    """钟秋萍, reviewer of 市行政审批局."""
    return sitting("zhongqiuping", Role.REVIEWER)


def zeng() -> Actor:
    """曾志刚, decider of 市行政审批局."""
    return sitting("zengzhigang", Role.DECIDER)


def chen() -> Actor:
    """陈玉梅, seal keeper of 市行政审批局."""
    return sitting("chenyumei", Role.SEAL_KEEPER)
