"""Under which accounts can a visitor look around? A few stand for all of them."""

from collections.abc import Iterator

from approvals.organisations.models import Organ, Post, User

SHOWN_REGIONS = ("360731", "360700")  # 于都县, and the city


def accounts() -> Iterator[str]:
    """One line an account, each role once in one county and once in the city: account, person, organ, roles."""
    posts = Post.objects.filter(user__is_demo=True, organ__region__in=SHOWN_REGIONS).select_related("user", "organ")
    first: dict[tuple[str, str], Post] = {}
    for post in sorted(posts, key=lambda post: (post.organ.kind != Organ.Kind.APPROVAL_BUREAU, post.pk)):
        first.setdefault((post.organ.region_id, post.role), post)
    roles: dict[tuple[User, Organ], list[str]] = {}
    for post in sorted(first.values(), key=lambda post: (SHOWN_REGIONS.index(post.organ.region_id), post.pk)):
        roles.setdefault((post.user, post.organ), []).append(post.get_role_display())
    for (user, organ), held in roles.items():
        yield f"{user.username:<16}{user.name}　{organ.name}　{'、'.join(held)}"
