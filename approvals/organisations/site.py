"""Who is let into the management pages? Whoever has a post today that opens them, asked for each page; superusers too."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from unfold.sites import UnfoldAdminSite

from approvals.organisations import rights


class ManagementSite(UnfoldAdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_active:
            return False
        return user.is_superuser or bool(rights.roles_of(user, on=timezone.localdate()))
