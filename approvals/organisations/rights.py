"""What may the three administrators open in the management pages? (GB/T 22239-2019: 三权分立)

Who handles a case is said by posts alone. These groups are for `/admin/` only and belong to the three exclusive roles:
the system administrator keeps organs, accounts and calendars, the security administrator gives posts and clients, the
auditor looks at everything and changes nothing. Besides them the item administrators keep the
drafts of their own unit's items (which rows are theirs, the catalogue says) and the city's coordinator all drafts.
Nobody else is let in. Who has which of these posts today is asked anew for each page, so that a right begins and ends with
the post; nobody is a member of a group.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils import timezone

from approvals.organisations.models import ADMINISTRATORS, Region, Role, User

# Rooms by their label, models in lower case ("*": all); every right to change brings the right to view.
DRAFTED = (
    "item",
    "guide",
    "material",
    "formfield",
    "reviewpoint",
    "intermediaryservice",
    "standardphrase",
    "delegation",
    "supervisionrule",
)
CHANGES: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.SYSTEM_ADMIN: {
        "organisations": ("region", "regionalias", "organ", "supervisionunit", "user"),
        "calendars": ("*",),
        "documents": ("seal",),
        "exchange": ("endpoint",),
        "notices": ("channel", "wording"),
    },
    Role.SECURITY_ADMIN: {"organisations": ("post", "substitution", "client", "secondfactor")},
    Role.AUDITOR: {},
    Role.ITEM_ADMIN: {"catalogue": DRAFTED, "guidance": ("advisor",)},
    Role.COORDINATOR: {
        "catalogue": (*DRAFTED, "safetyitem"),
        "guidance": ("advisor",),
        "oversight": ("samplerate", "cardrule"),
        "collaboration": ("sharerule", "keyitem", "officer"),
    },
}
LOOKS: dict[Role, tuple[str, ...]] = {
    Role.SYSTEM_ADMIN: ("organisations", "calendars", "documents", "exchange", "catalogue"),
    Role.SECURITY_ADMIN: ("organisations", "audit"),
    Role.AUDITOR: ("*",),
    Role.ITEM_ADMIN: ("catalogue",),
    Role.COORDINATOR: ("catalogue",),
}
SECRETS = ("session", "accesstoken", "refreshtoken", "grant", "idtoken", "devicegrant")


def grant() -> None:
    """Give each of the groups exactly the permissions above; again after every migration."""
    for role in CHANGES:
        group, _ = Group.objects.get_or_create(name=role.label)
        group.permissions.set(Permission.objects.filter(_wanted(role)).exclude(content_type__model__in=SECRETS))


def _wanted(role: Role) -> Q:
    looks = Q(codename__startswith="view_")
    if "*" not in LOOKS[role]:
        looks &= Q(content_type__app_label__in=LOOKS[role])
    changes = Q()
    for room, models in CHANGES[role].items():
        here = Q(content_type__app_label=room)
        changes |= here if "*" in models else here & Q(content_type__model__in=models)
    return looks | changes if changes else looks


def managing() -> Q:
    """Posts that open the management pages."""
    city = Q(role=Role.COORDINATOR, organ__region__kind=Region.Kind.CITY)
    return Q(role__in=(*ADMINISTRATORS, Role.ITEM_ADMIN)) | city


def roles_of(person: User, *, on: date) -> set[str]:
    """The roles of this person's own posts in force on a day that open the management pages."""
    return set(person.posts.in_force(on).filter(managing()).values_list("role", flat=True))


class PostsInForce(ModelBackend):
    """Passwords as Django keeps them; permissions those of the groups of today's posts."""

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        labels = [Role(role).label for role in roles_of(user_obj, on=timezone.localdate())]
        return Permission.objects.filter(group__name__in=labels)


def equip(person: User, *, on: date) -> None:
    """Mark a person as staff, whose logins need a second factor, exactly if a post that opens the management pages has not
    ended by `on`: it may be still to begin."""
    posts = person.posts.filter(managing()).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    is_staff = posts.exists()
    if person.is_staff != is_staff and not person.is_superuser:
        person.is_staff = is_staff
        person.save(update_fields=["is_staff"])
