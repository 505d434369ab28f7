from django.contrib import admin
from django.urls import include, path

from approvals.workbench.views_entry import to_management

urlpatterns = [
    path("", include("config.health")),
    path("admin/login/", to_management),
    path("admin/", admin.site.urls),
    path("api/", include("approvals.api.urls")),
    path("", include("approvals.workbench.urls")),
]
