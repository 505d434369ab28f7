"""Which site are the management pages? Ours, which knows posts, in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class ManagementPages(AdminConfig):
    default_site = "approvals.organisations.site.ManagementSite"
