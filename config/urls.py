from django.contrib import admin
from django.urls import include, path

admin.site.site_header = admin.site.site_title = "市县联动审批平台 · 管理"

urlpatterns = [
    path("", include("config.health")),
    path("admin/", admin.site.urls),
    path("api/", include("approvals.api.urls")),
    path("", include("approvals.workbench.urls")),
]
