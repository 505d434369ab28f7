"""Which addresses answer about licences, for the staff and for everybody?"""

from django.urls import path

from approvals.workbench import views_licences, views_licences_public

urlpatterns = [
    path("licences/", views_licences.licences, name="licences"),
    path("licences/export.csv", views_licences.export, name="licences-export"),
    path("licences/export.xlsx", views_licences.export, {"kind": "xlsx"}, name="licences-export-xlsx"),
    path("licences/<int:pk>/", views_licences.licence, name="licence"),
    path("licences/<int:pk>/papers/<int:letter>/", views_licences.paper, name="licence-paper"),
    path("licences/<int:pk>/proceed/", views_licences.proceed, name="licence-proceed"),
    path("public/licences/", views_licences_public.verify, name="public-licence"),
]
