"""Which addresses answer around feedback: what is proposed to the approver, receipt bars, policy documents?"""

from django.urls import path, re_path

from approvals.workbench import views_proposals

urlpatterns = [
    path("supervision/proposals/", views_proposals.proposals, name="proposals"),
    re_path(
        r"^supervision/proposals/(?P<pk>[0-9]{1,18})/(?P<how>adopt|refuse|note)/$",
        views_proposals.answer,
        name="proposal-answer",
    ),
]
