"""Which addresses answer about paper originals, delivery and case files?"""

from django.urls import path

from approvals.workbench import views_custody, views_delivery

urlpatterns = [
    path("custody/", views_custody.desk, name="custody"),
    path("cases/<str:number>/custody/", views_custody.custody, name="case-custody"),
    path("cases/<str:number>/custody/<int:pk>/sign/", views_custody.sign, name="custody-sign"),
    path("deliveries/", views_delivery.desk, name="deliveries"),
    path("cases/<str:number>/delivery/", views_delivery.delivery, name="case-delivery"),
    path("cases/<str:number>/delivery/originals/", views_delivery.return_originals, name="originals-back"),
    path("cases/<str:number>/delivery/<int:pk>/", views_delivery.note, name="postal-note"),
    path("cases/<str:number>/case-file/", views_custody.case_file, name="case-volume"),
]
