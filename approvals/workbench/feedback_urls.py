"""Which addresses answer around feedback: what is proposed to the approver, receipt bars, policy documents?"""

from django.urls import path, re_path

from approvals.workbench import views_policies, views_proposals, views_receipt_bars

urlpatterns = [
    path("policies/", views_policies.listed, name="policies"),
    path("policies/new/", views_policies.new, name="policy-new"),
    path("policies/<int:pk>/", views_policies.policy, name="policy"),
    path("policies/<int:pk>/file/", views_policies.file, name="policy-file"),
    path("policies/<int:pk>/read/", views_policies.read, name="policy-read"),
    path("policies/<int:pk>/items/<str:item>/", views_policies.close, name="policy-task"),
    path("receipt-bars/", views_receipt_bars.receipt_bars, name="receipt-bars"),
    path("receipt-bars/passes/<int:pk>/", views_receipt_bars.answer, name="bar-pass-answer"),
    path("receipt-bars/<int:pk>/lift/", views_receipt_bars.lift, name="receipt-bar-lift"),
    path("supervision/proposals/", views_proposals.proposals, name="proposals"),
    re_path(
        r"^supervision/proposals/(?P<pk>[0-9]{1,18})/(?P<how>adopt|refuse|note)/$",
        views_proposals.answer,
        name="proposal-answer",
    ),
]
