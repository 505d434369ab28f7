"""Which addresses answer for those who look after others' work?"""

from django.urls import path

from approvals.workbench import views_coordination

urlpatterns = [
    path("coordination/", views_coordination.desk, name="coordination"),
]
