"""Which addresses answer about paper originals and case files?"""

from django.urls import path

from approvals.workbench import views_custody

urlpatterns = [
    path("custody/", views_custody.desk, name="custody"),
    path("cases/<str:number>/custody/", views_custody.custody, name="case-custody"),
    path("cases/<str:number>/custody/<int:pk>/sign/", views_custody.sign, name="custody-sign"),
    path("cases/<str:number>/case-file/", views_custody.case_file, name="case-volume"),
]
