"""Which addresses does the workbench answer?"""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from approvals.workbench import (
    views_act,
    views_case,
    views_desk,
    views_entry,
    views_intake,
    views_letter,
    views_second_factor,
    views_statistics,
    views_supervision,
    views_unmask,
)

urlpatterns = [
    path("", include("approvals.workbench.public_urls")),
    path("", include("approvals.workbench.desk_urls")),
    path("", include("approvals.workbench.notice_urls")),
    path("", include("approvals.workbench.guidance_urls")),
    path("", views_desk.desk, name="desk"),
    path("pushed/", views_desk.pushed, name="pushed"),
    path("reported/", views_desk.reported, name="reported"),
    path("bulk/", views_desk.bulk, name="bulk"),
    path("filters/", views_desk.save_filter, name="save-filter"),
    path("export.csv", views_desk.export, name="export"),
    path("export.xlsx", views_desk.export, {"kind": "xlsx"}, name="export-xlsx"),
    path("cases/<str:number>/", views_case.case, name="case"),
    path("cases/<str:number>/why/", views_case.why_this_day, name="case-why"),
    path("cases/<str:number>/files/<int:pk>/", views_case.file, name="case-file"),
    path("cases/<str:number>/act/<str:action>/", views_act.act, name="act"),
    path("cases/<str:number>/letters/<str:kind>/", views_letter.letter, name="letter"),
    path("cases/<str:number>/unmasked/<int:position>/", views_unmask.unmasked, name="unmask"),
    path("intake/", views_intake.screen, name="intake"),
    path("intake/draft/", views_intake.save_draft, name="intake-draft"),
    path("intake/drop/", views_intake.drop_draft, name="intake-drop"),
    path("intake/known/", views_intake.known, name="intake-known"),
    path("supervision/", views_supervision.desk, name="supervision"),
    path("supervision/claims/", views_supervision.claim_many, name="claim-many"),
    path("supervision/<uuid:push>/claim/", views_supervision.claim, name="claim"),
    path("supervision/<uuid:push>/feedback/", views_supervision.feed_back, name="feed-back"),
    path("supervision/<uuid:push>/files/<str:digest>/", views_supervision.file, name="push-file"),
    path("supervision/orphans/<int:orphan>/", views_supervision.assign, name="orphan"),
    path("statistics/", views_statistics.statistics, name="statistics"),
    path("statistics/cases/", views_statistics.behind, name="statistics-cases"),
    path("login/", views_entry.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
    path("second-factor/", views_second_factor.second_factor, name="second-factor"),
    path("post/", views_entry.switch, name="switch"),
    path("password/", views_entry.password, name="password"),
]
